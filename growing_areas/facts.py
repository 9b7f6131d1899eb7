"""What higher rooms may read of growing areas: for indicators, maps and open data.

Figures are of a day: an area counts as coded on a day when its last step until the end of that
day (Vietnam's) left it in force.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Literal

import shapely
from sqlalchemy import ColumnElement, case, func, or_, select
from sqlalchemy.orm import Session

from accounts.models import Organisation
from growing_areas import overlap
from growing_areas.mapping import picked
from growing_areas.mapping.outlines import public_outline
from growing_areas.mapping.picked import EVERY, Picked
from growing_areas.models import IN_FORCE, GrowingArea, PlotVersion
from growing_areas.past_steps import last_steps
from growing_areas.raw_materials.facts import RawMaterialFact as RawMaterialFact
from growing_areas.raw_materials.facts import raw_material_areas as raw_material_areas
from growing_areas.shapes.measure import Outline, hectares


@dataclass(frozen=True)
class CodedArea:
    """An area in force on a day: a row behind the figures."""

    area_id: int
    code: str
    name: str
    organisation_id: int
    organisation_name: str
    crop_code: str
    commune_code: str
    province_code: str
    area_m2: float
    since: datetime
    # Its share of the sum: nothing when another registration of the plot stands for the ground.
    counted_m2: float


@dataclass(frozen=True)
class CodedTotal:
    """How many areas are coded in a commune or province, and how large they are together."""

    unit_code: str
    count: int
    area_ha: Decimal


@dataclass(frozen=True)
class PublicArea:
    """An area in force as everybody may see it: its outline coarse unless shown, no person."""

    area_id: int
    code: str
    name: str
    crop_code: str
    organisation_id: int
    organisation_name: str
    organisation_slug: str
    commune_code: str
    province_code: str
    area_m2: float
    outline: Outline
    is_exact: bool


def coded_areas(
    session: Session,
    on: date,
    *,
    province_code: str | None = None,
    commune_code: str | None = None,
) -> list[CodedArea]:
    """The areas in force on a day, by code.

    A plot may stand in several registrations (crop × market): each is an area, but of their
    sizes only the largest counts in a sum, or the same ground would be added up twice.
    """
    last = last_steps(on).subquery()
    statement = (
        select(
            GrowingArea.id,
            GrowingArea.code,
            GrowingArea.name,
            GrowingArea.organisation_id,
            Organisation.name,
            GrowingArea.crop_code,
            GrowingArea.commune_code,
            GrowingArea.province_code,
            PlotVersion.area_m2,
            last.c.happened_at,
            case((_of_its_plot() == 1, PlotVersion.area_m2), else_=0.0),
        )
        .join(last, last.c.area_id == GrowingArea.id)
        .join(PlotVersion, PlotVersion.id == last.c.version_id)
        .join(Organisation, Organisation.id == GrowingArea.organisation_id)
        .where(last.c.to_status == IN_FORCE)
        .order_by(GrowingArea.code)
    )
    if province_code is not None:
        statement = statement.where(GrowingArea.province_code == province_code)
    if commune_code is not None:
        statement = statement.where(GrowingArea.commune_code == commune_code)
    return [CodedArea(*row) for row in session.execute(statement)]


def coded_totals(
    session: Session, on: date, *, level: Literal["province", "commune"] = "commune"
) -> list[CodedTotal]:
    """Count and hectares of areas in force on a day, for each unit that has any."""
    by_unit: dict[str, list[CodedArea]] = defaultdict(list)
    for area in coded_areas(session, on):
        by_unit[area.commune_code if level == "commune" else area.province_code].append(area)
    return [
        CodedTotal(unit, len(found), hectares(sum(area.counted_m2 for area in found)))
        for unit, found in sorted(by_unit.items())
    ]


def public_areas(
    session: Session,
    *,
    bbox: tuple[float, float, float, float] | None = None,
    organisation_id: int | None = None,
    province_code: str | None = None,
    commune_code: str | None = None,
    crop_codes: Iterable[str] = (),
    of: Picked = EVERY,
    after_id: int = 0,
    limit: int = 5_000,
) -> list[PublicArea]:
    """The areas in force today by id, for public maps: of their public outlines, see PublicArea.

    ``of`` picks those certified or of a set.
    ``bbox`` asks what those outlines touch, never where the true ones lie; ``after_id`` goes on
    after the last one of an earlier answer.
    """
    statement = (
        select(GrowingArea, PlotVersion, Organisation)
        .join(PlotVersion, PlotVersion.id == GrowingArea.version_id)
        .join(Organisation, Organisation.id == GrowingArea.organisation_id)
        .where(GrowingArea.status == IN_FORCE, GrowingArea.id > after_id)
        .order_by(GrowingArea.id)
        .limit(limit)
    )
    wanted = list(crop_codes)
    if bbox is not None:
        statement = statement.where(_shown_within(bbox))
    if organisation_id is not None:
        statement = statement.where(GrowingArea.organisation_id == organisation_id)
    if province_code is not None:
        statement = statement.where(GrowingArea.province_code == province_code)
    if commune_code is not None:
        statement = statement.where(GrowingArea.commune_code == commune_code)
    if wanted:
        statement = statement.where(GrowingArea.crop_code.in_(wanted))
    statement = statement.where(*picked.conditions(of))
    return [_public(area, version, owner) for area, version, owner in session.execute(statement)]


def _shown_within(bbox: tuple[float, float, float, float]) -> ColumnElement[bool]:
    """The condition that a public outline touches a rectangle."""
    return or_(
        ~GrowingArea.outline_public & overlap.near(*overlap.whole_cells(bbox)),
        GrowingArea.outline_public & overlap.near(*bbox),
    )


def public_area_batches(session: Session, *, size: int = 1_000) -> Iterator[list[PublicArea]]:
    """All areas in force today by code, some at a time: for files of any length."""
    statement = (
        select(GrowingArea, PlotVersion, Organisation)
        .join(PlotVersion, PlotVersion.id == GrowingArea.version_id)
        .join(Organisation, Organisation.id == GrowingArea.organisation_id)
        .where(GrowingArea.status == IN_FORCE)
        .order_by(GrowingArea.code)
        .execution_options(yield_per=size)
    )
    for rows in session.execute(statement).partitions():
        yield [_public(area, version, owner) for area, version, owner in rows]


def _public(area: GrowingArea, version: PlotVersion, owner: Organisation) -> PublicArea:
    outline = shapely.from_wkb(version.geometry)
    return PublicArea(
        area.id,
        str(area.code),
        area.name,
        area.crop_code,
        owner.id,
        owner.name,
        owner.slug,
        area.commune_code,
        area.province_code,
        version.area_m2,
        public_outline(outline, is_exact=area.outline_public),
        area.outline_public,
    )


def _of_its_plot() -> ColumnElement[int]:
    """The place of a registration among those of its plot, the largest first."""
    largest = (PlotVersion.area_m2.desc(), GrowingArea.id)
    return func.row_number().over(partition_by=GrowingArea.plot_id, order_by=largest)
