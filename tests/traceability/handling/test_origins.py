"""A batch starts from whatever its goods come from; day one does not wait for a code."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime, timedelta
from decimal import Decimal
from io import BytesIO

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from accounts.permissions import SYSTEM
from foundation import quantity
from foundation.errors import Conflict, Invalid
from foundation.models import OutboxMail
from growing_areas.crops import crops
from ledger.models import LedgerEntry
from tests.accounts.browser import post, sign_in_as
from tests.accounts.factories import make_member, make_official
from tests.growing_areas.factories import field, make_area, make_organisation, officer
from tests.house.access_things import PICTURE
from tests.traceability.factories import PRODUCED, Grown, grow, make_batch, new_batch
from tests.traceability.handling.factories import open_none
from traceability import events, opening, releasing
from traceability.epcis import own_documents
from traceability.epcis.models import EpcisEvent
from traceability.handling import (
    ceilings,
    consigning,
    counting,
    demands,
    markets,
    parting,
    purchases,
    statements,
    yields,
)
from traceability.handling.acting import Taken
from traceability.handling.consigning import Shipment
from traceability.handling.counting import StockTaking
from traceability.handling.markets import Destined
from traceability.handling.parting import Part, Split
from traceability.handling.purchases import NewPurchase
from traceability.handling.schemas import PurchaseInput
from traceability.handling.trade_models import BatchPurchase
from traceability.models import Batch

SELLER = NewPurchase("Trần Văn Bán", True, "A-7", None, date(2026, 11, 10), "HĐ 12")


def test_an_area_whose_code_is_pending_opens_a_batch(session: Session, now: datetime) -> None:
    grown = grow(session, now)
    pending = make_area(session, now, grown.organisation, geometry=field(lat=0.3))

    wanted = new_batch(grown, growing_areas=(), areas=(pending.id,))
    batch = opening.open_batch(session, SYSTEM, wanted, now=now)

    assert (batch.origin, batch.areas[0].code) == ("harvest", None)
    entry = session.scalars(select(LedgerEntry).where(LedgerEntry.kind == "batch.opened")).one()
    assert f'"#{pending.id}"' in entry.body


def test_areas_of_others_are_not_there_by_id_either(session: Session, now: datetime) -> None:
    grown, other = grow(session, now), grow(session, now)
    theirs = make_area(session, now, other.organisation, geometry=field(lat=0.3))

    with pytest.raises(Invalid) as refused:
        opening.open_batch(
            session, SYSTEM, new_batch(grown, growing_areas=(), areas=(theirs.id,)), now=now
        )

    assert [(f.code, f.field) for f in refused.value.findings] == [("batch.area_unknown", "areas")]


def test_a_private_sellers_name_stands_beside_the_facts_and_can_be_erased(
    session: Session, now: datetime
) -> None:
    grown = grow(session, now)

    batch = open_none(session, grown.product, now, origin=None, purchases=(SELLER,))

    assert (batch.origin, batch.harvested_on) == ("purchase", None)
    bodies = session.scalars(select(LedgerEntry.body)).all()
    assert not any("Trần Văn Bán" in body for body in bodies)
    assert any('"supplier_lot":"A-7"' in body for body in bodies)
    (row,) = purchases.of_batches(session, [batch.id])
    assert row.supplier == "Trần Văn Bán"
    purchases.forget_seller(session, SYSTEM, batch.code, row.id, now=now)
    session.flush()
    assert session.scalars(select(BatchPurchase.supplier)).one() is None


def test_a_seller_nobody_calls_an_organisation_is_a_person(session: Session, now: datetime) -> None:
    grown = grow(session, now)
    bought = NewPurchase("Nguyễn Thị Lý", bought_on=date(2026, 11, 10))
    given = PurchaseInput().load({"supplier": "Nguyễn Thị Lý"})

    batch = open_none(session, grown.product, now, origin=None, purchases=(bought,))

    assert given["is_person"]
    assert not any("Thị Lý" in body for body in session.scalars(select(LedgerEntry.body)))
    assert not any("Thị Lý" in str(told) for told in session.scalars(select(EpcisEvent.document)))
    (row,) = purchases.of_batches(session, [batch.id])
    purchases.forget_seller(session, SYSTEM, batch.code, row.id, now=now)


def test_nothing_is_bought_after_it_was_made(session: Session, now: datetime) -> None:
    grown = grow(session, now)
    late = replace(SELLER, bought_on=PRODUCED + timedelta(days=1))

    with pytest.raises(Invalid) as refused:
        open_none(session, grown.product, now, origin=None, purchases=(SELLER, late))

    (finding,) = refused.value.findings
    assert (finding.code, finding.field) == ("batch.bought_late", "purchases.1.bought_on")


def test_a_batch_has_one_origin(session: Session, now: datetime) -> None:
    grown = grow(session, now)

    with pytest.raises(Invalid) as mixed:
        opening.open_batch(session, SYSTEM, new_batch(grown, purchases=(SELLER,)), now=now)
    with pytest.raises(Invalid) as missing:
        open_none(session, grown.product, now, origin="purchase")
    with pytest.raises(Invalid) as harvested:
        open_none(session, grown.product, now, harvested_on=date(2026, 11, 1))

    assert [f.code for f in mixed.value.findings] == ["batch.origin_mixed"]
    assert [f.code for f in missing.value.findings] == ["batch.purchase_missing"]
    assert [f.code for f in harvested.value.findings] == ["batch.harvest_without_area"]


def test_purchases_for_the_united_states_tell_where_they_come_from(
    session: Session, now: datetime
) -> None:
    grown = grow(session, now)
    statements.declare_markets(session, SYSTEM, grown.product.code, ["US"], now=now)

    with pytest.raises(Invalid) as refused:
        open_none(session, grown.product, now, origin=None, purchases=(NewPurchase("Công ty Chè"),))

    assert sorted(f.field or "" for f in refused.value.findings) == [
        "purchases.0.bought_on",
        "purchases.0.commune_code",
        "purchases.0.document_number",
        "purchases.0.supplier_lot",
    ]


def test_a_hectare_does_not_give_a_hundred_tonnes(session: Session, now: datetime) -> None:
    grown = grow(session, now)
    plausible = opening.open_batch(session, SYSTEM, new_batch(grown), now=now)
    size_ha = Decimal(grown.area.version.area_m2) / 10_000

    odd = opening.open_batch(
        session,
        SYSTEM,
        new_batch(grown, quantity=(size_ha * 100_000).quantize(Decimal(1))),
        now=now,
    )

    assert yields.find(session, plausible.id) is None
    finding = yields.find(session, odd.id)
    assert finding is not None
    # The year's harvests of the ground count together.
    assert finding.harvested_kg == odd.quantity + plausible.quantity
    assert finding.ceiling_kg < finding.harvested_kg
    seen = yields.list_odd(session, officer(), noted="no")
    assert [each.batch.code for each in seen.items] == [odd.code]
    yields.note(session, officer(), odd.code, "Đã cân lại tại vườn", now=now)
    assert yields.list_odd(session, officer(), noted="no").items == []
    assert yields.list_odd(session, officer("51")).items == []


def ceiling_kg(grown: Grown) -> Decimal:
    """The most the ground of a cooperative can well give in a year."""
    crop = crops()[grown.area.crop_code]
    found = ceilings.of_crop(crop.code, crop.kind, PRODUCED)
    assert found is not None
    return Decimal(grown.area.version.area_m2) / 10_000 * found.most_kg_per_ha


def test_harvests_told_in_any_order_are_one_year_of_their_ground(
    session: Session, now: datetime
) -> None:
    grown = grow(session, now)
    most = quantity.stored(ceiling_kg(grown) * Decimal("0.9"))

    def harvested(on: date) -> Batch:
        wanted = new_batch(grown, quantity=most, produced_on=on)
        return opening.open_batch(session, SYSTEM, wanted, now=now)

    later, earlier = harvested(date(2026, 11, 12)), harvested(date(2025, 11, 13))
    long_ago = harvested(date(2024, 11, 13))

    assert yields.find(session, later.id) is None
    told = yields.find(session, earlier.id)
    assert told is not None
    assert told.harvested_kg == 2 * most
    assert yields.find(session, long_ago.id) is None


def test_goods_found_by_counting_have_grown_somewhere_too(session: Session, now: datetime) -> None:
    grown = grow(session, now)
    batch = opening.open_batch(session, SYSTEM, new_batch(grown), now=now)
    much = quantity.stored(ceiling_kg(grown) * Decimal("1.1"))

    counting.take_stock(session, SYSTEM, StockTaking(batch.code, Decimal(1300)), now=now)
    assert yields.find(session, batch.id) is None
    counting.take_stock(session, SYSTEM, StockTaking(batch.code, much), now=now)

    finding = yields.find(session, batch.id)
    assert finding is not None
    assert finding.harvested_kg == much


def test_every_bundled_rule_names_its_source_and_is_of_a_known_crop() -> None:
    assert all(row.source for row in ceilings.table())
    assert all(row.source for row in demands.table())
    assert {row.crop for row in ceilings.table()} - {"*"} <= crops().keys()
    assert all(crops()[r.crop].kind == r.kind for r in ceilings.table() if r.crop != "*")
    assert {row.step for row in demands.table()} == {"harvest", "purchase", "process", "ship"}


def test_goods_said_to_stay_at_home_are_asked_nothing_for_abroad(
    session: Session, now: datetime
) -> None:
    grown = grow(session, now)
    statements.declare_markets(session, SYSTEM, grown.product.code, ["US"], now=now)
    bought = (NewPurchase("Công ty Chè"),)

    home = open_none(session, grown.product, now, origin=None, purchases=bought, market="VN")
    with pytest.raises(Invalid):
        open_none(session, grown.product, now, origin=None, purchases=bought, market="US")
    with pytest.raises(Invalid) as unknown:
        open_none(session, grown.product, now, origin=None, purchases=bought, market="XX")

    assert home.market == "VN"
    assert [finding.code for finding in unknown.value.findings] == ["market.unknown"]
    (part,) = parting.split(session, SYSTEM, Split(home.code, (Part(Decimal(1)),)), now=now)
    assert part.market == "VN"


def test_a_product_for_home_and_a_batch_for_abroad(session: Session, now: datetime) -> None:
    grown = grow(session, now)
    bought = (NewPurchase("Công ty Chè"),)

    with pytest.raises(Invalid) as refused:
        open_none(session, grown.product, now, origin=None, purchases=bought, market="US")

    assert {found.code for found in refused.value.findings} == {"market.element_missing"}


def test_an_odd_yield_is_told_once_to_the_house_and_its_officers(
    session: Session, now: datetime
) -> None:
    grown = grow(session, now)
    make_member(session, grown.organisation, now)
    make_official(session, now, scope=grown.organisation.province_code)
    size_ha = Decimal(grown.area.version.area_m2) / 10_000
    much = new_batch(grown, quantity=(size_ha * 100_000).quantize(Decimal(1)))

    odd = opening.open_batch(session, SYSTEM, much, now=now)
    releasing.release(session, SYSTEM, odd.code, now=now)

    letters = session.scalars(select(OutboxMail.subject)).all()
    assert len([each for each in letters if odd.lot in each and "sản lượng" in each]) == 2


def test_the_paper_of_a_purchase_is_kept_in_the_house_and_goes_with_the_seller(
    client: FlaskClient, session: Session, now: datetime
) -> None:
    grown = grow(session, now)
    batch = open_none(session, grown.product, now, origin=None, purchases=(SELLER,))
    (row,) = session.scalars(select(BatchPurchase))
    stranger = make_member(session, make_organisation(session, now), now)
    member = make_member(session, grown.organisation, now)
    session.commit()
    path = f"/workspace/batches/{batch.code}/purchases/{row.id}/paper"

    sign_in_as(client, session, stranger, now)
    foreign = post(client, path, file=(BytesIO(PICTURE), "hoa-don.png"))
    sign_in_as(client, session, member, now)
    wrong = post(client, path, file=(BytesIO(b"khong phai anh"), "hoa-don.png"))
    kept = post(client, path, file=(BytesIO(PICTURE), "hoa-don.png"))
    shown = client.get(path)
    page = client.get(f"/workspace/batches/{batch.code}").text
    purchases.forget_seller(session, SYSTEM, batch.code, row.id, now=now)
    session.commit()

    assert (foreign.status_code, wrong.status_code, kept.status_code) == (404, 422, 303)
    assert shown.status_code == 200
    assert "private" in shown.headers["Cache-Control"]
    assert path in page
    assert client.get(path).status_code == 404


def test_the_market_changes_until_something_is_sent_and_asks_what_the_country_asks(
    session: Session, now: datetime
) -> None:
    grown = grow(session, now)
    batch = make_batch(session, grown, now)
    there = Destined(batch.code, "US")

    with pytest.raises(Invalid) as asked:
        markets.declare(session, SYSTEM, there, now=now)
    batch.packed_on = batch.produced_on
    markets.declare(session, SYSTEM, replace(there, document_number="PX 7"), now=now)
    kinds = select(LedgerEntry.kind).where(LedgerEntry.subject == batch.code)
    said = batch.market, "batch.market_changed" in session.scalars(kinds).all()
    sent = consigning.ship(session, SYSTEM, shipment(batch), now=now)
    with pytest.raises(Conflict, match="shipped"):
        markets.declare(session, SYSTEM, Destined(batch.code, None), now=now)
    sent.state = "refused"
    session.flush()
    markets.declare(session, SYSTEM, Destined(batch.code, "VN"), now=now)

    assert {each.field for each in asked.value.findings} == {"document_number", "packed_on"}
    assert said == ("US", True)
    assert batch.market == "VN"
    happened = events.list_events(session, batch.id)
    told = [own_documents.own_details(each.document) or {} for each in happened]
    changes = [each for each in told if each.get("step") == markets.CHANGED]
    assert changes == [
        {"step": "market", "market": "US", "document": "PX 7"},
        {"step": "market", "market": "VN", "before": "US"},
    ]


def shipment(batch: Batch) -> Shipment:
    return Shipment(
        (Taken(batch.code, Decimal(5)),),
        recipient_name="Doanh nghiệp Mỹ",
        recipient_place="Los Angeles",
        document_number="PX 8",
    )
