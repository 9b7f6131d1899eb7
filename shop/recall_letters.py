"""What a buyer reads of a recall: one letter for all their orders, in their language."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from sqlalchemy.orm import Session

from accounts import messages
from accounts.messages import Sending
from accounts.people import Contact
from foundation import config
from foundation.i18n import N_, _, speaking
from shop.notices import order_url
from shop.order_models import OrderBuyer, OrderGroup
from shop.recall_settling import Outcome
from traceability.ports import RecallTold

_SAID = {
    "sent": N_("Đơn %(order)s: %(products)s, lô %(lots)s. Hàng đã gửi cho bạn."),
    "repacked": N_(
        "Đơn %(order)s: %(products)s, lô %(lots)s. Hàng chưa gửi; bạn sẽ nhận hàng của lô khác."
    ),
    "cancelled": N_(
        "Đơn %(order)s: %(products)s, lô %(lots)s. Hàng chưa gửi và không còn lô khác nên đơn đã"
        " được hủy; bạn không phải trả tiền."
    ),
}


def to_buyer(
    session: Session, recall: RecallTold, group_id: int, outcomes: Sequence[Outcome]
) -> Sending | None:
    """Write a recall's letter to the buyer of a checkout; None when nothing reaches them."""

    def words(group: OrderGroup) -> tuple[str, str]:
        subject = _("Thu hồi hàng bạn đã mua: %(code)s", code=recall.code)
        return subject, _text(recall, group, outcomes)

    return _send(session, group_id, words)


def lifted(session: Session, recall: RecallTold, group_id: int) -> Sending | None:
    """Write to who was told of a recall that it was lifted; None when nothing reaches them."""

    def words(group: OrderGroup) -> tuple[str, str]:
        lines = [
            _("Hàng bạn đã mua đã được xem xét lại và không còn bị thu hồi."),
            _("Kết luận: %(words)s", words=recall.ended_because),
            _("Nếu bạn đã trả hàng hoặc đã bỏ hàng, xin hỏi nơi bán."),
            _("Thông báo: %(url)s", url=_notice_url(recall)),
            _("Đơn hàng của bạn: %(url)s", url=order_url(group)),
        ]
        return _("Đã gỡ thu hồi hàng bạn đã mua: %(code)s", code=recall.code), "\n".join(lines)

    return _send(session, group_id, words)


def _send(
    session: Session, group_id: int, words: Callable[[OrderGroup], tuple[str, str]]
) -> Sending | None:
    group = session.get_one(OrderGroup, group_id)
    buyer = session.get(OrderBuyer, group_id)
    if buyer is None:
        return None
    contact = Contact(email=buyer.email) if buyer.email else Contact(phone=buyer.phone)
    with speaking(group.language):
        sent = messages.send(session, contact, *words(group))
    return sent if sent.mail_id is not None or sent.job_id is not None else None


def _notice_url(recall: RecallTold) -> str:
    return f"{config.current().base_url}/recalls/{recall.code}"


def _text(recall: RecallTold, group: OrderGroup, outcomes: Sequence[Outcome]) -> str:
    lines = [_("Hàng bạn đã mua đang bị thu hồi. Xin không dùng, không bán lại.")]
    lines += [
        _(
            _SAID[outcome.what],
            order=outcome.order,
            products=", ".join(outcome.products),
            lots=", ".join(outcome.lots),
        )
        for outcome in outcomes
    ]
    lines += [
        _("Lý do: %(reason)s", reason=recall.reason),
        _("Việc cần làm: %(what)s", what=recall.instructions),
        _("Thông báo thu hồi: %(url)s", url=_notice_url(recall)),
        _("Đơn hàng của bạn: %(url)s", url=order_url(group)),
    ]
    return "\n".join(lines)
