"""What higher rooms may read of raw-material areas: who supplies whom, on how much land."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

import shapely
from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from growing_areas.models import GrowingArea, PlotVersion
from growing_areas.raw_materials.models import RawMaterialArea, RawMaterialMember
from growing_areas.shapes.measure import Outline, hectares, measure


@dataclass(frozen=True)
class RawMaterialFact:
    """A raw-material area as it stood on a day: its lead, its members, its land without doubles."""

    raw_material_area_id: int
    code: str
    name: str
    lead_id: int
    buyer_id: int | None
    has_buyer: bool
    crop_codes: tuple[str, ...]
    commune_code: str
    province_code: str
    organisation_ids: tuple[int, ...]
    area_ids: tuple[int, ...]
    area_ha: Decimal


def raw_material_areas(
    session: Session, on: date, *, province_code: str | None = None
) -> list[RawMaterialFact]:
    """The raw-material areas that ran on a day, by code; two statements, however many.

    For the indicator of linkage models tied to a raw-material area (``eco.link_digital``).
    """
    statement = select(RawMaterialArea).where(
        RawMaterialArea.started_on <= on,
        or_(RawMaterialArea.ended_on.is_(None), RawMaterialArea.ended_on > on),
    )
    if province_code is not None:
        statement = statement.where(RawMaterialArea.province_code == province_code)
    found = list(session.scalars(statement.order_by(RawMaterialArea.code)))
    lands = lands_on(session, [area.id for area in found], on)
    return [_fact(area, lands[area.id]) for area in found]


@dataclass(frozen=True)
class Land:
    """The registrations in a raw-material area on a day, and the outlines of their plots."""

    area_ids: tuple[int, ...] = ()
    organisation_ids: tuple[int, ...] = ()
    outlines: tuple[Outline, ...] = ()

    @property
    def area_ha(self) -> Decimal:
        """The ground they cover together: what two registrations share counts once."""
        if not self.outlines:
            return Decimal(0)
        together = shapely.union_all(self.outlines)
        parts = [part for part in shapely.get_parts(together) if part.geom_type == "Polygon"]
        return hectares(sum(measure(part).area_m2 for part in parts))


def lands_on(session: Session, ids: Iterable[int], on: date) -> dict[int, Land]:
    """The land of several raw-material areas on a day, in one statement."""
    rows = session.execute(
        select(
            RawMaterialMember.raw_material_area_id,
            GrowingArea.id,
            GrowingArea.organisation_id,
            PlotVersion.geometry,
        )
        .join(GrowingArea, GrowingArea.id == RawMaterialMember.area_id)
        .join(PlotVersion, PlotVersion.id == GrowingArea.version_id)
        .where(
            RawMaterialMember.raw_material_area_id.in_(list(ids)),
            RawMaterialMember.joined_on <= on,
            or_(RawMaterialMember.left_on.is_(None), RawMaterialMember.left_on > on),
        )
        .order_by(GrowingArea.id)
    )
    held: dict[int, list[tuple[int, int, bytes]]] = defaultdict(list)
    for raw_id, area_id, owner, wkb in rows:
        held[raw_id].append((area_id, owner, wkb))
    lands: dict[int, Land] = defaultdict(Land)
    for raw_id, told_all in held.items():
        lands[raw_id] = Land(
            tuple(area_id for area_id, _, _ in told_all),
            tuple(sorted({owner for _, owner, _ in told_all})),
            # One plot in several registrations has one outline: it is drawn once.
            tuple(shapely.from_wkb(wkb) for wkb in {wkb for _, _, wkb in told_all}),
        )
    return lands


def _fact(area: RawMaterialArea, land: Land) -> RawMaterialFact:
    return RawMaterialFact(
        area.id,
        area.code,
        area.name,
        area.organisation_id,
        area.buyer_id,
        bool(area.buyer_id or area.buyer_name),
        tuple(area.crop_codes),
        area.commune_code,
        area.province_code,
        land.organisation_ids,
        land.area_ids,
        land.area_ha,
    )
