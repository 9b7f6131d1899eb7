"""Areas offered in a form to somebody who works for one organisation, or for several."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy.orm import Session

from growing_areas import offering
from tests.growing_areas.factories import field, make_area, make_organisation


def test_areas_of_several_organisations_stand_under_their_names(
    session: Session, now: datetime
) -> None:
    ours, theirs = make_organisation(session, now), make_organisation(session, now)
    one = make_area(session, now, ours)
    other = make_area(session, now, theirs, geometry=field(lat=0.3))

    told = offering.options(session, [one, other])

    assert offering.options(session, [one]) == [(one.id, one.name)]
    assert sorted(told, key=str) == sorted(
        [(ours.name, [(one.id, one.name)]), (theirs.name, [(other.id, other.name)])], key=str
    )
