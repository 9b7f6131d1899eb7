"""Writing a new batch: its code, its lot, its shelf, its place in the graph, its ledger entry."""

from __future__ import annotations

import secrets
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

from sqlalchemy import and_, case, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from accounts.models import Organisation
from foundation import clock, codes, quantity
from foundation.errors import Conflict, Finding
from ledger import log
from products.models import Product
from traceability import digital_link
from traceability.handling import lots, stock
from traceability.lineage import nodes
from traceability.models import Batch

# Twelve characters carry 54 bits: a batch code is looked up, never trusted for an item.
CODE_LENGTH = 12
_CHANCE = secrets.SystemRandom()


@dataclass(frozen=True)
class Making:
    """A batch about to be; ``quantity`` already in a unit the product is counted in."""

    origin: str
    quantity: Decimal
    unit: str
    produced_on: date
    harvested_on: date | None = None
    packed_on: date | None = None
    expires_on: date | None = None
    lot: str | None = None
    # Of goods that were released already: what is fit for sale stays so when it is parted.
    released_at: datetime | None = None
    market: str | None = None


def make(
    session: Session,
    product: Product,
    making: Making,
    *,
    told: Mapping[str, Any],
    now: datetime,
    proposals: Iterable[str] | None = None,
    chance: codes.Chooser = _CHANCE,
) -> Batch:
    """Write a batch of a product of its own organisation, under the lot asked for or a free one.

    ``told`` goes into its ledger entry. Raises: Conflict("batch.lot_taken") naming a free one,
    Conflict("batch.lot_told_…") where a batch opened by mistake keeps it, since others were told.
    """
    organisation = session.get_one(Organisation, product.organisation_id)
    batch = Batch(
        code=codes.new_code(CODE_LENGTH, chance),
        product_id=product.id,
        organisation_id=organisation.id,
        commune_code=organisation.commune_code,
        province_code=organisation.province_code,
        quantity=quantity.stored(making.quantity),
        unit=making.unit,
        produced_on=making.produced_on,
        origin=making.origin,
        harvested_on=making.harvested_on,
        packed_on=making.packed_on,
        expires_on=making.expires_on,
        state="released" if making.released_at else "open",
        opened_at=now,
        released_at=making.released_at,
        changed_at=now,
        market=making.market,
    )
    batch.product, batch.organisation = product, organisation
    _write(session, batch, making.lot, proposals or lots.of_day(making.produced_on))
    nodes.name_batch(session, batch, now=now)
    stock.open_shelf(session, batch)
    log.append(
        session, kind="batch.opened", subject=batch.code, body={**body_of(batch), **told}, now=now
    )
    return batch


def shelf_end(product: Product, produced_on: date) -> date | None:
    """Best before, from the product's shelf life."""
    if product.shelf_life_days is None:
        return None
    return produced_on + timedelta(days=product.shelf_life_days)


def common_market(sources: Iterable[Batch]) -> str | None:
    """The country all of some batches are said to be for; None where they are not of one mind."""
    told = {batch.market for batch in sources}
    return told.pop() if len(told) == 1 else None


def market_findings(sources: Iterable[Batch], chosen: str | None) -> list[Finding]:
    """Goods for several countries come together, and nobody said for which they are now.

    Nothing may be guessed: what one country demands to be told would be lost without a word.
    """
    found = {batch.id: batch for batch in sources}
    if chosen is not None or len({batch.market for batch in found.values()}) < 2:
        return []
    told = sorted((batch.lot, batch.market or "–") for batch in found.values())
    named = ", ".join(f"{lot} ({market})" for lot, market in told)
    return [Finding("batch.markets_differ", {"lots": named}, "market")]


def date_findings(making: Making, now: datetime) -> list[Finding]:
    """Days that cannot be: a batch of tomorrow, packed before it was made, expired at once."""
    findings = []
    today = clock.business_day(now)
    produced_on = {"produced_on": making.produced_on}
    if making.produced_on > today:
        findings.append(Finding("batch.in_future", {"today": today}, "produced_on"))
    if making.harvested_on is not None and making.harvested_on > making.produced_on:
        findings.append(Finding("batch.harvested_late", produced_on, "harvested_on"))
    if making.packed_on is not None and not making.produced_on <= making.packed_on <= today:
        findings.append(Finding("batch.packed_outside", produced_on, "packed_on"))
    if making.expires_on is not None and making.expires_on < making.produced_on:
        findings.append(Finding("batch.expires_early", produced_on, "expires_on"))
    return findings + lot_findings(making.lot)


def lot_findings(lot: str | None, field: str = "lot") -> list[Finding]:
    """A lot that cannot be printed in a bar code."""
    if lot is not None and digital_link.lot_findings(lot):
        return [Finding("batch.lot_form", {"lot": lot}, field)]
    return []


def _write(session: Session, batch: Batch, asked: str | None, proposals: Iterable[str]) -> None:
    offered = [asked] if asked else list(proposals)
    taken = _taken(session, batch.product_id, offered)
    for lot in offered:
        # The name of a batch that never was is given again to who asks for it, never by itself.
        if lot in taken and not (asked and taken[lot] == _LET_GO):
            continue
        batch.lot = lot
        try:
            with session.begin_nested():
                session.add(batch)
                session.flush()
        except IntegrityError as error:
            if "uq_batches_product_id_lot" not in str(error.orig):
                raise
            continue
        return
    raise _refusal(session, batch, offered[0])


_LET_GO = "let_go"


def _taken(session: Session, product_id: int, names: Collection[str]) -> dict[str, str | None]:
    """Which of some lots of a product were given, and why, where a void batch keeps its name."""
    held = case(
        (and_(Batch.voided_at.is_not(None), Batch.name_kept_because.is_(None)), _LET_GO),
        else_=Batch.name_kept_because,
    )
    rows = session.execute(
        select(Batch.lot, held)
        .where(Batch.product_id == product_id, Batch.lot.in_(names))
        # Whoever bears a name that was let go is the last word about it.
        .order_by(held.is_distinct_from(_LET_GO))
    )
    return dict(rows.all())


def _refusal(session: Session, batch: Batch, lot: str) -> Conflict:
    """Why a lot cannot be had, with the next one that is free."""
    others = list(lots.of_day(batch.produced_on))
    taken = _taken(session, batch.product_id, [lot, *others])
    free = next((each for each in others if each not in taken), "–")
    why = taken.get(lot)
    if why in (None, _LET_GO):
        return Conflict("batch.lot_taken", lot=lot, free=free)
    return Conflict(f"batch.lot_told_{why}", lot=lot, free=free)


def body_of(batch: Batch) -> dict[str, Any]:
    """A new batch as the ledger and its event keep it."""
    days = {
        "produced_on": batch.produced_on,
        "harvested_on": batch.harvested_on,
        "packed_on": batch.packed_on,
        "expires_on": batch.expires_on,
    }
    return {
        "lot": batch.lot,
        "product": batch.product.code,
        "origin": batch.origin,
        "quantity": str(batch.quantity),
        "unit": batch.unit,
        **({"market": batch.market} if batch.market else {}),
        **{name: day.isoformat() if day else None for name, day in days.items()},
    }
