"""Goods leave, arrive, are refused and come back: one step forward, one step back."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from accounts.permissions import SYSTEM
from foundation import clock
from foundation.errors import Conflict, Invalid, NotFound
from tests.growing_areas.factories import manager
from tests.traceability.factories import PRODUCED, Grown, grow, make_batch
from tests.traceability.handling.factories import another_product, is_kept, open_none, shelf
from traceability import batches
from traceability.certifying.models import GoodsCertificate
from traceability.epcis.models import EpcisEvent
from traceability.handling import (
    acting,
    closing,
    consigning,
    consignments,
    counting,
    history,
    packing,
    parting,
    receiving,
    rehearsing,
    statements,
    stock,
)
from traceability.handling.acting import Taken
from traceability.handling.consigning import Shipment
from traceability.handling.counting import StockTaking, Waste
from traceability.handling.packing import Packing
from traceability.handling.parting import Part, Split
from traceability.handling.receiving import Arrival, Receipt
from traceability.handling.trade_models import Consignment
from traceability.models import Batch
from traceability.quality import holds

SSCC = "389300010000000019"


def send(session: Session, batch: Batch, to: Grown, now: datetime, **changes: Any) -> Consignment:
    goods = (Taken(batch.code, Decimal(400)),)
    wanted = Shipment(goods, recipient=to.organisation.code, **changes)
    return consigning.ship(session, SYSTEM, wanted, now=now)


def test_what_arrives_becomes_a_batch_of_the_recipient_made_of_the_senders(
    session: Session, now: datetime
) -> None:
    giver, taker = grow(session, now), grow(session, now)
    batch = make_batch(session, giver, now)
    sent = send(session, batch, taker, now)
    (line,) = sent.lines
    arrival = Arrival(line.id, Decimal("399.5"), taker.product.code, "NHAP-1")

    done = receiving.receive(
        session, manager(taker.organisation), Receipt(sent.code, (arrival,)), now=now
    )

    assert done.state == "received"
    (line,) = done.lines
    assert line.received == Decimal("399.5")
    made = batches.by_ids(session, [line.received_batch_id or 0])[line.received_batch_id or 0]
    assert (made.lot, made.quantity, made.state) == ("NHAP-1", Decimal("399.5"), "open")
    assert made.organisation_id == taker.organisation.id
    (source,) = history.made_of(session, made.id).items
    assert (source.batch.code, source.quantity) == (batch.code, Decimal("399.5"))
    assert shelf(session, batch) == (Decimal(1200), Decimal(400), Decimal(0))
    steps = session.scalars(select(EpcisEvent.biz_step).order_by(EpcisEvent.id)).all()
    assert steps[-3:] == ["shipping", "receiving", "commissioning"]
    shipping = session.scalars(select(EpcisEvent).where(EpcisEvent.biz_step == "shipping")).one()
    assert shipping.document["destinationList"] == [
        {
            "type": "possessing_party",
            "destination": f"/organisations/{taker.organisation.code}",
        }
    ]


def test_goods_of_an_unknown_name_get_a_product_of_their_own(
    session: Session, now: datetime
) -> None:
    giver, taker = grow(session, now), grow(session, now)
    sent = send(session, make_batch(session, giver, now), taker, now)

    done = receiving.receive(session, SYSTEM, Receipt(sent.code), now=now)

    made = batches.by_ids(session, [done.lines[0].received_batch_id or 0]).popitem()[1]
    assert made.product.name == giver.product.name
    assert made.product.organisation_id == taker.organisation.id


def test_only_the_recipient_receives_and_only_once(session: Session, now: datetime) -> None:
    giver, taker, third = (grow(session, now) for _ in range(3))
    batch = make_batch(session, giver, now)
    sent = send(session, batch, taker, now)
    receipt = Receipt(sent.code)

    for stranger in (giver, third):
        with pytest.raises(NotFound):
            receiving.receive(session, manager(stranger.organisation), receipt, now=now)
    more = Receipt(sent.code, (Arrival(sent.lines[0].id, Decimal(401)),))
    with pytest.raises(Conflict) as too_much:
        receiving.receive(session, SYSTEM, more, now=now)
    receiving.receive(session, SYSTEM, receipt, now=now)
    with pytest.raises(Conflict) as settled:
        receiving.receive(session, SYSTEM, receipt, now=now)
    with pytest.raises(Conflict):
        consigning.call_back(session, SYSTEM, sent.code, now=now)

    assert too_much.value.code == "consignment.more_than_sent"
    assert settled.value.code == "consignment.settled"


def test_a_sending_called_back_or_refused_puts_the_goods_on_the_shelf_again(
    session: Session, now: datetime
) -> None:
    giver, taker = grow(session, now), grow(session, now)
    batch = make_batch(session, giver, now)

    wrong = send(session, batch, taker, now)
    consigning.call_back(session, SYSTEM, wrong.code, now=now)
    rotten = send(session, batch, taker, now)
    consigning.refuse(session, manager(taker.organisation), rotten.code, "Dập nát", now=now)
    away = shelf(session, batch)
    consigning.take_back(session, manager(giver.organisation), rotten.code, now=now)

    assert away[0] - away[1] == Decimal(800)
    made, used, _ = shelf(session, batch)
    assert made - used == Decimal(1200)
    assert is_kept(session, batch)
    assert consignments.get(session, rotten.code).state == "returned"


def test_what_a_held_source_holds_holds_what_arrived_of_it(session: Session, now: datetime) -> None:
    giver, taker = grow(session, now), grow(session, now)
    batch = make_batch(session, giver, now)
    sent = send(session, batch, taker, now)
    holds.place(session, batch, "laboratory", "laboratory:7", {}, now=now, by=None)

    done = receiving.receive(session, SYSTEM, Receipt(sent.code), now=now)

    made = batches.by_ids(session, [done.lines[0].received_batch_id or 0]).popitem()[1]
    assert made.state == "held"
    assert [hold.cause for hold in holds.open_holds(session, [made.id])[made.id]] == [
        "laboratory:7"
    ]


def test_unreleased_goods_do_not_leave_and_somebody_must_be_named(
    session: Session, now: datetime
) -> None:
    giver = grow(session, now)
    unreleased = open_none(session, giver.product, now)
    released = make_batch(session, giver, now)

    with pytest.raises(Conflict) as refused:
        send(session, unreleased, grow(session, now), now)
    with pytest.raises(Invalid) as nobody:
        consigning.ship(session, SYSTEM, Shipment((Taken(released.code),)), now=now)
    with pytest.raises(Invalid) as itself:
        send(session, released, giver, now)
    with pytest.raises(Invalid) as abroad:
        send(session, released, grow(session, now), now, market="US")

    assert refused.value.code == "batch.is_open"
    assert nobody.value.findings[0].code == "consignment.recipient_missing"
    assert itself.value.findings[0].code == "consignment.recipient_unknown"
    assert {found.field for found in abroad.value.findings} == {
        "recipient_place",
        "document_number",
    }


def test_a_unit_travels_whole_and_is_off_the_shelf_meanwhile(
    session: Session, now: datetime
) -> None:
    giver, taker = grow(session, now), grow(session, now)
    batch = make_batch(session, giver, now)
    contents = (Taken(batch.code, Decimal(500)),)
    unit = packing.pack(session, SYSTEM, Packing(contents, SSCC), now=now)
    assert shelf(session, batch)[1] == Decimal(500)

    sent = consigning.ship(
        session,
        SYSTEM,
        Shipment(units=(SSCC,), recipient=taker.organisation.code),
        now=now,
    )
    with pytest.raises(Conflict) as gone:
        packing.unpack(session, SYSTEM, unit.code, now=now)
    done = receiving.receive(session, SYSTEM, Receipt(sent.code), now=now)

    assert gone.value.code == "unit.not_packed"
    assert done.lines[0].received == Decimal(500)
    assert packing.get_unit(session, SSCC).state == "received"
    assert shelf(session, batch)[1] == Decimal(500)
    packed = session.scalars(
        select(EpcisEvent).where(EpcisEvent.event_type == "AggregationEvent")
    ).one()
    assert packed.document["parentID"] == f"https://id.gs1.org/00/{SSCC}"


def test_an_unpacked_unit_gives_everything_back(session: Session, now: datetime) -> None:
    batch = make_batch(session, grow(session, now), now)
    contents = (Taken(batch.code, Decimal(500)),)
    unit = packing.pack(session, SYSTEM, Packing(contents), now=now)
    with pytest.raises(Invalid):
        packing.pack(session, SYSTEM, Packing(contents, "389300010000000018"), now=now)

    packing.unpack(session, SYSTEM, unit.code, now=now)

    made, used, _ = shelf(session, batch)
    assert made - used == Decimal(1200)
    assert is_kept(session, batch)


def test_counting_sets_the_books_but_never_below_what_is_promised(
    session: Session, now: datetime
) -> None:
    batch = make_batch(session, grow(session, now), now)

    lost = counting.take_stock(session, SYSTEM, StockTaking(batch.code, Decimal(1190)), now=now)
    found = counting.take_stock(
        session, SYSTEM, StockTaking(batch.code, Decimal("1.195"), "TNE"), now=now
    )
    counting.waste(session, SYSTEM, Waste(batch.code, Decimal(95), "spoiled"), now=now)
    stock.take(session, batch.id, Decimal(1000))
    with pytest.raises(Conflict) as promised:
        counting.take_stock(session, SYSTEM, StockTaking(batch.code, Decimal(999)), now=now)
    with pytest.raises(Conflict) as short:
        counting.waste(session, SYSTEM, Waste(batch.code, Decimal(101), "spoiled"), now=now)

    assert (lost.difference, found.difference) == (Decimal(-10), Decimal(5))
    assert (promised.value.code, short.value.code) == ("batch.promised", "batch.short")
    made, used, taken = shelf(session, batch)
    assert (made - used, taken) == (Decimal(1100), Decimal(1000))
    assert is_kept(session, batch)


def test_a_batch_is_closed_when_nothing_is_left_of_it(session: Session, now: datetime) -> None:
    batch = make_batch(session, grow(session, now), now)

    with pytest.raises(Conflict) as full:
        closing.close(session, SYSTEM, batch.code, now=now)
    counting.waste(session, SYSTEM, Waste(batch.code, Decimal(1200), "expired"), now=now)
    assert closing.close(session, SYSTEM, batch.code, now=now).state == "closed"
    with pytest.raises(Conflict) as closed:
        counting.waste(session, SYSTEM, Waste(batch.code, Decimal(1), "expired"), now=now)
    reopened = closing.reopen(session, SYSTEM, batch.code, now=now)

    assert (full.value.code, closed.value.code) == ("batch.close_stock", "batch.is_closed")
    assert reopened.state == "open"


@pytest.mark.parametrize("state", ["held", "recalled"])
def test_goods_under_suspicion_are_not_closed_away(
    session: Session, now: datetime, state: str
) -> None:
    batch = make_batch(session, grow(session, now), now)
    counting.waste(session, SYSTEM, Waste(batch.code, Decimal(1200), "given"), now=now)
    batch.state = state
    session.flush()

    with pytest.raises(Conflict, match=rf"batch\.is_{state}"):
        closing.close(session, SYSTEM, batch.code, now=now)


def test_a_closed_batch_is_held_like_any_other_and_stays_so_when_goods_come_back(
    session: Session, now: datetime
) -> None:
    giver, taker = grow(session, now), grow(session, now)
    batch = make_batch(session, giver, now)
    goods = (Taken(batch.code),)
    wish = Shipment(goods, recipient=taker.organisation.code)
    sent = consigning.ship(session, SYSTEM, wish, now=now)
    closing.close(session, SYSTEM, batch.code, now=now)
    holds.place(session, batch, "laboratory", "laboratory:1", {}, now=now, by=None)
    assert batch.state == "held"
    # As databases have it in which a batch under suspicion could still be closed.
    batch.state = "closed"
    session.flush()

    consigning.call_back(session, SYSTEM, sent.code, now=now)

    assert batch.state == "held"


def test_a_unit_opened_after_its_batch_was_closed_opens_the_batch(
    session: Session, now: datetime
) -> None:
    batch = make_batch(session, grow(session, now), now)
    unit = packing.pack(session, SYSTEM, Packing((Taken(batch.code),)), now=now)
    closing.close(session, SYSTEM, batch.code, now=now)

    packing.unpack(session, SYSTEM, unit.code, now=now)

    assert batch.state == "open"
    assert is_kept(session, batch)


def test_a_unit_named_twice_leaves_once(session: Session, now: datetime) -> None:
    giver, taker = grow(session, now), grow(session, now)
    batch = make_batch(session, giver, now)
    packed = Packing((Taken(batch.code, Decimal(100)),), SSCC)
    unit = packing.pack(session, SYSTEM, packed, now=now)
    names = (unit.code, SSCC, f" {unit.code.lower()} ")

    sent = consigning.ship(
        session, SYSTEM, Shipment(units=names, recipient=taker.organisation.code), now=now
    )

    assert [line.quantity for line in sent.lines] == [Decimal(100)]


def test_nothing_is_done_with_goods_before_they_were_there(session: Session, now: datetime) -> None:
    giver, taker = grow(session, now), grow(session, now)
    batch = make_batch(session, giver, now)
    before = datetime(2026, 11, 11, 16, 59, tzinfo=UTC)
    spoiled = Waste(batch.code, Decimal(1), "spoiled", None, before)
    sent = send(session, batch, taker, now)

    with pytest.raises(Invalid) as shipped:
        send(session, batch, taker, now, happened_at=before)
    with pytest.raises(Invalid) as wasted:
        counting.waste(session, SYSTEM, spoiled, now=now)
    with pytest.raises(Invalid) as received:
        receiving.receive(session, SYSTEM, Receipt(sent.code, (), before), now=now)
    # A minute later it is the day of production in Vietnam.
    on_the_day = replace(spoiled, happened_at=before + timedelta(minutes=1))
    counting.waste(session, SYSTEM, on_the_day, now=now)

    for refused in (shipped, wasted):
        (finding,) = refused.value.findings
        assert (finding.code, finding.field) == ("batch.step_too_early", "happened_at")
        assert finding.params == {"lot": batch.lot, "on": batch.produced_on}
    assert received.value.findings[0].code == "consignment.received_early"


def test_what_was_made_today_was_not_there_yesterday_though_its_goods_are_older(
    session: Session, now: datetime
) -> None:
    giver, taker = grow(session, now), grow(session, now)
    whole = make_batch(session, giver, now)
    (part,) = parting.split(session, SYSTEM, Split(whole.code, (Part(Decimal(500)),)), now=now)
    crate = packing.pack(session, SYSTEM, Packing((Taken(whole.code, Decimal(9)),)), now=now)
    sent = send(session, whole, taker, now)
    came = receiving.receive(session, SYSTEM, Receipt(sent.code), now=now).lines[0].received_batch
    assert came is not None

    def refusals(at: datetime) -> list[tuple[str, object]]:
        lone = Shipment(units=(crate.code,), recipient=taker.organisation.code, happened_at=at)
        found = []
        for act in (
            lambda: counting.waste(
                session, SYSTEM, Waste(part.code, Decimal(1), "spoiled", None, at), now=now
            ),
            lambda: counting.waste(
                session, SYSTEM, Waste(came.code, Decimal(1), "spoiled", None, at), now=now
            ),
            lambda: consigning.ship(session, SYSTEM, lone, now=now),
        ):
            with pytest.raises(Invalid) as refused:
                act()
            found += [(each.code, each.params["on"]) for each in refused.value.findings]
        return found

    codes = ["batch.step_too_early", "batch.step_too_early", "unit.shipped_early"]
    today = date(2026, 11, 21)
    yesterday = datetime(2026, 11, 20, 5, tzinfo=UTC)
    assert refusals(yesterday) == [(code, today) for code in codes]
    assert refusals(now - timedelta(minutes=1)) == [(code, now) for code in codes]


def test_a_step_told_by_its_day_alone_is_weighed_by_the_day(
    session: Session, now: datetime
) -> None:
    whole = make_batch(session, grow(session, now), now)
    evening = now - timedelta(hours=14)
    split = Split(whole.code, (Part(Decimal(500)),), evening)
    (part,) = parting.split(session, SYSTEM, split, now=now)
    noon = acting.done_at(date(2026, 11, 20), now)

    counting.waste(session, SYSTEM, Waste(part.code, Decimal(1), "spoiled", None, noon), now=now)

    assert noon < evening
    assert shelf(session, part)[1] == 1


def test_the_country_goods_are_for_goes_with_them(session: Session, now: datetime) -> None:
    giver, taker = grow(session, now), grow(session, now)
    batch = make_batch(session, giver, now, market="US", document_number="HD-1", packed_on=PRODUCED)
    papers = {"recipient_place": "Kho số 2", "document_number": "PX-12"}
    sent = send(session, batch, taker, now, **papers)

    done = receiving.receive(session, SYSTEM, Receipt(sent.code), now=now)

    made = batches.by_ids(session, [done.lines[0].received_batch_id or 0]).popitem()[1]
    assert made.market == "US"


def test_goods_do_not_grow_heavier_on_their_way(session: Session, now: datetime) -> None:
    pack = {"unit": "XBG", "net_content": Decimal(1), "net_unit": "KGM"}
    giver, taker = grow(session, now, **pack), grow(session, now, **pack)
    large = another_product(
        session, taker, now, **(pack | {"net_content": Decimal(5), "name": "Túi lớn"})
    )
    sent = send(session, make_batch(session, giver, now, unit="XBG"), taker, now)
    line = sent.lines[0].id

    def arrive(*arrivals: Arrival) -> None:
        receiving.receive(session, SYSTEM, Receipt(sent.code, arrivals), now=now)

    with pytest.raises(Conflict) as heavier:
        arrive(Arrival(line, product=large.code))
    with pytest.raises(Invalid) as twice:
        arrive(Arrival(line, Decimal(1)), Arrival(line, Decimal(2)))

    assert heavier.value.code == "batch.balance"
    assert [each.code for each in twice.value.findings] == ["consignment.line_twice"]


def test_declared_goods_need_their_papers_to_leave(session: Session, now: datetime) -> None:
    giver, taker = grow(session, now), grow(session, now)
    batch = make_batch(session, giver, now)
    statements.declare_markets(session, SYSTEM, giver.product.code, ["US"], now=now)

    with pytest.raises(Invalid):
        send(session, batch, taker, now)
    sent = send(session, batch, taker, now, recipient_place="Kho số 2", document_number="PX-12")

    assert sent.document_number == "PX-12"


def test_a_sending_is_looked_at_first_with_what_should_be_looked_at(
    session: Session, now: datetime
) -> None:
    grown = grow(session, now)
    batch = make_batch(session, grown, now)
    batch.market, batch.expires_on = "VN", clock.business_day(now) + timedelta(days=3)
    day = batch.produced_on
    for standard, number, valid_to, subject in (
        ("haccp", "CŨ", day - timedelta(days=1), {"batch_id": batch.id}),
        ("haccp", "CŨ-2", day - timedelta(days=1), {"product_id": batch.product_id}),
        ("haccp", "MỚI", day + timedelta(days=900), {"product_id": batch.product_id}),
        ("halal", "HẾT", day - timedelta(days=1), {"product_id": batch.product_id}),
    ):
        session.add(
            GoodsCertificate(
                organisation_id=batch.organisation_id, commune_code=batch.commune_code,
                province_code=batch.province_code, standard=standard, number=number, issuer="A",
                scope="", valid_from=day - timedelta(days=90), valid_to=valid_to, recorded_at=now,
                **subject,
            )
        )  # fmt: skip
    session.flush()
    wanted = Shipment((Taken(batch.code, Decimal(30)),), recipient_name="Chợ đầu mối")

    told = rehearsing.ship(session, SYSTEM, wanted, now=now)

    (line,) = told.lines
    assert (line.amount, line.before, line.after) == (Decimal(30), Decimal(1200), Decimal(1170))
    assert (told.recipient, told.confirms) == ("Chợ đầu mối", False)
    assert [each.code for each in told.warnings] == ["ship.expires_soon", "ship.certificate_ended"]
    assert told.warnings[1].params["number"] == "HẾT"
    assert shelf(session, batch)[1] == 0
    assert session.scalars(select(Consignment)).all() == []
