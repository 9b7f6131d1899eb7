"""Certificates of standards (VietGAP, organic, ASC …): recorded, shown while valid, warned of.

A certificate speaks of the area, never of a person, so number, body and dates are public; its
file is not. Source: data/standards.csv.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from accounts import audit
from accounts.permissions import Actor
from foundation import clock, files
from foundation.errors import Finding, Invalid, NotFound
from foundation.inputs import INT64
from foundation.models import StoredFile
from growing_areas import areas, ports
from growing_areas.crops import find_crop
from growing_areas.dossiers import lists, papers, records, uploads
from growing_areas.dossiers.models import AreaCertificate
from growing_areas.dossiers.uploads import Judged
from growing_areas.models import GrowingArea

WARNED_DAYS = (60, 30, 0)
"""So many days before a certificate ends its cooperative is warned; 0 is the day after."""


@dataclass(frozen=True)
class Certified:
    """What a certificate says."""

    standard: str
    number: str
    body: str
    valid_from: date
    valid_to: date


def record(
    session: Session,
    actor: Actor,
    area_id: int,
    certified: Certified,
    judged: Judged | None = None,
    *,
    now: datetime,
) -> AreaCertificate:
    """Enter a certificate of an area, with its file where there is one.

    Raises: NotFound, Forbidden, Refused("consent.missing"); Invalid for a standard of other
    crops, or an end before the start.
    """
    area = papers.writable(session, actor, area_id)
    _check(area, certified, clock.business_day(now))
    certificate = AreaCertificate(
        area_id=area.id,
        standard=certified.standard,
        number=certified.number,
        body=certified.body,
        valid_from=certified.valid_from,
        valid_to=certified.valid_to,
        file_digest=uploads.keep_paper(session, judged, now=now) if judged else None,
        recorded_at=now,
        recorded_by_id=actor.person_id,
    )
    session.add(certificate)
    session.flush()
    ports.certificates_changed(session, area.id, now)
    return certificate


def remove(
    session: Session, actor: Actor, area_id: int, certificate_id: int, *, now: datetime
) -> AreaCertificate:
    """Take a certificate off an area; its row says that it was there.

    Its file is let go, unless a decision rests on it. Raises: NotFound.
    """
    area = papers.writable(session, actor, area_id)
    certificate = _get(session, area, certificate_id)
    certificate.removed_at = now
    if not records.rests_on(session, area.id, certificate.recorded_at):
        certificate.file_digest = None
    session.flush()
    ports.certificates_changed(session, area.id, now)
    return certificate


def read_file(
    session: Session, actor: Actor, area_id: int, certificate_id: int, *, now: datetime
) -> StoredFile:
    """A certificate's file for whoever may see the area's inside; an outsider's look is audited.

    Raises: NotFound, Forbidden.
    """
    area = areas.get_area(session, actor, area_id)
    certificate = _get(session, area, certificate_id)
    if certificate.file_digest is None:
        raise NotFound("file.not_found")
    if area.organisation_id not in actor.organisation_ids():
        audit.record(session, actor, "area.paper_read", f"area:{area.id}", now=now)
    return files.get_file(session, certificate.file_digest)


def of_area(session: Session, area_id: int) -> list[AreaCertificate]:
    """Every certificate of an area, the one that ends last first; ended ones included."""
    return list(
        session.scalars(
            select(AreaCertificate)
            .where(AreaCertificate.area_id == area_id, AreaCertificate.removed_at.is_(None))
            .order_by(AreaCertificate.valid_to.desc(), AreaCertificate.id.desc())
        )
    )


def valid_on(
    session: Session, area_ids: Iterable[int], day: date
) -> dict[int, list[AreaCertificate]]:
    """The certificates each area holds on a day, by area; areas without any are left out."""
    statement = (
        select(AreaCertificate)
        .where(
            AreaCertificate.area_id.in_(sorted(set(area_ids))),
            AreaCertificate.removed_at.is_(None),
            AreaCertificate.valid_from <= day,
            AreaCertificate.valid_to >= day,
        )
        .order_by(AreaCertificate.area_id, AreaCertificate.standard, AreaCertificate.id)
    )
    found: dict[int, list[AreaCertificate]] = {}
    for certificate in session.scalars(statement):
        found.setdefault(certificate.area_id, []).append(certificate)
    return found


def state_on(certificate: AreaCertificate, day: date) -> str:
    """Where a certificate stands on a day: valid, ending (within 60 days), ended, not_yet."""
    if day < certificate.valid_from:
        return "not_yet"
    if day > certificate.valid_to:
        return "ended"
    return "ending" if certificate.valid_to - day <= timedelta(days=WARNED_DAYS[0]) else "valid"


def _check(area: GrowingArea, certified: Certified, today: date) -> None:
    crop = find_crop(area.crop_code)
    usable = {standard.code for standard in lists.standards_of(crop.kind if crop else "", today)}
    found = []
    if certified.standard not in usable:
        found.append(Finding("certificate.unknown_standard", {}, "standard"))
    if certified.valid_to < certified.valid_from:
        found.append(Finding("certificate.ends_before_start", {}, "valid_to"))
    if found:
        raise Invalid(found)


def _get(session: Session, area: GrowingArea, certificate_id: int) -> AreaCertificate:
    usable = 0 < certificate_id <= INT64
    found = session.get(AreaCertificate, certificate_id) if usable else None
    if found is None or found.area_id != area.id or found.removed_at is not None:
        raise NotFound("certificate.unknown")
    return found
