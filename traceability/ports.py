"""What a scan page asks of rooms above: where the goods can be bought again. `app` fills it."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime

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
