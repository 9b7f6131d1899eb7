"""Cartons in the access matrix: cartons of A's, and how every page and call of them is made."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal

from sqlalchemy.orm import Session

from accounts.permissions import SYSTEM
from tests.house.access_pages import at, send
from tests.house.access_personas import Place
from tests.house.access_things import World
from traceability.cartons import filling, listing
from traceability.cartons.filling import Filling

UNIT = "/workspace/cartons/<code>"
RUN = "/workspace/cartons/runs/<run>"
V1 = "/api/v1"
EACH = {"each": "1", "count": "1"}

PAGES: dict[str, Place] = {
    "POST /workspace/cartons/new": Place(body={"batch": "@goods", **EACH}, names_a=True),
    f"GET {RUN}": at(run="@carton.run"),
    f"GET {RUN}/labels": at(run="@carton.run"),
    f"GET {UNIT}": at(code="@carton"),
    f"GET {UNIT}/label": at(code="@carton"),
    f"POST {UNIT}/take-apart": at(code="@carton"),
    "POST /workspace/pallets": Place(body={"cartons": "@carton"}, names_a=True),
    "GET /workspace/batches/<code>/ean13.svg": at(code="@batch"),
}
API: dict[str, Place] = {
    f"POST {V1}/batches/<code>/cartons": send({"each": "1", "count": 1}, code="@goods"),
    f"GET {V1}/carton-runs/<run>": at(run="@carton.run"),
    f"GET {V1}/carton-runs/<run>/labels": at(run="@carton.run"),
    f"GET {V1}/packed-units/<code>/cartons": at(code="@carton"),
    f"GET {V1}/packed-units/<code>/label": at(code="@carton"),
    f"POST {V1}/pallets": Place(body={"cartons": ["@carton"]}, names_a=True),
}


def tell(session: Session, world: World, now: datetime) -> None:
    """Two cartons of A's goods, packed in one go."""
    wanted = Filling(str(world.things["goods"]), Decimal(1), 2)
    run = filling.fill(session, SYSTEM, wanted, now=now)
    world.things |= {
        "carton.run": run,
        "carton": listing.units_of_run(session, SYSTEM, run)[0].code,
    }
