"""Letters about suspicions: one a day at most to a reader, whatever was noticed.

A cooperative's managers hear of their own labels, officers of those of their place.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from functools import partial

from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload

from accounts.models import Person
from foundation import clock, config
from foundation.i18n import _, ngettext
from growing_areas import recipients
from territory import units
from traceability.copies import telling
from traceability.copies.models import CopySuspicion
from traceability.copies.telling import Places
from traceability.models import Batch

_MOST_NAMED = 20
_AT_ONCE = 5_000


def tell_due(session: Session, *, now: datetime) -> int:
    """Write of every suspicion nobody was written of yet; how many those were.

    To be called once a day: a flood of copies is one letter.
    """
    rows = _due(session)
    if not rows:
        return 0
    places = units.province_names(session, clock.business_day(now))
    for people, theirs, desk in _readers(session, rows):
        recipients.tell(session, [people], partial(_words, theirs, places, desk))
    for row in rows:
        row.written_at = now
    session.flush()
    return len(rows)


def _due(session: Session) -> Sequence[CopySuspicion]:
    statement = (
        select(CopySuspicion)
        .where(CopySuspicion.written_at.is_(None), CopySuspicion.state == "open")
        .options(joinedload(CopySuspicion.batch).joinedload(Batch.product))
        .order_by(CopySuspicion.id)
        .limit(_AT_ONCE)
        .with_for_update(skip_locked=True, of=CopySuspicion)
    )
    return session.scalars(statement).all()


def _readers(
    session: Session, rows: Sequence[CopySuspicion]
) -> list[tuple[Person, list[CopySuspicion], str]]:
    """Whom to write to, of what, and which desk is theirs; nobody twice."""
    managers = recipients.managers_of(session, {row.organisation_id for row in rows})
    told: dict[int, tuple[Person, list[CopySuspicion], str]] = {}
    for row in rows:
        for person in managers.get(row.organisation_id, ()):
            told.setdefault(person.id, (person, [], "workspace"))[1].append(row)
    units_of_rows = {unit for row in rows for unit in (row.commune_code, row.province_code)}
    for grant, person in recipients.officers_by_place(session, units_of_rows):
        theirs = [row for row in rows if grant in ("", row.commune_code, row.province_code)]
        known = told.setdefault(person.id, (person, [], "office"))[1]
        known.extend(row for row in theirs if row not in known)
    return list(told.values())


def _words(rows: Sequence[CopySuspicion], places: Places, desk: str) -> tuple[str, str]:
    """Subject and text, in the language spoken just now."""
    base = config.current().base_url
    subject = ngettext(
        "%(num)s mã truy xuất đáng ngờ: xin xem lại",
        "%(num)s mã truy xuất đáng ngờ: xin xem lại",
        len(rows),
    )
    worst = sorted(rows, key=lambda row: (-row.score, row.id))
    lines = []
    for row in worst[:_MOST_NAMED]:
        lines.append(f"· {_title(row)}: {telling.gist(row, places)}")
        lines.append(f"  {base}/{desk}/suspicions/{row.id}")
    if len(rows) > _MOST_NAMED:
        lines.append(_("và %(count)s mã khác", count=len(rows) - _MOST_NAMED))
    lines.append(f"{base}/{desk}/suspicions")
    closing = _(
        "Đây là điều đã thấy, chưa phải kết luận. Xin xem từng mã và ghi lại: có lời giải thích"
        " (tem trưng bày, ảnh tem được chia sẻ), hay tem đã bị sao chép."
    )
    return subject, "\n".join([*lines, "", closing])


def _title(row: CopySuspicion) -> str:
    return _(
        "%(subject)s, lô %(lot)s (%(product)s)",
        subject=telling.subject(row),
        lot=row.batch.lot,
        product=row.batch.product.name,
    )
