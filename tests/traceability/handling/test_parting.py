"""Splitting and merging: the same goods under other lots, never a gram more or less."""

from __future__ import annotations

import threading
from collections.abc import Callable
from datetime import datetime, timedelta
from decimal import Decimal

import pytest
from psycopg.errors import LockNotAvailable
from sqlalchemy import func, select
from sqlalchemy.exc import OperationalError
from sqlalchemy.orm import Session

from accounts.permissions import SYSTEM
from foundation import db
from foundation.errors import Conflict, Invalid, NotFound
from tests.growing_areas.factories import make_organisation, manager
from tests.traceability.factories import PRODUCED, grow, make_batch
from tests.traceability.handling.factories import another_product, is_kept, open_none, shelf
from traceability import releasing
from traceability.epcis.models import EpcisEvent
from traceability.handling import markets, pages_confirming, parting, processing, stock
from traceability.handling.acting import Taken
from traceability.handling.markets import Destined
from traceability.handling.models import BatchMovement
from traceability.handling.parting import Merge, Part, Split
from traceability.handling.processing import Output, Processing
from traceability.lineage.models import TraceEdge, TraceNode
from traceability.models import Batch


def test_parts_are_lots_of_their_own_with_the_dates_and_the_release_of_the_whole(
    session: Session, now: datetime
) -> None:
    whole = make_batch(session, grow(session, now, shelf_life_days=30), now)

    parts = parting.split(
        session,
        SYSTEM,
        Split(whole.code, (Part(Decimal(300)), Part(Decimal("0.5"), "TNE", "LON-500"))),
        now=now,
    )

    assert [(part.lot, part.quantity) for part in parts] == [
        ("261112-1-A", Decimal(300)),
        ("LON-500", Decimal(500)),
    ]
    assert {part.state for part in parts} == {"released"}
    assert {part.expires_on for part in parts} == {whole.expires_on}
    assert {part.origin for part in parts} == {"batches"}
    assert shelf(session, whole) == (Decimal(1200), Decimal(800), Decimal(0))
    assert is_kept(session, whole)


def test_a_split_is_one_event_with_an_edge_to_every_part(session: Session, now: datetime) -> None:
    whole = make_batch(session, grow(session, now), now)

    parts = parting.split(
        session, SYSTEM, Split(whole.code, (Part(Decimal(1)), Part(Decimal(2)))), now=now
    )

    event = session.scalars(
        select(EpcisEvent).where(EpcisEvent.event_type == "TransformationEvent")
    ).one()
    assert event.document["inputQuantityList"][0]["quantity"] == 3
    assert len(event.document["outputQuantityList"]) == 2
    children = session.scalars(
        select(TraceNode.batch_id)
        .join(TraceEdge, TraceEdge.child_id == TraceNode.id)
        .where(TraceEdge.event_id == event.id)
    ).all()
    assert sorted(child or 0 for child in children) == sorted(part.id for part in parts)
    movement = session.scalars(select(BatchMovement)).one()
    assert (movement.kind, movement.amount) == ("split", Decimal(-3))


def test_more_than_is_free_is_refused_with_the_numbers(session: Session, now: datetime) -> None:
    whole = make_batch(session, grow(session, now), now)
    assert stock.take(session, whole.id, Decimal(1000))

    with pytest.raises(Conflict) as refused:
        parting.split(session, SYSTEM, Split(whole.code, (Part(Decimal(201)),)), now=now)

    assert refused.value.code == "batch.short"
    told = refused.value.params
    assert (told["asked"], told["free"], told["promised"]) == (201, 200, 1000)
    assert shelf(session, whole) == (Decimal(1200), Decimal(0), Decimal(1000))


def test_held_goods_and_goods_of_others_are_not_split(session: Session, now: datetime) -> None:
    whole = make_batch(session, grow(session, now), now)
    stranger = manager(make_organisation(session, now), person_id=77)
    wanted = Split(whole.code, (Part(Decimal(1)),))

    with pytest.raises(NotFound):
        parting.split(session, stranger, wanted, now=now)
    releasing.hold(session, SYSTEM, whole.code, now=now)
    with pytest.raises(Conflict) as refused:
        parting.split(session, SYSTEM, wanted, now=now)

    assert refused.value.code == "batch.is_held"


def test_everything_wrong_with_the_parts_is_told_at_once(session: Session, now: datetime) -> None:
    whole = make_batch(session, grow(session, now), now)
    wrong = (Part(Decimal(0)), Part(Decimal(1), "LTR"), Part(Decimal(1), None, "Lô 1"))

    early_split = Split(whole.code, (Part(Decimal(1)),), now + timedelta(hours=1))

    with pytest.raises(Invalid) as refused:
        parting.split(session, SYSTEM, Split(whole.code, wrong), now=now)
    with pytest.raises(Invalid) as early:
        parting.split(session, SYSTEM, early_split, now=now)

    assert [(found.code, found.field) for found in refused.value.findings] == [
        ("batch.quantity_zero", "parts.0.quantity"),
        ("batch.unit_differs", "parts.1.unit"),
        ("batch.lot_form", "parts.2.lot"),
    ]
    assert early.value.findings[0].code == "batch.step_in_future"


def test_merged_goods_expire_with_the_first_and_need_every_release(
    session: Session, now: datetime
) -> None:
    grown = grow(session, now)
    soon = make_batch(session, grown, now, expires_on=now.date() + timedelta(days=9))
    late = make_batch(session, grown, now, expires_on=now.date() + timedelta(days=90))
    unreleased = open_none(session, grown.product, now)

    merged = parting.merge(
        session, SYSTEM, Merge((Taken(soon.code), Taken(late.code, Decimal(200)))), now=now
    )
    mixed = parting.merge(
        session, SYSTEM, Merge((Taken(merged.code), Taken(unreleased.code)), "TRON-1"), now=now
    )

    assert (merged.quantity, merged.state) == (Decimal(1400), "released")
    assert merged.expires_on == soon.expires_on
    assert (mixed.lot, mixed.quantity, mixed.state) == ("TRON-1", Decimal(1500), "open")
    assert shelf(session, soon) == (Decimal(1200), Decimal(1200), Decimal(0))
    assert all(is_kept(session, batch) for batch in (soon, late, merged, unreleased))


def test_only_batches_of_one_product_are_merged(session: Session, now: datetime) -> None:
    grown = grow(session, now)
    one = open_none(session, grown.product, now)
    other = open_none(session, another_product(session, grown, now), now)

    with pytest.raises(Invalid) as refused:
        parting.merge(session, SYSTEM, Merge((Taken(one.code), Taken(other.code))), now=now)
    with pytest.raises(Invalid) as lonely:
        parting.merge(session, SYSTEM, Merge((Taken(one.code),)), now=now)

    assert [found.code for found in refused.value.findings] == ["batch.merge_products"]
    assert [found.code for found in lonely.value.findings] == ["batch.merge_one"]


def answered(step: Callable[[Session], object]) -> str:
    """What a caller is told; one who waited too long for the batch is told so, and comes again."""
    while True:
        try:
            with db.transaction() as session:
                step(session)
            return "done"
        except Conflict as refused:
            return refused.code
        except OperationalError as error:
            if not isinstance(error.orig, LockNotAvailable):
                return repr(error.orig)


def test_thirty_two_splits_at_once_neither_create_nor_lose_a_gram(
    own_database: db.Database, now: datetime
) -> None:
    with db.transaction() as session:
        whole = make_batch(session, grow(session, now), now, quantity=Decimal("100"))
        code, batch_id = whole.code, whole.id
    together = threading.Barrier(32)
    answers: list[str] = []

    def part(place: int) -> None:
        # 32 times 3.3 kg and some grams is more than there is: two of them come too late.
        wanted = Split(code, (Part(Decimal("3.301")), Part(Decimal("0.001") * (place + 1))))
        together.wait()
        answers.append(answered(lambda session: parting.split(session, SYSTEM, wanted, now=now)))

    threads = [threading.Thread(target=part, args=(place,)) for place in range(32)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    with db.transaction() as session:
        parent = session.get_one(Batch, batch_id)
        made, used, taken = shelf(session, parent)
        children = session.scalar(select(func.sum(Batch.quantity)).where(Batch.origin == "batches"))
        assert sorted(set(answers)) == ["batch.short", "done"]
        assert len(answers) == 32
        assert (made, taken) == (Decimal(100), Decimal(0))
        assert children == used
        assert is_kept(session, parent)


def test_who_changes_a_market_is_told_which_parts_keep_another(
    session: Session, now: datetime
) -> None:
    whole = make_batch(session, grow(session, now), now)
    (part,) = parting.split(session, SYSTEM, Split(whole.code, (Part(Decimal(5)),)), now=now)

    before = markets.keeping_another(session, whole)
    markets.declare(session, SYSTEM, Destined(whole.code, "VN"), now=now)
    after = markets.keeping_another(session, whole)

    assert (before, after) == ([], [part.lot])
    assert part.lot in pages_confirming.market_changed(session, whole)


def test_goods_for_two_countries_come_together_only_for_one_that_is_named(
    session: Session, now: datetime
) -> None:
    grown = grow(session, now)
    abroad = make_batch(session, grown, now, market="US", document_number="1", packed_on=PRODUCED)
    home = make_batch(session, grown, now)
    both = (Taken(abroad.code), Taken(home.code))
    outputs = (Output(grown.product.code, Decimal(2000), "KGM"),)

    with pytest.raises(Invalid) as merged:
        parting.merge(session, SYSTEM, Merge(both), now=now)
    with pytest.raises(Invalid) as processed:
        processing.process(session, SYSTEM, Processing(both, outputs), now=now)
    with pytest.raises(Invalid) as undocumented:
        parting.merge(session, SYSTEM, Merge(both, market="US"), now=now)
    made = parting.merge(session, SYSTEM, Merge(both, market="US", document_number="GL-1"), now=now)

    (finding,) = merged.value.findings
    assert (finding.code, finding.field) == ("batch.markets_differ", "market")
    assert finding.params == {"lots": f"{abroad.lot} (US), {home.lot} (–)"}
    assert [each.field for each in processed.value.findings] == ["outputs.0.market"]
    assert [each.field for each in undocumented.value.findings] == ["document_number"]
    assert made.market == "US"
