"""A step recorded by mistake is struck out, and the stock stands as it did, to the gram."""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta
from decimal import Decimal

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from accounts.permissions import SYSTEM
from foundation import db
from foundation.errors import Conflict, Forbidden, Invalid, NotFound
from growing_areas import diary
from tests.growing_areas.factories import make_organisation, manager
from tests.traceability.factories import GTIN, Grown, grow, make_batch, new_batch
from tests.traceability.handling.factories import another_product, is_kept, shelf
from traceability import batches, events, opening, releasing, told_events
from traceability.epcis import recorded as epcis_recorded
from traceability.epcis.models import EpcisEvent
from traceability.epcis.querying.models import ChainShare
from traceability.handling import (
    closing,
    consigning,
    consignments,
    counting,
    history,
    packing,
    parting,
    processing,
    receiving,
    stock,
)
from traceability.handling.acting import Taken
from traceability.handling.consigning import Shipment
from traceability.handling.counting import StockTaking, Waste
from traceability.handling.models import BatchMovement, BatchStock
from traceability.handling.packing import Packing
from traceability.handling.parting import Merge, Part, Split
from traceability.handling.processing import Output, Processing
from traceability.handling.receiving import Receipt
from traceability.handling.trade_models import LogisticUnit
from traceability.happenings import Happening, Portion
from traceability.lineage import nodes, walks
from traceability.lineage import recorded as lineage_recorded
from traceability.models import Batch
from traceability.quality import holds
from traceability.recalls import deciding, holding
from traceability.recalls.holding import Wish
from traceability.recalls.reach import Suspicion
from traceability.scan import noting, scans, search
from traceability.scan.noting import Looked
from traceability.scan.scans import ScanNote
from traceability.undoing import telling, undoing
from traceability.undoing.steps import Step
from traceability.undoing.undoing import Mistake

SSCC = "389300010000000019"
Act = Callable[[Session, Grown, Batch, datetime], object]


def _split(session: Session, grown: Grown, batch: Batch, now: datetime) -> object:
    return parting.split(session, SYSTEM, Split(batch.code, (Part(Decimal("300.125")),)), now=now)


def _merge(session: Session, grown: Grown, batch: Batch, now: datetime) -> object:
    other = make_batch(session, grown, now, quantity=Decimal(50))
    inputs = (Taken(batch.code, Decimal(100)), Taken(other.code))
    return parting.merge(session, SYSTEM, Merge(inputs), now=now)


def _process(session: Session, grown: Grown, batch: Batch, now: datetime) -> object:
    dried = another_product(session, grown, now)
    wanted = Processing(
        (Taken(batch.code, Decimal(100)),), (Output(dried.code, Decimal(20), "KGM"),)
    )
    return processing.process(session, SYSTEM, wanted, now=now)


def _pack(session: Session, grown: Grown, batch: Batch, now: datetime) -> object:
    bags = another_product(
        session, grown, now, unit="XBG", net_content=Decimal(500), net_unit="GRM"
    )
    outputs = (Output(bags.code, Decimal(20), "XBG"),)
    wanted = Processing((Taken(batch.code, Decimal(10)),), outputs, kind="pack")
    return processing.process(session, SYSTEM, wanted, now=now)


def _unit(session: Session, grown: Grown, batch: Batch, now: datetime) -> object:
    wanted = Packing((Taken(batch.code, Decimal(80)),), SSCC)
    return packing.pack(session, SYSTEM, wanted, now=now)


def _ship(session: Session, grown: Grown, batch: Batch, now: datetime) -> object:
    wanted = Shipment((Taken(batch.code, Decimal(400)),), recipient_name="Chợ đầu mối")
    return consigning.ship(session, SYSTEM, wanted, now=now)


def _waste(session: Session, grown: Grown, batch: Batch, now: datetime) -> object:
    return counting.waste(session, SYSTEM, Waste(batch.code, Decimal(7), "spoiled"), now=now)


def _count_less(session: Session, grown: Grown, batch: Batch, now: datetime) -> object:
    return counting.take_stock(session, SYSTEM, StockTaking(batch.code, Decimal(1190)), now=now)


def _count_more(session: Session, grown: Grown, batch: Batch, now: datetime) -> object:
    return counting.take_stock(session, SYSTEM, StockTaking(batch.code, Decimal(1201)), now=now)


def last_event(session: Session, batch: Batch) -> EpcisEvent:
    return max(events.list_events(session, batch.id), key=lambda event: event.id)


def undo(session: Session, batch: Batch, now: datetime, event: EpcisEvent | None = None) -> Step:
    wrong = event or last_event(session, batch)
    wanted = Mistake(batch.code, wrong.event_id, "did_not_occur")
    return undoing.undo(session, SYSTEM, wanted, now=now)


def refusals(session: Session, batch: Batch, now: datetime, event: EpcisEvent) -> list[str]:
    with pytest.raises(Conflict) as refused:
        undo(session, batch, now, event)
    assert refused.value.code == "undo.built_upon"
    return [finding.code for finding in refused.value.findings]


@pytest.mark.parametrize(
    "act", [_split, _merge, _process, _pack, _unit, _ship, _waste, _count_less, _count_more]
)
def test_an_undone_step_leaves_the_stock_as_it_was_and_its_batches_empty(
    session: Session, now: datetime, act: Act
) -> None:
    grown = grow(session, now)
    batch = make_batch(session, grown, now)
    before = {row.batch_id: (row.made, row.used) for row in session.scalars(select(BatchStock))}
    act(session, grown, batch, now)
    wrong = last_event(session, batch)

    step = undo(session, batch, now + timedelta(hours=1))

    found = {each.id: each for each in session.scalars(select(Batch))}
    for batch_id in step.moved:
        made, used, _ = shelf(session, found[batch_id])
        assert (made, used) == before.get(batch_id, (found[batch_id].quantity, Decimal(0)))
    for each in found.values():
        assert is_kept(session, each)
        if each.id in step.made:
            made, used, taken = shelf(session, each)
            assert (made - used, taken, each.state) == (Decimal(0), Decimal(0), "closed")
            assert each.voided_at is not None
    assert wrong not in events.list_events(session, batch.id)
    told = {each.event.id: each for each in told_events.list_told(session, batch.id)}
    assert told[wrong.id].reason == "did_not_occur"
    walked = walks.walk(session, nodes.node_of(session, batch).id, "down")
    assert len(walked.nodes) == 1
    assert history.went_into(session, batch.id).items == ()
    with pytest.raises(Conflict, match=r"step\.undone"):
        undo(session, batch, now, wrong)


def test_the_correction_repeats_the_event_under_its_id(session: Session, now: datetime) -> None:
    grown = grow(session, now)
    batch = make_batch(session, grown, now)
    _waste(session, grown, batch, now)
    wrong = last_event(session, batch)
    counting.waste(session, SYSTEM, Waste(batch.code, Decimal(6), "spoiled"), now=now)
    right = last_event(session, batch)
    mistake = Mistake(batch.code, wrong.event_id, "incorrect_data", (right.event_id,))

    undoing.undo(session, SYSTEM, mistake, now=now + timedelta(hours=1))

    first, second = session.scalars(
        select(EpcisEvent).where(EpcisEvent.event_id == wrong.event_id).order_by(EpcisEvent.id)
    ).all()
    declaration = second.document.pop("errorDeclaration")
    assert declaration["reason"] == "incorrect_data"
    assert declaration["correctiveEventIDs"] == [right.event_id]
    assert second.document | {"recordTime": ""} == first.document | {"recordTime": ""}
    assert second.is_error_declaration
    unknown = replace(mistake, event=right.event_id, corrective=("urn:uuid:0",))
    with pytest.raises(Invalid):
        undoing.undo(session, SYSTEM, unknown, now=now)


def test_what_happened_since_stands_in_the_way_with_its_numbers(
    session: Session, now: datetime
) -> None:
    grown = grow(session, now)
    batch = make_batch(session, grown, now)
    (part,) = parting.split(session, SYSTEM, Split(batch.code, (Part(Decimal(300)),)), now=now)
    split = last_event(session, batch)
    assert stock.take(session, part.id, Decimal(5))
    _waste(session, grown, part, now)
    consigning.ship(
        session, SYSTEM, Shipment((Taken(part.code, Decimal(20)),), recipient_name="Chợ"), now=now
    )
    counting.take_stock(session, SYSTEM, StockTaking(batch.code, Decimal(900)), now=now)

    with pytest.raises(Conflict) as refused:
        undo(session, batch, now, split)

    told = {finding.code: finding.params for finding in refused.value.findings}
    assert told["undo.promised"]["amount"] == Decimal(5)
    assert told["undo.since_waste"]["amount"] == Decimal(7)
    assert told["undo.since_ship"]["amount"] == Decimal(20)
    assert told["undo.event_count"]["lot"] == batch.lot
    assert shelf(session, batch)[1] == Decimal(300)


def test_a_count_stands_in_the_way_however_much_was_told_before_it(
    session: Session, now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    grown = grow(session, now)
    batch = make_batch(session, grown, now)
    _waste(session, grown, batch, now)
    waste = last_event(session, batch)
    for _ in range(201):
        events.record_of_batch(
            session,
            batch,
            action="OBSERVE",
            biz_step="sensor_reporting",
            disposition=None,
            details={},
            now=now,
        )
    counting.take_stock(session, SYSTEM, StockTaking(batch.code, Decimal(1193)), now=now)

    assert refusals(session, batch, now, waste) == ["undo.event_count"]


def test_a_strangers_event_keeps_nobody_from_undoing(session: Session, now: datetime) -> None:
    grown = grow(session, now)
    batch = make_batch(session, grown, now)
    (part,) = parting.split(session, SYSTEM, Split(batch.code, (Part(Decimal(300)),)), now=now)
    split = last_event(session, batch)
    lot = Portion(nodes.node_of(session, part).uri)
    rumour = Happening(
        "ObjectEvent", "destroying", happened_at=now, action="OBSERVE", things=(lot,)
    )
    events.record(session, make_organisation(session, now).id, rumour, now=now)

    undo(session, batch, now, split)

    assert shelf(session, batch)[1] == Decimal(0)


def test_undone_one_by_one_from_the_last_everything_goes_back(
    session: Session, now: datetime
) -> None:
    grown = grow(session, now)
    batch = make_batch(session, grown, now)
    (part,) = parting.split(session, SYSTEM, Split(batch.code, (Part(Decimal(300)),)), now=now)
    split = last_event(session, batch)
    _waste(session, grown, part, now)
    waste = last_event(session, part)
    assert refusals(session, batch, now, split) == ["undo.since_waste"]

    undo(session, part, now, waste)
    undo(session, batch, now, split)

    assert shelf(session, batch) == (Decimal(1200), Decimal(0), Decimal(0))
    assert is_kept(session, part)


def test_goods_that_counting_found_and_that_went_on_cannot_be_taken_back(
    session: Session, now: datetime
) -> None:
    grown = grow(session, now)
    batch = make_batch(session, grown, now)
    _count_more(session, grown, batch, now)
    count = last_event(session, batch)
    whole = Shipment((Taken(batch.code, Decimal("1200.5")),), recipient_name="Chợ")
    consigning.ship(session, SYSTEM, whole, now=now)

    assert refusals(session, batch, now, count) == ["undo.found_gone"]


def test_held_goods_do_not_slip_out_of_their_hold(session: Session, now: datetime) -> None:
    grown = grow(session, now)
    batch = make_batch(session, grown, now)
    (part,) = parting.split(session, SYSTEM, Split(batch.code, (Part(Decimal(300)),)), now=now)
    split = last_event(session, batch)
    holds.place(session, part, "laboratory", "laboratory:1", {}, now=now, by=None)

    assert refusals(session, batch, now, split) == ["undo.held"]

    holds.place(session, batch, "laboratory", "laboratory:1", {}, now=now, by=None)
    undo(session, batch, now, split)
    assert holds.open_holds(session, [part.id]) == {}


def test_a_receipt_is_undone_whole_and_can_be_received_anew(
    session: Session, now: datetime
) -> None:
    giver, taker = grow(session, now), grow(session, now)
    batch = make_batch(session, giver, now)
    unit = packing.pack(session, SYSTEM, Packing((Taken(batch.code, Decimal(80)),)), now=now)
    wanted = Shipment(
        (Taken(batch.code, Decimal(400)),), (unit.code,), recipient=taker.organisation.code
    )
    sent = consigning.ship(session, SYSTEM, wanted, now=now)
    shipping = last_event(session, batch)
    done = receiving.receive(session, SYSTEM, Receipt(sent.code), now=now)
    made = [line.received_batch_id for line in done.lines]
    first = session.get_one(Batch, made[0])
    assert refusals(session, batch, now, shipping) == ["undo.consignment_settled"]
    wrong = Mistake(batch.code, last_event(session, first).event_id, "did_not_occur")
    with pytest.raises(NotFound):
        undoing.undo(session, manager(giver.organisation), wrong, now=now)

    undo(session, first, now)

    again = consignments.get(session, sent.code)
    assert (again.state, [line.received for line in again.lines]) == ("sent", [None, None])
    assert session.get_one(LogisticUnit, unit.id).state == "shipped"
    for batch_id in made:
        each = session.get_one(Batch, batch_id)
        assert (each.state, shelf(session, each)[0]) == ("closed", shelf(session, each)[1])
    assert history.went_into(session, batch.id).items == ()
    done = receiving.receive(session, SYSTEM, Receipt(sent.code), now=now + timedelta(hours=1))
    assert done.state == "received"
    assert not set(made) & {line.received_batch_id for line in done.lines}


def test_a_sending_undone_stands_in_the_store_with_its_units(
    session: Session, now: datetime
) -> None:
    giver, taker = grow(session, now), grow(session, now)
    batch = make_batch(session, giver, now)
    unit = packing.pack(session, SYSTEM, Packing((Taken(batch.code, Decimal(80)),)), now=now)
    wanted = Shipment((), (unit.code,), recipient=taker.organisation.code)
    sent = consigning.ship(session, SYSTEM, wanted, now=now)
    shipping = session.scalars(select(EpcisEvent).where(EpcisEvent.biz_step == "shipping")).one()

    undo(session, batch, now, shipping)

    assert consignments.get(session, sent.code).state == "void"
    assert session.get_one(LogisticUnit, unit.id).state == "packed"
    assert shelf(session, batch)[1] == Decimal(80)
    undo(session, batch, now)
    assert shelf(session, batch)[1] == Decimal(0)


def test_the_number_of_a_crate_packed_by_mistake_is_free_again(
    session: Session, now: datetime
) -> None:
    grown = grow(session, now)
    batch = make_batch(session, grown, now)
    _unit(session, grown, batch, now)
    undo(session, batch, now)

    _unit(session, grown, batch, now)

    assert packing.get_unit(session, SSCC).state == "packed"
    undo(session, batch, now)
    assert shelf(session, batch)[1] == Decimal(0)


def test_closing_undone_leaves_the_batch_in_the_state_it_was_in(
    session: Session, now: datetime
) -> None:
    grown = grow(session, now)
    batch = make_batch(session, grown, now)
    _split(session, grown, batch, now)
    split = last_event(session, batch)
    rest = Waste(batch.code, Decimal("899.875"), "spoiled")
    counting.waste(session, SYSTEM, rest, now=now)
    closing.close(session, SYSTEM, batch.code, now=now)
    assert refusals(session, batch, now, split) == ["undo.closed_since"]

    undo(session, batch, now)

    assert batch.state == "released"
    undo(session, batch, now, split)
    assert is_kept(session, batch)


def test_a_closing_is_not_undone_while_a_later_one_stands(session: Session, now: datetime) -> None:
    batch = make_batch(session, grow(session, now), now)
    counting.waste(session, SYSTEM, Waste(batch.code, Decimal(1200), "spoiled"), now=now)
    closing.close(session, SYSTEM, batch.code, now=now)
    first = last_event(session, batch)
    closing.reopen(session, SYSTEM, batch.code, now=now)
    closing.close(session, SYSTEM, batch.code, now=now)

    assert refusals(session, batch, now, first) == ["undo.event_close"]
    undo(session, batch, now)
    assert batch.state == "open"


def test_a_batch_opened_by_mistake_is_void_for_good(session: Session, now: datetime) -> None:
    grown = grow(session, now)
    batch = opening.open_batch(session, SYSTEM, new_batch(grown), now=now)
    (opened,) = events.list_events(session, batch.id)

    undo(session, batch, now, opened)

    assert (batch.state, batch.released_at) == ("closed", None)
    assert shelf(session, batch) == (Decimal(1200), Decimal(1200), Decimal(0))
    assert is_kept(session, batch)
    with pytest.raises(Conflict, match=r"batch\.is_void"):
        closing.reopen(session, SYSTEM, batch.code, now=now)


def test_only_who_answers_for_the_books_strikes_out(session: Session, now: datetime) -> None:
    grown = grow(session, now)
    batch = make_batch(session, grown, now)
    _waste(session, grown, batch, now)
    wrong = Mistake(batch.code, last_event(session, batch).event_id, "did_not_occur")
    staff = manager(grown.organisation)
    staff = replace(staff, held=tuple(replace(each, role="staff") for each in staff.held))

    with pytest.raises(Forbidden):
        undoing.undo(session, staff, wrong, now=now)
    with pytest.raises(NotFound):
        undoing.undo(session, manager(make_organisation(session, now)), wrong, now=now)
    other = make_batch(session, grown, now)
    with pytest.raises(NotFound):
        undoing.undo(session, SYSTEM, replace(wrong, batch=other.code), now=now)
    undoing.undo(session, SYSTEM, wrong, now=now)
    stranger = grow(session, now)
    own = make_batch(session, stranger, now)
    with pytest.raises(NotFound):
        undoing.undo(
            session, manager(stranger.organisation), replace(wrong, batch=own.code), now=now
        )


def test_undoing_against_splits_and_sales_neither_creates_nor_loses_a_gram(
    own_database: db.Database, now: datetime
) -> None:
    """Eight splits, each undone by two at once while its part is sold, split and written off."""
    with db.transaction() as session:
        whole = make_batch(session, grow(session, now), now, quantity=Decimal(100))
        code, batch_id = whole.code, whole.id
        parts = [
            parting.split(session, SYSTEM, Split(code, (Part(Decimal(5)),)), now=now)[0]
            for _ in range(8)
        ]
        split = [
            Mistake(code, last_event(session, part).event_id, "did_not_occur") for part in parts
        ]
        made = [(part.id, part.code) for part in parts]
    together = threading.Barrier(32)
    answers: list[str] = []

    def attempt(act: Callable[[Session], object]) -> None:
        together.wait()
        try:
            with db.transaction() as session:
                answers.append("done" if act(session) is not False else "sold out")
        except Conflict as refused:
            answers.append(refused.code)

    def acts(place: int) -> list[Callable[[Session], object]]:
        part_id, part_code = made[place]
        wrong = split[place]
        piece = Split(part_code, (Part(Decimal("1.5")),))
        gone = Waste(part_code, Decimal("0.25"), "spoiled")
        return [
            lambda session: undoing.undo(session, SYSTEM, wrong, now=now),
            lambda session: undoing.undo(session, SYSTEM, wrong, now=now),
            lambda session: stock.take(session, part_id, Decimal(2)),
            lambda session: (
                parting.split(session, SYSTEM, piece, now=now)
                if place % 2
                else counting.waste(session, SYSTEM, gone, now=now)
            ),
        ]

    threads = [
        threading.Thread(target=attempt, args=(act,)) for place in range(8) for act in acts(place)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert len(answers) == 32
    assert set(answers) <= {
        "done", "sold out", "step.undone", "undo.built_upon", "batch.is_closed", "batch.short",
    }  # fmt: skip
    with db.transaction() as session:
        rows = session.execute(select(Batch, BatchStock).join(BatchStock)).all()
        there = sum((shelf.made - shelf.used for _, shelf in rows), Decimal(0))
        wasted = sum(
            session.scalars(select(BatchMovement.amount).where(BatchMovement.kind == "waste")),
            Decimal(0),
        )
        assert there == Decimal(100) + wasted
        assert all(is_kept(session, batch) for batch, _ in rows)
        for batch, row in rows:
            if batch.voided_at is not None:
                assert row.taken == 0
        assert session.get_one(Batch, batch_id).voided_at is None


def test_a_diary_corrected_after_a_batch_was_voided_leaves_it_alone(
    session: Session, now: datetime
) -> None:
    grown = grow(session, now)
    batch = opening.open_batch(session, SYSTEM, new_batch(grown), now=now)
    (opened,) = events.list_events(session, batch.id)
    undo(session, batch, now, opened)

    work = diary.Work("spraying", batch.produced_on, product_name="Abamec", pre_harvest_days=7)
    diary.record(session, SYSTEM, grown.area.id, work, now=now)

    assert holds.open_holds(session, [batch.id]) == {}


def _opened(session: Session, grown: Grown, now: datetime, lot: str | None = "BUOI-1") -> Batch:
    return opening.open_batch(session, SYSTEM, new_batch(grown, lot=lot), now=now)


def test_a_lot_opened_by_mistake_is_opened_again_under_its_name(
    session: Session, now: datetime
) -> None:
    grown = grow(session, now, gtin=GTIN)
    wrong = _opened(session, grown, now)
    undo(session, wrong, now)
    assert wrong.is_nameless
    assert _opened(session, grown, now, lot=None).lot == "261112-1"

    right = opening.open_batch(
        session, SYSTEM, new_batch(grown, lot="BUOI-1", quantity=Decimal(120)), now=now
    )

    found = batches.find_by_lot(session, GTIN, "BUOI-1")
    assert found is not None
    assert (found.code, found.quantity) == (right.code, Decimal(120))
    _release(session, grown, right, now)
    assert len(search.find_target(session, "BUOI-1")) == 1, "the void lot bears the name no more"
    uris = nodes.uris_of(session, [wrong.id, right.id])
    assert uris == {
        right.id: f"https://id.gs1.org/01/{GTIN}/10/BUOI-1",
        wrong.id: f"/t/{wrong.code}",
    }
    # What was told of the name stays with it, struck out.
    told = told_events.list_told(session, right.id)
    assert [each.reason for each in told] == ["did_not_occur", None, None]
    assert [*lineage_recorded.check_rows(session), *epcis_recorded.check_rows(session)] == []
    with pytest.raises(Conflict) as taken:
        _opened(session, grown, now)
    assert (taken.value.code, taken.value.params["free"]) == ("batch.lot_taken", "261112-2")


def _release(session: Session, grown: Grown, batch: Batch, now: datetime) -> None:
    releasing.release(session, SYSTEM, batch.code, now=now)


def _hold_in_vain(session: Session, grown: Grown, batch: Batch, now: datetime) -> None:
    recall = holding.hold(session, SYSTEM, Wish(Suspicion("batch", batch.code), "Nghi"), now=now)
    deciding.lift(session, SYSTEM, recall.recall.code, "Kết quả đạt", now=now)


def _share(session: Session, grown: Grown, batch: Batch, now: datetime) -> None:
    partner = make_organisation(session, now)
    owner = grown.organisation.id
    share = ChainShare(organisation_id=owner, partner_id=partner.id, made_at=now)
    share.product_id = batch.product_id
    session.add(share)


def _scan(session: Session, grown: Grown, batch: Batch, now: datetime) -> None:
    scans.enter(session, [ScanNote(now, batch.id, None, "phone", "vi")])


def _scan_a_moment_ago(session: Session, grown: Grown, batch: Batch, now: datetime) -> None:
    looked = Looked("Mozilla/5.0 (iPhone) Mobile", "", "vi", now)
    assert noting.note(looked, batch.id, None, in_tests=True)


def _speak(session: Session, grown: Grown, batch: Batch, now: datetime) -> None:
    stranger = make_organisation(session, now)
    things = (Portion(nodes.node_of(session, batch).uri, Decimal(1), "KGM"),)
    seen = Happening("ObjectEvent", "storing", happened_at=now, action="OBSERVE", things=things)
    events.record(session, stranger.id, seen, now=now)


@pytest.mark.parametrize(
    ("heard", "why"),
    [(_release, "released"), (_hold_in_vain, "recalled"), (_share, "shared"), (_scan, "scanned"),
     (_scan_a_moment_ago, "scanned"), (_speak, "told")],
)  # fmt: skip
def test_a_name_somebody_outside_was_told_is_not_given_again(
    session: Session, now: datetime, heard: Act, why: str
) -> None:
    grown = grow(session, now, gtin=GTIN)
    wrong = _opened(session, grown, now)
    opening_event = last_event(session, wrong)
    heard(session, grown, wrong, now)
    session.flush()

    undo(session, wrong, now, opening_event)

    with pytest.raises(Conflict) as refused:
        _opened(session, grown, now)
    assert refused.value.code == f"batch.lot_told_{why}"
    assert refused.value.params == {"lot": "BUOI-1", "free": "261112-1"}
    assert _opened(session, grown, now, lot="261112-1").lot == "261112-1"


def test_a_mistaken_release_is_taken_back_and_the_batch_stands_as_before(
    session: Session, now: datetime
) -> None:
    batch = make_batch(session, grow(session, now), now)
    releasing.hold(session, SYSTEM, batch.code, now=now)
    first = batch.released_at
    releasing.release(session, SYSTEM, batch.code, now=now + timedelta(hours=1))
    release = last_event(session, batch)

    undo(session, batch, now, release)

    assert (batch.state, batch.released_at) == ("held", first)
    (held,) = holds.open_holds(session, [batch.id])[batch.id]
    assert held.cause == holds.OWN
    told = {each.event.id: each.reason for each in told_events.list_told(session, batch.id)}
    assert told[release.id] == "did_not_occur"
    releasing.release(session, SYSTEM, batch.code, now=now)
    assert batch.state == "released"


def test_a_release_stands_once_goods_left_on_it_or_the_house_said_otherwise(
    session: Session, now: datetime
) -> None:
    grown = grow(session, now)
    batch = make_batch(session, grown, now)
    release = last_event(session, batch)
    stock.take(session, batch.id, Decimal(5))
    assert refusals(session, batch, now, release) == ["undo.promised"]
    stock.give_back(session, batch.id, Decimal(5))
    _ship(session, grown, batch, now)
    assert refusals(session, batch, now, release) == ["undo.moved_since"]
    undo(session, batch, now)
    releasing.hold(session, SYSTEM, batch.code, now=now)
    found = refusals(session, batch, now, release)
    assert found == ["undo.not_released", "undo.decided_since"]


def test_a_mistaken_hold_is_taken_back_and_what_else_holds_the_batch_stays(
    session: Session, now: datetime
) -> None:
    batch = make_batch(session, grow(session, now), now)
    releasing.hold(session, SYSTEM, batch.code, now=now)
    undo(session, batch, now)
    assert (batch.state, holds.open_holds(session, [batch.id])) == ("released", {})

    releasing.hold(session, SYSTEM, batch.code, now=now)
    hold = last_event(session, batch)
    holds.place(session, batch, "laboratory", "laboratory:1", {}, now=now, by=None)
    assert _outlook(session, batch, hold, now) == ["Lô vẫn bị tạm giữ vì lý do khác."]
    undo(session, batch, now, hold)
    assert batch.state == "held"
    (left,) = holds.open_holds(session, [batch.id])[batch.id]
    assert left.cause == "laboratory:1"


def _outlook(session: Session, batch: Batch, event: EpcisEvent, now: datetime) -> list[str]:
    return telling.effects(undoing.look(session, SYSTEM, batch.code, event.event_id, now=now))[:-1]


def test_what_something_else_held_meanwhile_is_let_out_by_its_house_alone(
    session: Session, now: datetime
) -> None:
    batch = make_batch(session, grow(session, now), now)
    releasing.hold(session, SYSTEM, batch.code, now=now)
    hold = last_event(session, batch)
    holds.place(session, batch, "laboratory", "laboratory:1", {}, now=now, by=None)
    found = holds.open_holds(session, [batch.id])[batch.id][-1]
    holds.lift(session, found, "decided", now=now, by=None)

    (told,) = _outlook(session, batch, hold, now)
    undo(session, batch, now, hold)

    assert told == "Hết tạm giữ; lô chưa được bán cho tới khi cho xuất bán lại."
    assert (batch.state, holds.open_holds(session, [batch.id])) == ("open", {})


def test_what_expired_while_it_was_held_by_mistake_is_not_let_out(
    session: Session, now: datetime
) -> None:
    grown = grow(session, now, shelf_life_days=10)
    batch = make_batch(session, grown, now)
    releasing.hold(session, SYSTEM, batch.code, now=now)

    undo(session, batch, now + timedelta(days=30))

    assert batch.state == "open"
