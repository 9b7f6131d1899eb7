"""Warnings to cooperatives: a certificate is about to end, or has ended."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime, timedelta
from functools import partial

from sqlalchemy import ColumnElement, and_, exists, or_, select
from sqlalchemy.orm import Session, aliased

from foundation import clock, config
from foundation.i18n import _
from growing_areas import recipients
from growing_areas.dossiers import lists
from growing_areas.dossiers.certificates import WARNED_DAYS
from growing_areas.dossiers.models import AreaCertificate
from growing_areas.models import GrowingArea

_AT_ONCE = 1_000


def warn_of_certificates(session: Session, *, now: datetime) -> int:
    """Tell managers of every certificate that came to 60, 30 or 0 days before its end; once each.

    One that a newer certificate of its standard follows without a gap needs nobody's care.

    The warning and the note that it was given share a transaction. Answers how many.
    """
    today = clock.business_day(now)
    rows = session.execute(
        select(AreaCertificate, GrowingArea)
        .join(GrowingArea, GrowingArea.id == AreaCertificate.area_id)
        .where(
            AreaCertificate.removed_at.is_(None),
            or_(*_come_to(today)),
            ~_is_followed(today),
            GrowingArea.status.in_(("draft", "submitted", "inspected", "approved", "suspended")),
        )
        .order_by(AreaCertificate.id)
        .limit(_AT_ONCE)
        .with_for_update(of=AreaCertificate, skip_locked=True)
    ).all()
    managers = recipients.managers_of(session, {area.organisation_id for _, area in rows})
    for certificate, area in rows:
        certificate.warned_days = _threshold(certificate, today)
        people = managers.get(area.organisation_id, ())
        recipients.tell(session, people, partial(_words, certificate, area, today))
    session.flush()
    return len(rows)


def _come_to(today: date) -> Iterable[ColumnElement[bool]]:
    """Certificates that came to a threshold and were not told of it yet, by threshold.

    In SQL, so that those told already never fill the batch before those still to be told.
    """
    for days in WARNED_DAYS:
        # 0 is the day after the last: a certificate holds through its last day.
        last = today + timedelta(days=days) if days else today - timedelta(days=1)
        told = AreaCertificate.warned_days
        yield and_(AreaCertificate.valid_to <= last, or_(told.is_(None), told > days))


def _is_followed(today: date) -> ColumnElement[bool]:
    """The condition that another of the same area and standard lasts longer and begins in time."""
    newer = aliased(AreaCertificate)
    return exists().where(
        newer.area_id == AreaCertificate.area_id,
        newer.standard == AreaCertificate.standard,
        newer.removed_at.is_(None),
        newer.valid_to > AreaCertificate.valid_to,
        or_(
            newer.valid_from <= AreaCertificate.valid_to + timedelta(days=1),
            newer.valid_from <= today,
        ),
    )


def _threshold(certificate: AreaCertificate, today: date) -> int:
    """The threshold a certificate within the first one has come to."""
    left = (certificate.valid_to - today).days
    return 0 if left < 0 else min(days for days in WARNED_DAYS if days and left <= days)


def _words(certificate: AreaCertificate, area: GrowingArea, today: date) -> tuple[str, str]:
    """Subject and text of the warning, in the language spoken just now."""
    standard = lists.standards().get(certificate.standard)
    params = {
        "standard": standard.name if standard else certificate.standard,
        "number": certificate.number,
        "area": area.name,
        "on": f"{certificate.valid_to:%d/%m/%Y}",
        "link": f"{config.current().base_url}/workspace/areas/{area.id}/dossier",
    }
    subject = (
        _("Giấy chứng nhận %(standard)s đã hết hạn: %(area)s", **params)
        if certificate.valid_to < today
        else _("Giấy chứng nhận %(standard)s sắp hết hạn: %(area)s", **params)
    )
    text = _(
        "%(standard)s số %(number)s của vùng %(area)s có hạn tới ngày %(on)s.\n"
        "Ghi giấy mới tại: %(link)s",
        **params,
    )
    return subject, text
