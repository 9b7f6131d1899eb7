"""Complaints: filed, written of, answered, handed on, closed, added to, erased."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from accounts.people import Contact
from accounts.permissions import Actor
from foundation.errors import Conflict, Forbidden, Invalid, NotFound, TooMany
from foundation.models import OutboxMail
from ledger.models import LedgerEntry
from tests.accounts.factories import make_member, make_official
from tests.traceability.complaints.factories import make_complaint
from tests.traceability.factories import Grown, grow, make_batch
from traceability.complaints import answering, erasing, filing, following, letters, listing
from traceability.complaints.listing import Wish
from traceability.complaints.models import ComplaintRemark, ComplaintSender
from traceability.labels import serials
from traceability.models import Batch
from traceability.scan import limits


@pytest.fixture
def farm(session: Session, now: datetime) -> Grown:
    return grow(session, now)


@pytest.fixture
def batch(session: Session, farm: Grown, now: datetime) -> Batch:
    return make_batch(session, farm, now, lot="LO-1")


@pytest.fixture
def manager(session: Session, farm: Grown, now: datetime) -> Actor:
    return make_member(session, farm.organisation, now)


@pytest.fixture
def officer(session: Session, now: datetime) -> Actor:
    return make_official(session, now, role="officer", scope="")


def _mails(session: Session) -> list[OutboxMail]:
    return list(session.scalars(select(OutboxMail).order_by(OutboxMail.id)))


@pytest.mark.parametrize(
    ("kind", "is_office"), [("quality", False), ("safety", True), ("copy", True)]
)
def test_a_complaint_goes_to_its_maker_and_what_may_harm_to_the_office_at_once(
    session: Session, batch: Batch, now: datetime, kind: str, is_office: bool
) -> None:
    row, code = make_complaint(session, batch, now, kind=kind)

    assert (row.organisation_id, row.commune_code) == (batch.organisation_id, batch.commune_code)
    assert (row.office_since is not None) is is_office
    assert following.get_by_code(session, code.lower()).words == "Cam bị héo khi mở hộp"


def test_the_item_is_known_by_its_own_code_alone_and_never_by_another_lots(
    session: Session, farm: Grown, batch: Batch, now: datetime
) -> None:
    other = make_batch(session, farm, now, lot="LO-2")
    for each in (batch, other):
        serials.issue(session, each, 1, 2, key=b"k", now=now)
    mine, theirs = (serials.serial_code(b"k", each.code, 2) for each in (batch, other))

    by_item, _ = make_complaint(session, None, now, code=mine.lower())
    beside, _ = make_complaint(session, batch, now, serial=theirs)

    assert (by_item.batch_id, by_item.serial_number) == (batch.id, 2)
    assert (beside.batch_id, beside.serial_number) == (batch.id, None)


def test_an_unknown_code_goes_to_the_officers_of_where_it_was_bought(
    session: Session, now: datetime, officer: Actor
) -> None:
    there = make_official(session, now, role="officer", scope="48")
    elsewhere = make_official(session, now, role="officer", scope="51")

    row, _ = make_complaint(session, None, now, kind="copy", bought_in="48")

    assert (row.batch_id, row.organisation_id, row.province_code) == (None, None, "48")
    assert [len(listing.list_complaints(session, each).items) for each in (officer, there)] == [
        1,
        1,
    ]
    assert listing.list_complaints(session, elsewhere).items == []
    with pytest.raises(Invalid):
        make_complaint(session, None, now, bought_in="99999")


def test_who_answers_is_written_of_once_and_nobodys_words_travel(
    session: Session, batch: Batch, now: datetime, manager: Actor, officer: Actor
) -> None:
    make_complaint(session, batch, now, words="Bí mật của tôi", bought_at="Chợ Hàn")
    assert letters.tell_due(session, now=now) == 1
    make_complaint(session, batch, now)
    later = now + timedelta(seconds=limits.limit("complaint_quiet_s") + 1)

    assert letters.tell_due(session, now=now) == 0
    assert letters.tell_due(session, now=later) == 1
    mails = _mails(session)
    assert len(mails) == 2
    assert "LO-1" in (mails[0].text or "")
    assert "Bí mật" not in "".join(str(mail.text) for mail in mails)
    assert (
        session.scalars(select(LedgerEntry).where(LedgerEntry.kind.like("complaint%"))).all() == []
    )


def test_nobody_answering_makes_it_the_offices_matter(
    session: Session, batch: Batch, now: datetime, manager: Actor, officer: Actor
) -> None:
    row, _ = make_complaint(session, batch, now)
    late = now + timedelta(days=limits.limit("complaint_patience_days"), minutes=1)

    assert letters.escalate(session, now=now) == 0
    assert listing.awaiting_office(session, officer) == 0
    assert letters.escalate(session, now=late) == 1
    session.refresh(row)
    assert letters.tell_due(session, now=late) == 2
    assert listing.awaiting_office(session, officer) == 1
    assert listing.awaiting_owner(session, manager) == 1


def test_an_answer_reaches_its_sender_in_their_language(
    session: Session, batch: Batch, now: datetime, manager: Actor
) -> None:
    contact = Contact(email="khach@vidu.vn")
    row, code = make_complaint(session, batch, now, language="en", contact=contact)

    answering.see(session, manager, row.id, now=now)
    answering.note(session, manager, row.id, "Hỏi kho", now=now)
    answering.reply(session, manager, row.id, "Xin đổi hàng", now=now)

    followed = following.get_by_code(session, code)
    assert [said.words for said in followed.remarks] == ["Xin đổi hàng"]
    assert (row.state, row.seen_at, row.answered_at) == ("answered", now, now)
    (mail,) = _mails(session)
    assert mail.recipient == "khach@vidu.vn"
    assert mail.subject == "Your complaint was answered"
    assert f"/complaints/{code}?lang=en" in (mail.text or "")
    sender = session.get_one(ComplaintSender, row.id)
    assert b"khach" not in (sender.contact or b"")


def test_what_is_added_waits_anew_and_reopens_what_was_closed(
    session: Session, batch: Batch, now: datetime, manager: Actor
) -> None:
    row, code = make_complaint(session, batch, now)
    answering.close(session, manager, row.id, "Đã đổi hàng", now=now)
    with pytest.raises(Conflict, match=r"complaint\.closed"):
        answering.reply(session, manager, row.id, "Nữa", now=now)

    following.add(session, code, "Hàng đổi vẫn hỏng", now=now)

    session.refresh(row)
    assert (row.state, row.written_at) == ("new", None)
    assert listing.awaiting_owner(session, manager) == 1


def test_an_organisation_hands_on_to_the_office_and_an_officer_to_a_body_they_name(
    session: Session, batch: Batch, now: datetime, manager: Actor, officer: Actor
) -> None:
    row, _ = make_complaint(session, batch, now)

    answering.refer(session, manager, row.id, "Ai đó", "Ngoài khả năng", now=now)
    assert (row.referred_to, row.office_since) == ("", now)
    with pytest.raises(Invalid):
        answering.refer(session, officer, row.id, " ", "Đúng thẩm quyền", now=now)
    answering.refer(session, officer, row.id, "Đội 2", "Đúng thẩm quyền", now=now)

    assert (row.state, row.referred_to) == ("referred", "Đội 2")


def test_what_is_its_senders_goes_and_the_matter_stays(
    session: Session, batch: Batch, now: datetime, manager: Actor, officer: Actor
) -> None:
    row, code = make_complaint(session, batch, now, contact=Contact(phone="+84912345678"))
    following.add(session, code, "Số nhà 12", now=now)
    answering.reply(session, manager, row.id, "Xin đổi hàng", now=now)

    following.erase(session, code, now=now)

    assert session.get(ComplaintSender, row.id) is None
    followed = following.get_by_code(session, code)
    assert (followed.words, [said.words for said in followed.remarks]) == (None, ["Xin đổi hàng"])
    for act in (
        lambda: following.erase(session, code, now=now),
        lambda: following.add(session, code, "Nữa", now=now),
        lambda: answering.erase(session, officer, row.id, now=now),
    ):
        with pytest.raises(Conflict, match=r"complaint\.erased"):
            act()
    with pytest.raises(Forbidden):
        answering.erase(session, manager, row.id, now=now)


def test_a_year_after_the_last_word_all_words_are_gone(
    session: Session, batch: Batch, now: datetime, manager: Actor
) -> None:
    old, _ = make_complaint(session, batch, now - timedelta(days=400))
    answering.reply(session, manager, old.id, "Xin đổi hàng", now=now - timedelta(days=366))
    young, _ = make_complaint(session, batch, now - timedelta(days=300))

    assert erasing.erase_old(session, now=now) == 1
    assert erasing.erase_old(session, now=now) == 0

    assert session.get(ComplaintSender, old.id) is None
    assert session.get(ComplaintSender, young.id) is not None
    assert session.scalars(select(ComplaintRemark.words)).all() == [""]


def test_lists_keep_to_the_reader_and_the_wish(
    session: Session, farm: Grown, batch: Batch, now: datetime, manager: Actor
) -> None:
    stranger = make_member(session, grow(session, now).organisation, now)
    first, _ = make_complaint(session, batch, now)
    second, _ = make_complaint(
        session, make_batch(session, farm, now, lot="LO-2"), now, kind="copy"
    )
    answering.close(session, manager, first.id, "Xong", now=now)

    def found(**wish: str) -> list[int]:
        page = listing.list_complaints(session, manager, Wish(**wish))
        return [each.row.id for each in page.items]

    assert found() == [second.id]
    assert found(state="all") == [second.id, first.id]
    assert found(state="closed") == found(state="all", q="LO-1") == [first.id]
    assert found(kind="copy") == found(q=f"#{second.id}") == [second.id]
    assert listing.list_complaints(session, stranger, Wish(state="all")).items == []
    with pytest.raises(NotFound):
        listing.get_complaint(session, stranger, first.id)


def test_one_network_sends_few_and_waits(now: datetime) -> None:
    for number in range(limits.limit("complaints")):
        filing.take_turn(f"203.0.113.{number}", now)
        filing.take_turn("127.0.0.1", now)

    with pytest.raises(TooMany):
        filing.take_turn("203.0.113.99", now)
    filing.take_turn("198.51.100.1", now)
