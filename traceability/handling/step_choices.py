"""What the form of each step with a batch offers to choose from."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from sqlalchemy.orm import Session

from foundation import clock, i18n, quantity
from foundation.i18n import _
from products import register
from traceability import opening_choices
from traceability.handling import counting, demands, packing, recipients, statements, states, stock
from traceability.handling.trade_models import LogisticUnit
from traceability.models import Batch

_CHOICES = 500


def of(session: Session, step: str, batch: Batch) -> dict[str, Any]:
    """The choices of a step with a batch of the reader's own, by the names its form knows."""
    choose = _CHOICES_OF.get(step)
    return choose(session, batch) if choose else {}


def _siblings(session: Session, batch: Batch) -> dict[str, Any]:
    found = _others(session, batch, "merge", product_id=batch.product_id)
    others = [
        (each.batch.code, each.batch.lot, i18n.quantity(each.free, each.batch.unit))
        for each in found
    ]
    return {"others": others, **_destinations(batch, found)}


def _destinations(batch: Batch, others: list[stock.InStore]) -> dict[str, Any]:
    """The countries to choose from, and whether goods for several may come together."""
    told = {batch.market, *(each.batch.market for each in others)}
    return {"differ": len(told) > 1, "markets": opening_choices.market_choices()}


def _others(
    session: Session, batch: Batch, step: str, *, product_id: int | None = None
) -> list[stock.InStore]:
    """Other batches of the same house a step may take of."""
    found = stock.in_store(
        session,
        batch.organisation_id,
        states.allowing(step),
        product_id=product_id,
        most=_CHOICES,
    )
    return [each for each in found if each.batch.id != batch.id]


def _makings(session: Session, batch: Batch) -> dict[str, Any]:
    own = register.list_of_organisations(session, (batch.organisation_id,))
    found = _others(session, batch, "process")
    inputs = [(each.batch.code, f"{each.batch.lot}, {each.batch.product.name}") for each in found]
    return {
        "products": [(product.code, product.name) for product in own],
        "inputs": inputs,
        "units": units(batch.unit),
        "recoveries": statements.recoveries_from(session, batch.product_id),
        **_destinations(batch, found),
    }


def _packs(session: Session, batch: Batch) -> dict[str, Any]:
    found = _makings(session, batch)
    own = register.list_of_organisations(session, (batch.organisation_id,))
    packed = [(product.code, product.name) for product in own if product.net_content]
    return {**found, "products": packed, "inputs": [], "differ": False}


def _sendings(session: Session, batch: Batch) -> dict[str, Any]:
    packed = packing.packed_units(session, (batch.organisation_id,))
    known = demands.markets(clock.today())
    return {
        "recipients": recipients.earlier(session, batch.organisation_id),
        "packed": [(unit.code, unit.name, _inside(unit)) for unit in packed],
        "markets": sorted(known.items()),
    }


def _inside(unit: LogisticUnit) -> str:
    return ", ".join(
        f"{each.batch.lot}: {i18n.quantity(each.quantity, each.batch.unit)}"
        for each in unit.contents
    )


def _reasons(session: Session, batch: Batch) -> dict[str, Any]:
    return {"reasons": [(reason, _(words)) for reason, words in counting.REASONS.items()]}


def _countries(session: Session, batch: Batch) -> dict[str, Any]:
    choices = opening_choices.market_choices()
    return {"markets": choices, "meant_for": dict(choices).get(batch.market or "")}


def units(first: str) -> list[tuple[str, str]]:
    """Every unit for a choice list, one of them first."""
    language = i18n.get_language()
    named = [(unit.code, unit.name(language)) for unit in quantity.units().values()]
    return sorted(named, key=lambda unit: unit[0] != first)


_CHOICES_OF: dict[str, Callable[[Session, Batch], dict[str, Any]]] = {
    "merge": _siblings,
    "process": _makings,
    "pack": _packs,
    "ship": _sendings,
    "waste": _reasons,
    "market": _countries,
}
