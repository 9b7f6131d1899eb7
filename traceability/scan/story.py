"""The story of a batch: everything its scan page and its JSON tell, and nothing personal.

Every fact says who stands behind it: what an officer checked, what the cooperative declares.
"""

from dataclasses import dataclass, replace
from datetime import date, datetime
from decimal import Decimal

from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload, selectinload

from accounts.models import Organisation
from foundation import clock
from foundation.errors import NotFound
from ledger.rows import placing
from ledger.rows.placing import Placed
from products import certificates, photos
from products.models import Product
from territory import units
from traceability import ports
from traceability.models import Batch
from traceability.pre_harvest import Interval
from traceability.recalls import notices
from traceability.recalls.notices import Announced
from traceability.scan import journey, origins, profiles, vouching
from traceability.scan.coarse_map import CoarseMap
from traceability.scan.journey import Step
from traceability.scan.origins import AreaTold, BoughtTold, MadeOfTold, Origin, WorkTold
from traceability.scan.profiles import Declared
from traceability.scan.timeline import Run
from traceability.scan.vouching import ResultTold, VoucherTold
from traceability.sensors.drawing import showing
from traceability.sensors.drawing.showing import MeasuredTold


@dataclass(frozen=True)
class Certificate:
    stars: int
    number: str
    valid_from: date
    valid_to: date


@dataclass(frozen=True)
class MakerSays:
    """What stands on the package beside the numbers, in its maker's words."""

    storage: str | None
    ingredients: str | None
    brand: str | None
    warnings: str | None
    portal_url: str | None


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
    says: MakerSays
    picture: Picture | None
    producer_name: str
    producer_slug: str
    producer_place: str
    producer_verified_at: datetime | None
    # Its GLN, else the tax code of the public register; never a household's.
    producer_number: str | None
    produced_on: date
    harvested_on: date | None
    expires_on: date | None
    origin: str
    areas: tuple[AreaTold, ...]
    map: CoarseMap | None
    works: tuple[WorkTold, ...]
    timeline: tuple[Run, ...]
    households: int
    interval: Interval | None
    # Days of the harvests that went into it, its own or inherited; the first and the last.
    harvests: tuple[date, ...]
    bought: tuple[BoughtTold, ...]
    made_of: tuple[MadeOfTold, ...]
    held_because: tuple[str, ...]
    certificates: tuple[Certificate, ...]
    vouchers: tuple[VoucherTold, ...]
    results: tuple[ResultTold, ...]
    steps: tuple[Step, ...] = ()
    shops: tuple[ports.BuyPlace, ...] = ()
    declared: tuple[Declared, ...] = ()
    proof: Placed | None = None
    recall: Announced | None = None
    measured: tuple[MeasuredTold, ...] = ()
    # What it is told from, as the database names it when it changes (docs/scans.md).
    rests_on: frozenset[str] = frozenset()

    @property
    def stars(self) -> int | None:
        return max((found.stars for found in self.certificates), default=None)

    @property
    def undeclared(self) -> frozenset[str]:
        """Fields that a legal profile in force wants, and nobody told."""
        return frozenset(each.field for each in self.declared if not each.is_told)

    @property
    def documents(self) -> tuple[str, ...]:
        """The documents in force for these goods."""
        return tuple(dict.fromkeys(name for each in self.declared for name in each.documents))

    @property
    def areas_beyond(self) -> int:
        """How many areas are not named."""
        return max(0, len(self.areas) - origins.MOST_NAMED)

    @property
    def made_of_beyond(self) -> int:
        """How many lots that went in are not named."""
        return max(0, len(self.made_of) - origins.MOST_NAMED)


def tell(session: Session, batch_id: int, *, now: datetime) -> Story:
    """Gather a batch's story as it stands. Raises: NotFound("batch.not_found")."""
    return tell_of(session, load(session, batch_id), now=now)


def tell_of(session: Session, batch: Batch, *, now: datetime) -> Story:
    """Gather the story of a batch that was loaded for it."""
    told = replace(
        _told(session, batch, now),
        shops=_shops(session, batch, now),
        proof=placing.place_of(session, "batches", (batch.id,)),
        recall=notices.announced(session, batch.id) if batch.state == "recalled" else None,
    )
    told = replace(told, steps=journey.steps(session, batch, told.producer_place, now=now))
    wanted = profiles.in_force(
        clock.business_day(now), group=batch.product.ocop_group, origin=batch.origin
    )
    return replace(
        told,
        declared=profiles.judge(wanted, _fields_told(told)),
        measured=showing.beside(session, batch, now=now),
    )


def _told(session: Session, batch: Batch, now: datetime) -> Story:
    """What papers and people say of it."""
    today, product, producer = clock.business_day(now), batch.product, batch.organisation
    origin = origins.gather(session, batch, today)
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
        says=_says(product),
        picture=_picture(session, product.id),
        producer_name=producer.name,
        producer_slug=producer.slug,
        producer_place=_place(session, producer.commune_code, today),
        producer_verified_at=producer.verified_at if producer.is_verified else None,
        producer_number=_number(producer),
        produced_on=batch.produced_on,
        harvested_on=batch.harvested_on,
        expires_on=batch.expires_on,
        origin=batch.origin,
        areas=origin.areas,
        map=origin.map,
        works=origin.works,
        timeline=origin.timeline,
        households=origin.households,
        interval=origin.interval,
        harvests=origin.harvests,
        bought=origin.bought,
        made_of=origin.made_of,
        held_because=vouching.held_because(session, batch.id),
        certificates=_certificates(session, product.id, today),
        vouchers=vouching.vouchers(session, batch, origin, today),
        results=vouching.results(session, batch, origin),
        rests_on=_rests_on(batch, origin),
    )


def _fields_told(told: Story) -> set[str]:
    """Which fields of the legal profiles the story tells; the serial is told by the verdict."""
    has = {
        "product_name": told.product_name,
        "picture": told.picture,
        "producer_name": told.producer_name,
        "producer_address": told.producer_place,
        "produced_on": told.produced_on,
        "brand": told.says.brand,
        "code": told.lot,
        "serial": True,
        "shelf_life": told.expires_on,
        "gtin": told.gtin,
        "producer_identifier": told.producer_number,
        "origin": told.areas or told.bought or told.made_of or told.origin == "none",
        "trace": told.steps,
        "certificates": told.certificates or told.vouchers,
        "warnings": told.says.warnings,
        "portal": told.says.portal_url,
        "households": told.households,
        "growing_place": any(area.place for area in told.areas),
        "harvested_on": told.harvests,
        "stages": told.timeline or told.steps,
    }
    return {field for field, value in has.items() if value}


def _number(producer: Organisation) -> str | None:
    """What the producer is known by in public registers; a household's would be a person's."""
    if producer.kind == "household":
        return producer.gln
    return producer.gln or producer.tax_code


def _says(product: Product) -> MakerSays:
    return MakerSays(
        product.storage, product.ingredients, product.brand, product.warnings, product.portal_url
    )


def _rests_on(batch: Batch, origin: Origin) -> frozenset[str]:
    return frozenset(
        (
            f"p{batch.product_id}",
            f"o{batch.organisation_id}",
            f"b{batch.id}",
            *(f"b{each.batch_id}" for each in origin.sources),
            *(f"o{each.organisation_id}" for each in origin.sources),
            *(f"a{area_id}" for area_id in (*origin.area_ids, *origin.sister_ids)),
        )
    )


def _shops(session: Session, batch: Batch, now: datetime) -> tuple[ports.BuyPlace, ...]:
    """Where more is sold; who is warned of these goods is not asked to buy more."""
    is_past = batch.expires_on is not None and batch.expires_on < clock.business_day(now)
    if batch.state in ("recalled", "held") or batch.voided_at is not None or is_past:
        return ()
    return tuple(ports.where_to_buy(session, batch.product_id, now))


def load(session: Session, batch_id: int) -> Batch:
    """A batch with what its story needs of it. Raises: NotFound("batch.not_found")."""
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


def _picture(session: Session, product_id: int) -> Picture | None:
    cover = photos.covers(session, [product_id]).get(product_id)
    return Picture(cover.card_hash, cover.card_width, cover.card_height) if cover else None


def _place(session: Session, commune_code: str, today: date) -> str:
    return units.labels(session, {commune_code}, today).get(commune_code, "")


def _certificates(session: Session, product_id: int, today: date) -> tuple[Certificate, ...]:
    shown = certificates.stars_on(session, [product_id], today).get(product_id)
    return tuple(
        Certificate(each.stars, each.number, each.valid_from, each.valid_to)
        for each in certificates.history(session, product_id)
        if shown and each.stars == shown and certificates.is_valid_on(each, today)
    )
