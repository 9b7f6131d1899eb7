"""A recall reaches what was sold: unsent orders are packed anew or called off, buyers told once."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

import pytest
from sqlalchemy import func, select, text
from sqlalchemy.orm import Session

from accounts.permissions import SYSTEM
from foundation.models import OutboxMail
from shop import checkout, fulfilment
from shop.order_models import LotAllocation, Order, OrderBuyer
from shop.recall_models import RecallNotice
from shop.recall_notices import RecallSales
from tests.shop.factories import BUYER, Shelf, make_batch, make_shelf, wish
from traceability.handling.models import BatchStock
from traceability.lineage import nodes
from traceability.models import Batch
from traceability.ports import RecallTold
from traceability.quality import holds
from traceability.recalls import deciding, following, holding
from traceability.recalls.deciding import Notice
from traceability.recalls.holding import Wish
from traceability.recalls.reach import Suspicion
from traceability.scan import story

# The application joins the rooms: traceability asks the shop what was sold, and where more is.
pytestmark = pytest.mark.usefixtures("app")

SALES = RecallSales()
NOTICE = Notice("Dư lượng thuốc vượt mức", "Trả hàng lại nơi đã mua")


@pytest.fixture
def shelf(session: Session, now: datetime) -> Shelf:
    return make_shelf(session, now)


def _lot(session: Session, shelf: Shelf, now: datetime, **more: object) -> Batch:
    batch = make_batch(session, shelf.product, now, **more)  # type: ignore[arg-type]
    nodes.ensure(session, [f"/t/{batch.code}"], batch.organisation_id, now=now)
    session.execute(
        text("UPDATE trace_nodes SET batch_id = :id WHERE uri = :uri"),
        {"id": batch.id, "uri": f"/t/{batch.code}"},
    )
    return batch


def _order(
    session: Session, shelf: Shelf, now: datetime, packs: int, *, email: str | None, phone: str
) -> Order:
    buyer = replace(BUYER, email=email, phone=phone)
    group = checkout.place(session, SYSTEM, wish((shelf.offer, packs), buyer=buyer), now=now)
    return session.scalars(select(Order).where(Order.group_id == group.id)).one()


def _recalled(session: Session, batch: Batch, now: datetime) -> RecallTold:
    suspicion = Suspicion("batch", batch.code)
    held = holding.hold(session, SYSTEM, Wish(suspicion, "Nghi dư lượng"), now=now)
    recall = deciding.announce(session, SYSTEM, held.recall.code, NOTICE, now=now)
    session.commit()
    return RecallTold(recall.id, recall.code, recall.reason, NOTICE.instructions, [batch.id])


def _follow(recall: RecallTold, now: datetime) -> None:
    SALES.follow(recall, now, lambda done, total: None)


def _letters(session: Session, recall: RecallTold) -> list[OutboxMail]:
    found = select(OutboxMail).where(OutboxMail.subject.contains(recall.code))
    return list(session.scalars(found.order_by(OutboxMail.id)))


def _taken(session: Session, batch: Batch) -> int:
    session.expire_all()
    return int(session.get_one(BatchStock, batch.id).taken * 2)


def test_an_unsent_order_is_packed_anew_from_another_lot(
    session: Session, now: datetime, shelf: Shelf
) -> None:
    bad = _lot(session, shelf, now, days_left=10)
    good = _lot(session, shelf, now, days_left=90)
    order = _order(session, shelf, now, 4, email="a@thu.vn", phone="0912345678")
    fulfilment.confirm(session, SYSTEM, order.code, now=now)

    recall = _recalled(session, bad, now)
    assert SALES.sold_of(session, [bad.id]).unsent == 1
    _follow(recall, now)

    assert (_taken(session, bad), _taken(session, good)) == (0, 4)
    assert order.state == "confirmed"
    states = session.execute(
        select(LotAllocation.batch_id, LotAllocation.state).order_by(LotAllocation.id)
    ).all()
    assert [tuple(row) for row in states] == [(bad.id, "released"), (good.id, "committed")]
    fulfilment.ship(session, SYSTEM, order.code, None, now=now)
    assert "lô khác" in (_letters(session, recall)[0].text or "")


def test_an_unsent_order_without_another_lot_is_called_off(
    session: Session, now: datetime, shelf: Shelf
) -> None:
    bad = _lot(session, shelf, now)
    order = _order(session, shelf, now, 4, email="a@thu.vn", phone="0912345678")

    recall = _recalled(session, bad, now)
    _follow(recall, now)

    session.expire_all()
    assert order.state == "cancelled"
    assert _taken(session, bad) == 0
    letters = session.scalars(select(OutboxMail).where(OutboxMail.recipient == "a@thu.vn")).all()
    about = [letter for letter in letters if "thu hồi" in (letter.text or "").lower()]
    assert len(about) == 1
    assert "được hủy" in (about[0].text or "")


def test_a_recalled_lot_cannot_be_sent(session: Session, now: datetime, shelf: Shelf) -> None:
    bad = _lot(session, shelf, now)
    order = _order(session, shelf, now, 4, email="a@thu.vn", phone="0912345678")
    fulfilment.confirm(session, SYSTEM, order.code, now=now)
    _recalled(session, bad, now)

    with pytest.raises(Exception, match=r"order\.lot_held"):
        fulfilment.ship(session, SYSTEM, order.code, None, now=now)


def test_who_reads_of_a_recall_is_not_asked_to_buy_more(
    session: Session, now: datetime, shelf: Shelf
) -> None:
    good, bad = _lot(session, shelf, now), _lot(session, shelf, now)
    _recalled(session, bad, now)

    assert story.tell(session, good.id, now=now).shops
    assert story.tell(session, bad.id, now=now).shops == ()


def test_every_buyer_is_told_exactly_once_guests_included(
    session: Session, now: datetime, shelf: Shelf
) -> None:
    bad = _lot(session, shelf, now, quantity="100")
    sent = _order(session, shelf, now, 1, email="a@thu.vn", phone="0912345678")
    _order(session, shelf, now, 2, email="A@thu.vn", phone="0912345679")
    _order(session, shelf, now, 3, email=None, phone="0912345670")
    _order(session, shelf, now, 3, email=None, phone="0912345670")
    off = _order(session, shelf, now, 3, email="khac@thu.vn", phone="0912345671")
    fulfilment.cancel(session, SYSTEM, off.code, "Người mua đổi ý", now=now)
    for step in (fulfilment.confirm, fulfilment.deliver):
        if step is fulfilment.deliver:
            fulfilment.ship(session, SYSTEM, sent.code, None, now=now)
        step(session, SYSTEM, sent.code, now=now)

    recall = _recalled(session, bad, now)
    sold = SALES.sold_of(session, [bad.id])
    _follow(recall, now)
    _follow(recall, now)

    assert (sold.orders, sold.buyers, sold.unsent) == (4, 2, 3)
    letters = _letters(session, recall)
    assert [letter.recipient for letter in letters if letter.recipient.lower() == "a@thu.vn"]
    assert sum(letter.recipient.lower() == "a@thu.vn" for letter in letters) == 1
    assert not any(letter.recipient == "khac@thu.vn" for letter in letters)
    ways = session.execute(
        select(RecallNotice.way, func.count()).group_by(RecallNotice.way).order_by(RecallNotice.way)
    ).all()
    assert [tuple(row) for row in ways] == [("mail", 1), ("message", 1), ("other", 2)]
    letter = next(each for each in letters if each.recipient.lower() == "a@thu.vn")
    assert sent.code in (letter.text or "")
    assert "/recalls/" in (letter.text or "")
    assert SALES.notified(session, recall.id).told == 2


def test_whoever_was_told_of_a_recall_is_told_once_that_it_was_lifted(
    session: Session, now: datetime, shelf: Shelf
) -> None:
    bad = _lot(session, shelf, now, quantity="100")
    _order(session, shelf, now, 1, email="a@thu.vn", phone="0912345678")
    _order(session, shelf, now, 2, email="A@thu.vn", phone="0912345679")
    _order(session, shelf, now, 3, email=None, phone="0912345670")
    recall = _recalled(session, bad, now)
    _follow(recall, now)
    # Somebody who buys of another lot was never told of anything: nothing to take back.
    _lot(session, shelf, now, quantity="100")
    late = _order(session, shelf, now, 1, email="sau@thu.vn", phone="0912345672")
    deciding.lift(session, SYSTEM, recall.code, "Kết quả phân tích đạt", now=now)
    session.commit()

    for _again in range(2):
        following.run(recall.code, now=now, report=lambda done, total: None)

    letters = [each for each in _letters(session, recall) if "Đã gỡ" in each.subject]
    assert [letter.recipient.lower() for letter in letters] == ["a@thu.vn"]
    assert "không còn bị thu hồi" in (letters[0].text or "")
    assert "Kết quả phân tích đạt" in (letters[0].text or "")
    ways = session.execute(
        select(RecallNotice.way, func.count())
        .where(RecallNotice.stage == "lifted")
        .group_by(RecallNotice.way)
        .order_by(RecallNotice.way)
    ).all()
    assert [tuple(row) for row in ways] == [("mail", 1), ("message", 1)]
    assert SALES.notified(session, recall.id, "lifted").told == 2
    told = select(RecallNotice.group_id).where(RecallNotice.stage == "lifted")
    assert late.group_id not in set(session.scalars(told))


def _leave(session: Session, recall: RecallTold, batch: Batch, now: datetime | None) -> None:
    """A lot leaves a recall's notice, or with no moment comes back to it."""
    session.execute(
        text("UPDATE recall_notice_lots SET left_at = :now WHERE batch_id = :id"),
        {"now": now, "id": batch.id},
    )
    state = "recalled" if now is None else "released"
    session.execute(
        text("UPDATE batches SET state = :state WHERE id = :id"), {"state": state, "id": batch.id}
    )
    session.commit()


def test_who_was_told_of_a_lot_that_left_the_recall_hears_once_that_it_no_longer_holds(
    session: Session, now: datetime, shelf: Shelf
) -> None:
    bad = _lot(session, shelf, now, quantity="100")
    sent = _order(session, shelf, now, 1, email="a@thu.vn", phone="0912345678")
    _order(session, shelf, now, 2, email="A@thu.vn", phone="0912345679")
    fulfilment.confirm(session, SYSTEM, sent.code, now=now)
    fulfilment.ship(session, SYSTEM, sent.code, None, now=now)
    recall = _recalled(session, bad, now)
    _follow(recall, now)
    later = now + timedelta(hours=1)
    _leave(session, recall, bad, later)
    gone = replace(recall, batch_ids=[])

    for _again in range(2):
        _follow(gone, later)

    letters = [each for each in _letters(session, recall) if "Đính chính" in each.subject]
    assert [letter.recipient.lower() for letter in letters] == ["a@thu.vn"]
    told = letters[0].text or ""
    assert f"{sent.code}: {shelf.product.name}, lô {bad.lot}. Hàng đã gửi cho bạn dùng" in told
    assert "Đơn này đã hủy" in told
    assert SALES.notified(session, recall.id, "left").told == 1

    # The lot comes back: they hear of the recall once more, and again when it leaves again.
    _leave(session, recall, bad, None)
    _follow(recall, later + timedelta(hours=1))
    _follow(recall, later + timedelta(hours=1))
    _leave(session, recall, bad, later + timedelta(hours=2))
    _follow(gone, later + timedelta(hours=2))
    subjects = [each.subject.split(":")[0] for each in _letters(session, recall)]
    assert subjects == ["Thu hồi hàng bạn đã mua", "Đính chính thu hồi hàng bạn đã mua"] * 2


def test_a_lot_stopped_by_something_else_is_never_called_fit_for_use(
    session: Session, now: datetime, shelf: Shelf
) -> None:
    bad = _lot(session, shelf, now, quantity="100")
    sent = _order(session, shelf, now, 1, email="a@thu.vn", phone="0912345678")
    fulfilment.confirm(session, SYSTEM, sent.code, now=now)
    fulfilment.ship(session, SYSTEM, sent.code, None, now=now)
    first = _recalled(session, bad, now)
    _follow(first, now)
    holds.place(session, bad, "laboratory", "laboratory:1", {}, now=now, by=None)
    deciding.lift(session, SYSTEM, first.code, "Kết quả phân tích đạt", now=now)
    session.commit()

    following.run(first.code, now=now, report=lambda done, total: None)

    letters = _letters(session, first)
    assert f"lô {bad.lot} vẫn bị dừng vì lý do khác" in (letters[-1].text or "")
    assert "không còn bị thu hồi" not in (letters[-1].text or "")


def test_a_hold_that_is_lifted_writes_to_no_buyer(
    session: Session, now: datetime, shelf: Shelf
) -> None:
    bad = _lot(session, shelf, now, quantity="100")
    _order(session, shelf, now, 1, email="a@thu.vn", phone="0912345678")
    held = holding.hold(session, SYSTEM, Wish(Suspicion("batch", bad.code), "Nghi"), now=now)
    deciding.lift(session, SYSTEM, held.recall.code, "Nhầm", now=now)
    session.commit()

    following.run(held.recall.code, now=now, report=lambda done, total: None)

    assert session.scalars(select(RecallNotice)).all() == []


def test_a_letter_that_could_not_be_delivered_is_listed(
    session: Session, now: datetime, shelf: Shelf
) -> None:
    bad = _lot(session, shelf, now, quantity="100")
    lost = _order(session, shelf, now, 1, email="mat@thu.vn", phone="0912345678")
    erased = _order(session, shelf, now, 1, email="xoa@thu.vn", phone="0912345679")
    session.delete(session.get_one(OrderBuyer, erased.group_id))
    recall = _recalled(session, bad, now)
    _follow(recall, now)
    mail_id = session.scalars(
        select(RecallNotice.mail_id).where(RecallNotice.group_id == lost.group_id)
    ).one()
    assert SALES.notified(session, recall.id).waiting == 1
    session.execute(
        text("UPDATE procrastinate_jobs SET status = 'failed' WHERE lock = :lock"),
        {"lock": f"mail:{mail_id}"},
    )

    found = SALES.notified(session, recall.id)

    assert (found.told, found.waiting) == (1, 0)
    assert set(found.failed) == {lost.code, erased.code}


def test_the_officers_lines_name_orders_and_no_buyer(
    session: Session, now: datetime, shelf: Shelf
) -> None:
    bad = _lot(session, shelf, now, quantity="100")
    order = _order(session, shelf, now, 4, email="a@thu.vn", phone="0912345678")

    lines = list(SALES.lines_of(session, [bad.id]))

    assert [(line.order, line.packs, line.seller) for line in lines] == [
        (order.code, 4, shelf.seller.name)
    ]
