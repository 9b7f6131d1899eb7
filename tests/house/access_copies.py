"""Suspected codes in the access matrix: a serial of A's that was seen in two places at once."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from tests.house.access_pages import at, send
from tests.house.access_personas import Place
from tests.house.access_things import SECRET, World
from tests.traceability.copies import factories
from traceability.models import Batch

ONE = "/<any(workspace, office):desk>/suspicions/<int:suspicion_id>"
DECIDED = {"verdict": "explained", "because": SECRET}

PAGES: dict[str, Place] = {
    "GET /workspace/suspicions/table": Place(query={"format": "csv"}),
    "GET /office/suspicions/table": Place(query={"format": "csv"}),
    "GET /workspace/scans/table": Place(query={"format": "csv"}),
    "GET /office/scans/table": Place(query={"format": "csv"}),
    f"GET {ONE}": at(desk="workspace", suspicion_id="@suspicion"),
    f"POST {ONE}/decide": send(DECIDED, desk="workspace", suspicion_id="@suspicion"),
    f"POST {ONE}/reopen": send({}, desk="workspace", suspicion_id="@suspicion"),
}


def tell(session: Session, world: World, now: datetime) -> None:
    """A serial of A's batch was scanned here and far away."""
    batch = session.scalars(select(Batch).where(Batch.code == str(world.things["batch"]))).one()
    row = factories.suspect(session, batch, now, number=3)
    world.things["suspicion"] = row.id
