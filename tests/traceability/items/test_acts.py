"""What became of labels: by range, once, with who and why; undone while nothing followed."""

from __future__ import annotations

import math
from datetime import datetime
from typing import Any

import pytest
from sqlalchemy import func, select, text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from accounts.permissions import SYSTEM
from foundation import codes
from foundation.errors import Conflict, Invalid, NotFound
from tests.growing_areas.factories import make_organisation, manager
from tests.traceability.factories import GTIN, grow, make_batch
from tests.traceability.items.factories import BASE, KEY, print_labels, states
from traceability import events, releasing, told_events
from traceability.epcis.index_models import ErrorDeclaration
from traceability.epcis.models import EpcisEvent
from traceability.items import acts, listing
from traceability.items.acts import Change
from traceability.items.models import ItemAct, ItemSpan
from traceability.labels import issuing, orders, serials
from traceability.models import Batch
from traceability.scan import lookup


@pytest.fixture
def batch(session: Session, now: datetime) -> Batch:
    return make_batch(session, grow(session, now, gtin=GTIN), now, lot="BUOI-26A")


def become(
    session: Session, batch: Batch, now: datetime, state: str, first: object, last: object = ""
) -> ItemAct:
    reason = "mất cuộn" if state == "void" else None
    wanted = Change(batch.code, state, str(first), str(last), reason)
    return acts.change(session, SYSTEM, wanted, now=now)


def test_a_label_s_life_is_told_by_range_with_an_event_each(
    session: Session, now: datetime, batch: Batch
) -> None:
    print_labels(session, batch, now)

    become(session, batch, now, "activated", 1, 60)
    become(session, batch, now, "sold", 1, 10)
    become(session, batch, now, "returned", 10)
    become(session, batch, now, "void", 91, 100)

    assert states(session, batch) == [
        (1, 9, "sold"), (10, 10, "returned"), (11, 60, "activated"), (61, 90, "printed"),
        (91, 100, "void"),
    ]  # fmt: skip
    steps = session.execute(
        select(EpcisEvent.biz_step, EpcisEvent.disposition)
        .join(ItemAct, ItemAct.event_id == EpcisEvent.id)
        .order_by(ItemAct.id)
    )
    # The ten that were never pasted were never commissioned: nothing is to be taken back of them.
    assert list(steps) == [
        ("commissioning", "active"), ("retail_selling", "retail_sold"), ("returning", "returned"),
    ]  # fmt: skip


def test_taking_pasted_labels_out_of_use_decommissions_them(
    session: Session, now: datetime, batch: Batch
) -> None:
    print_labels(session, batch, now, 20)
    become(session, batch, now, "activated", 1, 20)

    act = become(session, batch, now, "void", 5, 8)

    event = session.get_one(EpcisEvent, act.event_id)
    assert (event.biz_step, event.action) == ("decommissioning", "OBSERVE")
    assert event.document["nguon:details"] == {"step": "items", "first": 5, "last": 8}
    assert event.document["quantityList"][0]["quantity"] == 4


def test_what_becomes_of_labels_is_not_on_the_page_of_the_goods(
    session: Session, now: datetime, batch: Batch
) -> None:
    told = len(told_events.list_told(session, batch.id)), len(events.list_events(session, batch.id))
    print_labels(session, batch, now, 20)

    become(session, batch, now, "activated", 1, 20)
    become(session, batch, now, "sold", 1, 7)

    assert told == (
        len(told_events.list_told(session, batch.id)),
        len(events.list_events(session, batch.id)),
    )


def test_a_roll_is_named_by_scanning_its_first_and_last_label_from_either_end(
    session: Session, now: datetime, batch: Batch
) -> None:
    print_labels(session, batch, now)
    first, last = (serials.serial_code(KEY, batch.code, number) for number in (31, 70))
    scanned = f"https://nguon.vn/01/{GTIN}/10/BUOI-26A/21/{last}"

    become(session, batch, now, "void", scanned, f" {first.lower()[:4]}-{first[4:]} ")

    assert states(session, batch) == [(1, 30, "printed"), (31, 70, "void"), (71, 100, "printed")]


@pytest.mark.parametrize(
    ("earlier", "state", "code"),
    [
        ([], "sold", "item.is_printed"),
        (["activated"], "activated", "item.is_activated"),
        (["activated", "sold"], "activated", "item.is_sold"),
        (["void"], "activated", "item.is_void"),
        (["void"], "void", "item.is_void"),
        ([], "returned", "item.is_printed"),
    ],
)
def test_what_cannot_be_is_refused_naming_the_part(
    session: Session, now: datetime, batch: Batch, earlier: list[str], state: str, code: str
) -> None:
    print_labels(session, batch, now, 30)
    for each in earlier:
        become(session, batch, now, each, 11, 20)

    with pytest.raises(Conflict) as refused:
        become(session, batch, now, state, 11, 25 if code.endswith("printed") else 20)

    assert refused.value.code == code
    assert (refused.value.params["first"], refused.value.params["last"])[0] == 11


def test_numbers_beyond_what_was_printed_and_strange_codes_are_refused(
    session: Session, now: datetime, batch: Batch
) -> None:
    print_labels(session, batch, now, 30)

    with pytest.raises(Invalid) as beyond:
        become(session, batch, now, "activated", 25, 40)
    with pytest.raises(Invalid) as strange:
        become(session, batch, now, "activated", "KHÔNG PHẢI MÃ", "0")
    with pytest.raises(Invalid) as without_reason:
        acts.change(session, SYSTEM, Change(batch.code, "void", "1"), now=now)

    (finding,) = beyond.value.findings
    assert (finding.code, finding.params) == ("item.not_printed", {"first": 31, "last": 40})
    assert [f.field for f in strange.value.findings] == ["first", "last"]
    assert [(f.code, f.field) for f in without_reason.value.findings] == [
        ("input.required", "reason")
    ]


def test_nothing_is_pasted_or_sold_of_held_goods_but_labels_may_be_destroyed(
    session: Session, now: datetime, batch: Batch
) -> None:
    print_labels(session, batch, now, 30)
    releasing.hold(session, SYSTEM, batch.code, now=now)

    with pytest.raises(Conflict) as refused:
        become(session, batch, now, "activated", 1, 30)
    become(session, batch, now, "void", 1, 30)

    assert refused.value.code == "item.batch_stopped"


def test_an_act_is_undone_as_long_as_nothing_followed(
    session: Session, now: datetime, batch: Batch
) -> None:
    print_labels(session, batch, now)
    become(session, batch, now, "activated", 1, 20)
    first = become(session, batch, now, "activated", 21, 60)
    mistaken = become(session, batch, now, "sold", 11, 40)
    become(session, batch, now, "returned", 40)

    with pytest.raises(Conflict) as refused:
        acts.undo(session, SYSTEM, mistaken.id, now=now)
    assert refused.value.code == "item.acted_since"
    last = session.scalars(select(ItemAct).order_by(ItemAct.id.desc())).first()
    assert last is not None
    acts.undo(session, SYSTEM, last.id, now=now)
    acts.undo(session, SYSTEM, mistaken.id, now=now)

    assert states(session, batch) == [(1, 60, "activated"), (61, 100, "printed")]
    assert session.scalar(select(func.count()).select_from(ErrorDeclaration)) == 2
    # The act before it stands whole again, and can be undone in its turn.
    acts.undo(session, SYSTEM, first.id, now=now)
    assert states(session, batch) == [(1, 20, "activated"), (21, 100, "printed")]


def test_labels_of_a_cancelled_order_never_come_back(
    session: Session, now: datetime, batch: Batch
) -> None:
    order = orders.LabelOrder(batch.code, count=30, layout="a4-24", serialised=True)
    job = orders.place(session, SYSTEM, order, base_url=BASE, now=now)
    orders.queue(session, job)
    orders.cancel(session, SYSTEM, job.id, now=now)
    (act,) = session.scalars(select(ItemAct)).all()

    with pytest.raises(Conflict):
        acts.undo(session, SYSTEM, act.id, now=now)
    with pytest.raises(Conflict):
        become(session, batch, now, "activated", 1, 30)
    assert print_labels(session, batch, now, 5).first_serial == 31


def test_a_million_labels_cost_as_many_rows_as_acts(
    session: Session, now: datetime, batch: Batch
) -> None:
    order = orders.LabelOrder(batch.code, count=1_000_000, layout="a4-24", serialised=True)
    job = orders.place(session, SYSTEM, order, base_url=BASE, now=now)
    # As the last part of its printing does; the codes themselves play no part in what follows.
    acts.enter(session, acts.Range(batch, 1, 1_000_000, label_job_id=job.id), "printed", now=now)

    become(session, batch, now, "activated", 1, 999_999)
    become(session, batch, now, "sold", 500_000)
    become(session, batch, now, "void", 700_001, 710_000)

    spans = session.scalar(select(func.count()).select_from(ItemSpan))
    told = session.scalar(select(func.count()).select_from(ItemAct))
    assert (spans, told) == (6, 4)
    counted = listing.counts(session, batch.id)
    assert counted.by_state == {
        "activated": 989_998, "sold": 1, "void": 10_000, "printed": 1,
    }  # fmt: skip


def test_acts_cannot_be_changed_afterwards(session: Session, now: datetime, batch: Batch) -> None:
    print_labels(session, batch, now, 10)
    act = become(session, batch, now, "activated", 1, 10)
    session.commit()

    with pytest.raises(DBAPIError, match="item_acts"):
        session.execute(text("UPDATE item_acts SET last = 5 WHERE id = :id"), {"id": act.id})


def test_another_cooperative_can_neither_do_nor_see_nor_undo(
    session: Session, now: datetime, batch: Batch
) -> None:
    print_labels(session, batch, now, 10)
    act = become(session, batch, now, "activated", 1, 10)
    stranger = manager(make_organisation(session, now), 55)
    code = serials.serial_code(KEY, batch.code, 1)
    tried: list[Any] = [
        lambda: acts.change(session, stranger, Change(batch.code, "sold", "1"), now=now),
        lambda: acts.undo(session, stranger, act.id, now=now),
        lambda: listing.trace(session, stranger, code),
    ]

    for attempt in tried:
        with pytest.raises(NotFound):
            attempt()


def test_a_scan_is_told_the_state_of_the_one_label(
    session: Session, now: datetime, batch: Batch
) -> None:
    print_labels(session, batch, now, 10)
    become(session, batch, now, "void", 4, 6)
    session.commit()

    seen = []
    for number in (3, 4, 6, 7):
        found = lookup.find_by_code(batch.code, serials.serial_code(KEY, batch.code, number))
        assert found is not None
        assert found.serial is not None
        seen.append(found.serial.state)

    assert seen == ["printed", "void", "void", "printed"]


def test_an_order_taken_up_again_goes_on_where_it_was_left(
    session: Session, now: datetime, batch: Batch, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(issuing, "PART", 7)
    order = orders.LabelOrder(batch.code, count=20, layout="a4-24", serialised=True)
    job = orders.place(session, SYSTEM, order, base_url=BASE, now=now)
    parts = [issuing.issue_part(session, job, key=KEY, now=now) for _ in range(2)]
    assert states(session, batch) == []

    parts += [issuing.issue_part(session, job, key=KEY, now=now) for _ in range(2)]

    assert parts == [7, 14, 20, 20]
    assert states(session, batch) == [(1, 20, "printed")]
    assert session.scalar(select(func.count()).select_from(ItemAct)) == 1


def test_a_code_that_meets_one_already_given_out_is_drawn_anew(
    session: Session, now: datetime, batch: Batch
) -> None:
    # The code its third label would bear is another batch's already.
    other = make_batch(session, grow(session, now), now, lot="KHAC-1")
    print_labels(session, other, now, 1)
    taken = serials.serial_code(KEY, batch.code, 3)
    session.execute(
        text("UPDATE serials SET code = :code WHERE batch_id = :batch"),
        {"code": taken, "batch": other.id},
    )

    print_labels(session, batch, now, 5)

    printed = list(serials.stream(session, batch.id, 1, 5))
    assert len(set(printed)) == 5
    assert printed[2] == serials.serial_code(KEY, batch.code, 3, turn=1) != taken


def test_flipped_bits_other_lots_and_guesses_are_nobody_s(
    session: Session, now: datetime, batch: Batch
) -> None:
    other = make_batch(session, grow(session, now), now, lot="KHAC-2")
    print_labels(session, batch, now, 20)
    print_labels(session, other, now, 20)
    session.commit()
    code = serials.serial_code(KEY, batch.code, 7)

    tried = {
        bytes([*raw[:place], raw[place] ^ 1 << bit, *raw[place + 1 :]]).decode("latin-1")
        for raw in [code.encode()]
        for place in range(len(raw))
        for bit in range(7)
    }
    # A flip that only changes capitals is the same code, typed otherwise.
    wrong = {each for each in tried if each.upper() != code}
    assert len(wrong) > 90

    assert lookup.find_by_code(batch.code, code) is not None
    assert lookup.find_by_code(other.code, code) is None
    for each in wrong:
        found = lookup.find_by_code(batch.code, each)
        assert found is None, each
    elsewhere = {
        serials.serial_code(serials.key_from("another installation's secret"), batch.code, n)
        for n in range(1, 21)
    }
    assert all(lookup.find_by_code(batch.code, each) is None for each in elsewhere)


def test_a_serial_holds_at_least_64_bits_of_its_authentication_code() -> None:
    first = [serials.serial_code(KEY, "ABC", number) for number in range(1, 2001)]

    assert (serials.LENGTH - 1) * math.log2(len(codes.ALPHABET)) >= 64
    # Every character of it depends on the number, in all the letters there are.
    assert all(len({code[place] for code in first}) == len(codes.ALPHABET) for place in range(14))
