"""The story of a batch: everything its scan page and its JSON tell, and nothing personal.

Every fact says who stands behind it: what an officer checked, what the cooperative declares.
"""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal

from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload, selectinload

from foundation import clock
from foundation.errors import NotFound
from growing_areas import areas as growing
from growing_areas import crops, labels, season
from growing_areas.dossiers import editions
from growing_areas.models import DiaryEntry, PlotVersion
from growing_areas.parcels import ground
from growing_areas.shapes.drawing import coarsened
from products import certificates, photos
from territory import boundaries, units
from traceability import events, ports
from traceability.models import Batch
from traceability.pre_harvest import Interval, interval_before
from traceability.scan import coarse_map
from traceability.scan.coarse_map import Box, CoarseMap

SEASON = timedelta(days=365)


@dataclass(frozen=True)
class AreaTold:
    """A growing area: its code, and the kilometre cell it lies in."""

    code: str
    code_name: str
    name: str
    crop: str
    place: str
    status: str
    approved_at: datetime | None
    cell: Box


@dataclass(frozen=True)
class WorkTold:
    """How often a kind of work was done in the season, and when first and last."""

    activity: str
    count: int
    first_on: date
    last_on: date


@dataclass(frozen=True)
class Certificate:
    stars: int
    number: str
    valid_from: date
    valid_to: date


@dataclass(frozen=True)
class Step:
    """One event of the batch, by its business step (CBV)."""

    biz_step: str
    happened_at: datetime


@dataclass(frozen=True)
class Picture:
    digest: str
    width: int
    height: int


@dataclass(frozen=True)
class Story:
    batch_id: int
    code: str
    lot: str
    state: str
    product_name: str
    product_name_en: str | None
    product_slug: str
    gtin: str | None
    net_content: Decimal | None
    net_unit: str | None
    storage: str | None
    ingredients: str | None
    picture: Picture | None
    producer_name: str
    producer_slug: str
    producer_place: str
    producer_verified_at: datetime | None
    produced_on: date
    harvested_on: date | None
    expires_on: date | None
    areas: tuple[AreaTold, ...]
    map: CoarseMap | None
    works: tuple[WorkTold, ...]
    interval: Interval
    certificates: tuple[Certificate, ...]
    steps: tuple[Step, ...]
    shops: tuple[ports.BuyPlace, ...]

    @property
    def stars(self) -> int | None:
        return max((found.stars for found in self.certificates), default=None)


def tell(session: Session, batch_id: int, *, now: datetime) -> Story:
    """Gather a batch's story as it stands. Raises: NotFound("batch.not_found")."""
    batch = _load(session, batch_id)
    product, producer = batch.product, batch.organisation
    today = clock.business_day(now)
    area_ids = [area.id for area in batch.areas]
    entries = _season(session, batch, area_ids)
    told = _areas(session, batch, today)
    cover = photos.covers(session, [product.id]).get(product.id)
    return Story(
        batch_id=batch.id,
        code=batch.code,
        lot=batch.lot,
        state=batch.state,
        product_name=product.name,
        product_name_en=product.name_en,
        product_slug=product.slug,
        gtin=product.gtin,
        net_content=product.net_content,
        net_unit=product.net_unit,
        storage=product.storage,
        ingredients=product.ingredients,
        picture=Picture(cover.card_hash, cover.card_width, cover.card_height) if cover else None,
        producer_name=producer.name,
        producer_slug=producer.slug,
        producer_place=_place(session, producer.commune_code, today),
        producer_verified_at=producer.verified_at if producer.is_verified else None,
        produced_on=batch.produced_on,
        harvested_on=batch.harvested_on,
        expires_on=batch.expires_on,
        areas=told,
        map=_map(session, batch, told),
        works=_works(entries),
        interval=interval_before(session, entries, area_ids, batch.grown_until, batch.parcel_ids),
        certificates=_certificates(session, product.id, today),
        steps=_steps(session, batch),
        shops=tuple(ports.where_to_buy(session, product.id, now)),
    )


def _load(session: Session, batch_id: int) -> Batch:
    statement = (
        select(Batch)
        .where(Batch.id == batch_id)
        .options(
            joinedload(Batch.product),
            joinedload(Batch.organisation),
            selectinload(Batch.areas),
            selectinload(Batch.parcels),
        )
    )
    batch = session.scalar(statement)
    if batch is None:
        raise NotFound("batch.not_found")
    return batch


def _areas(session: Session, batch: Batch, today: date) -> tuple[AreaTold, ...]:
    places = units.labels(session, {area.commune_code for area in batch.areas}, today)
    # As they were when the goods were cut: an area amended since then keeps its past.
    held = editions.on_day(session, [area.id for area in batch.areas], batch.grown_until)
    return tuple(
        AreaTold(
            code=area.code or "",
            code_name=labels.code_name(area.crop_code),
            name=held[area.id].name,
            crop=crops.get_crop(area.crop_code).name,
            place=places.get(area.commune_code, ""),
            status=area.status,
            approved_at=area.approved_at,
            cell=_cell(held[area.id].version),
        )
        for area in batch.areas
    )


def _cell(version: PlotVersion) -> Box:
    west, south, east, north = coarsened(growing.outline_of(version)).bounds
    return west, south, east, north


def _map(session: Session, batch: Batch, told: tuple[AreaTold, ...]) -> CoarseMap | None:
    communes = {area.commune_code for area in batch.areas}
    commune = boundaries.boundary_of(session, communes.pop()) if len(communes) == 1 else None
    return coarse_map.draw([area.cell for area in told], commune)


def _place(session: Session, commune_code: str, today: date) -> str:
    return units.labels(session, {commune_code}, today).get(commune_code, "")


def _season(session: Session, batch: Batch, area_ids: list[int]) -> list[DiaryEntry]:
    """The season's diary lines about the ground the batch came from."""
    harvested = ground.of(session, area_ids, batch.parcel_ids)
    around = [*harvested.named, *harvested.sisters]
    last = batch.grown_until
    lines = season.entries_between(session, around, last - SEASON, last)
    # Sprays of a sister registration fell on this very crop: to leave them out would be a lie.
    return [
        line
        for line in harvested.touched(lines)
        if line.area_id in harvested.named or line.activity in season.CHEMICAL
    ]


def _works(entries: list[DiaryEntry]) -> tuple[WorkTold, ...]:
    days: dict[str, list[date]] = {}
    for entry in entries:
        days.setdefault(entry.activity, []).append(entry.done_on)
    return tuple(
        WorkTold(activity, len(done), min(done), max(done)) for activity, done in days.items()
    )


def _certificates(session: Session, product_id: int, today: date) -> tuple[Certificate, ...]:
    shown = certificates.stars_on(session, [product_id], today).get(product_id)
    return tuple(
        Certificate(each.stars, each.number, each.valid_from, each.valid_to)
        for each in certificates.history(session, product_id)
        if shown and each.stars == shown and certificates.is_valid_on(each, today)
    )


def _steps(session: Session, batch: Batch) -> tuple[Step, ...]:
    found = events.list_events(session, batch.id)
    return tuple(Step(event.biz_step or "", event.event_time) for event in found)
