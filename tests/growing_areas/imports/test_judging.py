"""Many shapes of one file, weighed together."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import pytest
from sqlalchemy import event
from sqlalchemy.engine import Engine
from sqlalchemy.orm import Session

from accounts.models import Organisation
from accounts.permissions import SYSTEM
from foundation.errors import Invalid
from growing_areas.files.reading import DrawnFeature
from growing_areas.imports import importing
from growing_areas.imports.importing import Row
from growing_areas.proposals import Proposal
from tests.growing_areas import factories

COMMON = Proposal("Vùng", "pomelo", factories.COMMUNE)


def shape(number: int, lon: float) -> DrawnFeature:
    return DrawnFeature(number, f"Gò {number}", {}, factories.field(lon=lon))


def look(
    session: Session, now: datetime, organisation: Organisation, *shapes: DrawnFeature
) -> list[Row]:
    return importing.preview(session, SYSTEM, organisation.code, COMMON, shapes, now=now)


def test_shapes_of_one_file_that_lie_over_each_other_are_told_of_both(
    session: Session, now: datetime
) -> None:
    organisation = factories.make_organisation(session, now)

    rows = look(
        session, now, organisation, shape(1, 0), shape(2, 0.002), shape(3, 0.1), shape(4, 0.1)
    )

    told = {row.number: [f.params["other"] for f in row.findings] for row in rows}
    assert told == {1: ["Gò 2"], 2: ["Gò 1"], 3: ["Gò 4"], 4: ["Gò 3"]}
    assert {f.code for row in rows for f in row.findings} == {"area.overlaps"}
    assert rows[2].findings[0].params["share_percent"] == 100


def test_areas_of_the_register_are_told_as_when_each_shape_came_alone(
    session: Session, now: datetime
) -> None:
    organisation = factories.make_organisation(session, now)
    other = factories.make_approved_area(session, now)
    draft = factories.make_area(session, now, organisation, geometry=factories.field(lon=0.1))

    rows = look(session, now, organisation, shape(1, 0.002), shape(2, 0.05), shape(3, 0.102))

    named = [[(f.params["other"], f.severity) for f in row.findings] for row in rows]
    assert named == [[(other.code, "warning")], [], [(draft.name, "notice")]]


def test_a_file_costs_the_same_questions_however_many_shapes_it_has(
    session: Session, now: datetime
) -> None:
    organisation = factories.make_organisation(session, now)
    asked: list[str] = []

    def note(_conn: Any, _cursor: Any, statement: str, *_rest: Any) -> None:
        asked.append(statement)

    def questions(count: int) -> int:
        asked.clear()
        look(session, now, organisation, *(shape(n, 0.01 * n) for n in range(1, count + 1)))
        return len(asked)

    event.listen(Engine, "before_cursor_execute", note)
    try:
        assert questions(2) == questions(30)
    finally:
        event.remove(Engine, "before_cursor_execute", note)


def test_a_program_waits_for_no_more_than_five_hundred_shapes() -> None:
    importing.refuse_too_many_at_once([shape(1, 0)] * 500)

    with pytest.raises(Invalid) as refused:
        importing.refuse_too_many_at_once([shape(1, 0)] * 501)

    (finding,) = refused.value.findings
    assert finding.code == "import.too_many_at_once"
    assert finding.params == {"count": 501, "most": 500, "page_most": 5000}
