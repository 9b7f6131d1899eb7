"""Making other products: what comes out is weighed against what went in."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import date, datetime
from decimal import Decimal
from time import sleep
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from accounts.permissions import SYSTEM
from foundation import db
from foundation.errors import Conflict, Invalid, NotFound
from products import register
from tests.traceability.factories import grow, make_batch
from tests.traceability.handling.factories import another_product, is_kept, open_none, shelf
from traceability import batches, releasing
from traceability.epcis.models import EpcisEvent
from traceability.handling import history, processing, statements
from traceability.handling.acting import Taken
from traceability.handling.processing import Output, Processed, Processing
from traceability.handling.statements import Statement
from traceability.models import Batch


def make(
    session: Session, source: Batch, now: datetime, *outputs: Output, **changes: str
) -> Processed:
    wanted = Processing((Taken(source.code, Decimal(100)),), outputs, **changes)  # type: ignore[arg-type]
    return processing.process(session, SYSTEM, wanted, now=now)


def test_tea_is_made_of_buds_within_what_its_maker_states(session: Session, now: datetime) -> None:
    grown = grow(session, now)
    fresh = make_batch(session, grown, now)
    tea = another_product(session, grown, now, shelf_life_days=365)
    statement = Statement(
        grown.product.code, Decimal(100), "KGM", Decimal(25), "KGM", "Sổ sản xuất", Decimal(18)
    )
    statements.state_recovery(session, SYSTEM, tea.code, statement, now=now)

    done = make(session, fresh, now, Output(tea.code, Decimal(20), "KGM"))

    (made,) = done.batches
    assert (made.origin, made.state, made.harvested_on) == ("batches", "open", None)
    assert made.expires_on is not None
    assert done.weighing.lost == Decimal(80)
    assert shelf(session, fresh)[1] == Decimal(100)
    assert is_kept(session, fresh)
    assert [each.batch.code for each in history.made_of(session, made.id).items] == [fresh.code]
    assert [each.batch.code for each in history.went_into(session, fresh.id).items] == [made.code]
    with pytest.raises(Conflict) as over:
        make(session, fresh, now, Output(tea.code, Decimal(26), "KGM"))
    assert over.value.code == "batch.balance"
    assert (over.value.params["produced"], over.value.params["possible"]) == (26, 25)
    with pytest.raises(Conflict) as lost:
        make(session, fresh, now, Output(tea.code, Decimal(10), "KGM"))
    assert lost.value.code == "batch.loss_unexplained"
    make(session, fresh, now, Output(tea.code, Decimal(10), "KGM"), loss_because="Mất điện")


def test_a_refused_step_leaves_everything_as_it_was(session: Session, now: datetime) -> None:
    grown = grow(session, now)
    fresh = make_batch(session, grown, now)
    before = session.scalars(select(EpcisEvent.id)).all()

    with pytest.raises(Conflict):
        make(session, fresh, now, Output(grown.product.code, Decimal(101), "KGM"))

    assert shelf(session, fresh)[1] == 0
    assert session.scalars(select(EpcisEvent.id)).all() == before


def test_bags_come_out_by_net_content_or_not_at_all(session: Session, now: datetime) -> None:
    grown = grow(session, now)
    fresh = make_batch(session, grown, now)
    bags = another_product(
        session, grown, now, unit="XBG", net_content=Decimal(500), net_unit="GRM"
    )
    unmeasured = another_product(session, grown, now, unit="XBG")

    done = make(session, fresh, now, Output(bags.code, Decimal(200), "XBG"), kind="pack")
    with pytest.raises(Invalid) as refused:
        make(session, fresh, now, Output(unmeasured.code, Decimal(10), "XBG"))

    assert done.batches[0].quantity == 200
    assert done.batches[0].packed_on is not None
    event = session.scalars(select(EpcisEvent).order_by(EpcisEvent.id.desc())).first()
    assert event is not None
    assert event.biz_step == "packing"
    assert [found.code for found in refused.value.findings] == ["batch.conversion_missing"]


def test_products_of_others_and_goods_of_two_owners_are_not_mixed(
    session: Session, now: datetime
) -> None:
    grown, other = grow(session, now), grow(session, now)
    ours = make_batch(session, grown, now)
    theirs = open_none(session, other.product, now)
    inputs = (Taken(ours.code, Decimal(1)), Taken(theirs.code, Decimal(1)))

    with pytest.raises(NotFound):
        make(session, ours, now, Output(other.product.code, Decimal(1), "KGM"))
    with pytest.raises(Invalid) as mixed:
        processing.process(
            session,
            SYSTEM,
            Processing(inputs, (Output(grown.product.code, Decimal(1), "KGM"),)),
            now=now,
        )

    assert mixed.value.findings[0].code == "batch.owners_differ"


def test_products_for_the_united_states_name_the_paper_of_the_step(
    session: Session, now: datetime
) -> None:
    grown = grow(session, now)
    fresh = make_batch(session, grown, now)
    abroad = another_product(session, grown, now)
    statements.declare_markets(session, SYSTEM, abroad.code, ["US"], now=now)
    output = Output(abroad.code, Decimal(10), "KGM")

    with pytest.raises(Invalid) as refused:
        make(session, fresh, now, output)
    made = make(session, fresh, now, output, document_number="CB-07/2026")
    with pytest.raises(Invalid) as unknown:
        statements.declare_markets(session, SYSTEM, abroad.code, ["XX"], now=now)

    (found,) = refused.value.findings
    assert (found.code, found.field) == ("market.element_missing", "document_number")
    assert "21 CFR 1.1350" in found.params["source"]
    assert len(made.batches) == 1
    assert unknown.value.findings[0].code == "market.unknown"


def test_a_new_statement_takes_the_place_of_the_old_one(session: Session, now: datetime) -> None:
    grown = grow(session, now)
    tea = another_product(session, grown, now)

    for most in (25, 30):
        stated = Statement(grown.product.code, Decimal(100), "kg", Decimal(most), "kg", "Sổ")
        row = statements.state_recovery(session, SYSTEM, tea.code, stated, now=now)
    assert [each.most for each in statements.recoveries_of(session, tea.id)] == [Decimal(30)]
    statements.withdraw_recovery(session, SYSTEM, tea.code, row.id, now=now)

    assert statements.recoveries_of(session, tea.id) == []
    with pytest.raises(NotFound):
        statements.withdraw_recovery(session, SYSTEM, tea.code, row.id, now=now)


def test_a_batch_opened_from_batches_is_their_processing(session: Session, now: datetime) -> None:
    grown = grow(session, now)
    fresh = make_batch(session, grown, now)
    tea = another_product(session, grown, now)

    inputs = (Taken(fresh.code, Decimal(120)),)
    packed_on = date(2026, 11, 15)
    made = open_none(
        session, tea, now, origin=None, inputs=inputs,
        produced_on=date(2026, 11, 14), packed_on=packed_on,
    )  # fmt: skip

    assert made.origin == "batches"
    assert (made.produced_on, made.packed_on) == (date(2026, 11, 14), packed_on)
    assert shelf(session, fresh)[1] == Decimal(120)
    assert releasing.release(session, SYSTEM, made.code, now=now).state == "released"
    assert batches.get_batch(session, made.code).quantity == Decimal(100)


@pytest.mark.parametrize(
    ("wrong", "code", "field"),
    [
        ({"areas": (1,)}, "batch.origin_mixed", "origin"),
        ({"produced_on": date(2026, 11, 11)}, "batch.step_too_early", "produced_on"),
        ({"produced_on": date(2026, 12, 1)}, "batch.step_in_future", "produced_on"),
        ({"lot": "lô số 1"}, "batch.lot_form", "lot"),
    ],
)
def test_what_opens_a_batch_from_batches_is_refused_where_it_was_said(
    session: Session, now: datetime, wrong: dict[str, Any], code: str, field: str
) -> None:
    grown = grow(session, now)
    inputs = (Taken(make_batch(session, grown, now).code, Decimal(120)),)

    with pytest.raises(Invalid) as refused:
        open_none(session, grown.product, now, **{"origin": None, "inputs": inputs, **wrong})

    assert [(each.code, each.field) for each in refused.value.findings] == [(code, field)]


@pytest.mark.usefixtures("own_database")
def test_two_statements_at_once_are_one_after_the_other(now: datetime) -> None:
    with db.transaction() as session:
        grown = grow(session, now)
        tea, fresh = another_product(session, grown, now).code, grown.product.code

    def state(most: int, wait: float = 0) -> None:
        wanted = Statement(fresh, Decimal(100), "KGM", Decimal(most), "KGM", "Sổ sản xuất")
        with db.transaction() as session:
            statements.state_recovery(session, SYSTEM, tea, wanted, now=now)
            statements.declare_markets(session, SYSTEM, tea, ["US"], now=now)
            sleep(wait)

    with ThreadPoolExecutor() as pool:
        first = pool.submit(state, 25, 0.6)
        sleep(0.2)
        state(24)
        first.result()

    with db.transaction() as session:
        product_id = register.get_product(session, tea).id
        assert len(statements.recoveries_of(session, product_id)) == 1
        assert statements.markets_of(session, [product_id]) == ("US",)
