"""What higher rooms may read of raw-material areas: who supplies whom, on how much land."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

import shapely
from sqlalchemy import ARRAY, ColumnElement, String, and_, cast, or_, select
from sqlalchemy.orm import Session

from growing_areas import overlap
from growing_areas.models import IN_FORCE, GrowingArea, GrowingAreaEvent, PlotVersion
from growing_areas.past_steps import last_steps
from growing_areas.raw_materials.models import RawMaterialArea, RawMaterialMember
from growing_areas.shapes.drawing import coarsened
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
    statement = select(RawMaterialArea).where(_runs(on))
    if province_code is not None:
        statement = statement.where(RawMaterialArea.province_code == province_code)
    found = list(session.scalars(statement.order_by(RawMaterialArea.code)))
    lands = lands_on(session, [area.id for area in found], on)
    return [_fact(area, lands[area.id]) for area in found]


@dataclass(frozen=True)
class Land:
    """The registrations in force in a raw-material area on a day, and their outlines that day."""

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
    """The land of several raw-material areas on a day, in one statement.

    Of their members on that day, those whose codes were in force at its end, each with the outline
    it had then: who was suspended or revoked supplied nobody, and later amendments change no past.
    """
    wanted = list(ids)
    inside = (
        select(RawMaterialMember.raw_material_area_id, RawMaterialMember.area_id)
        .where(RawMaterialMember.raw_material_area_id.in_(wanted), _joined(on))
        .subquery()
    )
    last = last_steps(on, GrowingAreaEvent.area_id.in_(select(inside.c.area_id))).subquery()
    rows = session.execute(
        select(
            inside.c.raw_material_area_id,
            GrowingArea.id,
            GrowingArea.organisation_id,
            PlotVersion.geometry,
        )
        .join(GrowingArea, GrowingArea.id == inside.c.area_id)
        .join(last, last.c.area_id == GrowingArea.id)
        .join(PlotVersion, PlotVersion.id == last.c.version_id)
        .where(last.c.to_status == IN_FORCE)
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


@dataclass(frozen=True)
class PublicMaterial:
    """A raw-material area as everybody may see it; ``cells`` are those of about 1 km it lies in."""

    code: str
    name: str
    crop_codes: tuple[str, ...]
    commune_code: str
    province_code: str
    areas: int
    area_ha: Decimal
    cells: Outline


def public_materials(
    session: Session,
    on: date,
    *,
    bbox: tuple[float, float, float, float] | None = None,
    province_code: str | None = None,
    commune_code: str | None = None,
    crop_codes: Collection[str] = (),
    limit: int,
) -> list[PublicMaterial]:
    """The raw-material areas that run on a day, newest first; two statements, however many.

    With a frame those with a member in it, rounded to whole cells; a province or commune is the
    lead's.
    """
    statement = (
        select(RawMaterialArea).where(_runs(on)).order_by(RawMaterialArea.id.desc()).limit(limit)
    )
    if bbox is not None:
        inside = (
            select(RawMaterialMember.raw_material_area_id)
            .join(GrowingArea, GrowingArea.id == RawMaterialMember.area_id)
            .where(_joined(on), overlap.near(*overlap.whole_cells(bbox)))
        )
        statement = statement.where(RawMaterialArea.id.in_(inside))
    if province_code is not None:
        statement = statement.where(RawMaterialArea.province_code == province_code)
    if commune_code is not None:
        statement = statement.where(RawMaterialArea.commune_code == commune_code)
    if crop_codes:
        wanted = cast(sorted(crop_codes), ARRAY(String(40)))
        statement = statement.where(RawMaterialArea.crop_codes.bool_op("&&")(wanted))
    found = list(session.scalars(statement))
    lands = lands_on(session, [area.id for area in found], on)
    return [
        PublicMaterial(
            area.code,
            area.name,
            tuple(area.crop_codes),
            area.commune_code,
            area.province_code,
            len(lands[area.id].area_ids),
            lands[area.id].area_ha,
            shapely.union_all([coarsened(outline) for outline in lands[area.id].outlines]),
        )
        for area in found
        # Without an area in force that day it lies nowhere.
        if lands[area.id].outlines
    ]


def _runs(on: date) -> ColumnElement[bool]:
    return and_(
        RawMaterialArea.started_on <= on,
        or_(RawMaterialArea.ended_on.is_(None), RawMaterialArea.ended_on > on),
    )


def _joined(on: date) -> ColumnElement[bool]:
    return and_(
        RawMaterialMember.joined_on <= on,
        or_(RawMaterialMember.left_on.is_(None), RawMaterialMember.left_on > on),
    )


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
