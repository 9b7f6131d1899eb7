"""Where a batch comes from, as its scan page tells it: harvests, areas, what was bought, lots.

A batch made of others tells their harvests as its own, however many levels lie between. Areas
without a code are told by commune and crop alone: nobody has looked at them yet.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta

import shapely
from shapely.geometry.base import BaseGeometry
from sqlalchemy import select
from sqlalchemy.orm import Session

from accounts.models import Organisation
from growing_areas import areas as growing
from growing_areas import crops, labels, season
from growing_areas.dossiers import editions
from growing_areas.dossiers.models import AreaEdition
from growing_areas.models import DiaryEntry, GrowingArea, PlotVersion
from growing_areas.parcels import ground, households
from growing_areas.season import Harvest
from growing_areas.shapes.drawing import coarsened
from products.models import Product
from territory import boundaries, units
from traceability.handling import purchases
from traceability.models import Batch
from traceability.pre_harvest import Interval, harvest_of, weigh_interval
from traceability.quality import reach
from traceability.quality.reach import Source
from traceability.scan import coarse_map, shared, timeline
from traceability.scan.coarse_map import Box, CoarseMap
from traceability.scan.timeline import Run

SEASON = timedelta(days=365)
MOST_NAMED = 12
"""Lots and areas told by name; of more the page tells how many there are."""
MOST_COMMUNES = 3
"""Communes drawn on one small map."""
# The gravest first: a batch is told by the worst of its harvests.
_GRAVEST = ("broken", "unknown", "unrecorded", "kept", "unsprayed")


@dataclass(frozen=True)
class AreaTold:
    """A growing area: its code, and the kilometre cell it lies in; neither while it has no code."""

    code: str
    code_name: str
    name: str
    crop: str
    place: str
    status: str
    approved_at: datetime | None
    cell: Box | None


@dataclass(frozen=True)
class WorkTold:
    """How often a kind of work was done in the season, and when first and last."""

    activity: str
    count: int
    first_on: date
    last_on: date


@dataclass(frozen=True)
class BoughtTold:
    """Bought material: from which organisation (never a person), where, when."""

    supplier: str | None
    place: str
    bought_on: date | None


@dataclass(frozen=True)
class MadeOfTold:
    """A lot that went in, at any level."""

    code: str
    lot: str
    product: str
    producer: str


@dataclass(frozen=True)
class Origin:
    """Everything a batch comes from, gathered once."""

    sources: tuple[Source, ...] = ()
    areas: tuple[AreaTold, ...] = ()
    area_ids: tuple[int, ...] = ()
    # Other registrations of the same ground: what is sprayed in their name fell on these goods.
    sister_ids: tuple[int, ...] = ()
    map: CoarseMap | None = None
    works: tuple[WorkTold, ...] = ()
    timeline: tuple[Run, ...] = ()
    # How many households work the plots with a code; never who they are.
    households: int = 0
    interval: Interval | None = None
    harvests: tuple[date, ...] = ()
    bought: tuple[BoughtTold, ...] = ()
    made_of: tuple[MadeOfTold, ...] = field(default=())

    @property
    def batch_ids(self) -> list[int]:
        """The batch itself and every batch it is made of."""
        return [each.batch_id for each in self.sources]


def gather(session: Session, batch: Batch, today: date) -> Origin:
    """What a batch comes from; a fixed number of statements, however many levels."""
    sources = tuple(reach.sources_of(session, [batch.id])[batch.id])
    harvests = list(dict.fromkeys(h for each in sources if (h := harvest_of(each)) is not None))
    grown = shared.part(
        ("grown", tuple(harvests), batch.commune_code, today),
        lambda: _grown(session, harvests, batch.commune_code, today),
        lambda told: [f"a{area_id}" for area_id in (*told.area_ids, *told.sister_ids)],
    )
    ids = [each.batch_id for each in sources]
    bought = _bought(session, ids, today)
    made_of = _made_of(session, [each for each in ids if each != batch.id])
    return replace(grown, sources=sources, bought=bought, made_of=made_of)


def _grown(session: Session, harvests: Sequence[Harvest], seat: str, today: date) -> Origin:
    """What some harvests tell: the same for every lot of them whose house sits in one commune."""
    area_ids = tuple(dict.fromkeys(area_id for each in harvests for area_id in each.area_ids))
    days = sorted({each.harvested_on for each in harvests})
    rows = _rows(session, area_ids)
    held = _held(session, rows, max(days, default=today))
    told = _areas(session, rows, held, today)
    outlines = _shown(rows, held)
    grounds = season.grounds_of(session, harvests) if harvests else {}
    touched = _season(session, harvests, grounds)
    lines = list({entry.id: entry for entries in touched for entry in entries}.values())
    return Origin(
        areas=told,
        area_ids=area_ids,
        sister_ids=tuple({sister for on in grounds.values() for sister in on.sisters}),
        map=_map(session, seat, rows, told, outlines),
        works=_works(lines),
        timeline=timeline.runs((line.done_on, line.activity) for line in lines),
        households=_households(session, rows),
        interval=_interval(session, harvests, grounds, touched),
        harvests=(days[0], days[-1]) if days else (),
    )


def _rows(session: Session, area_ids: Sequence[int]) -> Sequence[GrowingArea]:
    if not area_ids:
        return ()
    statement = select(GrowingArea).where(GrowingArea.id.in_(area_ids)).order_by(GrowingArea.id)
    return session.scalars(statement).all()


def _held(session: Session, rows: Sequence[GrowingArea], day: date) -> Mapping[int, AreaEdition]:
    """As they were when the goods were cut: an area amended since then keeps its past."""
    return editions.on_day(session, [area.id for area in rows], day) if rows else {}


def _shown(rows: Sequence[GrowingArea], held: Mapping[int, AreaEdition]) -> dict[str, BaseGeometry]:
    """The exact outlines of areas whose owners chose that everybody may see them."""
    return {
        area.code: growing.outline_of(held[area.id].version)
        for area in rows
        if area.code and area.outline_public and area.id in held
    }


def _households(session: Session, rows: Sequence[GrowingArea]) -> int:
    plots = {area.plot_id for area in rows if area.code}
    return sum(households.count_of_plots(session, plots).values()) if plots else 0


def _areas(
    session: Session,
    rows: Sequence[GrowingArea],
    held: Mapping[int, AreaEdition],
    today: date,
) -> tuple[AreaTold, ...]:
    places = units.labels(session, {area.commune_code for area in rows}, today)
    return tuple(
        AreaTold(
            code=area.code or "",
            code_name=labels.code_name(area.crop_code),
            name=held[area.id].name if area.code and area.id in held else "",
            crop=crops.get_crop(area.crop_code).name,
            place=places.get(area.commune_code, ""),
            status=area.status,
            approved_at=area.approved_at,
            cell=_cell(held[area.id].version) if area.code and area.id in held else None,
        )
        for area in rows
    )


def _cell(version: PlotVersion) -> Box:
    west, south, east, north = coarsened(growing.outline_of(version)).bounds
    return west, south, east, north


def _map(
    session: Session,
    seat: str,
    rows: Sequence[GrowingArea],
    told: Sequence[AreaTold],
    outlines: Mapping[str, BaseGeometry],
) -> CoarseMap | None:
    cells = [area.cell for area in told if area.cell is not None and area.code not in outlines]
    if not cells and not outlines:
        return None
    drawn = {area.commune_code for area in rows if area.code} | {seat}
    known = boundaries.boundaries_of(session, drawn) if len(drawn) <= MOST_COMMUNES else {}
    maker = known.get(seat)
    goal = maker.representative_point().coords[0] if maker is not None else None
    land = shapely.GeometryCollection(list(known.values())) if known else None
    return coarse_map.draw(cells, land, tuple(outlines.values()), goal)


def _season(
    session: Session, harvests: Sequence[Harvest], grounds: Mapping[Harvest, ground.Ground]
) -> list[list[DiaryEntry]]:
    """The season's diary lines about the ground of each harvest."""
    if not harvests:
        return []
    around = {area_id for on in grounds.values() for area_id in (*on.named, *on.sisters)}
    days = [each.harvested_on for each in harvests]
    lines = season.entries_between(session, around, min(days) - SEASON, max(days))
    return [
        [line for line in on.touched(lines) if _tells(line, on, harvest)]
        for harvest, on in ((each, grounds[each]) for each in harvests)
    ]


def _tells(line: DiaryEntry, on: ground.Ground, harvest: Harvest) -> bool:
    if not harvest.harvested_on - SEASON <= line.done_on <= harvest.harvested_on:
        return False
    # Sprays of a sister registration fell on this very crop: to leave them out would be a lie.
    return line.area_id in on.named or season.is_waited_for(line)


def _works(entries: Iterable[DiaryEntry]) -> tuple[WorkTold, ...]:
    days: dict[str, list[date]] = {}
    for entry in sorted(entries, key=lambda each: (each.done_on, each.id)):
        days.setdefault(entry.activity, []).append(entry.done_on)
    return tuple(
        WorkTold(activity, len(done), min(done), max(done)) for activity, done in days.items()
    )


def _interval(
    session: Session,
    harvests: Sequence[Harvest],
    grounds: Mapping[Harvest, ground.Ground],
    touched: Sequence[Sequence[DiaryEntry]],
) -> Interval | None:
    """The worst of what the diaries say before each harvest; None where there is no harvest."""
    forbidding = season.forbidding_sprays_of(session, harvests, grounds)
    weighed = [
        weigh_interval(entries, forbidding[harvest], harvest.harvested_on)
        for harvest, entries in zip(harvests, touched, strict=True)
    ]
    return min(
        weighed,
        key=lambda each: (_GRAVEST.index(each.state), each.days_waited or 0),
        default=None,
    )


def _bought(session: Session, batch_ids: Sequence[int], today: date) -> tuple[BoughtTold, ...]:
    rows = purchases.of_batches(session, batch_ids)
    places = purchases.place_names(session, rows, today)
    told = (
        BoughtTold(
            None if row.is_person else row.supplier,
            places.get(row.commune_code or "", ""),
            row.bought_on,
        )
        for row in rows
    )
    return tuple(dict.fromkeys(told))


def _made_of(session: Session, batch_ids: Sequence[int]) -> tuple[MadeOfTold, ...]:
    if not batch_ids:
        return ()
    statement = (
        select(Batch.code, Batch.lot, Product.name, Organisation.name)
        .join(Product, Product.id == Batch.product_id)
        .join(Organisation, Organisation.id == Batch.organisation_id)
        .where(Batch.id.in_(batch_ids))
        .order_by(Batch.id.desc())
    )
    return tuple(MadeOfTold(*row) for row in session.execute(statement))
