"""The ground a harvest came from: areas with a code or still without, and parcels of them."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from sqlalchemy import and_, or_, select
from sqlalchemy.orm import Session

from foundation.errors import Finding
from growing_areas.areas import outline_of
from growing_areas.dossiers import editions
from growing_areas.models import GrowingArea
from growing_areas.parcels import strays
from growing_areas.parcels.models import Parcel
from products.models import Product

UNCODED = ("draft", "submitted", "inspected")
"""Statuses of areas that have no code yet: a harvest does not wait for one."""


def areas_of(
    session: Session, product: Product, codes: Sequence[str], ids: Sequence[int]
) -> list[GrowingArea]:
    """The organisation's areas of these codes and ids, in id order."""
    named = or_(GrowingArea.code.in_(codes), GrowingArea.id.in_(ids))
    own = GrowingArea.organisation_id == product.organisation_id
    return list(
        session.scalars(select(GrowingArea).where(and_(named, own)).order_by(GrowingArea.id))
    )


def uncoded_areas(session: Session, organisation_ids: Sequence[int]) -> list[GrowingArea]:
    """The areas of some organisations whose code is missing or pending, by name."""
    return list(
        session.scalars(
            select(GrowingArea)
            .where(
                GrowingArea.organisation_id.in_(organisation_ids),
                GrowingArea.status.in_(UNCODED),
            )
            .order_by(GrowingArea.name_key, GrowingArea.id)
            .limit(200)
        )
    )


def area_findings(
    areas: Sequence[GrowingArea], codes: Sequence[str], ids: Sequence[int]
) -> list[Finding]:
    """Areas nobody knows, and codes that were taken away or have run out."""
    if not codes and not ids:
        return [Finding("batch.area_missing", {}, "growing_areas")]
    known, known_ids = {area.code for area in areas}, {area.id for area in areas}
    findings = [
        Finding("batch.area_unknown", {"code": code}, "growing_areas")
        for code in dict.fromkeys(codes)
        if code not in known
    ]
    findings += [
        Finding("batch.area_unknown", {"code": str(each)}, "areas")
        for each in dict.fromkeys(ids)
        if each not in known_ids
    ]
    return findings + [
        Finding("batch.area_not_in_force", {"code": area.code}, "growing_areas")
        for area in areas
        if not area.is_in_force and area.status not in UNCODED
    ]


def parcel_findings(
    session: Session, areas: Sequence[GrowingArea], wanted: Sequence[int], harvested_on: date
) -> list[Finding]:
    """Parcels of none of the batch's areas, or outside all their outlines on the day of harvest."""
    if not wanted:
        return []
    plots = {area.plot_id for area in areas}
    known = set(
        session.scalars(
            select(Parcel.id).where(
                Parcel.id.in_(set(wanted)), Parcel.plot_id.in_(plots), Parcel.removed_at.is_(None)
            )
        )
    )
    found = [
        Finding("batch.parcel_unknown", {"parcel": parcel_id}, "parcels")
        for parcel_id in dict.fromkeys(wanted)
        if parcel_id not in known
    ]
    drawn = editions.on_day(session, [area.id for area in areas], harvested_on)
    if len(drawn) < len(areas):
        # An area without a code has no edition yet: its ground is what its draft says.
        return found
    outlines = [outline_of(edition.version) for edition in drawn.values()]
    outside = strays.beyond_code(session, outlines, known, harvested_on) if outlines else []
    return found + [
        Finding("batch.parcel_outside", {"label": label}, "parcels") for label in outside
    ]
