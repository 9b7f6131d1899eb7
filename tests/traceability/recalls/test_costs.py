"""Pages of recalls and of lineages ask a fixed number of questions, and each by an index."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import TextClause, event, text
from sqlalchemy.engine import Engine
from sqlalchemy.orm import Session

from accounts.permissions import SYSTEM, Actor
from foundation import clock
from tests.accounts.browser import sign_in_as
from tests.accounts.factories import make_member
from tests.traceability.factories import Grown, grow, make_batch
from tests.traceability.lineage.factories import make_of
from traceability.lineage import walks
from traceability.recalls import deciding, effects, holding, reach
from traceability.recalls.deciding import Notice
from traceability.recalls.holding import Wish
from traceability.recalls.models import Recall
from traceability.recalls.reach import Suspicion


@pytest.fixture
def farm(session: Session, now: datetime, monkeypatch: pytest.MonkeyPatch) -> Grown:
    monkeypatch.setattr(clock, "now", lambda: now)
    return grow(session, now)


@pytest.fixture
def manager(session: Session, now: datetime, farm: Grown) -> Actor:
    return make_member(session, farm.organisation, now)


def _recalled(session: Session, farm: Grown, count: int, now: datetime, mark: str) -> Recall:
    rice = make_batch(session, farm, now, lot=f"{mark}-GAO")
    for number in range(count):
        made = make_batch(session, farm, now, lot=f"{mark}-{number}")
        make_of(session, made, rice, now=now)
    wish = Wish(Suspicion("batch", rice.code), "Nghi")
    recall = holding.hold(session, SYSTEM, wish, now=now).recall
    deciding.announce(session, SYSTEM, recall.code, Notice("Nghi", "Trả lại"), now=now)
    effects.note(session, SYSTEM, recall.code, rice.code, {"found": Decimal(1)}, now=now)
    session.commit()
    return recall


def _asked(client: FlaskClient, path: str) -> int:
    client.get(path)
    found: list[str] = []

    def note(_conn: Any, _cursor: Any, statement: str, *_rest: Any) -> None:
        found.append(statement)

    event.listen(Engine, "before_cursor_execute", note)
    try:
        assert client.get(path).status_code == 200
    finally:
        event.remove(Engine, "before_cursor_execute", note)
    return len(found)


def test_more_lots_and_more_recalls_need_no_more_questions(
    client: FlaskClient, session: Session, now: datetime, farm: Grown, manager: Actor
) -> None:
    sign_in_as(client, session, manager, now)
    small = _recalled(session, farm, 1, now, "A")
    lists = ("/workspace/recalls", "/recalls")
    before = [_asked(client, path) for path in lists]

    large = _recalled(session, farm, 6, now, "B")

    assert [_asked(client, path) for path in lists] == before
    for form in ("/workspace/recalls/{}", "/recalls/{}", "/workspace/recalls/{}?format=csv"):
        few, many = (_asked(client, form.format(each.code)) for each in (small, large))
        assert few == many <= 30
    few, many = (
        _asked(client, f"/workspace/batches/{each.origin_key}/lineage") for each in (small, large)
    )
    # One of them for each item of the menu that counts what waits behind it.
    assert few == many <= 16


_MANY = 5_000
# Many things, each made of the one before it: of empty tables any index answers as cheaply as any.
_CHAIN = (
    "SET LOCAL session_replication_role = replica",
    f"""INSERT INTO trace_nodes (uri, created_at)
    SELECT 'urn:many:' || n, now() FROM generate_series(1, {_MANY}) n""",
    f"""INSERT INTO trace_edges (child_id, parent_id, event_id, kind, happened_at)
    SELECT n + 1, n, n, 'made_of', now() FROM generate_series(1, {_MANY}) n""",
    "SET LOCAL session_replication_role = origin",
    "ANALYZE trace_nodes, trace_edges",
)


@pytest.fixture
def many(session: Session) -> None:
    for statement in _CHAIN:
        session.execute(text(statement))


def _plan(session: Session, statement: str, given: dict[str, Any]) -> str:
    """How the database would answer with tables too large to be read whole."""
    session.execute(text("SET LOCAL enable_seqscan = off"))
    session.execute(text("SET LOCAL enable_bitmapscan = off"))
    rows = session.connection().exec_driver_sql(f"EXPLAIN {statement}", given)
    return "\n".join(row[0] for row in rows)


@pytest.mark.parametrize(
    ("direction", "index"), [("up", "pk_trace_edges"), ("down", "ix_trace_edges_parent_id_child")]
)
@pytest.mark.untouched
def test_a_walk_reads_the_index_of_steps_alone(
    session: Session, many: None, direction: walks.Direction, index: str
) -> None:
    found = _plan(session, walks._SQL[direction], {"start": 1, "most": 100})

    assert f"Index Only Scan using {index}" in found
    assert "pk_trace_nodes" in found
    assert "pk_batches" in found
    assert "Seq Scan on trace" not in found


@pytest.mark.untouched
@pytest.mark.parametrize("walk", [reach._HEARD, reach._TOLD])
def test_reaching_reads_the_index_of_steps_alone(
    session: Session, many: None, walk: TextClause
) -> None:
    statement = walk.text.replace(":starts", "%(starts)s")

    found = _plan(session, statement, {"starts": [1, 2]})

    assert "Index Only Scan using ix_trace_edges_parent_id_child_id" in found


@pytest.mark.untouched
def test_a_recalls_lots_and_figures_are_found_by_its_own_index(
    session: Session, now: datetime, farm: Grown
) -> None:
    recall = _recalled(session, farm, 1, now, "A")
    asked: list[tuple[str, Any]] = []

    def note(_conn: Any, _cursor: Any, statement: str, given: Any, *_rest: Any) -> None:
        if "recall_effects" in statement:
            asked.append((statement, given))

    event.listen(Engine, "before_cursor_execute", note)
    try:
        effects.figures(session, recall.id)
    finally:
        event.remove(Engine, "before_cursor_execute", note)
    ((statement, given),) = asked

    found = _plan(session, statement, given)

    assert "pk_recall_batches" in found
    assert "Seq Scan on batches" not in found
    assert "Seq Scan on trace_edges" not in found
