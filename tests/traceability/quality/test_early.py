"""A spraying entered before, after or while a batch is opened, sold, or made into another."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime, timedelta
from decimal import Decimal

import pytest
from sqlalchemy import select, text
from sqlalchemy.orm import Session

from accounts.permissions import SYSTEM, Actor, Held
from foundation import imports
from foundation.errors import Conflict, Invalid
from foundation.models import ImportBatch
from growing_areas import diary, season
from growing_areas.catalogue import yearly_list
from growing_areas.diary import Work
from growing_areas.fieldbook import reexamining
from growing_areas.models import DiaryEntry
from ledger.models import LedgerEntry
from tests.growing_areas.factories import manager, officer
from tests.growing_areas.parcels.factories import make_parcels
from tests.traceability.factories import PRODUCED, Grown, grow, make_batch, new_batch
from tests.traceability.quality.factories import make_child, open_causes, sprayed, state_of
from traceability import opening, releasing
from traceability.handling.acting import Taken
from traceability.models import Batch
from traceability.quality import deciding, early, holds, judging_anew, labels, settling
from traceability.quality.deciding import Decision
from traceability.quality.models import BatchHold
from traceability.scan import intervals, story

LATE = PRODUCED - timedelta(days=3)


@pytest.fixture
def grown(session: Session, now: datetime) -> Grown:
    return grow(session, now)


def opened(session: Session, grown: Grown, now: datetime) -> Batch:
    return opening.open_batch(session, SYSTEM, new_batch(grown), now=now)


def test_a_harvest_too_early_is_recorded_and_held_once_for_each_spraying(
    session: Session, now: datetime, grown: Grown
) -> None:
    entries = [sprayed(session, grown, PRODUCED - timedelta(days=n), 14, now) for n in (2, 5)]
    sprayed(session, grown, PRODUCED - timedelta(days=30), 7, now)

    batch = opened(session, grown, now)

    assert batch.state == "held"
    assert open_causes(session, batch) == sorted(f"diary:{entry.id}" for entry in entries)
    with pytest.raises(Conflict) as refused:
        releasing.release(session, manager(grown.organisation), batch.code, now=now)
    assert refused.value.code == "batch.pre_harvest_interval"
    assert len(refused.value.findings) == 2
    assert refused.value.params["spray"] == "Abamec 1.8EC"
    assert grown.area_code in refused.value.params["area"]
    assert refused.value.params["permitted_from"] == PRODUCED + timedelta(days=12)


def test_a_spraying_whose_interval_nobody_knows_holds_nothing(
    session: Session, now: datetime, grown: Grown
) -> None:
    sprayed(session, grown, LATE, None, now)

    assert opened(session, grown, now).state == "open"


def test_a_late_spraying_holds_what_is_sold_already_and_twice_is_once(
    session: Session, now: datetime, grown: Grown
) -> None:
    batch = make_batch(session, grown, now)
    entry = sprayed(session, grown, LATE, 14, now)

    first = early.settle_entry(session, entry.id, now=now)
    again = early.settle_entry(session, entry.id, now=now)

    assert [held.code for held in first.held] == [batch.code]
    assert (again.held, again.freed) == ((), ())
    assert state_of(session, batch) == "held"
    kinds = session.scalars(
        select(LedgerEntry.kind).where(LedgerEntry.subject == batch.code).order_by(LedgerEntry.id)
    )
    assert list(kinds) == ["batch.opened", "batch.released", "batch.held"]


@pytest.mark.parametrize("days_after", [-1, 0, 13, 14])
def test_the_boundary_days_of_a_late_spraying(
    session: Session, now: datetime, grown: Grown, days_after: int
) -> None:
    batch = make_batch(session, grown, now)
    entry = sprayed(session, grown, PRODUCED - timedelta(days=days_after), 14, now)

    early.settle_entry(session, entry.id, now=now)

    assert (state_of(session, batch) == "held") is (0 <= days_after < 14)


def test_a_correction_that_forbids_no_more_lifts_the_hold_and_says_so(
    session: Session, now: datetime, grown: Grown
) -> None:
    entry = sprayed(session, grown, LATE, 14, now)
    batch = opened(session, grown, now)
    work = Work("spraying", LATE, product_name="Abamec 1.8EC", pre_harvest_days=3)
    newer = diary.correct(session, SYSTEM, entry.id, work, "Ghi nhầm nhãn", now=now).entry

    settled = early.settle_entry(session, newer.id, now=now)

    assert [freed.code for freed in settled.freed] == [batch.code]
    assert open_causes(session, batch) == []
    ended = session.scalars(select(BatchHold).where(BatchHold.batch_id == batch.id)).one()
    assert ended.lifted_because == "corrected"
    assert state_of(session, batch) == "held"
    released = releasing.release(session, SYSTEM, batch.code, now=now)
    assert released.state == "released"


def test_a_correction_that_still_forbids_holds_by_the_new_line(
    session: Session, now: datetime, grown: Grown
) -> None:
    entry = sprayed(session, grown, LATE, 14, now)
    batch = opened(session, grown, now)
    work = Work("spraying", LATE, product_name="Khác", pre_harvest_days=7)
    newer = diary.correct(session, SYSTEM, entry.id, work, "Tên thuốc", now=now).entry

    early.settle_entry(session, newer.id, now=now)

    assert open_causes(session, batch) == [f"diary:{newer.id}"]


def test_striking_a_line_out_lifts_its_hold(session: Session, now: datetime, grown: Grown) -> None:
    entry = sprayed(session, grown, LATE, 14, now)
    batch = opened(session, grown, now)
    struck = diary.strike_out(session, SYSTEM, entry.id, "Không phun", now=now)

    early.settle_entry(session, struck.id, now=now)

    assert open_causes(session, batch) == []


def test_a_spray_on_another_parcel_holds_nothing(
    session: Session, now: datetime, grown: Grown
) -> None:
    west = grown.area.version.centroid_lon
    shift = round(west - 105.2825, 2)
    first, second, *_ = make_parcels(session, grown.area, now, 2, lon=shift)
    batch = opening.open_batch(session, SYSTEM, new_batch(grown, parcels=(first.id,)), now=now)

    elsewhere = sprayed(session, grown, LATE, 14, now, parcels=(second.id,))
    early.settle_entry(session, elsewhere.id, now=now)
    assert state_of(session, batch) == "open"

    here = sprayed(session, grown, LATE, 14, now, parcels=(first.id,))
    early.settle_entry(session, here.id, now=now)
    assert open_causes(session, batch) == [f"diary:{here.id}"]


def test_what_is_made_of_an_early_harvest_is_held_through_every_level(
    session: Session, now: datetime, grown: Grown
) -> None:
    other = make_batch(session, grow(session, now), now)
    root = make_batch(session, grown, now)
    child = make_child(session, [root, other], now)
    grandchild = make_child(session, [child], now)
    entry = sprayed(session, grown, LATE, 14, now)

    with pytest.raises(Conflict) as refused:
        releasing.release(session, SYSTEM, grandchild.code, now=now)
    settled = early.settle_entry(session, entry.id, now=now)
    younger = make_child(session, [grandchild], now)

    assert refused.value.code == "batch.pre_harvest_interval"
    assert {held.id for held in settled.held} == {root.id, child.id, grandchild.id}
    assert open_causes(session, younger) == [f"diary:{entry.id}"]
    assert state_of(session, other) == "released"


def test_a_strangers_word_that_ours_was_made_of_theirs_holds_nothing(
    session: Session, now: datetime, grown: Grown
) -> None:
    stranger = grow(session, now)
    theirs = make_batch(session, stranger, now)
    ours = make_child(session, [theirs], now, told_by=grown.organisation.id,
                      organisation_id=grown.organisation.id)  # fmt: skip
    claimed = make_child(session, [theirs], now, told_by=theirs.organisation_id,
                         organisation_id=grown.organisation.id)  # fmt: skip
    entry = sprayed(session, stranger, LATE, 14, now)

    early.settle_entry(session, entry.id, now=now)

    assert state_of(session, ours) == "held"
    assert state_of(session, claimed) == "open"


def test_an_officer_lets_a_batch_pass_with_reason_and_evidence_and_it_stays_so(
    session: Session, now: datetime, grown: Grown
) -> None:
    entry = sprayed(session, grown, LATE, 14, now)
    root = opened(session, grown, now)
    child = make_child(session, [root], now)
    hold = session.scalars(select(BatchHold).where(BatchHold.batch_id == root.id)).one()
    decision = Decision("Mẫu không còn dư lượng", "Biên bản 12/BB-TT", with_made_of=True)

    settled = deciding.lift(session, officer(), hold.id, decision, now=now)
    again = early.settle_entry(session, entry.id, now=now)

    assert {freed.id for freed in settled.freed} == {root.id, child.id}
    assert again.held == ()
    assert releasing.release(session, SYSTEM, root.code, now=now).state == "released"
    assert releasing.release(session, SYSTEM, child.code, now=now).state == "released"
    younger = make_child(session, [child], now)
    assert releasing.release(session, SYSTEM, younger.code, now=now).state == "released"


def test_what_two_ways_lead_to_is_freed_only_when_both_are_decided(
    session: Session, now: datetime, grown: Grown
) -> None:
    sprayed(session, grown, LATE, 14, now)
    root = opened(session, grown, now)
    left, right = (make_child(session, [root], now) for _ in range(2))
    both = make_child(session, [left, right], now)
    by_batch = {h.batch_id: h.id for h in session.scalars(select(BatchHold))}
    decision = Decision("Đạt", "Biên bản", with_made_of=True)

    deciding.lift(session, officer(), by_batch[left.id], decision, now=now)
    assert open_causes(session, left) == []
    assert open_causes(session, both) != []

    deciding.lift(session, officer(), by_batch[right.id], decision, now=now)
    assert open_causes(session, both) == []


def test_a_cooperative_lifts_what_it_holds_itself_and_nothing_an_office_holds(
    session: Session, now: datetime, grown: Grown
) -> None:
    batch = make_batch(session, grown, now)
    boss = manager(grown.organisation)
    releasing.hold(session, boss, batch.code, now=now)
    assert releasing.release(session, boss, batch.code, now=now).state == "released"

    deciding.hold(session, officer(), batch.code, "Kiểm tra đột xuất", now=now)
    with pytest.raises(Conflict) as refused:
        releasing.release(session, boss, batch.code, now=now)

    assert refused.value.code == "batch.on_hold"
    assert [each.params["why"] for each in refused.value.findings] == [
        "Cán bộ tạm giữ: Kiểm tra đột xuất"
    ]
    (told,) = labels.of_batch(session, batch.id)
    assert (told.title, told.is_own) == ("Cán bộ tạm giữ", False)
    assert "cho xuất bán" not in told.next_step


def test_an_officers_hold_reaches_what_was_made_of_the_lot_by_steps_that_count(
    session: Session, now: datetime, grown: Grown
) -> None:
    batch, stranger = make_batch(session, grown, now), grow(session, now).organisation
    child = make_child(session, [batch], now)
    grandchild = make_child(session, [child], now)
    claimed = make_child(session, [batch], now, told_by=stranger.id)

    deciding.hold(session, officer(), batch.code, "Có người phản ánh", now=now)
    later = make_child(session, [grandchild], now)

    (cause,) = open_causes(session, batch)
    for each in (child, grandchild, later):
        assert open_causes(session, each) == [cause]
        assert labels.of_batch(session, each.id)[0].sentence == "Cán bộ tạm giữ: Có người phản ánh"
    assert open_causes(session, claimed) == []
    hold = holds.open_holds(session, [batch.id])[batch.id][0]
    deciding.lift(session, officer(), hold.id, Decision("Đã xem", "BB", None, True), now=now)
    for each in (batch, child, grandchild, later):
        assert open_causes(session, each) == []


def test_what_was_made_of_a_lot_let_pass_alone_stays_held_until_somebody_decides(
    session: Session, now: datetime, grown: Grown
) -> None:
    batch = make_batch(session, grown, now)
    child = make_child(session, [batch], now)
    deciding.hold(session, officer(), batch.code, "Có người phản ánh", now=now)
    (cause,) = open_causes(session, child)
    hold = holds.open_holds(session, [batch.id])[batch.id][0]
    deciding.lift(session, officer(), hold.id, Decision("Đã xem", "BB"), now=now)

    # Anything that judges anew: a claim below was rejected, a line corrected, a paper withdrawn.
    sources = judging_anew.sources_of(session, cause)
    named = settling.Cause(cause, "manual", {})
    settled = settling.settle(session, named, sources, judging_anew.REJECTED, now=now)

    assert (settled.freed, open_causes(session, child)) == ((), [cause])
    deciding.hold(session, officer(), child.code, "Lô này cũng có người phản ánh", now=now)
    assert len(open_causes(session, child)) == 2, "its own hold, and the one that came down"


def test_what_its_own_house_stopped_stays_stopped_when_another_lots_stop_is_lifted(
    session: Session, now: datetime, grown: Grown
) -> None:
    batch = make_batch(session, grown, now)
    child = make_child(session, [batch], now)
    for each in (batch, child):
        holds.place(session, each, "manual", holds.OWN, {}, now=now, by=None)
    hold = holds.open_holds(session, [batch.id])[batch.id][0]

    deciding.lift(session, officer(), hold.id, Decision("Đã xem", "BB", None, True), now=now)

    assert (open_causes(session, batch), open_causes(session, child)) == ([], [holds.OWN])


def test_each_officers_hold_is_lifted_on_its_own(
    session: Session, now: datetime, grown: Grown
) -> None:
    batch = make_batch(session, grown, now)
    first, second = officer(), replace(officer(), person_id=9_000_777)
    deciding.hold(session, first, batch.code, "Kiểm tra đột xuất", now=now)
    deciding.hold(session, second, batch.code, "Có người phản ánh", now=now)

    with pytest.raises(Conflict, match=r"hold\.own_already"):
        deciding.hold(session, first, batch.code, "Lần nữa", now=now)
    told = labels.of_batch(session, batch.id)
    deciding.lift(session, first, told[0].id, Decision("Đã xem", "BB-1"), now=now)
    left = labels.of_batch(session, batch.id)

    assert [each.sentence for each in told] == [
        "Cán bộ tạm giữ: Kiểm tra đột xuất",
        "Cán bộ tạm giữ: Có người phản ánh",
    ]
    assert [each.id for each in left] == [told[1].id]


@pytest.mark.parametrize(
    ("activity", "said"),
    [("spraying", "được phun"), ("feeding", "được cho ăn"), ("treatment", "được chữa bằng")],
)
def test_a_hold_says_what_was_done_in_the_word_of_its_kind(activity: str, said: str) -> None:
    details = {"activity": activity, "code": "VN-1", "spray": "Cám thuốc"}
    days = {"sprayed_on": "2026-11-01", "permitted_from": "2026-11-15"}

    assert f"VN-1 {said} Cám thuốc" in labels.sentence("pre_harvest", {**details, **days}, {})


def test_goods_past_their_day_are_not_released(
    session: Session, now: datetime, grown: Grown
) -> None:
    wanted = new_batch(grown, expires_on=PRODUCED + timedelta(days=8))
    batch = opening.open_batch(session, SYSTEM, wanted, now=now)

    with pytest.raises(Conflict) as refused:
        releasing.release(session, SYSTEM, batch.code, now=now)
    on_its_last_day = releasing.release(session, SYSTEM, batch.code, now=now - timedelta(days=1))

    assert (refused.value.code, refused.value.params["on"]) == ("batch.expired", batch.expires_on)
    assert on_its_last_day.state == "released"


def test_medicated_feed_is_waited_for_and_plain_feed_is_not(
    session: Session, now: datetime, grown: Grown
) -> None:
    batch = make_batch(session, grown, now)

    def fed(days: int | None) -> DiaryEntry:
        work = Work("feeding", LATE, product_name="Cám thuốc", pre_harvest_days=days)
        return diary.record(session, SYSTEM, grown.area.id, work, now=now).entry

    early.settle_entry(session, fed(None).id, now=now)
    assert open_causes(session, batch) == []
    medicated = fed(14)
    early.settle_entry(session, medicated.id, now=now)

    assert open_causes(session, batch) == [f"diary:{medicated.id}"]
    with pytest.raises(Conflict, match=r"batch\.pre_harvest_interval"):
        releasing.release(session, SYSTEM, batch.code, now=now)
    told = session.scalars(
        text("SELECT args->'payload'->'entries' FROM procrastinate_jobs ORDER BY id")
    ).all()
    assert [each for each in told if each] == [[medicated.id]]


def test_the_lots_that_a_line_stops_are_known_beforehand(
    session: Session, now: datetime, grown: Grown
) -> None:
    before = LATE - timedelta(days=1)
    make_batch(session, grown, now, lot="TRUOC", harvested_on=before, produced_on=before)
    batch = make_batch(session, grown, now, lot="SOM")
    entry = sprayed(session, grown, LATE, 14, now)

    assert early.lots_stopped(session, [entry.id]) == {entry.id: [batch.lot]}
    assert early.lots_stopped(session, []) == {}


def test_a_list_that_gives_days_to_feed_after_it_was_fed_holds_what_was_harvested_too_early(
    session: Session, now: datetime, grown: Grown
) -> None:
    batch = make_batch(session, grown, now)
    work = Work("feeding", LATE, product_name="Abamec 1.8EC")
    fed = diary.record(session, SYSTEM, grown.area.id, work, now=now).entry

    taken = listed(session, now, 14, kind="feed")

    assert open_causes(session, batch) == [f"diary:{fed.id}"]
    told = story.tell(session, batch.id, now=now).interval
    assert told is not None
    assert (told.state, told.activity, told.done_on) == ("broken", "feeding", LATE)
    assert "lần cho ăn" in intervals.sentence(told)
    imports.undo(session, ADMIN, yearly_list.KIND, taken.id, now=now)
    looked_at_again(session, now)
    assert open_causes(session, batch) == []


def test_what_an_officer_let_pass_opens_batches_through_the_api_too(
    session: Session, now: datetime, grown: Grown
) -> None:
    batch = opening.open_batch(session, SYSTEM, new_batch(grown), now=now)
    early.settle_entry(session, sprayed(session, grown, LATE, 14, now).id, now=now)
    hold = session.scalars(select(BatchHold)).one()
    deciding.lift(session, officer(), hold.id, Decision("Mẫu đạt", "KN-1"), now=now)
    releasing.release(session, SYSTEM, batch.code, now=now)
    wanted = new_batch(grown, growing_areas=(), inputs=(Taken(batch.code, Decimal(1200)),))

    made = early.open_unless_early(session, SYSTEM, wanted, now=now)

    assert isinstance(made, Batch)
    assert made.state == "open"


def test_a_refused_call_leaves_its_harvest_in_the_diary_once(
    session: Session, now: datetime, grown: Grown
) -> None:
    sprayed(session, grown, LATE, 14, now)
    boss = manager(grown.organisation)

    told = [
        early.open_unless_early(session, boss, new_batch(grown, lot="A-1"), now=now)
        for _ in range(2)
    ]

    assert [getattr(each, "code", "") for each in told] == ["batch.pre_harvest_interval"] * 2
    lines = season.entries_between(session, [grown.area.id], PRODUCED, PRODUCED)
    assert [(line.activity, line.quantity, line.unit) for line in lines] == [
        ("harvest", Decimal(1200), "KGM")
    ]
    assert session.scalars(select(Batch).where(Batch.lot == "A-1")).first() is None


def test_a_call_that_is_not_too_early_opens_its_batch(
    session: Session, now: datetime, grown: Grown
) -> None:
    sprayed(session, grown, date(2026, 10, 1), 14, now)

    opened_batch = early.open_unless_early(session, SYSTEM, new_batch(grown), now=now)

    assert isinstance(opened_batch, Batch)
    assert opened_batch.state == "open"


HEAD = "name,kind,active_ingredient,crop,pre_harvest_days,valid_from,valid_to,source\n"
ROW = "Abamec 1.8EC,{kind},Abamectin,,{days},{since},,TT 9\n"
ADMIN = Actor(9_000_009, "Quản trị", (Held("admin"),))


def listed(
    session: Session,
    now: datetime,
    days: int,
    since: str = "2026-01-01",
    kind: str = "pesticide",
) -> ImportBatch:
    """A yearly list taken in, and its jobs run as the worker runs them."""
    sheet = (HEAD + ROW.format(days=days, since=since, kind=kind)).encode()
    batch, _found = yearly_list.take_in(session, ADMIN, sheet, "2026.csv", now=now)
    looked_at_again(session, now)
    return batch


def looked_at_again(session: Session, now: datetime) -> None:
    reexamining.tell_of(session, {"abamec 1.8ec"}, now=now)
    waiting = text(
        "SELECT DISTINCT line::bigint FROM procrastinate_jobs,"
        " jsonb_array_elements_text(args->'payload'->'entries') AS line"
        " WHERE task_name = 'diary.spray_recorded'"
    )
    for entry_id in session.scalars(waiting).all():
        early.settle_entry(session, entry_id, now=now)


def test_a_list_that_comes_late_and_lengthens_an_interval_holds_like_a_late_spraying(
    session: Session, now: datetime, grown: Grown
) -> None:
    entry = sprayed(session, grown, PRODUCED - timedelta(days=10), 7, now)
    batch = make_batch(session, grown, now)
    child = make_child(session, [batch], now)
    assert (state_of(session, batch), state_of(session, child)) == ("released", "open")

    late = listed(session, now, 14)
    held = open_causes(session, batch), open_causes(session, child)
    (forbidding,) = season.forbidding_sprays(session, [grown.area.id], PRODUCED)
    imports.undo(session, ADMIN, yearly_list.KIND, late.id, now=now)
    looked_at_again(session, now)

    assert held == ([f"diary:{entry.id}"], [f"diary:{entry.id}"])
    assert forbidding.pre_harvest_days == 14
    assert entry.days_that_count == 7
    assert (open_causes(session, batch), open_causes(session, child)) == ([], [])


def test_a_later_list_never_shortens_what_the_label_said_and_names_what_was_unknown(
    session: Session, now: datetime, grown: Grown
) -> None:
    told = sprayed(session, grown, PRODUCED - timedelta(days=5), 14, now)
    unknown = sprayed(session, grown, PRODUCED - timedelta(days=4), None, now)
    batch = opened(session, grown, now)

    listed(session, now, 6)

    assert open_causes(session, batch) == sorted([f"diary:{told.id}", f"diary:{unknown.id}"])
    _batch, found = yearly_list.take_in(
        session,
        ADMIN,
        (HEAD + ROW.format(days=21, since="2026-01-01", kind="pesticide")).encode(),
        "x.csv",
        now=now,
    )
    assert [each.code for each in found] == ["catalogue.stands_otherwise"]


def test_what_is_merged_of_a_held_and_a_free_batch_is_held_and_freed_with_its_input(
    session: Session, now: datetime, grown: Grown
) -> None:
    free = make_batch(session, grown, now)
    entry = sprayed(session, grown, PRODUCED + timedelta(days=1), 14, now)
    held = opening.open_batch(
        session, SYSTEM, new_batch(grown, produced_on=PRODUCED + timedelta(days=2)), now=now
    )
    merged = make_child(session, [free, held], now)
    last = make_child(session, [make_child(session, [merged], now)], now)

    before = [open_causes(session, each) for each in (free, held, merged, last)]
    diary.strike_out(session, SYSTEM, entry.id, "Không phun", now=now)
    struck = select(DiaryEntry.id).where(DiaryEntry.corrects_id == entry.id)
    early.settle_entry(session, session.scalars(struck).one(), now=now)

    cause = [f"diary:{entry.id}"]
    assert before == [[], cause, cause, cause]
    assert [open_causes(session, each) for each in (held, merged, last)] == [[], [], []]


def test_a_spraying_at_half_past_eleven_at_night_is_of_that_day_in_vietnam(
    session: Session, now: datetime, grown: Grown
) -> None:
    late_evening = now.replace(hour=16, minute=30)
    after_midnight = late_evening + timedelta(hours=1)
    tomorrow = Work("spraying", date(2026, 11, 22), "Abamec 1.8EC", pre_harvest_days=1)

    with pytest.raises(Invalid):
        diary.record(session, SYSTEM, grown.area.id, tomorrow, now=late_evening)
    entry = diary.record(session, SYSTEM, grown.area.id, tomorrow, now=after_midnight).entry

    assert entry.first_permitted_on == date(2026, 11, 23)
    assert season.forbidding_sprays(session, [grown.area.id], date(2026, 11, 23)) == []
    (found,) = season.forbidding_sprays(session, [grown.area.id], date(2026, 11, 22))
    assert found.entry_id == entry.id
