"""Two hands at once on one thing: one of them is told so, nothing breaks, nothing doubles."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import datetime
from decimal import Decimal
from threading import Barrier
from uuid import uuid4

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from accounts.permissions import SYSTEM
from foundation import db
from foundation.errors import Conflict, NguonError, NotFound
from growing_areas import diary
from growing_areas.diary import Ground, Work
from growing_areas.dossiers import papers
from growing_areas.fieldbook import correcting
from growing_areas.models import DiaryEntry
from growing_areas.packing import deliveries
from growing_areas.parcels import households
from growing_areas.raw_materials import grouping, membership
from growing_areas.raw_materials.grouping import RawMaterialTold
from growing_areas.raw_materials.models import RawMaterialMember
from growing_areas.slips import slips
from growing_areas.slips.models import BuyingSlip
from growing_areas.slips.slips import SlipTold
from ledger.models import LedgerEntry
from tests.growing_areas import factories
from tests.growing_areas.packing import factories as packing

pytestmark = pytest.mark.usefixtures("own_database")


def both(*acts: Callable[[Session], object]) -> list[object]:
    """What those who start together are each told."""
    start = Barrier(len(acts))

    def one(act: Callable[[Session], object]) -> object:
        try:
            with db.transaction() as session:
                start.wait()
                return act(session)
        except NguonError as error:
            return type(error)

    with ThreadPoolExecutor(len(acts)) as pool:
        return list(pool.map(one, acts))


def recorded(kind: str) -> int:
    counted = select(func.count()).select_from(LedgerEntry).where(LedgerEntry.kind == kind)
    with db.reading() as session:
        return session.scalar(counted) or 0


def test_a_delivery_is_confirmed_once_and_ended_once(now: datetime) -> None:
    with db.transaction() as session:
        house = packing.make_approved_house(session, now)
        area = factories.make_approved_area(session, now)
        (told,) = deliveries.declare(session, SYSTEM, house.id, [str(area.code)], now=now)
        delivery_id = told.id

    confirmed = both(*[lambda s: deliveries.confirm(s, SYSTEM, delivery_id, now=now)] * 2)
    ended = both(*[lambda s: deliveries.end(s, SYSTEM, delivery_id, now=now)] * 2)

    assert confirmed.count(Conflict) == 1
    assert sorted(map(str, ended)) == sorted(map(str, (None, NotFound)))
    assert recorded("packing.delivery_confirmed") == recorded("packing.delivery_ended") == 1


def test_yields_told_twice_at_once_are_told_once(now: datetime) -> None:
    with db.transaction() as session:
        area_id = factories.make_area(session, now).id

    def tell(session: Session) -> None:
        papers.tell_yields(session, SYSTEM, area_id, {2025: Decimal(7)}, now=now)

    assert both(*[tell] * 4) == [None] * 4


def test_who_accepts_while_the_area_ends_is_heard_before_or_after(now: datetime) -> None:
    with db.transaction() as session:
        lead, other = (factories.make_organisation(session, now) for _ in range(2))
        theirs = factories.make_approved_area(session, now, other)
        told = RawMaterialTold("Vùng bưởi", ["pomelo"], buyer_name="Công ty Đất Tổ")
        code = grouping.open_area(session, SYSTEM, lead.code, told, now=now).code
        codes = [str(theirs.code)]
        (asked,) = membership.invite(session, SYSTEM, code, codes, now=now)
        member_id = asked.id

    with ThreadPoolExecutor(1) as pool, db.transaction() as session:
        membership.accept(session, SYSTEM, member_id, now=now)
        ended = pool.submit(_end, code, now)
        session.connection().exec_driver_sql("SELECT pg_sleep(0.3)")
        session.commit()
        ended.result(60)

    with db.reading() as session:
        assert session.get_one(RawMaterialMember, member_id).state == "left"


def _end(code: str, now: datetime) -> None:
    with db.transaction() as session:
        membership.end(session, SYSTEM, code, now.date(), now=now)


def test_ones_own_joining_stands_in_the_ledger(now: datetime) -> None:
    with db.transaction() as session:
        area = factories.make_approved_area(session, now)
        told = RawMaterialTold("Vùng bưởi", ["pomelo"], buyer_name="Công ty Đất Tổ")
        code = grouping.open_area(session, SYSTEM, area.organisation.code, told, now=now).code

        membership.invite(session, SYSTEM, code, [str(area.code)], now=now)

    assert recorded("raw_material.joined") == 1


def test_two_managers_at_two_scales_number_their_slips_without_gap_or_double(
    now: datetime,
) -> None:
    with db.transaction() as session:
        area = factories.make_area(session, now)
        (household,) = households.of_plot(session, area.plot_id)
        area_id, household_id = area.id, household.id
    key = uuid4()
    slip = SlipTold(now.date(), Decimal(50), "KGM", 9_000, household=household_id)

    def write(session: Session) -> object:
        return slips.write(session, SYSTEM, area_id, slip, now=now).slip.number

    def write_keyed(session: Session) -> object:
        return slips.write(session, SYSTEM, area_id, replace(slip, work_key=key), now=now).slip.id

    numbers = both(*[write] * 6)
    same = both(*[write_keyed] * 4)

    assert sorted(map(str, numbers)) == ["1", "2", "3", "4", "5", "6"]
    assert len(set(same)) == 1
    with db.reading() as session:
        harvests = select(func.count()).select_from(DiaryEntry)
        assert session.scalar(harvests) == session.scalar(select(func.count(BuyingSlip.id))) == 7


def test_a_telling_corrected_by_two_at_once_is_corrected_by_one(now: datetime) -> None:
    with db.transaction() as session:
        owner = factories.make_organisation(session, now)
        grounds = [
            Ground(factories.make_area(session, now, owner, geometry=factories.field(lon)).id)
            for lon in (0.0, 0.05, 0.1)
        ]
        done = diary.record_on(session, SYSTEM, grounds, Work("weeding", now.date()), now=now)
        ids = [each.entry.id for each in done]

    def correct(session: Session) -> object:
        work = Work("pruning", now.date())
        correcting.correct_together(session, SYSTEM, ids[1], work, "Nhầm", now=now)
        return None

    told = both(*[correct] * 3)

    assert told.count(None) == 1
    assert told.count(Conflict) == 2
