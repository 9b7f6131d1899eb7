"""Packing houses in the access matrix: A's houses, and how every page and call of them is made."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from accounts.models import Organisation
from accounts.permissions import SYSTEM
from growing_areas.packing import approval, deliveries, registration
from tests.growing_areas.packing import factories as packing
from tests.house.access_pages import REASON, VISIT, at, send
from tests.house.access_personas import Place
from tests.house.access_things import HERE, KNOWN, SECRET, World

HOUSE = "/workspace/packing-houses/<int:house_id>"
OFFICE_HOUSE = "/office/packing-houses/<int:house_id>"
STEP = f"{OFFICE_HOUSE}/<any(send_back, suspend, restore, revoke):step>"
DELIVERY = "/workspace/packing-houses/deliveries/<int:delivery_id>"
API_HOUSE = "/api/v1/packing-houses/<int:house_id>"
MET = {f"point.{key}": "met" for key in packing.all_met()}
UNTIL = {"valid_until": "2031-12-31"}
NEW = {"organisation": "@org", "name": "Kho", "commune_code": HERE}

PAGES: dict[str, Place] = {
    "POST /workspace/packing-houses/new": Place(body=NEW, names_a=True),
    f"GET {HOUSE}": at(house_id="@house.draft"),
    f"GET {HOUSE}/edit": at(house_id="@house.draft"),
    f"POST {HOUSE}/edit": send({"name": "Kho", "commune_code": HERE}, house_id="@house.draft"),
    f"POST {HOUSE}/submit": at(house_id="@house.draft"),
    f"POST {HOUSE}/discard": at(house_id="@house.draft"),
    f"POST {HOUSE}/areas": send({"areas": "@area.code"}, house_id="@house.draft"),
    f"POST {DELIVERY}/confirm": at(delivery_id="@delivery"),
    f"POST {DELIVERY}/end": at(delivery_id="@delivery"),
    f"GET {OFFICE_HOUSE}": at(house_id="@house.submitted"),
    f"POST {OFFICE_HOUSE}/inspect": send({**VISIT, **MET}, house_id="@house.submitted"),
    f"POST {OFFICE_HOUSE}/approve": at(house_id="@house.inspected"),
    f"POST {OFFICE_HOUSE}/renew": send(UNTIL, house_id="@house.approved"),
    f"GET {STEP} #send_back": at(house_id="@house.submitted", step="send_back"),
    f"GET {STEP} #suspend": at(house_id="@house.approved", step="suspend"),
    f"GET {STEP} #restore": at(house_id="@house.suspended", step="restore"),
    f"GET {STEP} #revoke": at(house_id="@house.suspended", step="revoke"),
    f"POST {STEP} #send_back": send(REASON, house_id="@house.submitted", step="send_back"),
    f"POST {STEP} #suspend": Place(
        {"house_id": "@house.approved", "step": "suspend"}, body=REASON, action="packing.approve"
    ),
    f"POST {STEP} #restore": Place(
        {"house_id": "@house.suspended", "step": "restore"}, body=REASON, action="packing.approve"
    ),
    f"POST {STEP} #revoke": Place(
        {"house_id": "@house.suspended", "step": "revoke"}, body=REASON, action="packing.approve"
    ),
    "GET /packing-houses/<code>": at(code="@house.code"),
}
API: dict[str, Place] = {
    "POST /api/v1/packing-houses": Place(body=NEW, names_a=True),
    f"GET {API_HOUSE}": at(house_id="@house.draft"),
    f"POST {API_HOUSE}/submit": at(house_id="@house.draft"),
    f"POST {API_HOUSE}/inspections": send(
        {"passed": True, "inspected_on": "@today", "answers": packing.all_met()},
        house_id="@house.submitted",
    ),
    f"POST {API_HOUSE}/approve": at(house_id="@house.inspected"),
    f"POST {API_HOUSE}/send-back": send(REASON, house_id="@house.submitted"),
    f"POST {API_HOUSE}/suspend": send(REASON, house_id="@house.approved"),
    f"POST {API_HOUSE}/restore": send(REASON, house_id="@house.suspended"),
    f"POST {API_HOUSE}/revoke": send(REASON, house_id="@house.suspended"),
    f"POST {API_HOUSE}/renew": send(UNTIL, house_id="@house.approved"),
    f"GET {API_HOUSE}/areas": at(house_id="@house.approved"),
    f"POST {API_HOUSE}/areas": send({"areas": ["@area.code"]}, house_id="@house.draft"),
}


def tell(session: Session, world: World, a: Organisation, now: datetime) -> None:
    """Houses of A in every status, one with an area that delivers."""
    secret: dict[str, Any] = {"commune_code": HERE, "address": SECRET, "equipment": SECRET}
    known = {**secret, "address": KNOWN}
    draft = packing.make_house(session, now, a, name=f"Nháp {SECRET}", **secret)
    handed_in = packing.make_house(session, now, a, name=f"Nộp {SECRET}", **secret)
    registration.submit(session, SYSTEM, handed_in.id, now=now)
    visited = packing.make_inspected_house(session, now, a, name=f"Kiểm {SECRET}", **secret)
    approved = packing.make_approved_house(session, now, a, name=f"Kho {KNOWN}", **known)
    suspended = packing.make_approved_house(session, now, a, name=f"Kho {KNOWN} 2", **known)
    approval.suspend(session, SYSTEM, suspended.id, SECRET, now=now)
    codes = [world.things["area.code"]]
    (delivery,) = deliveries.declare(session, SYSTEM, approved.id, codes, now=now)
    world.things |= {
        "house.draft": draft.id,
        "house.submitted": handed_in.id,
        "house.inspected": visited.id,
        "house.approved": approved.id,
        "house.suspended": suspended.id,
        "house.code": approved.code,
        "delivery": delivery.id,
    }
