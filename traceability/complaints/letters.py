"""Letters about complaints: to who answers for the goods, to the officers, and to the sender.

They name numbers, kinds and lots, never what the sender wrote; that is read at the desk alone.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from itertools import groupby

from sqlalchemy import select, update
from sqlalchemy.orm import InstrumentedAttribute, Session

from accounts import messages, sealing
from foundation import config
from foundation.i18n import _, ngettext, speaking
from growing_areas import recipients
from traceability.complaints import filing, listing, names
from traceability.complaints.listing import Listed
from traceability.complaints.models import WAITING, Complaint, ComplaintSender
from traceability.scan import limits

AT_ONCE = 500
_MOST_NAMED = 20
Letter = Callable[[str], tuple[str, str]]


def tell_due(session: Session, *, now: datetime) -> int:
    """Write of complaints nobody was written of yet; how many were written of."""
    to_owners = _due(session, Complaint.written_at, Complaint.organisation_id.is_not(None))
    to_office = _due(session, Complaint.office_written_at, Complaint.office_since.is_not(None))
    told = 0
    for organisation_id, some in groupby(sorted(to_owners, key=_owner), key=_owner):
        whose = Complaint.organisation_id == organisation_id
        told += _write(session, list(some), Complaint.written_at, whose, "workspace", now)
    for place, some in groupby(sorted(to_office, key=_place), key=_place):
        there = Complaint.province_code.is_not_distinct_from(place[0] or None)
        told += _write(session, list(some), Complaint.office_written_at, there, "office", now)
    session.flush()
    return told


def escalate(session: Session, *, now: datetime) -> int:
    """Make what nobody answered in time the office's matter as well; how many it were."""
    before = now - timedelta(days=limits.limit("complaint_patience_days"))
    late = update(Complaint).where(
        Complaint.state.in_(WAITING), Complaint.filed_at < before, Complaint.office_since.is_(None)
    )
    found = session.scalars(late.values(office_since=now).returning(Complaint.id)).all()
    return len(found)


def tell_sender(session: Session, about: Listed, letter: Letter) -> None:
    """Write to its sender in their language, where they left a way to reach them."""
    sender = session.get(ComplaintSender, about.row.id)
    contact = filing.contact_of(sender) if sender else None
    if sender is None or contact is None:
        return
    try:
        code = filing.private_code(sender)
    except sealing.Unreadable:
        return
    link = f"{config.current().base_url}/complaints/{code}?lang={about.row.language}"
    with speaking(about.row.language):
        subject, text = letter(link)
        messages.send(session, contact, subject, text)


def answered(link: str) -> tuple[str, str]:
    """There is an answer; it is read behind the link."""
    return _("Phản ánh của bạn đã có trả lời"), _("Xem câu trả lời tại đây: %(link)s", link=link)


def referred(link: str) -> tuple[str, str]:
    """It was handed on."""
    return (
        _("Phản ánh của bạn đã được chuyển tiếp"),
        _("Xem đã chuyển cho ai và vì sao tại đây: %(link)s", link=link),
    )


def closed(link: str) -> tuple[str, str]:
    """It ended."""
    return (
        _("Phản ánh của bạn đã khép lại"),
        _("Xem kết quả và nói thêm nếu cần tại đây: %(link)s", link=link),
    )


def _due(
    session: Session, mark: InstrumentedAttribute[datetime | None], *which: object
) -> list[Listed]:
    due = (
        select(Complaint.id)
        .where(mark.is_(None), Complaint.state.in_(WAITING), *which)  # type: ignore[arg-type]
        .order_by(Complaint.id)
        .limit(AT_ONCE)
        .with_for_update(skip_locked=True)
    )
    return listing.of_ids(session, session.scalars(due).all())


def _owner(about: Listed) -> int:
    return about.organisation_id or 0


def _place(about: Listed) -> tuple[str, str]:
    return about.province_code or "", about.commune_code or ""


def _write(
    session: Session,
    some: Sequence[Listed],
    mark: InstrumentedAttribute[datetime | None],
    near: object,
    desk: str,
    now: datetime,
) -> int:
    """One letter of them all, unless one went out a moment ago: then they wait for the next."""
    quiet = now - timedelta(seconds=limits.limit("complaint_quiet_s"))
    recent = select(Complaint.id).where(mark > quiet, near).limit(1)  # type: ignore[arg-type]
    if session.scalar(recent) is not None:
        return 0
    first = some[0]
    if desk == "office":
        people = recipients.officers_of(session, [first.commune_code, first.province_code])
    else:
        found = recipients.managers_of(session, [first.organisation_id or 0])
        people = found.get(first.organisation_id or 0, [])
    recipients.tell(session, people, lambda: _new(some, desk))
    for each in some:
        setattr(each.row, mark.key, now)
    return len(some)


def _new(some: Sequence[Listed], desk: str) -> tuple[str, str]:
    base = config.current().base_url
    subject = ngettext(
        "%(num)s phản ánh của người mua chờ trả lời",
        "%(num)s phản ánh của người mua chờ trả lời",
        len(some),
    )
    lines = []
    for each in some[:_MOST_NAMED]:
        lines.append(f"· {_line(each)}")
        lines.append(f"  {base}/{desk}/complaints/{each.row.id}")
    if len(some) > _MOST_NAMED:
        lines.append(_("và %(count)s phản ánh nữa", count=len(some) - _MOST_NAMED))
    closing = _("Người gửi đọc được câu trả lời bằng mã riêng của họ. Hãy trả lời sớm.")
    return subject, "\n".join([*lines, "", closing])


def _line(about: Listed) -> str:
    if about.lot is None:
        goods = _("mã không có trong hệ thống")
    else:
        goods = _("lô %(lot)s (%(product)s)", lot=about.lot, product=about.product or "")
    kind = names.kind(about.row.kind)
    return _("Số %(number)s: %(kind)s, %(goods)s", number=about.row.id, kind=kind, goods=goods)
