"""Holds and papers in the access matrix: what vouches for A's goods, and what holds them."""

from __future__ import annotations

from datetime import datetime, timedelta
from io import BytesIO
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from accounts.permissions import SYSTEM
from foundation import clock, files
from growing_areas.models import GrowingArea
from products.models import Product
from tests.house import access_goods as goods
from tests.house.access_pages import REASON, at, send
from tests.house.access_personas import Place
from tests.house.access_things import KNOWN, SECRET, World
from traceability.certifying import certificates, laboratory
from traceability.certifying.certificates import Certified
from traceability.certifying.judging import Reading
from traceability.certifying.laboratory import Report
from traceability.certifying.subjects import Named
from traceability.quality import deciding
from traceability.quality.models import BatchHold

PAPERS = "/workspace/certificates/<int:paper_id>"
RESULTS = "/workspace/laboratory/<int:paper_id>"
HELD = "/office/holds/<code>"
V1 = "/api/v1"
CERTIFIED: dict[str, Any] = {
    "standard": "haccp", "number": "H-2", "issuer": "Quacert", "valid_from": "@today",
    "valid_to": "2031-12-31",
}  # fmt: skip
WITHDRAWN = {"withdrawn_on": "@today", **REASON}
LIFTED = {**REASON, "evidence": "Biên bản 12"}
READ = {"parameter": "lead", "value": "0.01", "unit": "mg/kg"}
REPORTED: dict[str, Any] = {
    "laboratory": "TT 1", "number": "K-2", "sampled_on": "@today", "food_group": "fruit",
}  # fmt: skip
LINE = {f"{name}.0": value for name, value in READ.items()}
REMOVE = "POST /workspace/papers/<any(certificates, laboratory):kind>/<int:paper_id>/remove"

PAGES: dict[str, Place] = {
    "GET /workspace/certificates/table": Place(query={"format": "csv"}),
    "GET /workspace/laboratory/table": Place(query={"format": "csv"}),
    "POST /workspace/certificates": Place(body={**CERTIFIED, "product": "@product"}, names_a=True),
    "POST /workspace/laboratory": Place(
        body={**REPORTED, **LINE, "product": "@product"}, names_a=True
    ),
    f"GET {PAPERS}": at(paper_id="@paper"),
    f"GET {PAPERS}/file": at(paper_id="@paper"),
    f"POST {PAPERS}/withdraw": send(WITHDRAWN, paper_id="@paper"),
    f"GET {RESULTS}": at(paper_id="@result"),
    f"GET {RESULTS}/file": at(paper_id="@result"),
    f"{REMOVE} #certificates": Place(
        {"kind": "certificates", "paper_id": "@paper"}, body=REASON, action="quality.write"
    ),
    f"{REMOVE} #laboratory": Place(
        {"kind": "laboratory", "paper_id": "@result"}, body=REASON, action="quality.write"
    ),
    "GET /office/holds/table": Place(query={"format": "csv"}),
    f"GET {HELD}": at(code="@batch.held"),
    f"POST {HELD}/place": send(REASON, code="@batch.draft"),
    f"POST {HELD}/<int:hold_id>/lift": send(LIFTED, code="@batch.held", hold_id="@hold"),
}
API: dict[str, Place] = {
    f"POST {V1}/holds/<int:hold_id>/lift": send(LIFTED, hold_id="@hold"),
    f"POST {V1}/batches/<code>/office-hold": send(REASON, code="@batch.draft"),
    f"POST {V1}/certificates": Place(body={**CERTIFIED, "product": "@product"}, names_a=True),
    f"GET {V1}/certificates/<int:certificate_id>": at(certificate_id="@paper"),
    f"POST {V1}/certificates/<int:certificate_id>/withdraw": send(
        WITHDRAWN, certificate_id="@paper"
    ),
    f"POST {V1}/certificates/<int:certificate_id>/remove": Place(
        {"certificate_id": "@paper"}, body=REASON, action="quality.write"
    ),
    f"GET {V1}/certificates/<int:certificate_id>/file": at(certificate_id="@paper"),
    f"POST {V1}/certificates/<int:certificate_id>/files": Place(
        {"certificate_id": "@paper"}, files={"file": ("giay.png", b"no picture")}
    ),
    f"GET {V1}/laboratory-results/<int:result_id>/file": at(result_id="@result"),
    f"POST {V1}/laboratory-results/<int:result_id>/files": Place(
        {"result_id": "@result"}, files={"file": ("giay.png", b"no picture")}
    ),
    f"POST {V1}/laboratory-results": Place(
        body={**REPORTED, "product": "@product", "readings": [READ]}, names_a=True
    ),
    f"GET {V1}/laboratory-results/<int:result_id>": at(result_id="@result"),
    f"POST {V1}/laboratory-results/<int:result_id>/remove": Place(
        {"result_id": "@result"}, body=REASON, action="quality.write"
    ),
}


def tell(session: Session, world: World, now: datetime) -> None:
    """A certificate and a result of A's product, each with its file; a batch an officer holds."""
    today = clock.today()
    named = Named(product=world.things["product"])
    certified = Certified("haccp", "H-1", f"Quacert {KNOWN}", today, today + timedelta(days=400))
    paper = certificates.record(session, SYSTEM, named, certified, now=now)
    report = Report(f"TT {KNOWN}", "K-1", today, "fruit", (Reading("lead", "mg/kg"),))
    result = laboratory.record(session, SYSTEM, named, report, now=now)
    for row in (paper, result):
        content = BytesIO(f"%PDF-1.7 {SECRET} {row.cause} %%EOF".encode())
        row.file_digest = files.keep(session, content, now=now).digest
    product = session.scalars(select(Product).filter_by(code=world.things["product"])).one()
    area = session.scalars(select(GrowingArea).filter_by(code=world.things["area.code"])).one()
    batch = goods._batch(session, product, area, "LO-GIU", now)
    deciding.hold(session, SYSTEM, batch.code, SECRET, now=now)
    hold = session.scalars(select(BatchHold).filter_by(batch_id=batch.id)).one()
    world.things |= {
        "paper": paper.id,
        "result": result.id,
        "batch.held": batch.code,
        "hold": hold.id,
    }
