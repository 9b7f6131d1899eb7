"""Cartons are packed alike, numbered, told, loaded, sent and found again by a recall."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from accounts.permissions import SYSTEM
from foundation.errors import Conflict, Invalid
from tests.traceability.factories import Grown, grow, make_batch
from tests.traceability.handling.factories import is_kept, shelf
from tests.traceability.items.factories import print_labels
from traceability.cartons import filling, listing, pallets
from traceability.cartons.filling import Filling
from traceability.cartons.pallets import Loading
from traceability.epcis.models import EpcisEvent
from traceability.handling import consigning, packing
from traceability.handling.consigning import Shipment
from traceability.handling.trade_models import LogisticUnit
from traceability.items import acts
from traceability.items.acts import Change
from traceability.lineage.models import TraceEdge, TraceNode
from traceability.models import Batch
from traceability.recalls import holding
from traceability.recalls.holding import Wish
from traceability.recalls.reach import Suspicion

PREFIX = "8930001"
GTIN = "08930001000018"


def numbered(session: Session, now: datetime, **product: Any) -> tuple[Grown, Batch]:
    """A house with a confirmed prefix, and 1,200 kg of its packs of 500 g."""
    grown = grow(session, now, gtin=GTIN, **product)
    grown.organisation.gs1_prefix, grown.organisation.gs1_prefix_confirmed_at = PREFIX, now
    return grown, make_batch(session, grown, now, lot="TS-26A")


def fill(session: Session, batch: Batch, now: datetime, **wanted: Any) -> list[LogisticUnit]:
    row: dict[str, Any] = {"each": Decimal(12), "count": 3, **wanted}
    run = filling.fill(session, SYSTEM, Filling(batch.code, **row), now=now)
    return listing.units_of_run(session, SYSTEM, run)


def test_each_carton_has_its_number_its_event_and_its_share_of_the_stock(
    session: Session, now: datetime
) -> None:
    _grown, batch = numbered(session, now)

    cartons = fill(session, batch, now)

    assert [carton.sscc for carton in cartons] == [
        "089300010000000001", "089300010000000018", "089300010000000025",
    ]  # fmt: skip
    assert shelf(session, batch)[1] == Decimal(36)
    assert is_kept(session, batch)
    for carton in cartons:
        event = session.query(EpcisEvent).filter_by(parent_uri=carton.uri).one()
        (portion,) = event.document["childQuantityList"]
        assert (event.action, portion["quantity"], portion["uom"]) == ("ADD", 12, "KGM")


def test_more_than_is_free_is_refused_and_nothing_is_packed(
    session: Session, now: datetime
) -> None:
    _grown, batch = numbered(session, now)

    with pytest.raises(Conflict) as refused:
        fill(session, batch, now, each=Decimal(100), count=13)

    assert refused.value.code == "batch.short"
    assert session.scalar(select(func.count()).select_from(LogisticUnit)) == 0


def test_labelled_items_are_counted_into_one_carton_after_another(
    session: Session, now: datetime
) -> None:
    _grown, batch = numbered(session, now)
    print_labels(session, batch, now, count=100)

    first = fill(session, batch, now, items_each=24)
    acts.change(session, SYSTEM, Change(batch.code, "void", "80", reason="rách"), now=now)
    with pytest.raises(Invalid) as torn:
        fill(session, batch, now, count=1, items_each=24)
    with pytest.raises(Conflict) as held:
        fill(session, batch, now, count=1, items_each=2, first_item=72)
    last = fill(session, batch, now, count=1, items_each=20, first_item=81)

    ranges = [(unit.contents[0].first_item, unit.contents[0].last_item) for unit in first + last]
    assert ranges == [(1, 24), (25, 48), (49, 72), (81, 100)]
    assert torn.value.findings[0].code == "item.is_void"
    assert (held.value.code, held.value.params) == (
        "carton.items_packed", {"unit": first[2].sscc},
    )  # fmt: skip


def test_a_pallet_is_sent_with_its_cartons_and_taken_apart_carton_by_carton(
    session: Session, now: datetime
) -> None:
    _grown, batch = numbered(session, now)
    taker = grow(session, now)
    cartons = fill(session, batch, now)

    pallet = pallets.load(session, SYSTEM, Loading(tuple(unit.name for unit in cartons)), now=now)
    with pytest.raises(Conflict) as again:
        pallets.load(session, SYSTEM, Loading((cartons[0].code,)), now=now)
    sent = consigning.ship(
        session, SYSTEM, Shipment(units=(pallet.name,), recipient=taker.organisation.code), now=now
    )

    assert again.value.code == "unit.not_packed"
    assert [(line.unit_id, line.quantity) for line in sent.lines] == [(pallet.id, Decimal(36))]
    consigning.call_back(session, SYSTEM, sent.code, now=now)
    pallets.take_apart(session, SYSTEM, pallet.code, now=now)
    states = {unit.state for unit in listing.units_of_run(session, SYSTEM, cartons[0].run or "")}
    assert (states, packing.get_unit(session, pallet.code).state) == ({"packed"}, "unpacked")
    pallets.take_apart(session, SYSTEM, cartons[0].code, now=now)
    made, used, _promised = shelf(session, batch)
    assert made - used == Decimal(1200 - 24)
    assert is_kept(session, batch)


def test_a_recall_reaches_the_cartons_the_pallet_and_whoever_scans_it(
    session: Session, now: datetime, client: FlaskClient
) -> None:
    _grown, batch = numbered(session, now)
    cartons = fill(session, batch, now)
    pallet = pallets.load(session, SYSTEM, Loading((cartons[0].code,)), now=now)
    wish = Wish(Suspicion("batch", batch.code), "Nghi nhiễm nấm mốc")
    holding.hold(session, SYSTEM, wish, now=now)
    session.commit()

    with pytest.raises(Conflict) as refused:
        consigning.ship(
            session, SYSTEM, Shipment(units=(pallet.code,), recipient_name="Cửa hàng"), now=now
        )
    held = listing.holding(session, [batch.id], None)
    found = client.get(f"/00/{pallet.sscc}", headers={"Accept": "text/html"}).text

    assert refused.value.code == "batch.is_held"
    assert {unit.id for unit in held} == {pallet.id, *(carton.id for carton in cartons)}
    assert listing.holding(session, [batch.id], ()) == []
    above = select(TraceNode.uri).join(TraceEdge, TraceEdge.child_id == TraceNode.id)
    on_it = above.where(TraceEdge.kind == "packed_in", TraceNode.uri == pallet.uri)
    assert session.scalar(on_it) == pallet.uri
    assert f"/01/{GTIN}/10/TS-26A" in found
