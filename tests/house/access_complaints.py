"""Complaints in the access matrix: what a consumer told of A's goods, and who may answer."""

from __future__ import annotations

from datetime import datetime
from io import BytesIO

from sqlalchemy import select
from sqlalchemy.orm import Session

from foundation import files
from tests.house.access_pages import at, send
from tests.house.access_personas import Place
from tests.house.access_things import SECRET, World
from tests.traceability.complaints.factories import make_complaint
from traceability.complaints.models import ComplaintPhoto
from traceability.models import Batch

ONE = "/<any(workspace, office):desk>/complaints/<int:complaint_id>"
HERE = {"desk": "workspace", "complaint_id": "@complaint"}
WORDS = {"words": "Đã kiểm tra kho"}
OWN = "/complaints/<code>"

PAGES: dict[str, Place] = {
    "GET /workspace/complaints/table": Place(query={"format": "csv"}),
    "GET /office/complaints/table": Place(query={"format": "csv"}),
    f"GET {ONE}": at(**HERE),
    f"GET {ONE}/photos/<int:number>": at(**HERE, number="1"),
    f"POST {ONE}/see": at(**HERE),
    f"POST {ONE}/reply": send(WORDS, **HERE),
    f"POST {ONE}/note": send(WORDS, **HERE),
    f"POST {ONE}/refer": send({**WORDS, "to": "Đội 2"}, **HERE),
    f"POST {ONE}/close": send(WORDS, **HERE),
    f"POST {ONE}/erase": at(**HERE),
    f"GET {OWN}": Place({"code": "@complaint.code"}, code_holder=True),
    f"POST {OWN}/more": Place({"code": "@complaint.code"}, body=WORDS, code_holder=True),
    f"POST {OWN}/erase": Place({"code": "@complaint.code"}, code_holder=True),
}
API: dict[str, Place] = {
    "GET /api/v1/complaints/<int:complaint_id>": at(complaint_id="@complaint"),
}


def tell(session: Session, world: World, now: datetime) -> None:
    """A complaint with a photo about A's batch."""
    batch = session.scalars(select(Batch).filter_by(code=world.things["batch.held"])).one()
    row, code = make_complaint(session, batch, now, words=f"Hàng lạ {SECRET}", bought_at=SECRET)
    kept = files.keep(session, BytesIO(b"RIFF....WEBP"), now=now).digest
    session.add(ComplaintPhoto(complaint_id=row.id, number=1, digest=kept, card_digest=kept))
    world.things |= {"complaint": row.id, "complaint.code": code}
