"""What a buyer reads of a recall: one letter for all their orders, in their language."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from sqlalchemy.orm import Session

from accounts import messages
from accounts.messages import Sending
from accounts.people import Contact
from foundation import config
from foundation.i18n import N_, _, speaking
from shop.notices import order_url
from shop.order_models import OrderBuyer, OrderGroup
from shop.recall_models import RecallNotice
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
_LEFT_SENT = N_(
    "Đơn %(order)s: %(product)s, lô %(lot)s. Hàng đã gửi cho bạn dùng được bình thường."
)
_LEFT_STOPPED = N_(
    "Đơn %(order)s: %(product)s, lô %(lot)s. Không còn thuộc đợt thu hồi này, nhưng lô đang bị dừng"
    " vì lý do khác: xin chưa dùng, chưa bán lại."
)
_LEFT_REPACKED = N_(
    "Đơn %(order)s: %(product)s, lô %(lot)s. Hàng chưa gửi; bạn nhận hàng của lô khác như đã báo."
)
_LEFT_CANCELLED = N_(
    "Đơn %(order)s: %(product)s, lô %(lot)s. Đơn này đã hủy; nếu còn cần hàng, xin đặt lại."
)


@dataclass(frozen=True)
class LeftLot:
    """Goods of an order whose lot left a recall; `lot_state` is how the lot stands by now."""

    batch_id: int
    order: str
    order_state: str
    product: str
    lot: str
    lot_state: str

    @property
    def sentence(self) -> str:
        """What became of it, and whether it may be used."""
        if self.order_state == "cancelled":
            return _LEFT_CANCELLED
        if self.order_state in ("placed", "confirmed"):
            return _LEFT_REPACKED
        return _LEFT_SENT if self.lot_state in ("released", "closed") else _LEFT_STOPPED


def to_buyer(
    session: Session, recall: RecallTold, group_id: int, outcomes: Sequence[Outcome]
) -> Sending | None:
    """Write a recall's letter to the buyer of a checkout; None when nothing reaches them."""

    def words(group: OrderGroup) -> tuple[str, str]:
        subject = _("Thu hồi hàng bạn đã mua: %(code)s", code=recall.code)
        return subject, _text(recall, group, outcomes)

    return _send(session, group_id, words)


def left(
    session: Session,
    recall: RecallTold,
    group_id: int,
    lots: Sequence[LeftLot],
    still: Sequence[str],
) -> Sending | None:
    """Write to who was told of a recall that some lots left it; ``still`` are under it.

    None when nothing reaches them.
    """

    def words(group: OrderGroup) -> tuple[str, str]:
        lines = [
            _(
                "Chúng tôi đã báo bạn rằng hàng dưới đây bị thu hồi. Xem xét lại, điều ấy không"
                " còn đúng."
            ),
            *(
                _(each.sentence, order=each.order, product=each.product, lot=each.lot)
                for each in lots
            ),
        ]
        if still:
            lines.append(_("Vẫn bị thu hồi, xin không dùng: lô %(lots)s.", lots=", ".join(still)))
        lines += [
            _("Nếu bạn đã trả hàng hoặc đã bỏ hàng, xin hỏi nơi bán."),
            _("Thông báo: %(url)s", url=_notice_url(recall)),
            _("Đơn hàng của bạn: %(url)s", url=order_url(group)),
        ]
        return _("Đính chính thu hồi hàng bạn đã mua: %(code)s", code=recall.code), "\n".join(lines)

    return _send(session, group_id, words)


def note(notice: RecallNotice, sent: Sending | None) -> None:
    """Remember how a buyer was told."""
    if sent is None:
        notice.way = "none"
        return
    notice.way = "mail" if sent.mail_id is not None else "message"
    notice.mail_id, notice.job_id = sent.mail_id, sent.job_id


def lifted(
    session: Session, recall: RecallTold, group_id: int, stopped: Sequence[str]
) -> Sending | None:
    """Write to who was told of a recall that it was lifted; ``stopped`` may not be used still.

    None when nothing reaches them.
    """

    def words(group: OrderGroup) -> tuple[str, str]:
        over = _("Hàng bạn đã mua đã được xem xét lại và không còn bị thu hồi.")
        if stopped:
            over = _(
                "Đợt thu hồi này đã được gỡ, nhưng lô %(lots)s vẫn bị dừng vì lý do khác: xin chưa"
                " dùng, chưa bán lại.",
                lots=", ".join(stopped),
            )
        lines = [
            over,
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
