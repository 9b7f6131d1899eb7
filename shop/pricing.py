"""PURE. What a basket costs: whole đồng, per seller, delivery included."""

from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True)
class Terms:
    """A seller's delivery fee, and the amount from which delivery is free."""

    delivery_vnd: int = 0
    free_from_vnd: int | None = None


@dataclass(frozen=True)
class PricedLine:
    """So many packs at a price each."""

    price_vnd: int
    quantity: int

    @property
    def total_vnd(self) -> int:
        return self.price_vnd * self.quantity


@dataclass(frozen=True)
class SellerTotal:
    """What one seller's part of a basket costs."""

    items_vnd: int
    delivery_vnd: int

    @property
    def total_vnd(self) -> int:
        return self.items_vnd + self.delivery_vnd


def seller_total(lines: Sequence[PricedLine], terms: Terms) -> SellerTotal:
    """The cost of a seller's lines with delivery; an empty part costs nothing."""
    items_vnd = sum(line.total_vnd for line in lines)
    is_free = not lines or (terms.free_from_vnd is not None and items_vnd >= terms.free_from_vnd)
    return SellerTotal(items_vnd, 0 if is_free else terms.delivery_vnd)


def missing_for_free_delivery(total: SellerTotal, terms: Terms) -> int:
    """How much more makes delivery free; 0 when it is free or never will be."""
    if terms.free_from_vnd is None or terms.delivery_vnd == 0:
        return 0
    return max(0, terms.free_from_vnd - total.items_vnd)
