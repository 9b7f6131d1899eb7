"""A photo that arrives while its line is written stands in the ledger with it, or not at all."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import date, datetime
from time import sleep
from uuid import uuid4

import pytest

from accounts.permissions import SYSTEM
from foundation import db
from foundation.errors import Conflict
from growing_areas import diary
from growing_areas.diary import Work
from growing_areas.fieldbook import photos, recorded
from tests.growing_areas.factories import make_approved_area, make_organisation
from tests.growing_areas.fieldbook.test_correcting import PICTURE


@pytest.mark.usefixtures("own_database")
def test_a_photo_sent_while_its_line_is_written_comes_too_late(now: datetime) -> None:
    key = uuid4()
    work = Work("weeding", date(2026, 11, 10), work_key=key)
    with db.transaction() as session:
        area = make_approved_area(session, now, make_organisation(session, now)).id

    def arrive() -> None:
        with db.transaction() as session:
            photos.add(session, SYSTEM, key, PICTURE, now=now)

    with ThreadPoolExecutor() as pool:
        with db.transaction() as session:
            diary.record(session, SYSTEM, area, work, now=now)
            photo = pool.submit(arrive)
            sleep(0.5)
        with pytest.raises(Conflict, match=r"diary\.already_recorded"):
            photo.result()

    with db.transaction() as session:
        assert list(recorded.check_rows(session)) == []
