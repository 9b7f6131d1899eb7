from __future__ import annotations

from datetime import datetime
from decimal import Decimal
from typing import Any

import pytest
from sqlalchemy import event
from sqlalchemy.orm import Session

from foundation import db
from tests.traceability.factories import Grown, grow, make_batch
from tests.traceability.lineage.factories import make_of
from traceability import events
from traceability.lineage import nodes, walks
from traceability.lineage.models import TraceEdge
from traceability.models import Batch


@pytest.fixture
def grown(session: Session, now: datetime) -> Grown:
    return grow(session, now)


def _batches(session: Session, grown: Grown, now: datetime, count: int) -> list[Batch]:
    return [make_batch(session, grown, now, lot=f"LO-{number}") for number in range(count)]


def _lots(found: walks.Lineage) -> list[str | None]:
    return [node.lot for node in found.nodes.values()]


def _walk(session: Session, batch: Batch, direction: walks.Direction, **more: int) -> walks.Lineage:
    return walks.walk(session, nodes.node_of(session, batch).id, direction, **more)


def test_a_diamond_is_walked_once_and_keeps_all_its_steps(
    session: Session, now: datetime, grown: Grown
) -> None:
    field, left, right, packed = _batches(session, grown, now, 4)
    make_of(session, left, field, now=now)
    make_of(session, right, field, now=now)
    make_of(session, packed, left, right, now=now)

    found = _walk(session, packed, "up")

    assert sorted(_lots(found), key=str) == ["LO-0", "LO-1", "LO-2", "LO-3"]
    assert len(found.edges) == 4
    assert found.is_whole
    levels = {found.nodes[id_].lot: level for id_, level in found.levels.items()}
    assert levels == {"LO-3": 0, "LO-1": 1, "LO-2": 1, "LO-0": 2}


def test_a_circle_of_steps_ends(session: Session, now: datetime, grown: Grown) -> None:
    first, second, third = _batches(session, grown, now, 3)
    make_of(session, second, first, now=now)
    make_of(session, third, second, now=now)
    make_of(session, first, third, now=now)

    found = _walk(session, first, "down")

    assert _lots(found) == ["LO-0", "LO-1", "LO-2"]
    assert len(found.edges) == 3


def test_a_limit_cuts_the_far_end_and_says_so(
    session: Session, now: datetime, grown: Grown
) -> None:
    chain = _batches(session, grown, now, 4)
    for child, parent in zip(chain[1:], chain, strict=False):
        make_of(session, child, parent, now=now)

    found = _walk(session, chain[0], "down", most=2)

    assert _lots(found) == ["LO-0", "LO-1"]
    assert [(edge.child_id, edge.parent_id) for edge in found.edges] == [tuple(found.nodes)[::-1]]
    assert not found.is_whole


def test_a_chain_of_twelve_levels_takes_one_statement(
    session: Session, now: datetime, grown: Grown, monkeypatch: pytest.MonkeyPatch
) -> None:
    chain = _batches(session, grown, now, 13)
    for child, parent in zip(chain[1:], chain, strict=False):
        make_of(session, child, parent, now=now)
    start = nodes.node_of(session, chain[-1])
    asked: list[str] = []
    engine = session.get_bind().engine
    event.listen(engine, "before_cursor_execute", lambda *told: asked.append(told[2]))
    glance = db.glance

    def counted(*given: Any) -> list[tuple[Any, ...]]:
        asked.append(given[1])
        return glance(*given)

    monkeypatch.setattr(db, "glance", counted)

    found = walks.walk(session, start.id, "up")

    assert max(found.levels.values()) == 12
    assert len(asked) == 1
    assert {node.holder for node in found.nodes.values()} == {grown.organisation.name}


def test_a_partners_thing_stands_beside_lots_of_ours(
    session: Session, now: datetime, grown: Grown
) -> None:
    (own,) = _batches(session, grown, now, 1)
    theirs = nodes.ensure(session, ["https://id.gs1.org/01/09506000134352/10/A"], None, now=now)
    (foreign,) = theirs.values()
    session.add(
        TraceEdge(
            child_id=nodes.node_of(session, own).id, parent_id=foreign, kind="made_of",
            event_id=events.list_events(session, own.id)[0].id, quantity=Decimal("2.5"),
            unit="KGM", happened_at=now,
        )
    )  # fmt: skip
    session.flush()

    up = _walk(session, own, "up")
    down = walks.walk(session, foreign, "down")

    assert up.edges == down.edges
    assert (up.edges[0].quantity, up.edges[0].unit) == (Decimal("2.5"), "KGM")
    assert (up.nodes[foreign].batch_id, up.nodes[foreign].holder) == (None, None)
    assert list(down.nodes) == [foreign, *[id_ for id_ in up.nodes if id_ != foreign]]
    assert down.nodes[up.start_id].holder == grown.organisation.name
    assert down.nodes[up.start_id].commune_code == own.commune_code


def test_a_thing_nobody_spoke_of_has_no_lineage(session: Session) -> None:
    found = walks.walk(session, 2**62, "up")

    assert (found.nodes, found.edges, found.is_whole) == ({}, (), True)
