"""What was declared wrong by who told it counts nowhere: walks, recalls, harvests, neighbours."""

from __future__ import annotations

from datetime import datetime

import pytest
from sqlalchemy.orm import Session

from tests.traceability.factories import Grown, grow, make_batch
from tests.traceability.lineage.factories import make_of
from traceability import events
from traceability.epcis.models import EpcisEvent
from traceability.handling import history
from traceability.lineage import nodes, walks
from traceability.models import Batch
from traceability.quality import reach as harvests
from traceability.recalls import reach


@pytest.fixture
def chain(session: Session, now: datetime) -> tuple[Grown, Batch, Batch]:
    """A lot and what was made of it."""
    grown = grow(session, now)
    field, flour = (make_batch(session, grown, now, lot=lot) for lot in ("RUONG", "BOT"))
    make_of(session, flour, field, now=now)
    return grown, field, flour


def _declare(session: Session, batch: Batch, now: datetime, by: int | None) -> None:
    wrong = next(
        each
        for each in events.list_events(session, batch.id)
        if each.event_type == "TransformationEvent"
    )
    session.add(
        EpcisEvent(
            event_id=wrong.event_id,
            event_type=wrong.event_type,
            event_time=wrong.event_time,
            time_zone=wrong.time_zone,
            record_time=now,
            is_error_declaration=True,
            organisation_id=by,
            document=wrong.document,
        )
    )
    session.flush()


def _made_of(session: Session, field: Batch, flour: Batch) -> list[bool]:
    """Whether each of those who ask still finds that the flour was made of the field's lot."""
    up = walks.walk(session, nodes.node_of(session, flour).id, "up")
    down = walks.walk(session, nodes.node_of(session, field).id, "down")
    return [
        len(up.nodes) == 2 and len(up.edges) == 1,
        len(down.nodes) == 2 and len(down.edges) == 1,
        flour.id in reach.descendants(session, [field.id]),
        flour.id in harvests.spread(session, {"x": [field.id]})["x"],
        len(harvests.sources_of(session, [flour.id])[flour.id]) == 2,
        bool(history.made_of(session, flour.id).items),
        bool(history.went_into(session, field.id).items),
        any(
            each.event_type == "TransformationEvent"
            for each in events.list_events(session, field.id)
        ),
    ]


def test_a_step_declared_wrong_counts_nowhere(
    session: Session, now: datetime, chain: tuple[Grown, Batch, Batch]
) -> None:
    grown, field, flour = chain
    assert _made_of(session, field, flour) == [True] * 8

    _declare(session, flour, now, grown.organisation.id)

    assert not any(_made_of(session, field, flour))


def test_nobody_declares_what_another_told_wrong(
    session: Session, now: datetime, chain: tuple[Grown, Batch, Batch]
) -> None:
    _, field, flour = chain

    _declare(session, flour, now, None)

    assert all(_made_of(session, field, flour))
