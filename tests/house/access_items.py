"""Printed labels in the access matrix: a roll of A's, handed to a line of A's."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy.orm import Session

from accounts.permissions import SYSTEM
from tests.house.access_pages import at, send
from tests.house.access_personas import Place
from tests.house.access_things import SECRET, World
from traceability.items import acts, handouts
from traceability.items.acts import Change
from traceability.items.handouts import Handing
from traceability.labels import orders, serials

BATCH = "/workspace/batches/<code>"
ROLL = "/workspace/labels/handouts/<int:handout_id>"
V1 = "/api/v1"
CHANGE = {"state": "activated", "first": "1", "last": "3"}
HANDING = {"line": "Chuyền 1", "count": "2"}

PAGES: dict[str, Place] = {
    "GET /workspace/labels/find": Place(query={"code": "@item"}, names_a=True),
    f"GET {BATCH}/items": at(code="@batch"),
    f"GET {BATCH}/items/history": at(code="@batch"),
    f"POST {BATCH}/items": send(CHANGE, code="@batch"),
    f"POST {BATCH}/items/acts/<int:act_id>/undo": at(code="@batch", act_id="@item_act"),
    f"POST {BATCH}/handouts": send(HANDING, code="@batch"),
    f"GET {ROLL}": at(handout_id="@handout"),
    f"POST {ROLL}": send({"used": "1"}, handout_id="@handout"),
}
API: dict[str, Place] = {
    f"GET {V1}/batches/<code>/items": at(code="@batch"),
    f"GET {V1}/batches/<code>/item-acts": at(code="@batch"),
    f"POST {V1}/batches/<code>/item-acts": send(CHANGE, code="@batch"),
    f"POST {V1}/item-acts/<int:act_id>/undo": at(act_id="@item_act"),
    f"GET {V1}/items/<code>": at(code="@item"),
    f"POST {V1}/batches/<code>/item-handouts": send(
        {"line": "Chuyền 1", "count": 2}, code="@batch"
    ),
    f"GET {V1}/item-handouts/<int:handout_id>": at(handout_id="@handout"),
    f"POST {V1}/item-handouts/<int:handout_id>/settle": send({"used": 1}, handout_id="@handout"),
}


def tell(session: Session, world: World, now: datetime) -> None:
    """Serials of A's batch: some voided, some handed to a line."""
    key = serials.key_from("a secret of this installation, long enough")
    orders.issue_serials(session, int(world.things["label_job"]), key=key, now=now)
    batch = str(world.things["batch"])
    act = acts.change(session, SYSTEM, Change(batch, "void", "20", reason=SECRET), now=now)
    row = handouts.hand_out(session, SYSTEM, Handing(batch, f"Chuyền {SECRET}", 4), now=now)
    things = {"item_act": act.id, "handout": row.id, "item": serials.serial_code(key, batch, 20)}
    world.things |= {name: str(thing) for name, thing in things.items()}
