"""What traceability asks of rooms above; `app` fills it.

A scan page asks where the goods can be bought again, a recall who bought them already.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Protocol

from sqlalchemy.orm import Session


@dataclass(frozen=True)
class BuyPlace:
    """An offer of the product: what it is called, where it stands, what it costs."""

    label: str
    href: str
    price_vnd: int


WhereToBuy = Callable[[Session, int, datetime], Sequence[BuyPlace]]


def _nowhere(session: Session, product_id: int, now: datetime) -> Sequence[BuyPlace]:
    return ()


_where_to_buy: WhereToBuy = _nowhere


def fill_where_to_buy(answer: WhereToBuy) -> None:
    """Let a product's open offers (session, product id, now) be shown on its scan pages."""
    global _where_to_buy
    _where_to_buy = answer


def where_to_buy(session: Session, product_id: int, now: datetime) -> Sequence[BuyPlace]:
    """The product's open offers, the best first; none while nobody sells."""
    return _where_to_buy(session, product_id, now)


@dataclass(frozen=True)
class OrdersOn:
    """Orders of a product on a business day, those called off aside."""

    day: date
    product_id: int
    orders: int


OrdersOf = Callable[[Session, Sequence[int], date, date], Sequence[OrdersOn]]


def _no_orders(
    session: Session, product_ids: Sequence[int], first: date, last: date
) -> Sequence[OrdersOn]:
    return ()


_orders_of: OrdersOf = _no_orders


def fill_orders_of(answer: OrdersOf) -> None:
    """Let figures of scans stand beside the orders of the same products (session, ids, range)."""
    global _orders_of
    _orders_of = answer


def orders_of(
    session: Session, product_ids: Sequence[int], first: date, last: date
) -> Sequence[OrdersOn]:
    """Orders of some products by day, both ends included; none while nobody sells."""
    return _orders_of(session, product_ids, first, last)


@dataclass(frozen=True)
class Sold:
    """What was sold of some lots: orders not called off, their buyers, orders not yet sent."""

    orders: int = 0
    buyers: int = 0
    unsent: int = 0


@dataclass(frozen=True)
class SoldLine:
    """Packs of a lot in an order; `quantity` in the batch's unit. No buyer, no price."""

    batch_id: int
    order: str
    seller: str
    state: str
    commune_code: str
    packs: int
    quantity: Decimal


@dataclass(frozen=True)
class RecallTold:
    """A recall as its buyers are told of it; `ended_because` once it was lifted."""

    id: int
    code: str
    reason: str
    instructions: str
    batch_ids: Sequence[int]
    ended_because: str = ""


@dataclass(frozen=True)
class Notified:
    """How many buyers were told, of whom it is not known yet whether the message arrived, and
    the orders whose buyers could not be reached."""

    told: int = 0
    waiting: int = 0
    failed: tuple[str, ...] = ()


class Sales(Protocol):
    """Who sold what of some lots, and the telling of those who bought it."""

    def sold_of(self, session: Session, batch_ids: Sequence[int]) -> Sold: ...

    def lines_of(self, session: Session, batch_ids: Sequence[int]) -> Iterator[SoldLine]: ...

    def follow(self, recall: RecallTold, now: datetime, report: Callable[[int, int], None]) -> None:
        """Settle the unsent orders and tell every buyer once, in transactions of its own.

        Buyers who were told of lots that left the recall since are told that, once.
        """

    def take_back(
        self, recall: RecallTold, now: datetime, report: Callable[[int, int], None]
    ) -> None:
        """Tell every buyer who was told of the recall, once, that it was lifted."""

    def notified(self, session: Session, recall_id: int, stage: str = "recalled") -> Notified: ...


class _NothingSold:
    """While no room sells anything."""

    def sold_of(self, session: Session, batch_ids: Sequence[int]) -> Sold:
        return Sold()

    def lines_of(self, session: Session, batch_ids: Sequence[int]) -> Iterator[SoldLine]:
        return iter(())

    def follow(self, recall: RecallTold, now: datetime, report: Callable[[int, int], None]) -> None:
        report(0, 0)

    def take_back(
        self, recall: RecallTold, now: datetime, report: Callable[[int, int], None]
    ) -> None:
        report(0, 0)

    def notified(self, session: Session, recall_id: int, stage: str = "recalled") -> Notified:
        return Notified()


_sales: Sales = _NothingSold()


def fill_sales(answer: Sales) -> None:
    """Let a recall reach what was sold."""
    global _sales
    _sales = answer


def sales() -> Sales:
    """Who knows what was sold."""
    return _sales
