"""Reminders: a certificate of goods is about to end, or has ended; its managers are told once."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime, timedelta
from functools import partial

from sqlalchemy import ColumnElement, and_, or_, select
from sqlalchemy.orm import Session, joinedload

from foundation import clock, config
from foundation.i18n import _, vn_date
from growing_areas import recipients
from traceability.certifying import following, lists
from traceability.certifying.certificates import WARNED_DAYS
from traceability.certifying.models import GoodsCertificate

_AT_ONCE = 1_000


def remind(session: Session, *, now: datetime) -> int:
    """Tell managers of every certificate 60, 30 or 0 days before its end; once each.

    One that a newer certificate follows needs nobody's care, unless that one is taken back.

    The reminder and the note that it was given share a transaction. Answers how many.
    """
    today = clock.business_day(now)
    rows = session.scalars(
        select(GoodsCertificate)
        .where(
            GoodsCertificate.removed_at.is_(None),
            GoodsCertificate.withdrawn_on.is_(None),
            or_(*_come_to(today)),
            ~following.is_followed(today),
        )
        .options(joinedload(GoodsCertificate.product), joinedload(GoodsCertificate.batch))
        .order_by(GoodsCertificate.id)
        .limit(_AT_ONCE)
        .with_for_update(of=GoodsCertificate, skip_locked=True)
    ).all()
    managers = recipients.managers_of(session, {row.organisation_id for row in rows})
    for row in rows:
        row.warned_days = _threshold(row, today)
        people = managers.get(row.organisation_id, ())
        recipients.tell(session, people, partial(_words, row, today))
    session.flush()
    return len(rows)


def _come_to(today: date) -> Iterable[ColumnElement[bool]]:
    """Certificates that came to a threshold and were not told of it yet, by threshold."""
    for days in WARNED_DAYS:
        # 0 is the day after the last: a certificate holds through its last day.
        last = today + timedelta(days=days) if days else today - timedelta(days=1)
        told = GoodsCertificate.warned_days
        yield and_(GoodsCertificate.valid_to <= last, or_(told.is_(None), told > days))


def _threshold(row: GoodsCertificate, today: date) -> int:
    left = (row.valid_to - today).days
    return 0 if left < 0 else min(days for days in WARNED_DAYS if days and left <= days)


def _words(row: GoodsCertificate, today: date) -> tuple[str, str]:
    """Subject and text, in the language spoken just now."""
    standard = lists.standards().get(row.standard)
    goods = row.product.name if row.product else row.batch.lot if row.batch else ""
    params = {
        "standard": standard.name if standard else row.standard,
        "number": row.number,
        "goods": goods,
        "on": vn_date(row.valid_to),
        "link": f"{config.current().base_url}/workspace/certificates/new",
    }
    subject = (
        _("Chứng nhận %(standard)s đã hết hạn: %(goods)s", **params)
        if row.valid_to < today
        else _("Chứng nhận %(standard)s sắp hết hạn: %(goods)s", **params)
    )
    text = _(
        "%(standard)s số %(number)s của %(goods)s có hạn tới ngày %(on)s.\n"
        "Ghi giấy mới tại: %(link)s",
        **params,
    )
    return subject, text
