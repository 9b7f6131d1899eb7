"""A batch is told of by the area as it was when the goods were cut."""

from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from accounts.permissions import SYSTEM
from growing_areas.dossiers import amendments
from growing_areas.dossiers.amendments import Change
from tests.traceability.factories import grow, make_batch
from traceability.scan import story


def test_a_batch_of_before_an_amendment_keeps_the_name_of_its_day(
    session: Session, now: datetime
) -> None:
    grown = grow(session, now)
    was = grown.area.name
    batch = make_batch(session, grown, now)
    later = now + timedelta(days=30)
    change = Change("Đổi tên theo thôn mới", name="Vùng bưởi Thôn Mới")
    amendments.propose(session, SYSTEM, grown.area.id, change, now=later)
    amendments.approve(session, SYSTEM, grown.area.id, now=later)

    (told,) = story.tell(session, batch.id, now=later).areas

    assert grown.area.name == "Vùng bưởi Thôn Mới"
    assert (told.name, told.code) == (was, grown.area_code)
