"""Splitting, packing, sending, counting: how these routes are called, and what A has of them."""

from __future__ import annotations

from datetime import datetime, timedelta
from decimal import Decimal
from io import BytesIO

from sqlalchemy import select
from sqlalchemy.orm import Session

from accounts.models import Organisation
from accounts.permissions import SYSTEM
from foundation import clock, files
from products.models import Product
from tests.accounts import factories as accounts
from tests.house.access_pages import at, send
from tests.house.access_personas import Place
from tests.house.access_things import ELSEWHERE, SECRET, World
from tests.products import factories as products
from traceability import events, opening, releasing
from traceability.handling import consigning, packing, statements
from traceability.handling.acting import Taken
from traceability.handling.consigning import Shipment
from traceability.handling.packing import Packing
from traceability.handling.purchases import NewPurchase
from traceability.handling.statements import Statement
from traceability.handling.trade_models import BatchPurchase, YieldFinding
from traceability.models import Batch
from traceability.opening import NewBatch

V1 = "/api/v1"
BATCH = "/batches/<code>"
PAPER = f"{BATCH}/purchases/<int:purchase_id>/paper"
SENT = "/consignments/<code>"
WASTE = {"quantity": "1", "unit": "KGM", "reason": "spoiled"}
RECOVERY = {
    "input": "@goods.product", "taken": "100", "taken_unit": "KGM", "most": "90",
    "given_unit": "KGM", "source": "Sổ",
}  # fmt: skip
_SELF = [{"batch": "@goods", "quantity": "1"}]
_PAPER = Place({"code": "@goods", "purchase_id": "@purchase"})
STEP = f"/workspace{BATCH}/steps/<step>"

API: dict[str, Place] = {
    f"POST {V1}{BATCH}/split": send({"parts": [{"quantity": "1"}]}, code="@goods"),
    f"POST {V1}{BATCH}/merge": send({"inputs": _SELF}, code="@goods"),
    f"POST {V1}{BATCH}/transform": send(
        {
            "inputs": _SELF,
            "outputs": [{"product": "@goods.product", "quantity": "1", "unit": "KGM"}],
        },
        code="@goods",
    ),
    f"POST {V1}{BATCH}/pack": send({"contents": _SELF}, code="@goods"),
    f"POST {V1}{BATCH}/waste": send(WASTE, code="@goods"),
    f"POST {V1}{BATCH}/stock-takings": send({"counted": "90"}, code="@goods"),
    f"POST {V1}{BATCH}/close": at(code="@goods"),
    f"POST {V1}{BATCH}/reopen": at(code="@goods"),
    f"GET {V1}{BATCH}/movements": at(code="@goods"),
    f"GET {V1}{BATCH}/steps": at(code="@goods"),
    f"PUT {V1}{BATCH}/market": send({"market": None}, code="@goods"),
    f"POST {V1}{BATCH}/undo": send(
        {"event": "@goods.event", "reason": "did_not_occur"}, code="@goods"
    ),
    f"POST {V1}{BATCH}/yield-note": send({"note": "Đã xem"}, code="@goods"),
    f"POST {V1}{PAPER}": Place(
        {"code": "@goods", "purchase_id": "@purchase"}, files={"file": ("giay.png", b"no picture")}
    ),
    f"GET {V1}{PAPER}": _PAPER,
    f"DELETE {V1}{PAPER}": _PAPER,
    f"GET {V1}/packed-units/<code>": at(code="@packed"),
    f"POST {V1}/packed-units/<code>/unpack": at(code="@packed"),
    f"POST {V1}/consignments": Place(
        body={"goods": _SELF, "recipient_name": "Chợ đầu mối"}, names_a=True
    ),
    f"GET {V1}{SENT}": at(code="@sent"),
    f"POST {V1}{SENT}/call-back": at(code="@sent"),
    f"POST {V1}{SENT}/take-back": at(code="@sent"),
    f"POST {V1}{SENT}/receive": send({}, code="@coming"),
    f"POST {V1}{SENT}/refuse": send({"reason": "Dập"}, code="@coming"),
    f"GET {V1}/products/<code>/statements": at(code="@goods.made"),
    f"POST {V1}/products/<code>/recoveries": send(RECOVERY, code="@goods.made"),
    f"DELETE {V1}/products/<code>/recoveries/<int:recovery_id>": at(
        code="@goods.made", recovery_id="@recovery"
    ),
    f"PUT {V1}/products/<code>/markets": send({"markets": ["US"]}, code="@goods.made"),
}

PAGES: dict[str, Place] = {
    **{
        f"GET {STEP} #{step}": at(code="@goods", step=step)
        for step in ("split", "merge", "process", "pack", "unit", "ship", "count", "waste", "close")
    },
    f"POST {STEP} #split": send({"parts.0.quantity": "1"}, code="@goods", step="split"),
    f"POST {STEP} #merge": send({}, code="@goods", step="merge"),
    f"POST {STEP} #process": send({"quantity": "1"}, code="@goods", step="process"),
    f"POST {STEP} #pack": send({"quantity": "1"}, code="@goods", step="pack"),
    f"POST {STEP} #unit": send({"quantity": "1"}, code="@goods", step="unit"),
    f"POST {STEP} #ship": send({"outside": "Chợ"}, code="@goods", step="ship"),
    f"POST {STEP} #count": send({"counted": "90"}, code="@goods", step="count"),
    f"POST {STEP} #waste": send(WASTE, code="@goods", step="waste"),
    f"POST {STEP} #close": at(code="@goods", step="close"),
    f"POST {STEP} #reopen": at(code="@goods", step="reopen"),
    f"POST /workspace{BATCH}/purchases/<int:purchase_id>/forget": at(
        code="@goods", purchase_id="@purchase"
    ),
    f"GET /workspace{PAPER}/new": at(code="@goods", purchase_id="@purchase"),
    f"GET /workspace{PAPER}": _PAPER,
    f"POST /workspace{PAPER}": Place(
        {"code": "@goods", "purchase_id": "@purchase"}, files={"file": ("giay.png", b"no picture")}
    ),
    f"POST /workspace{PAPER}/remove": _PAPER,
    f"GET /workspace{SENT}": at(code="@sent"),
    f"POST /workspace{SENT}/call-back": at(code="@sent"),
    f"POST /workspace{SENT}/take-back": at(code="@sent"),
    f"POST /workspace{SENT}/receive": send({}, code="@coming"),
    f"POST /workspace{SENT}/refuse": send({"reason": "Dập"}, code="@coming"),
    "POST /workspace/units/<code>/unpack": at(code="@packed"),
    "GET /workspace/products/<code>/statements": at(code="@goods.made"),
    "POST /workspace/products/<code>/recoveries": send(RECOVERY, code="@goods.made"),
    "POST /workspace/products/<code>/recoveries/<int:recovery_id>/withdraw": at(
        code="@goods.made", recovery_id="@recovery"
    ),
    "POST /workspace/products/<code>/markets": send({"markets": "US"}, code="@goods.made"),
    f"GET /workspace{BATCH}/undo/<uuid:event>": at(code="@goods", event="@goods.event_name"),
    f"POST /workspace{BATCH}/undo/<uuid:event>": send(
        {"reason": "did_not_occur"}, code="@goods", event="@goods.event_name"
    ),
    "POST /office/yields/<code>": send({"note": "Đã xem"}, code="@goods"),
}


def tell(session: Session, world: World, a: Organisation, now: datetime) -> None:
    """Bought goods of A, packed, sent outside; and goods of a third one on their way to A."""
    product = products.make_product(session, a, now=now, name="Chè búp tươi")
    made = products.make_product(session, a, now=now, name="Chè khô")
    batch = _released(session, product, "MUA-1", now)
    purchase = session.scalars(select(BatchPurchase).filter_by(batch_id=batch.id)).one()
    content = BytesIO(f"%PDF-1.7 {SECRET}".encode())
    purchase.file_digest = files.keep(session, content, now=now).digest
    opened = events.list_events(session, batch.id)[0]
    session.add(
        YieldFinding(
            batch_id=batch.id,
            crop_code="tea",
            harvested_kg=Decimal(9),
            area_ha=Decimal(1),
            ceiling_kg=Decimal(8),
            found_at=now,
            note=SECRET,
        )
    )
    unit = packing.pack(session, SYSTEM, Packing((Taken(batch.code, Decimal(5)),)), now=now)
    outside = Shipment((Taken(batch.code, Decimal(5)),), recipient_name=f"Chợ {SECRET}")
    sent = consigning.ship(session, SYSTEM, outside, now=now)
    stated = Statement(
        product.code, Decimal(100), "KGM", Decimal(25), "KGM", f"Sổ {SECRET}", Decimal(18)
    )
    recovery = statements.state_recovery(session, SYSTEM, made.code, stated, now=now)
    third = accounts.make_organisation(session, now, name="HTX Thứ Ba", commune_code=ELSEWHERE)
    theirs = products.make_product(session, third, now=now, name="Chè Thứ Ba")
    # In the other officers' province: what they may read there is no secret of ours.
    goods = _released(session, theirs, "BEN-KIA", now, supplier="Lê Thị Bến")
    to_a = Shipment((Taken(goods.code, Decimal(5)),), recipient=a.code)
    coming = consigning.ship(session, SYSTEM, to_a, now=now)
    world.things |= {
        "goods": batch.code,
        "goods.product": product.code,
        "goods.made": made.code,
        "purchase": purchase.id,
        "goods.event": opened.event_id,
        "goods.event_name": opened.event_id.removeprefix("urn:uuid:"),
        "packed": unit.code,
        "sent": sent.code,
        "coming": coming.code,
        "recovery": recovery.id,
    }


def _released(
    session: Session,
    product: Product,
    lot: str,
    now: datetime,
    *,
    supplier: str = f"Lê {SECRET}",
) -> Batch:
    bought = NewPurchase(supplier, is_person=True)
    new = NewBatch(
        product.code, (), Decimal(100), "KGM", clock.today() - timedelta(days=2), lot=lot,
        purchases=(bought,),
    )  # fmt: skip
    batch = opening.open_batch(session, SYSTEM, new, now=now)
    return releasing.release(session, SYSTEM, batch.code, now=now)
