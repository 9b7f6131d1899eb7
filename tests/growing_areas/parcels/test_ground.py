"""A spray belongs to the ground it fell on: one household's mistake does not block a hundred."""

from datetime import date, datetime, timedelta
from decimal import Decimal

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import select, text
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from accounts.permissions import SYSTEM
from foundation.errors import Invalid
from growing_areas import diary, recorded, season
from growing_areas.diary import Work
from growing_areas.models import DiaryEntry, GrowingArea
from growing_areas.parcels import ground, parcels
from ledger.rows import checking, recording
from ledger.rows.forms import in_use
from tests.growing_areas import factories
from tests.growing_areas.parcels.factories import make_parcels

SPRAYED = date(2026, 11, 1)
SOON = SPRAYED + timedelta(days=3)
sets = st.frozensets(st.integers(1, 5))


def spray(session: Session, area: GrowingArea, now: datetime, *parcel_ids: int) -> DiaryEntry:
    work = Work("spraying", SPRAYED, product_name="Trebon", pre_harvest_days=14, parcels=parcel_ids)
    return diary.record(session, SYSTEM, area.id, work, now=now).entry


def forbidden(session: Session, area: GrowingArea, *parcel_ids: int) -> bool:
    return bool(season.forbidding_sprays(session, [area.id], SOON, parcel_ids))


def test_a_spray_on_one_parcel_forbids_it_and_the_whole_but_not_its_sister(
    session: Session, now: datetime
) -> None:
    area = factories.make_area(session, now)
    a, b = make_parcels(session, area, now)
    spray(session, area, now, a.id)

    assert forbidden(session, area, a.id)
    assert forbidden(session, area, a.id, b.id)
    assert forbidden(session, area)
    assert not forbidden(session, area, b.id)


def test_a_spray_on_the_whole_area_forbids_every_parcel(session: Session, now: datetime) -> None:
    area = factories.make_area(session, now)
    a, b = make_parcels(session, area, now)
    spray(session, area, now)

    assert forbidden(session, area, a.id)
    assert forbidden(session, area, b.id)


def test_a_spray_on_a_parcel_removed_since_counts_for_the_whole_area(
    session: Session, now: datetime
) -> None:
    area = factories.make_area(session, now)
    a, b = make_parcels(session, area, now)
    spray(session, area, now, a.id)

    parcels.remove(session, SYSTEM, area.id, [a.id], now=now)

    assert forbidden(session, area, b.id)


def test_a_spray_under_another_market_of_the_same_plot_and_crop_counts(
    session: Session, now: datetime
) -> None:
    organisation = factories.make_organisation(session, now)
    home = factories.make_area(session, now, organisation)
    abroad = factories.make_area(
        session, now, organisation, plot=home.plot_id, geometry=None, market="CN"
    )
    rice = factories.make_area(
        session, now, organisation, plot=home.plot_id, geometry=None, crop="rice"
    )
    spray(session, home, now)

    (found,) = season.forbidding_sprays(session, [abroad.id], SOON)

    assert found.area_id == abroad.id
    assert not forbidden(session, rice)


def test_a_correction_names_other_parcels(session: Session, now: datetime) -> None:
    area = factories.make_area(session, now)
    a, b = make_parcels(session, area, now)
    old = spray(session, area, now, a.id)
    work = Work("spraying", SPRAYED, product_name="Trebon", pre_harvest_days=14, parcels=(b.id,))

    new = diary.correct(session, SYSTEM, old.id, work, "Nhầm thửa", now=now).entry

    assert new.parcel_ids == (b.id,)
    assert not forbidden(session, area, a.id)
    assert forbidden(session, area, b.id)


def test_a_parcel_of_another_plot_is_unknown_to_the_diary(session: Session, now: datetime) -> None:
    area = factories.make_area(session, now)
    other = factories.make_area(session, now, geometry=factories.field(lon=0.05))
    told = [parcels.ParcelTold(area_ha=Decimal(1))]
    (stranger,) = parcels.add_all(session, SYSTEM, other.id, told, now=now)

    with pytest.raises(Invalid) as caught:
        spray(session, area, now, stranger.parcel.id)

    assert caught.value.findings[0].code == "diary.parcel_unknown"


def test_a_season_of_a_parcel_needs_only_its_own_lines(session: Session, now: datetime) -> None:
    area = factories.make_area(session, now, crop="rice")
    a, b = make_parcels(session, area, now)
    for activity in ("planting", "fertilising"):
        diary.record(session, SYSTEM, area.id, Work(activity, SPRAYED), now=now)
    work = Work("harvest", SPRAYED, parcels=(a.id,))
    diary.record(session, SYSTEM, area.id, work, now=now)
    span = (SPRAYED - timedelta(days=9), SOON)

    assert diary.completeness(session, area.id, *span, (a.id,)).is_complete
    assert diary.completeness(session, area.id, *span, (b.id,)).missing == ("harvest",)


def test_lines_without_parcels_keep_the_digest_they_had(session: Session, now: datetime) -> None:
    area = factories.make_area(session, now)
    (a,) = make_parcels(session, area, now, count=1)
    whole, part = spray(session, area, now), spray(session, area, now, a.id)

    assert "parcels" not in recorded.diary_fields(whole)
    assert recorded.diary_fields(part)["parcels"] == [a.id]
    assert list(recorded.check_rows(session)) == []


@pytest.mark.usefixtures("_app")
def test_a_parcel_slipped_under_an_old_line_is_found(session: Session, now: datetime) -> None:
    area = factories.make_area(session, now)
    (a,) = make_parcels(session, area, now, count=1)
    entry = spray(session, area, now)
    recording.settle(session)

    session.execute(
        text("INSERT INTO diary_entry_parcels VALUES (:entry, :parcel)"),
        {"entry": entry.id, "parcel": a.id},
    )

    found = list(checking.faults_of(session, in_use()["diary_entry_parcels"]))
    assert [(each.key, each.what) for each in found] == [(f"[{entry.id},{a.id}]", "unrecorded")]


def test_the_parcels_of_a_line_cannot_be_changed(session: Session, now: datetime) -> None:
    area = factories.make_area(session, now)
    (a,) = make_parcels(session, area, now, count=1)
    spray(session, area, now, a.id)

    with pytest.raises(IntegrityError, match="never changed"), session.begin_nested():
        session.execute(text("DELETE FROM diary_entry_parcels"))
    assert session.scalars(select(DiaryEntry)).first() is not None


@settings(suppress_health_check=[HealthCheck.too_slow], deadline=None)
@given(done_on=sets, harvested=sets, removed=sets)
def test_only_disjoint_named_parcels_are_free_of_each_other(
    done_on: frozenset[int], harvested: frozenset[int], removed: frozenset[int]
) -> None:
    touched = ground.meets(done_on, harvested, removed)

    assert ground.meets(done_on, harvested) == ground.meets(harvested, done_on)
    assert touched or (done_on and harvested and not done_on & (harvested | removed))
    assert ground.meets(done_on, frozenset(), removed)
    assert ground.meets(frozenset(), harvested, removed)
