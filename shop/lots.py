"""PURE. Which lots a basket's packs come from: earliest expiry first, whole packs per lot."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import ROUND_FLOOR, Decimal


@dataclass(frozen=True)
class Lot:
    """A lot on sale; ``free`` is what is left of it, in the product's unit."""

    batch_id: int
    product_id: int
    free: Decimal
    expires_on: date | None = None
    produced_on: date | None = None


@dataclass(frozen=True)
class Demand:
    """So many packs of a product, ``pack_quantity`` of its unit in each."""

    product_id: int
    pack_quantity: Decimal
    packs: int


@dataclass(frozen=True)
class Slice:
    """So many packs out of one lot; ``quantity`` in the product's unit."""

    batch_id: int
    packs: int
    quantity: Decimal


@dataclass(frozen=True)
class Plan:
    """A slice list per demand, and for demands that cannot be met how many packs there are."""

    slices: Sequence[tuple[Slice, ...]]
    short: Mapping[int, int] = field(default_factory=dict)


def whole_packs(free: Decimal, pack_quantity: Decimal) -> int:
    """How many whole packs an amount fills; a pack never holds two lots."""
    if free <= 0:
        return 0
    return int((free / pack_quantity).to_integral_value(ROUND_FLOOR))


def packs_on_sale(lots: Iterable[Lot], pack_quantity: Decimal) -> int:
    """How many packs these lots fill together."""
    return sum(whole_packs(lot.free, pack_quantity) for lot in lots)


def allocate(demands: Sequence[Demand], lots: Iterable[Lot]) -> Plan:
    """Serve the demands in their order, each from the lot that expires first.

    Lots without an expiry date come last, older ones before newer. Demands for the same product
    draw on the same lots. All shortages are gathered, not the first alone.
    """
    by_product: dict[int, list[Lot]] = {}
    for lot in sorted(lots, key=_first_expired):
        by_product.setdefault(lot.product_id, []).append(lot)
    left = {lot.batch_id: lot.free for shelf in by_product.values() for lot in shelf}
    slices: list[tuple[Slice, ...]] = []
    short: dict[int, int] = {}
    for place, demand in enumerate(demands):
        taken = _take(demand, by_product.get(demand.product_id, []), left)
        slices.append(taken)
        served = sum(part.packs for part in taken)
        if served < demand.packs:
            short[place] = served
    return Plan(slices, short)


def _take(demand: Demand, shelf: Iterable[Lot], left: dict[int, Decimal]) -> tuple[Slice, ...]:
    taken = []
    wanted = demand.packs
    for lot in shelf:
        packs = min(wanted, whole_packs(left[lot.batch_id], demand.pack_quantity))
        if packs == 0:
            continue
        quantity = demand.pack_quantity * packs
        left[lot.batch_id] -= quantity
        taken.append(Slice(lot.batch_id, packs, quantity))
        wanted -= packs
        if wanted == 0:
            break
    return tuple(taken)


def _first_expired(lot: Lot) -> tuple[date, date, int]:
    return (lot.expires_on or date.max, lot.produced_on or date.max, lot.batch_id)
