"""Dossiers in the access matrix: their things, and how every page and call of theirs is called."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from accounts.models import Organisation
from accounts.permissions import SYSTEM
from foundation import clock
from growing_areas.dossiers import amendments, certificates, inspection, papers, visit_photos
from growing_areas.dossiers.amendments import Change
from growing_areas.dossiers.certificates import Certified
from growing_areas.dossiers.inspection import Visit
from growing_areas.dossiers.uploads import Judged
from tests.growing_areas import factories as areas
from tests.house.access_personas import Place
from tests.house.access_things import HERE, KNOWN, PICTURE, SECRET, World

V1 = "/api/v1"
AREA = f"{V1}/growing-areas/<int:area_id>"
REASON = {"reason": "Theo biên bản kiểm tra"}
PAPER = {"file": ("giay.png", PICTURE)}
CERTIFICATE = {
    "standard": "vietgap", "number": "VG-1", "body": "Trung tâm", "valid_from": "@today",
    "valid_to": "@today",
}  # fmt: skip


def tell_dossiers(session: Session, world: World, a: Organisation, now: datetime) -> None:
    """An area with everything a dossier can have, and an amendment under review."""
    shape = areas.field(lon=0.06, lat=0.5)
    area = areas.make_approved_area(
        session, now, a, name=f"Vùng {KNOWN} 3", commune_code=HERE, geometry=shape
    )
    change = Change(SECRET, geometry=areas.field(lon=0.061, lat=0.5))
    amendments.propose(session, SYSTEM, area.id, change, now=now)
    file = Judged("application/pdf", f"%PDF-1.7 {SECRET} %%EOF".encode(), None, None)
    paper = papers.add(session, SYSTEM, area.id, "agreement", file, now=now)
    today = clock.today()
    certified = Certified("vietgap", "VG-7", "Trung tâm", today, today + timedelta(days=300))
    certificate = certificates.record(session, SYSTEM, area.id, certified, file, now=now)
    photo = visit_photos.add(
        session, SYSTEM, area.id, Judged("image/webp", PICTURE, PICTURE, None), now=now
    )
    visit = Visit(True, today, SECRET, kind="monitoring")
    inspection.record(session, SYSTEM, area.id, visit, now=now)
    world.things |= {
        "area.amended": area.id,
        "paper": paper.id,
        "certificate": certificate.id,
        "visit_photo": photo.id,
    }


def _at(thing: str, **path: str) -> Place:
    return Place({"area_id": f"@{thing}", **path})


def _send(thing: str, body: Mapping[str, object], **path: str) -> Place:
    return Place({"area_id": f"@{thing}", **path}, body=body)


API: dict[str, Place] = {
    f"GET {AREA}/dossier": _at("area.draft"),
    f"POST {AREA}/withdraw": _at("area.submitted"),
    f"POST {AREA}/renew": _at("area.approved"),
    f"POST {AREA}/amendments": _send("area.approved", {**REASON, "variety": "Sửu"}),
    f"POST {AREA}/amendments/withdraw": _at("area.amended"),
    f"POST {AREA}/amendments/send-back": _send("area.amended", REASON),
    f"POST {AREA}/amendments/approve": _at("area.amended"),
    f"GET {AREA}/editions": _at("area.approved"),
    f"GET {AREA}/certificates": _at("area.amended"),
    f"POST {AREA}/certificates": Place(
        {"area_id": "@area.draft"}, body=CERTIFICATE, files={"file": ("giay.png", b"no picture")}
    ),
    f"DELETE {AREA}/certificates/<int:certificate_id>": _at(
        "area.amended", certificate_id="@certificate"
    ),
    f"POST {AREA}/papers": Place(
        {"area_id": "@area.draft"}, body={"piece": "households"},
        files={"file": ("giay.png", b"no picture")},
    ),
    f"PUT {AREA}/yields": _send("area.draft", {"yields": [{"year": 2024, "quantity_kg": 9}]}),
    f"POST {AREA}/visit-photos": Place(
        {"area_id": "@area.submitted"}, files={"file": ("anh.png", b"no picture")}
    ),
}  # fmt: skip

OWN = "/workspace/areas/<int:area_id>"
OFFICE = "/office/areas/<int:area_id>"
STEP = f"{OFFICE}/<any(send_back, suspend, restore, revoke, renew, amend_return):step>"
VISIT = {"passed": "true", "inspected_on": "@today", "act": "record"}

PAGES: dict[str, Place] = {
    f"GET {OWN}/dossier": _at("area.amended"),
    f"POST {OWN}/papers": Place(
        {"area_id": "@area.draft"}, body={"piece": "households"},
        files={"file": ("giay.png", b"no picture")},
    ),
    f"GET {OWN}/papers/<int:paper_id>": _at("area.amended", paper_id="@paper"),
    f"POST {OWN}/papers/<int:paper_id>/remove": _at("area.amended", paper_id="@paper"),
    f"POST {OWN}/yields": _send("area.draft", {"yield.2024": "12000"}),
    f"POST {OWN}/certificates": _send("area.draft", CERTIFICATE),
    f"GET {OWN}/certificates/<int:certificate_id>": _at(
        "area.amended", certificate_id="@certificate"
    ),
    f"POST {OWN}/certificates/<int:certificate_id>/remove": _at(
        "area.amended", certificate_id="@certificate"
    ),
    f"GET {OWN}/withdraw": _at("area.submitted"),
    f"POST {OWN}/withdraw": _at("area.submitted"),
    f"GET {OWN}/editions/<int:number>": _at("area.approved", number="1"),
    f"GET {OWN}/amend": _at("area.approved"),
    f"POST {OWN}/amend": _send("area.approved", {**REASON, "variety": "Sửu", "act": "save"}),
    f"POST {OWN}/amend/withdraw": _at("area.amended"),
    f"GET {OFFICE} #amended": _at("area.amended"),
    f"GET {OFFICE}/visit": _at("area.submitted"),
    f"POST {OFFICE}/visit": _send("area.submitted", VISIT),
    f"GET {OFFICE}/photos/<int:photo_id>": _at("area.amended", photo_id="@visit_photo"),
    f"POST {OFFICE}/photos/<int:photo_id>/remove": Place(
        {"area_id": "@area.amended", "photo_id": "@visit_photo"}, owner="nobody"
    ),
    f"POST {OFFICE}/amendment/approve": _at("area.amended"),
    f"GET {STEP} #renew": _at("area.approved", step="renew"),
    f"POST {STEP} #renew": Place(
        {"area_id": "@area.approved", "step": "renew"}, action="area.approve"
    ),
    f"GET {STEP} #amend_return": _at("area.amended", step="amend_return"),
    f"POST {STEP} #amend_return": Place(
        {"area_id": "@area.amended", "step": "amend_return"}, body=REASON
    ),
    "GET /office/areas/table": Place(query={"format": "csv"}),
    "GET /office/packing-houses/table": Place(query={"format": "csv"}),
    "GET /office/registers/linkage/table": Place(query={"format": "csv"}),
    "GET /office/registers/channels/table": Place(query={"format": "csv"}),
    "GET /office/registers/rosters/table": Place(query={"format": "csv"}),
    "GET /office/areas/approve": Place(query={"area": "@area.inspected"}),
    "POST /office/areas/approve": Place(body={"area": "@area.inspected"}),
}  # fmt: skip
