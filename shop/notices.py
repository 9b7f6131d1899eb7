"""What buyers and sellers are told: by mail where there is an address, else by short message."""

from collections.abc import Sequence

from sqlalchemy import select
from sqlalchemy.orm import Session

from accounts import messages
from accounts.models import Membership, Organisation, Person
from accounts.people import Contact, contact_of
from foundation import config
from foundation.i18n import _, vnd
from shop.order_models import Order, OrderBuyer, OrderGroup


def order_placed(
    session: Session, group: OrderGroup, orders: Sequence[Order], buyer: OrderBuyer
) -> None:
    """Send the buyer the order's secret address, and each seller the news of it."""
    text = _(
        "Cảm ơn bạn đã đặt hàng. Tổng tiền %(total)s, trả khi nhận hàng. Theo dõi đơn: %(url)s",
        total=vnd(group.total_vnd),
        url=order_url(group),
    )
    _tell_buyer(session, buyer, _("Đã nhận đơn hàng của bạn"), text)
    for order in orders:
        text = _(
            "Có đơn hàng mới %(code)s, %(total)s. Xác nhận trong 72 giờ: %(url)s",
            code=order.code,
            total=vnd(order.total_vnd),
            url=_seller_url(order),
        )
        _tell_seller(session, order, _("Đơn hàng mới %(code)s", code=order.code), text)


def state_changed(session: Session, order: Order, group: OrderGroup, reason: str | None) -> None:
    """Tell the buyer how far the order is."""
    buyer = session.get(OrderBuyer, group.id)
    if buyer is None:
        return
    seller = session.get_one(Organisation, order.organisation_id)
    said = {
        "confirmed": _("đã xác nhận và đang chuẩn bị hàng"),
        "shipped": _("đã gửi hàng"),
        "delivered": _("đã giao hàng"),
        "cancelled": _("đã hủy đơn"),
        "refused": _("đã nhận lại hàng"),
    }[order.state]
    text = _(
        "%(seller)s %(said)s. Đơn %(code)s: %(url)s",
        seller=seller.name,
        said=said,
        code=order.code,
        url=order_url(group),
    )
    if reason:
        text += "\n" + _("Lý do: %(reason)s", reason=reason)
    _tell_buyer(session, buyer, _("Đơn hàng %(code)s", code=order.code), text)


def cancelled_by_buyer(session: Session, order: Order) -> None:
    """Tell the seller that the buyer no longer wants it."""
    text = _("Người mua đã hủy đơn %(code)s. Hàng đã về lại kho.", code=order.code)
    _tell_seller(session, order, _("Đơn %(code)s đã hủy", code=order.code), text)


def order_url(group: OrderGroup) -> str:
    """The secret address at which a buyer follows an order."""
    return f"{config.current().base_url}/orders/{group.code}"


def _seller_url(order: Order) -> str:
    return f"{config.current().base_url}/workspace/orders/{order.code}"


def _tell_buyer(session: Session, buyer: OrderBuyer, subject: str, text: str) -> None:
    contact = Contact(email=buyer.email) if buyer.email else Contact(phone=buyer.phone)
    messages.send(session, contact, subject, text)


def _tell_seller(session: Session, order: Order, subject: str, text: str) -> None:
    """Everybody who handles the seller's orders is told, once each."""
    handlers = session.scalars(
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
    for person in handlers:
        messages.send(session, contact_of(person), subject, text)
