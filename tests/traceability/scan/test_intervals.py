"""The interval told to buyers: what fell on the plot counts, whichever diary it stands in."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from accounts.permissions import SYSTEM
from growing_areas import diary
from growing_areas.diary import Work
from tests.growing_areas.factories import make_area
from tests.traceability.factories import PRODUCED, grow, make_batch
from traceability.scan import story


def test_a_spray_in_the_diary_of_another_market_is_told_to_the_buyer(
    session: Session, now: datetime
) -> None:
    grown = grow(session, now)
    abroad = make_area(
        session, now, grown.organisation, plot=grown.area.plot_id, geometry=None, market="CN"
    )
    sprayed_on = PRODUCED - timedelta(days=20)
    work = Work("spraying", sprayed_on, product_name="Trebon", pre_harvest_days=14)
    diary.record(session, SYSTEM, abroad.id, work, now=now)
    diary.record(session, SYSTEM, abroad.id, Work("fertilising", sprayed_on), now=now)
    batch = make_batch(session, grown, now)

    told = story.tell(session, batch.id, now=now)

    assert told.interval is not None
    assert (told.interval.state, told.interval.last_sprayed_on) == ("kept", sprayed_on)
    assert [each.activity for each in told.works] == ["spraying"]


def test_a_diary_without_a_line_of_care_proves_no_absence_of_sprays(
    session: Session, now: datetime
) -> None:
    grown = grow(session, now)
    batch = make_batch(session, grown, now)
    before = story.tell(session, batch.id, now=now).interval
    diary.record(session, SYSTEM, grown.area.id, Work("weeding", PRODUCED), now=now)

    after = story.tell(session, batch.id, now=now).interval

    assert before is not None
    assert after is not None
    assert (before.state, after.state) == ("unrecorded", "unsprayed")
