"""A recall from suspicion to end: held, decided, told on every trace page, ended with figures."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from accounts.models import Organisation
from accounts.permissions import SYSTEM, Actor
from foundation.errors import Conflict, Forbidden, Invalid, NotFound
from ledger.models import LedgerEntry
from tests.accounts.factories import make_member, make_official
from tests.traceability.factories import Grown, grow, make_batch, spray
from tests.traceability.lineage.factories import make_of
from traceability import releasing
from traceability.epcis.models import EpcisEvent
from traceability.models import Batch
from traceability.quality.models import BatchHold
from traceability.recalls import (
    deciding,
    drilling,
    effects,
    following,
    holding,
    listing,
    restoring,
)
from traceability.recalls.deciding import Notice
from traceability.recalls.holding import Wish
from traceability.recalls.models import Recall, RecallTold
from traceability.recalls.reach import Suspicion

NOTICE = Notice("Dư lượng thuốc vượt mức", "Trả hàng lại nơi đã mua")


@dataclass(frozen=True)
class World:
    """Rice, cakes made of it by another cooperative, and rice of the same field left alone."""

    farm: Grown
    rice: Batch
    cakes: Batch
    other: Batch
    manager: Actor


@pytest.fixture
def world(session: Session, now: datetime) -> World:
    farm, factory = grow(session, now, name="Gạo"), grow(session, now, name="Bánh")
    rice = make_batch(session, farm, now, lot="GAO-1")
    other = make_batch(session, farm, now, lot="GAO-2")
    cakes = make_batch(session, factory, now, lot="BANH-1")
    make_of(session, cakes, rice, now=now)
    manager = make_member(session, farm.organisation, now)
    return World(farm, rice, cakes, other, manager)


def _wish(batch: Batch, *, with_descendants: bool = True) -> Wish:
    suspicion = Suspicion("batch", batch.code)
    return Wish(suspicion, "Nghi dư lượng thuốc", with_descendants=with_descendants)


def _found_wrong(error: pytest.ExceptionInfo[Invalid]) -> list[str]:
    return [finding.code for finding in error.value.findings]


def _states(session: Session, world: World) -> tuple[str, ...]:
    session.expire_all()
    return (world.rice.state, world.cakes.state, world.other.state)


def _announced(session: Session, world: World, now: datetime) -> Recall:
    held = holding.hold(session, world.manager, _wish(world.rice), now=now)
    return deciding.announce(session, world.manager, held.recall.code, NOTICE, now=now)


def test_everything_made_of_a_suspected_lot_is_held_at_once(
    session: Session, now: datetime, world: World
) -> None:
    held = holding.hold(session, world.manager, _wish(world.rice), now=now)

    assert held.batches == 2
    assert _states(session, world) == ("held", "held", "released")
    causes = set(session.scalars(select(BatchHold.cause).where(BatchHold.lifted_at.is_(None))))
    assert causes == {f"recall:{held.recall.code}"}
    with pytest.raises(Conflict, match="on_hold"):
        releasing.release(session, SYSTEM, world.cakes.code, now=now)


def test_a_lot_is_suspected_by_its_own_code_or_by_its_trace_code(
    session: Session, now: datetime, world: World
) -> None:
    theirs = session.get_one(Organisation, world.cakes.organisation_id)
    factory = make_member(session, theirs, now)
    by_lot = Wish(Suspicion("batch", " BANH-1 "), "Nghi")

    held = holding.hold(session, factory, by_lot, now=now)

    assert held.recall.origin_key == world.cakes.code
    told = listing.suspected(session, [held.recall])
    assert told == {held.recall.id: f"BANH-1, {world.cakes.product.name}"}
    with pytest.raises(NotFound):
        holding.hold(session, world.manager, by_lot, now=now)


def test_a_recall_may_stop_at_the_lot_itself(session: Session, now: datetime, world: World) -> None:
    held = holding.hold(session, world.manager, _wish(world.rice, with_descendants=False), now=now)

    assert held.batches == 1
    assert _states(session, world) == ("held", "released", "released")


def test_a_recall_is_one_event_that_sets_the_lasting_disposition_of_every_lot(
    session: Session, now: datetime, world: World
) -> None:
    recall = _announced(session, world, now)

    told = session.scalars(
        select(EpcisEvent).where(EpcisEvent.disposition == "recalled")
    ).one().document  # fmt: skip
    assert told["persistentDisposition"] == {"set": ["recalled"]}
    assert len(told["quantityList"]) == 2
    assert told["nguon:details"] == {"recall": recall.code}
    kinds = session.scalars(select(LedgerEntry.kind).where(LedgerEntry.subject == recall.code))
    assert sorted(kinds) == ["recall.announced", "recall.held"]


def test_a_lifted_recall_puts_lots_back_as_they_stood(
    session: Session, now: datetime, world: World
) -> None:
    releasing.hold(session, SYSTEM, world.cakes.code, now=now)
    recall = _announced(session, world, now)
    assert _states(session, world) == ("recalled", "recalled", "released")

    deciding.lift(session, world.manager, recall.code, "Kết quả phân tích đạt", now=now)

    assert _states(session, world) == ("released", "held", "released")
    with pytest.raises(Conflict, match=r"recall\.state"):
        deciding.close(session, world.manager, recall.code, "Xong", now=now)


def test_a_lot_stays_recalled_while_another_recall_is_in_force(
    session: Session, now: datetime, world: World
) -> None:
    first = _announced(session, world, now)
    second = holding.hold(session, SYSTEM, _wish(world.cakes), now=now).recall
    deciding.announce(session, SYSTEM, second.code, NOTICE, now=now)

    deciding.lift(session, world.manager, first.code, "Nhầm lô", now=now)

    assert _states(session, world) == ("released", "recalled", "released")


def test_a_lot_starts_one_open_recall_of_a_side_at_a_time(
    session: Session, now: datetime, world: World
) -> None:
    first = holding.hold(session, world.manager, _wish(world.rice), now=now).recall
    narrower = _wish(world.rice, with_descendants=False)

    for wish in (_wish(world.rice), narrower):
        with pytest.raises(Conflict, match=r"recall\.open_already") as twice:
            holding.hold(session, world.manager, wish, now=now)
        assert twice.value.params["recall"] == first.code
    drilling.drill(session, world.manager, _wish(world.rice), now=now)
    deciding.announce(session, world.manager, first.code, NOTICE, now=now)
    with pytest.raises(Conflict, match=r"recall\.open_already"):
        holding.hold(session, world.manager, _wish(world.rice), now=now)

    deciding.close(session, world.manager, first.code, "Đã thu đủ", now=now)
    second = holding.hold(session, world.manager, _wish(world.rice), now=now).recall
    assert (second.state, first.state) == ("held", "closed")


def test_a_recall_that_reaches_further_is_another_one(
    session: Session, now: datetime, world: World
) -> None:
    holding.hold(session, world.manager, _wish(world.rice, with_descendants=False), now=now)

    further = holding.hold(session, world.manager, _wish(world.rice), now=now)
    whole_field = Wish(Suspicion("area", world.farm.area_code), "Nước nhiễm bẩn")
    wider = holding.hold(session, world.manager, whole_field, now=now)
    of_office = holding.hold(session, SYSTEM, _wish(world.rice), now=now)

    assert (further.batches, wider.batches, of_office.batches) == (2, 3, 2)
    with pytest.raises(Conflict, match=r"recall\.open_already"):
        # The field's recall starts from this lot, too.
        holding.hold(session, world.manager, _wish(world.other), now=now)
    # The cakes are under three recalls, and none of them starts from the cakes.
    assert holding.hold(session, SYSTEM, _wish(world.cakes), now=now).batches == 1


def test_a_closed_recall_keeps_its_lots_recalled_and_tells_what_came_back(
    session: Session, now: datetime, world: World
) -> None:
    recall = _announced(session, world, now)
    told = {"found": Decimal(100), "returned": Decimal(40), "destroyed": Decimal(140)}
    effects.note(session, world.manager, recall.code, world.rice.code, told, now=now)
    effects.note(
        session, world.manager, recall.code, world.rice.code, {"returned": Decimal(-5)}, now=now
    )

    deciding.close(session, world.manager, recall.code, "Đã thu đủ", now=now)

    assert _states(session, world) == ("recalled", "recalled", "released")
    figures = {row.holder: row for row in effects.figures(session, recall.id)}
    own = figures[world.farm.organisation.name]
    assert (own.found, own.returned, own.destroyed) == tuple(map(Decimal, (100, 35, 140)))
    # 10 of its 1,200 went into the cakes, which the recall counts by themselves.
    assert own.made == Decimal(1190)


def test_recalled_lots_that_were_closed_before_are_recalled_again(
    session: Session, now: datetime, world: World
) -> None:
    recall = _announced(session, world, now)
    lifted = holding.hold(session, SYSTEM, _wish(world.other), now=now).recall
    deciding.announce(session, SYSTEM, lifted.code, NOTICE, now=now)
    deciding.lift(session, SYSTEM, lifted.code, "Kết quả đạt", now=now)
    for batch in (world.rice, world.cakes, world.other):
        batch.state = "closed"
    session.flush()

    counts = [restoring.restore(session, now=now) for _ in range(2)]

    assert counts == [2, 0]
    assert _states(session, world) == ("recalled", "recalled", "closed")
    kinds = session.scalars(select(LedgerEntry.kind).where(LedgerEntry.subject == recall.code))
    assert "recall.restored" in kinds.all()
    told = session.scalars(select(EpcisEvent).order_by(EpcisEvent.id.desc()).limit(1)).one()
    assert (told.disposition, len(told.document["quantityList"])) == ("recalled", 2)


def test_a_figure_below_nought_and_a_foreign_lot_are_refused(
    session: Session, now: datetime, world: World
) -> None:
    recall = _announced(session, world, now)

    with pytest.raises(Invalid) as below:
        effects.note(
            session, world.manager, recall.code, world.rice.code, {"found": Decimal(-1)}, now=now
        )
    assert _found_wrong(below) == ["recall.effect_below"]
    with pytest.raises(NotFound):
        effects.note(
            session, world.manager, recall.code, world.cakes.code, {"found": Decimal(1)}, now=now
        )
    with pytest.raises(NotFound):
        effects.note(
            session, world.manager, recall.code, world.other.code, {"found": Decimal(1)}, now=now
        )


def test_only_who_answers_for_the_suspected_lot_may_recall_it(
    session: Session, now: datetime, world: World
) -> None:
    stranger = make_official(session, now, role="officer", scope="48")
    staff = make_member(session, world.farm.organisation, now, role="staff")

    with pytest.raises(NotFound):
        holding.hold(session, world.manager, _wish(world.cakes), now=now)
    with pytest.raises(Forbidden):
        holding.hold(session, staff, _wish(world.rice), now=now)
    if world.rice.province_code != "48":
        with pytest.raises((Forbidden, NotFound)):
            holding.hold(session, stranger, _wish(world.rice), now=now)


def test_a_holder_further_down_sees_the_recall_but_not_the_others_in_it(
    session: Session, now: datetime, world: World
) -> None:
    holder = session.get_one(Organisation, world.cakes.organisation_id)
    factory = make_member(session, holder, now)
    recall = _announced(session, world, now)

    page = listing.list_recalls(session, factory)
    figures = listing.figures_for(session, factory, recall)

    assert [each.code for each in page.items] == [recall.code]
    assert [row.holder for row in figures] == [holder.name]
    with pytest.raises((NotFound, Forbidden)):
        deciding.lift(session, factory, recall.code, "Không phải hàng tôi", now=now)


def test_a_material_reaches_what_was_harvested_after_it_in_its_season(
    session: Session, now: datetime, world: World
) -> None:
    spray(session, world.farm, on=world.rice.produced_on.replace(month=6), days=7, now=now)

    held = holding.hold(
        session, world.manager, Wish(Suspicion("material", "abamec 1.8ec"), "Thuốc giả"), now=now
    )

    assert held.batches == 3
    assert _states(session, world) == ("held", "held", "held")
    with pytest.raises(Invalid) as nothing:
        holding.hold(
            session, world.manager, Wish(Suspicion("material", "Không có"), "Thử"), now=now
        )
    assert _found_wrong(nothing) == ["recall.nothing_found"]


def test_an_area_reaches_its_lots_of_the_days_asked(
    session: Session, now: datetime, world: World
) -> None:
    late = Suspicion("area", world.farm.area_code, harvested_from=now.date())
    all_days = Suspicion("area", world.farm.area_code)

    with pytest.raises(Invalid) as nothing:
        holding.hold(session, world.manager, Wish(late, "Nước nhiễm bẩn"), now=now)
    assert _found_wrong(nothing) == ["recall.nothing_found"]
    held = holding.hold(session, world.manager, Wish(all_days, "Nước nhiễm bẩn"), now=now)

    assert held.batches == 3


def test_a_drill_changes_nothing_and_says_how_long_it_took(
    session: Session, now: datetime, world: World
) -> None:
    counted = (Recall, BatchHold, EpcisEvent, LedgerEntry)

    def count() -> list[int]:
        return [session.scalar(select(func.count()).select_from(each)) or 0 for each in counted]

    before, states = count(), _states(session, world)

    found = drilling.drill(session, world.manager, _wish(world.rice), now=now)

    assert (found.batches, found.orders) == (2, 0)
    assert found.milliseconds >= 0
    assert (count(), _states(session, world)) == (before, states)


def test_holders_and_officers_are_told_of_each_stage_once(
    session: Session, now: datetime, world: World
) -> None:
    holder = session.get_one(Organisation, world.cakes.organisation_id)
    factory = make_member(session, holder, now)
    officer = make_official(session, now, role="officer", scope=world.rice.province_code)
    recall = _announced(session, world, now)

    told = following.tell_holders(session, recall, now=now)
    again = following.tell_holders(session, recall, now=now)

    people = set(
        session.scalars(select(RecallTold.person_id).where(RecallTold.recall_id == recall.id))
    )
    assert {world.manager.person_id, factory.person_id, officer.person_id} <= people
    assert (told, again) == (len(people), 0)
