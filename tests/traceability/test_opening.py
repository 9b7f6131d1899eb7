"""A harvest of coded areas becomes a lot, unless something forbids it."""

from datetime import date, datetime, timedelta
from decimal import Decimal

import pytest
import shapely
from sqlalchemy import select, text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from accounts.permissions import SYSTEM
from foundation import codes
from foundation.errors import Conflict, Forbidden, Invalid, NotFound, Refused
from growing_areas.dossiers import amendments, inspection
from growing_areas.dossiers.amendments import Change
from growing_areas.dossiers.inspection import Visit
from growing_areas.parcels.models import Parcel
from ledger.models import LedgerEntry
from tests.growing_areas.factories import make_area, make_organisation, manager, officer
from tests.growing_areas.parcels.factories import make_parcels
from tests.traceability.factories import PRODUCED, grow, make_batch, new_batch, spray
from traceability import batches, events, opening, releasing
from traceability.opening import NewBatch


def test_a_batch_is_opened_with_an_unguessable_code_and_a_lot_of_its_day(
    session: Session, now: datetime
) -> None:
    grown = grow(session, now, shelf_life_days=90)

    batch = opening.open_batch(session, manager(grown.organisation), new_batch(grown), now=now)

    assert codes.is_valid(batch.code)
    assert batch.lot == "261112-1"
    assert batch.state == "open"
    assert batch.harvested_on == PRODUCED
    assert batch.expires_on == date(2027, 2, 10)
    assert [area.code for area in batch.areas] == [grown.area_code]
    entry = session.scalars(select(LedgerEntry).where(LedgerEntry.subject == batch.code)).one()
    assert entry.kind == "batch.opened"
    assert '"quantity":"1200.000"' in entry.body


def test_lots_of_one_day_are_numbered_and_a_taken_lot_is_refused(
    session: Session, now: datetime
) -> None:
    grown = grow(session, now)
    make_batch(session, grown, now, lot="BUOI-26A")

    lots = [make_batch(session, grown, now).lot for _ in range(3)]

    assert lots == ["261112-1", "261112-2", "261112-3"]
    with pytest.raises(Conflict) as refused:
        make_batch(session, grown, now, lot="BUOI-26A")
    assert refused.value.code == "batch.lot_taken"


def test_a_harvest_inside_the_interval_is_refused_naming_spray_area_and_first_good_day(
    session: Session, now: datetime
) -> None:
    grown = grow(session, now)
    spray(session, grown, date(2026, 11, 1), 14, now=now)

    with pytest.raises(Conflict) as refused:
        make_batch(session, grown, now)

    assert refused.value.code == "batch.pre_harvest_interval"
    assert refused.value.params["spray"] == "Abamec 1.8EC"
    assert grown.area_code in refused.value.params["area"]
    assert refused.value.params["permitted_from"] == date(2026, 11, 15)


@pytest.mark.parametrize(("days", "opens"), [(11, True), (12, False)])
def test_the_interval_ends_on_the_first_permitted_day(
    session: Session, now: datetime, days: int, opens: bool
) -> None:
    grown = grow(session, now)
    spray(session, grown, date(2026, 11, 1), days, now=now)

    if opens:
        assert make_batch(session, grown, now).state == "released"
        return
    with pytest.raises(Conflict):
        make_batch(session, grown, now)


def test_a_spraying_entered_late_forbids_the_release(session: Session, now: datetime) -> None:
    grown = grow(session, now)
    batch = opening.open_batch(session, SYSTEM, new_batch(grown), now=now)
    spray(session, grown, date(2026, 11, 10), 7, now=now)

    with pytest.raises(Conflict) as refused:
        releasing.release(session, SYSTEM, batch.code, now=now)

    assert refused.value.code == "batch.pre_harvest_interval"


def test_areas_of_others_and_areas_without_a_code_in_force_are_named(
    session: Session, now: datetime
) -> None:
    grown = grow(session, now)
    other = grow(session, now)
    make_area(session, now, grown.organisation)

    with pytest.raises(Invalid) as refused:
        opening.open_batch(
            session,
            SYSTEM,
            new_batch(grown, growing_areas=(grown.area_code, other.area_code, "VN-KHONG-CO")),
            now=now,
        )

    told = [(finding.code, finding.params["code"]) for finding in refused.value.findings]
    assert told == [("batch.area_unknown", other.area_code), ("batch.area_unknown", "VN-KHONG-CO")]


def test_everything_wrong_with_a_batch_is_told_at_once(session: Session, now: datetime) -> None:
    grown = grow(session, now)
    wrong = new_batch(
        grown,
        growing_areas=(),
        unit="LTR",
        produced_on=date(2026, 12, 1),
        harvested_on=date(2026, 12, 2),
        expires_on=date(2026, 11, 1),
        lot="Chè 1",
    )

    with pytest.raises(Invalid) as refused:
        opening.open_batch(session, SYSTEM, wrong, now=now)

    assert {finding.code for finding in refused.value.findings} == {
        "batch.area_missing",
        "batch.in_future",
        "batch.harvested_late",
        "batch.expires_early",
        "batch.lot_form",
        "batch.unit_differs",
    }


def test_kilograms_of_a_product_counted_in_packs_become_whole_packs(
    session: Session, now: datetime
) -> None:
    grown = grow(session, now, unit="XBG", net_content=Decimal(500), net_unit="GRM")

    batch = make_batch(session, grown, now, quantity=Decimal("1200.3"))

    assert (batch.quantity, batch.unit) == (Decimal(2400), "XBG")


def test_another_cooperative_does_not_learn_that_the_batch_exists(
    session: Session, now: datetime
) -> None:
    batch = make_batch(session, grow(session, now), now)
    stranger = manager(make_organisation(session, now), person_id=77)

    with pytest.raises(NotFound):
        batches.get_own_batch(session, stranger, batch.code)
    with pytest.raises(NotFound):
        releasing.hold(session, stranger, batch.code, now=now)
    assert batches.list_batches(session, stranger).items == []


def test_an_officer_sees_the_batches_of_their_territory_but_opens_none(
    session: Session, now: datetime
) -> None:
    grown = grow(session, now)
    batch = make_batch(session, grown, now)

    assert [b.code for b in batches.list_batches(session, officer()).items] == [batch.code]
    assert batches.list_batches(session, officer("51")).items == []
    with pytest.raises(Forbidden):
        opening.open_batch(session, officer(), new_batch(grown), now=now)


def test_an_organisation_nobody_vouches_for_cannot_release(session: Session, now: datetime) -> None:
    grown = grow(session, now)
    batch = opening.open_batch(session, SYSTEM, new_batch(grown), now=now)
    grown.organisation.status = "unverified"
    session.flush()

    with pytest.raises(Refused) as refused:
        releasing.release(session, SYSTEM, batch.code, now=now)

    assert refused.value.code == "organisation.unverified"


def test_a_held_batch_is_released_again_and_a_released_one_is_not_released_twice(
    session: Session, now: datetime
) -> None:
    batch = make_batch(session, grow(session, now), now)

    releasing.hold(session, SYSTEM, batch.code, now=now)
    assert releasing.release(session, SYSTEM, batch.code, now=now).state == "released"

    with pytest.raises(Conflict):
        releasing.release(session, SYSTEM, batch.code, now=now)


def test_events_of_a_batch_are_never_changed(session: Session, now: datetime) -> None:
    batch = make_batch(session, grow(session, now), now)
    told = events.list_events(session, batch.id)
    assert [event.biz_step for event in told] == ["commissioning", "inspecting"]

    with pytest.raises(DBAPIError, match="never changed"), session.begin_nested():
        session.execute(text("UPDATE epcis_events SET biz_step = 'shipping'"))


def test_a_scan_address_is_a_digital_link_only_with_a_gtin(session: Session, now: datetime) -> None:
    plain = make_batch(session, grow(session, now), now)
    coded = make_batch(session, grow(session, now, gtin="8930001000018"), now, lot="A/B")

    assert batches.trace_url(plain, "https://nguon.vn") == f"https://nguon.vn/t/{plain.code}"
    expected = "https://nguon.vn/01/08930001000018/10/A%2FB"
    assert batches.trace_url(coded, "https://nguon.vn") == expected
    assert batches.find_by_lot(session, "08930001000018", "A/B") is not None


@pytest.mark.parametrize(
    ("amount", "unit", "kept"),
    [("2", "TNE", ("2000", "KGM")), ("1.25", "DTN", ("125", "KGM")), ("500", "g", ("500", "GRM"))],
)
def test_stock_is_kept_in_the_finer_unit_so_that_every_pack_can_be_counted(
    session: Session, now: datetime, amount: str, unit: str, kept: tuple[str, str]
) -> None:
    grown = grow(session, now)

    batch = make_batch(session, grown, now, quantity=Decimal(amount), unit=unit)

    assert (batch.quantity, batch.unit) == (Decimal(kept[0]), kept[1])


def test_a_parcel_outside_the_code_on_the_day_of_harvest_is_refused(
    session: Session, now: datetime
) -> None:
    grown = grow(session, now)
    west, _ = grown.area.version.centroid_lon, grown.area.version.centroid_lat
    shift = west - 105.2825
    first, *_, last = make_parcels(session, grown.area, now, 4, lon=round(shift, 2))
    outline = shapely.from_wkb(grown.area.version.geometry)
    edge = shapely.from_wkb(last.geometry).bounds[0]
    kept = outline.intersection(shapely.box(*outline.bounds[:2], edge, outline.bounds[3]))
    later = now + timedelta(days=3)
    change = Change("Trả đất", geometry=shapely.geometry.mapping(kept))
    amendments.propose(session, SYSTEM, grown.area.id, change, now=later)
    seen = Visit(True, later.date(), kind="amendment")
    inspection.record(session, SYSTEM, grown.area.id, seen, now=later)
    amendments.approve(session, SYSTEM, grown.area.id, now=later)

    def harvested(parcel: Parcel, on: date) -> NewBatch:
        return new_batch(grown, parcels=(parcel.id,), produced_on=on, harvested_on=on)

    with pytest.raises(Invalid) as caught:
        opening.open_batch(session, SYSTEM, harvested(last, later.date()), now=later)
    before = opening.open_batch(session, SYSTEM, harvested(last, now.date()), now=later)
    inside = opening.open_batch(session, SYSTEM, harvested(first, later.date()), now=later)

    assert [found.code for found in caught.value.findings] == ["batch.parcel_outside"]
    assert before.parcel_ids == (last.id,)
    assert inside.parcel_ids == (first.id,)
