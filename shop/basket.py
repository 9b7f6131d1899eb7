"""A basket on its way to the till: who buys, what of, and at which prices they agreed."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from accounts import people, phone
from accounts.models import Organisation
from foundation import clock, codes
from foundation.errors import Conflict, Finding, Invalid
from products.models import Product
from shop.models import Offer
from shop.order_models import OrderBuyer
from territory import picking

PAYMENTS = ("cod",)


@dataclass(frozen=True)
class LineWish:
    """So many packs of an offer, at the price the buyer saw (None: at the price of now)."""

    offer: str
    quantity: int
    agreed_price_vnd: int | None = None


@dataclass(frozen=True)
class Buyer:
    """Who orders and where it goes; all of it personal."""

    name: str
    phone: str
    address: str
    commune_code: str
    email: str | None = None
    note: str | None = None


@dataclass(frozen=True)
class Wish:
    """A reviewed basket. ``order_key`` is the form's own: sent twice, it is one order."""

    lines: Sequence[LineWish]
    buyer: Buyer
    payment: str = "cod"
    order_key: str | None = None
    agreed_total_vnd: int | None = None
    language: str = "vi"


@dataclass(frozen=True)
class Item:
    """A wish beside what it asks for, as offered at this moment."""

    place: int
    wish: LineWish
    offer: Offer
    product: Product
    seller: Organisation


def read_buyer(session: Session, wish: Wish, now: datetime) -> OrderBuyer:
    """Everything that is wrong with what the buyer gave, at once."""
    buyer = wish.buyer
    findings = []
    number = phone.normalise(buyer.phone)
    if number is None:
        findings.append(Finding("buyer.phone", {}, "buyer.phone"))
    email = people.read_email(buyer.email) if buyer.email else None
    if buyer.email and email is None:
        findings.append(Finding("buyer.email", {}, "buyer.email"))
    commune = None
    try:
        day, field = clock.business_day(now), "buyer.commune_code"
        commune = picking.resolve(session, buyer.commune_code, day, field=field)
    except Invalid as error:
        findings += error.findings
    if wish.payment not in PAYMENTS:
        params = {"payment": wish.payment, "payments": ", ".join(PAYMENTS)}
        findings.append(Finding("payment.not_offered", params, "payment"))
    if not wish.lines:
        findings.append(Finding("order.empty", {}, "lines"))
    if findings or number is None or commune is None:
        raise Invalid(findings)
    return OrderBuyer(
        name=buyer.name,
        phone=number,
        email=email,
        address=buyer.address,
        commune_code=commune.code,
        province_code=commune.province_code,
        note=buyer.note,
    )


def read_items(session: Session, wishes: Sequence[LineWish]) -> list[Item]:
    """Each wish with its offer. Raises: Invalid naming every line that asks for nothing known."""
    wanted = {codes.normalise(wish.offer) for wish in wishes}
    rows = session.execute(
        select(Offer, Product, Organisation)
        .join(Product, Product.id == Offer.product_id)
        .join(Organisation, Organisation.id == Offer.organisation_id)
        .where(Offer.code.in_(wanted))
    )
    known = {offer.code: (offer, product, seller) for offer, product, seller in rows}
    findings = []
    items = []
    for place_, wish in enumerate(wishes):
        found = known.get(codes.normalise(wish.offer))
        if found is None:
            asked = {"offer": wish.offer[:20]}
            findings.append(Finding("offer.unknown", asked, f"lines.{place_}.offer"))
            continue
        if wish.quantity < found[0].min_quantity:
            params = {"least": found[0].min_quantity, "name": found[1].name}
            findings.append(Finding("offer.below_minimum", params, f"lines.{place_}.quantity"))
        items.append(Item(place_, wish, *found))
    if findings:
        raise Invalid(findings)
    return items


def refuse_changes(items: Sequence[Item]) -> None:
    """Nobody is charged another price than the one they agreed to."""
    gone = [item for item in items if not (item.offer.active and item.seller.is_verified)]
    if gone:
        raise Conflict(
            "offer.not_for_sale", [finding_of("offer.not_for_sale", item) for item in gone]
        )
    changed = [
        item for item in items if item.wish.agreed_price_vnd not in (None, item.offer.price_vnd)
    ]
    if changed:
        raise Conflict(
            "offer.price_changed",
            [
                finding_of(
                    "offer.price_changed",
                    item,
                    was_vnd=item.wish.agreed_price_vnd,
                    now_vnd=item.offer.price_vnd,
                )
                for item in changed
            ],
        )


def finding_of(code: str, item: Item, **params: object) -> Finding:
    named = {"offer": item.offer.code, "name": item.product.name, "pack": item.offer.pack}
    return Finding(code, {**named, **params}, f"lines.{item.place}.quantity")
