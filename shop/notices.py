"""What buyers and sellers are told: by mail where there is an address, else by short message."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager

from sqlalchemy import select
from sqlalchemy.orm import Session

from accounts import messages
from accounts.models import Membership, Organisation, Person
from accounts.people import Contact, contact_of
from foundation import config
from foundation.i18n import _, get_language, set_language, vnd
from shop.order_models import Order, OrderBuyer, OrderGroup


def order_placed(
    session: Session, group: OrderGroup, orders: Sequence[Order], buyer: OrderBuyer
) -> None:
    """Send the buyer the order's secret address, and each seller the news of it."""
    with _speaking(group.language):
        text = _(
            "Cảm ơn bạn đã đặt hàng. Tổng tiền %(total)s, trả khi nhận hàng. Theo dõi đơn: %(url)s",
            total=vnd(group.total_vnd),
            url=order_url(group),
        )
        _tell_buyer(session, buyer, _("Đã nhận đơn hàng của bạn"), text)
    for order in orders:
        for person in _handlers(session, order):
            with _speaking(person.locale):
                subject = _("Đơn hàng mới %(code)s", code=order.code)
                text = _(
                    "Có đơn hàng mới %(code)s, %(total)s. Xác nhận trong 72 giờ: %(url)s",
                    code=order.code,
                    total=vnd(order.total_vnd),
                    url=_seller_url(order),
                )
                messages.send(session, contact_of(person), subject, text)


def state_changed(session: Session, order: Order, group: OrderGroup, reason: str | None) -> None:
    """Tell the buyer how far the order is."""
    buyer = session.get(OrderBuyer, group.id)
    if buyer is None:
        return
    seller = session.get_one(Organisation, order.organisation_id)
    with _speaking(group.language):
        text = _(
            "%(seller)s %(said)s. Đơn %(code)s: %(url)s",
            seller=seller.name,
            said=_said(order.state),
            code=order.code,
            url=order_url(group),
        )
        if reason:
            text += "\n" + _("Lý do: %(reason)s", reason=reason)
        _tell_buyer(session, buyer, _("Đơn hàng %(code)s", code=order.code), text)


def cancelled_by_buyer(session: Session, order: Order) -> None:
    """Tell the seller that the buyer no longer wants it."""
    for person in _handlers(session, order):
        with _speaking(person.locale):
            text = _("Người mua đã hủy đơn %(code)s. Hàng đã về lại kho.", code=order.code)
            subject = _("Đơn %(code)s đã hủy", code=order.code)
            messages.send(session, contact_of(person), subject, text)


def order_url(group: OrderGroup) -> str:
    """The secret address at which a buyer follows an order."""
    return f"{config.current().base_url}/orders/{group.code}"


def _seller_url(order: Order) -> str:
    return f"{config.current().base_url}/workspace/orders/{order.code}"


def _said(state: str) -> str:
    return {
        "confirmed": _("đã xác nhận và đang chuẩn bị hàng"),
        "shipped": _("đã gửi hàng"),
        "delivered": _("đã giao hàng"),
        "cancelled": _("đã hủy đơn"),
        "refused": _("đã nhận lại hàng"),
    }[state]


def _tell_buyer(session: Session, buyer: OrderBuyer, subject: str, text: str) -> None:
    contact = Contact(email=buyer.email) if buyer.email else Contact(phone=buyer.phone)
    messages.send(session, contact, subject, text)


def _handlers(session: Session, order: Order) -> list[Person]:
    """Everybody who handles the seller's orders, once each."""
    statement = (
        select(Person)
        .join(Membership, Membership.person_id == Person.id)
        .where(
            Membership.organisation_id == order.organisation_id,
            Membership.role.in_(("manager", "seller")),
            Membership.ended_at.is_(None),
            Person.disabled_at.is_(None),
        )
        .distinct()
        .order_by(Person.id)
    )
    return list(session.scalars(statement))


@contextmanager
def _speaking(language: str) -> Iterator[None]:
    """Write in the reader's language, whoever the request came from."""
    spoken = get_language()
    set_language(language)
    try:
        yield
    finally:
        set_language(spoken)
