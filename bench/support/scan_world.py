"""Lots and serials to be scanned, and the application that serves them beside a bare Flask.

The lots are copies, made in the database, of one that was made through the trade's own functions:
each with its area, its place in the graph and events of its own, and a page of the same size.
"""

from __future__ import annotations

import json
import os
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

GTIN = "08930001000018"
KEPT = "/bench/kept"
"""Answers how many stories the process that answers keeps."""


@dataclass(frozen=True)
class World:
    """Addresses: of lots that are asked again and again, of lots asked once, of serials."""

    lots: list[str]
    cold: list[str]
    serials: list[str]


def fill(url: str, secret: str, lots: int, cold: int, serials: int) -> World:
    """Migrate an empty database and fill it."""
    from accounts.permissions import SYSTEM
    from app import rooms
    from foundation import clock, db, schema
    from territory import units
    from tests.traceability.factories import grow, make_batch
    from traceability.labels import orders
    from traceability.labels import serials as numbered
    from traceability.labels.orders import LabelOrder

    rooms.load(rooms.MODELS)
    database = db.connect(url, pool_size=2)
    schema.upgrade(database.primary)
    now = clock.now()
    day = clock.today() - timedelta(days=1)
    with db.transaction() as session:
        units.load_bundled(session)
        grown = grow(session, now, gtin=GTIN, shelf_life_days=365)
        made = make_batch(session, grown, now, lot="LO-0", produced_on=day)
        order = LabelOrder(made.code, serials, "a4-24", serialised=True)
        job = orders.place(session, SYSTEM, order, base_url="https://nguon.vn", now=now)
        key = numbered.key_from(secret)
        orders.issue_serials(session, job.id, key=key, now=now)
        codes = [numbered.serial_code(key, made.code, n) for n in range(1, serials + 1)]
        copy_batch(session, made.id, lots + cold - 1)
    with database.primary.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.exec_driver_sql("ANALYZE")
    database.dispose()
    db.use(None)
    paths = [f"/01/{GTIN}/10/LO-{number}" for number in range(lots + cold)]
    return World(paths[:lots], paths[lots:], [f"{paths[0]}/21/{code}" for code in codes])


def copy_batch(session: Any, batch_id: int, copies: int) -> None:
    """Lots LO-1, LO-2 … as the given one: its areas, its place in the graph and its events."""
    from sqlalchemy import text

    from traceability.epcis.models import EpcisEvent
    from traceability.models import Batch

    names = ", ".join({*Batch.__table__.columns.keys()} - {"id", "code", "lot"})
    told = ", ".join({*EpcisEvent.__table__.columns.keys()} - {"id", "event_id"})
    given = {"batch": batch_id, "copies": copies}
    for statement in (
        f"INSERT INTO batches (code, lot, {names})"
        f" SELECT 'BENCH' || lpad(n::text, 7, '0'), 'LO-' || n, {names}"
        " FROM batches, generate_series(1, :copies) n WHERE id = :batch",
        "INSERT INTO batch_areas (batch_id, area_id) SELECT b.id, a.area_id"
        " FROM batches b, batch_areas a WHERE a.batch_id = :batch AND b.code LIKE 'BENCH%'",
        "INSERT INTO trace_nodes (uri, batch_id, organisation_id, created_at)"
        " SELECT '/t/' || b.code, b.id, n.organisation_id, n.created_at"
        " FROM batches b, trace_nodes n WHERE n.batch_id = :batch AND b.code LIKE 'BENCH%'",
        # Events of their own: one that names thousands of lots would be no page's usual story.
        f"INSERT INTO epcis_events (event_id, {told})"
        f" SELECT e.event_id || '-' || n, {told} FROM epcis_events e, generate_series(1, :copies) n"
        " WHERE e.id IN (SELECT t.event_id FROM epcis_event_things t"
        " JOIN trace_nodes m ON m.id = t.node_id AND m.batch_id = :batch)",
        "INSERT INTO epcis_event_things (event_id, role, node_id, is_class, quantity, unit)"
        " SELECT c.id, t.role, m.id, t.is_class, t.quantity, t.unit"
        " FROM epcis_event_things t JOIN trace_nodes n ON n.id = t.node_id AND n.batch_id = :batch"
        " JOIN epcis_events e ON e.id = t.event_id, generate_series(1, :copies) number"
        " JOIN batches b ON b.code = 'BENCH' || lpad(number::text, 7, '0')"
        " JOIN trace_nodes m ON m.batch_id = b.id, epcis_events c"
        " WHERE c.event_id = e.event_id || '-' || number",
    ):
        session.execute(text(statement), {k: v for k, v in given.items() if f":{k}" in statement})


def served() -> Any:
    """The application as installed, with a bare Flask beside it under /hello."""
    from flask import Flask

    from app.wsgi import app
    from traceability.scan import keeping

    bare = Flask("bare")

    @bare.get("/hello")
    def hello() -> str:
        return "hello, world"

    def kept(start_response: Any) -> Iterable[bytes]:
        known = len(keeping._cache._kept)
        body = json.dumps({"pid": os.getpid(), "kept": known, "heard": keeping.is_heard()})
        start_response("200 OK", [("Content-Length", str(len(body)))])
        return [body.encode()]

    def chosen(environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
        path = environ["PATH_INFO"]
        if path == "/hello":
            return bare(environ, start_response)
        if path == KEPT:
            return kept(start_response)
        return app(environ, start_response)

    return chosen
