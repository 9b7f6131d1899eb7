"""Harvests measured against the ground they are said to come from; an officer notes what is odd."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from fractions import Fraction

from sqlalchemy import ColumnElement, func, or_, select, true
from sqlalchemy.orm import Session, joinedload

from accounts import permissions
from accounts.permissions import Actor
from foundation import paging, quantity
from foundation.errors import Finding, Invalid, NotFound
from foundation.paging import Page
from growing_areas.crops import get_crop
from growing_areas.models import GrowingArea, PlotVersion
from ledger import log
from products.models import Product
from traceability import batches
from traceability.epcis.declared import is_wrong
from traceability.epcis.models import EpcisEvent
from traceability.handling import amounts, ceilings
from traceability.handling.conversions import in_unit
from traceability.handling.models import BatchMovement
from traceability.handling.trade_models import YieldFinding
from traceability.models import Batch, BatchArea

YEAR = timedelta(days=365)
_NOTHING = Decimal(0)


@dataclass(frozen=True)
class Odd:
    """A batch whose ground cannot well have given so much, with what was found and noted."""

    batch: Batch
    finding: YieldFinding


def watch(session: Session, batch: Batch, *, now: datetime) -> YieldFinding | None:
    """Weigh a year's harvests of a batch's ground; write down, once, what lies above its ceiling.

    Asked when a batch is opened, and when more of it is found. The year is the fullest one its
    harvest lies in: what is told late counts as what is told in time. Batches that cannot be
    weighed (pieces without a net content) say nothing.
    """
    if batch.harvested_on is None or find(session, batch.id) is not None:
        return None
    ids = set(session.scalars(select(BatchArea.area_id).where(BatchArea.batch_id == batch.id)))
    harvests = _fullest_year(_harvests(session, ids, batch.harvested_on), batch.harvested_on)
    ground = _ground(session, {each for harvest in harvests for each in harvest.area_ids})
    weighed = sum((harvest.weight_kg for harvest in harvests), Decimal(0))
    crop, ceiling_kg, area_ha = _ceiling(ground, batch.harvested_on)
    if ceiling_kg is None or weighed <= ceiling_kg:
        return None
    finding = YieldFinding(
        batch_id=batch.id,
        crop_code=crop,
        harvested_kg=quantity.stored(weighed),
        area_ha=area_ha,
        ceiling_kg=quantity.stored(ceiling_kg),
        found_at=now,
    )
    session.add(finding)
    session.flush()
    return finding


def find(session: Session, batch_id: int) -> YieldFinding | None:
    """What was found of a batch's yield, if anything."""
    return session.get(YieldFinding, batch_id)


def note(session: Session, actor: Actor, code: str, text: str, *, now: datetime) -> YieldFinding:
    """An officer's word on an odd yield: what they saw or were shown.

    Raises: NotFound, Forbidden, Invalid.
    """
    batch = batches.get_batch(session, code)
    permissions.require(actor, "batch.note", batch)
    finding = find(session, batch.id)
    if finding is None:
        raise NotFound("batch.no_yield_finding")
    if not text.strip():
        raise Invalid([Finding("batch.note_missing", {}, "note")])
    finding.note, finding.noted_at, finding.noted_by_id = text.strip(), now, actor.person_id
    # What an officer writes may name people: the ledger keeps that there is a note, not the note.
    log.append(session, kind="batch.yield_noted", subject=batch.code, body={}, now=now)
    return finding


def list_odd(
    session: Session, actor: Actor, *, noted: str = "", cursor: str | None = None, size: int = 50
) -> Page[Odd]:
    """Odd yields of an officer's territory, the newest first. Raises: Forbidden, Invalid."""
    permissions.require(actor, "batch.note")
    statement = (
        select(YieldFinding)
        .join(Batch, Batch.id == YieldFinding.batch_id)
        .where(_covered(actor), Batch.voided_at.is_(None))
    )
    if noted:
        is_noted = YieldFinding.noted_at.is_not(None)
        statement = statement.where(is_noted if noted == "yes" else ~is_noted)
    page: Page[YieldFinding] = paging.fetch(
        session, statement, [YieldFinding.batch_id], cursor=cursor, size=size, descending=True
    )
    found = batches.by_ids(session, [row.batch_id for row in page.items])
    return page.map(lambda row: Odd(found[row.batch_id], row))


@dataclass(frozen=True)
class _Harvest:
    on: date
    weight_kg: Decimal
    area_ids: tuple[int, ...]


def _fullest_year(harvests: list[_Harvest], on: date) -> list[_Harvest]:
    """Of all years that hold a day, the harvests of the one in which most was harvested."""
    years = [
        [each for each in harvests if last - YEAR < each.on <= last]
        for last in sorted({each.on for each in harvests if each.on >= on})
    ]
    return max(years, key=lambda year: sum(each.weight_kg for each in year), default=[])


def _harvests(session: Session, area_ids: Iterable[int], on: date) -> list[_Harvest]:
    """The weighable harvests of any of these areas less than a year before or after a day."""
    touching = select(BatchArea.batch_id).where(BatchArea.area_id.in_(sorted(area_ids)))
    rows = session.scalars(
        select(Batch)
        .options(joinedload(Batch.product))
        .where(
            Batch.id.in_(touching),
            Batch.voided_at.is_(None),
            Batch.harvested_on > on - YEAR,
            Batch.harvested_on < on + YEAR,
        )
    ).all()
    found = _found(session, [row.id for row in rows])
    links: dict[int, list[int]] = {}
    for batch_id, area_id in session.execute(
        select(BatchArea.batch_id, BatchArea.area_id).where(
            BatchArea.batch_id.in_([row.id for row in rows])
        )
    ):
        links.setdefault(batch_id, []).append(area_id)
    return [
        _Harvest(row.grown_until, weight, tuple(links[row.id]))
        for row in rows
        if (weight := weight_kg(row, row.product, found.get(row.id, _NOTHING))) is not None
    ]


def _found(session: Session, batch_ids: Iterable[int]) -> dict[int, Decimal]:
    """How much more of each batch counting found than it lost, where it found more."""
    total = func.sum(BatchMovement.amount)
    rows = session.execute(
        select(BatchMovement.batch_id, total)
        .join(EpcisEvent, EpcisEvent.id == BatchMovement.event_id)
        .where(
            BatchMovement.batch_id.in_(list(batch_ids)),
            BatchMovement.kind == "stocktake",
            ~is_wrong(),
        )
        .group_by(BatchMovement.batch_id)
        .having(total > 0)
    )
    return dict(rows.all())


def weight_kg(batch: Batch, product: Product, more: Decimal = _NOTHING) -> Decimal | None:
    """What a batch was opened with and ``more`` (in its unit), in kilograms.

    None for pieces without a net content.
    """
    amount = Fraction(batch.quantity + more)
    weight = in_unit(amount, batch.unit, "KGM", amounts.pack_of(product))
    return None if weight is None else Decimal(weight.numerator) / Decimal(weight.denominator)


def _ground(session: Session, area_ids: Iterable[int]) -> list[tuple[int, str, float]]:
    """Plot, crop and size of some areas; a plot registered twice is one piece of ground."""
    rows = session.execute(
        select(GrowingArea.plot_id, GrowingArea.crop_code, PlotVersion.area_m2)
        .join(PlotVersion, PlotVersion.id == GrowingArea.version_id)
        .where(GrowingArea.id.in_(sorted(area_ids)))
        .order_by(GrowingArea.id)
    )
    return list({(plot, crop): (plot, crop, size) for plot, crop, size in rows}.values())


def _ceiling(ground: list[tuple[int, str, float]], on: date) -> tuple[str, Decimal | None, Decimal]:
    """The crop, what all the ground can give in a year (None: not known), and its size."""
    total, size = Decimal(0), Decimal(0)
    for _plot, crop, area_m2 in ground:
        found = ceilings.of_crop(crop, get_crop(crop).kind, on)
        if found is None:
            return crop, None, size
        area_ha = (Decimal(area_m2) / 10_000).quantize(Decimal("0.0001"))
        total += area_ha * found.most_kg_per_ha
        size += area_ha
    return (ground[0][1], total, size) if ground else ("", None, size)


def _covered(actor: Actor) -> ColumnElement[bool]:
    scopes = actor.scopes("officer")
    if actor.system or actor.has_role("admin") or "" in scopes:
        return true()
    return or_(Batch.commune_code.in_(scopes), Batch.province_code.in_(scopes))
