"""Goods sent from one organisation to another, and what makers state of products, for programs."""

from __future__ import annotations

from typing import Any

from sqlalchemy.orm import Session

from accounts.doors import current_actor
from api.blueprints import Blueprint
from foundation import clock, db, web
from products import register
from products.models import Product
from traceability.handling import answers, consigning, consignments, receiving, statements
from traceability.handling.acting import Taken
from traceability.handling.answer_shapes import (
    ConsignmentListSchema,
    ConsignmentSchema,
    StatementsSchema,
)
from traceability.handling.consigning import Shipment
from traceability.handling.consignments import ConsignmentQuery
from traceability.handling.receiving import Arrival, Receipt
from traceability.handling.schemas import (
    ConsignmentInput,
    ConsignmentQueryInput,
    ConsignmentRefusalInput,
    MarketsInput,
    ReceiptInput,
    RecoveryInput,
)
from traceability.handling.statements import Statement

blueprint = Blueprint(
    "api_consignments", __name__, url_prefix="/api/v1", description="Consignments of batches"
)


@blueprint.post("/consignments")
@web.guarded("batch.write")
@blueprint.arguments(ConsignmentInput)
@blueprint.made_at(ConsignmentSchema, "/consignments/{code}")
def ship(given: dict[str, Any]) -> dict[str, Any]:
    """Send goods: to an organisation by `recipient` (its code), or outside by `recipient_name`."""
    goods = tuple(Taken(**each) for each in given.pop("goods"))
    wanted = Shipment(goods, tuple(given.pop("units")), **given)
    with db.transaction() as session:
        sent = consigning.ship(session, current_actor(), wanted, now=clock.now())
        return answers.of_consignment(sent)


@blueprint.get("/consignments")
@web.guarded("batch.read")
@blueprint.arguments(ConsignmentQueryInput, location="query")
@blueprint.response(200, ConsignmentListSchema)
def list_consignments(query: dict[str, Any]) -> dict[str, Any]:
    """What the caller's organisations sent (`way=out`) and are sent (`way=in`), newest first."""
    with db.reading() as session:
        page = consignments.list_consignments(session, current_actor(), ConsignmentQuery(**query))
        items = [answers.of_consignment(sent) for sent in page.items]
        return {"items": items, "next": page.next_cursor}


@blueprint.get("/consignments/<code>")
@web.guarded("batch.read")
@blueprint.response(200, ConsignmentSchema)
def get_consignment(code: str) -> dict[str, Any]:
    """One consignment, for who sends and who is to receive it."""
    with db.reading() as session:
        return answers.of_consignment(consignments.get_own(session, current_actor(), code))


@blueprint.post("/consignments/<code>/receive")
@web.guarded("batch.write")
@blueprint.arguments(ReceiptInput)
@blueprint.response(200, ConsignmentSchema)
def receive(given: dict[str, Any], code: str) -> dict[str, Any]:
    """Confirm what arrived: each line becomes a batch of the recipient."""
    arrivals = tuple(Arrival(**each) for each in given["lines"])
    wanted = Receipt(code, arrivals, given.get("happened_at"))
    with db.transaction() as session:
        received = receiving.receive(session, current_actor(), wanted, now=clock.now())
        return answers.of_consignment(received)


@blueprint.post("/consignments/<code>/refuse")
@web.guarded("batch.write")
@blueprint.arguments(ConsignmentRefusalInput)
@blueprint.response(200, ConsignmentSchema)
def refuse(given: dict[str, Any], code: str) -> dict[str, Any]:
    """Refuse goods on arrival, saying why."""
    with db.transaction() as session:
        sent = consigning.refuse(session, current_actor(), code, given["reason"], now=clock.now())
        return answers.of_consignment(sent)


@blueprint.post("/consignments/<code>/call-back")
@web.guarded("batch.write")
@blueprint.response(200, ConsignmentSchema)
def call_back(code: str) -> dict[str, Any]:
    """Undo a sending nobody has confirmed: the goods stand on the sender's shelf again."""
    with db.transaction() as session:
        sent = consigning.call_back(session, current_actor(), code, now=clock.now())
        return answers.of_consignment(sent)


@blueprint.post("/consignments/<code>/take-back")
@web.guarded("batch.write")
@blueprint.response(200, ConsignmentSchema)
def take_back(code: str) -> dict[str, Any]:
    """Confirm that refused goods are back with their sender."""
    with db.transaction() as session:
        sent = consigning.take_back(session, current_actor(), code, now=clock.now())
        return answers.of_consignment(sent)


@blueprint.get("/products/<code>/statements")
@web.guarded("product.read")
@blueprint.response(200, StatementsSchema)
def get_statements(code: str) -> dict[str, Any]:
    """What a product recovers from which inputs, and the countries it is declared for."""
    with db.reading() as session:
        return _statements(session, register.get_own_product(session, current_actor(), code))


@blueprint.post("/products/<code>/recoveries")
@web.guarded("product.write")
@blueprint.arguments(RecoveryInput)
@blueprint.response(201, StatementsSchema)
def state_recovery(given: dict[str, Any], code: str) -> dict[str, Any]:
    """State that so much of an input gives at least and at most so much of this product."""
    with db.transaction() as session:
        statements.state_recovery(
            session, current_actor(), code, Statement(**given), now=clock.now()
        )
        return _statements(session, register.get_product(session, code))


@blueprint.delete("/products/<code>/recoveries/<int:recovery_id>")
@web.guarded("product.write")
@blueprint.response(200, StatementsSchema)
def withdraw_recovery(code: str, recovery_id: int) -> dict[str, Any]:
    """Take a statement back; steps weighed by it stay as they are."""
    with db.transaction() as session:
        statements.withdraw_recovery(session, current_actor(), code, recovery_id, now=clock.now())
        return _statements(session, register.get_product(session, code))


@blueprint.put("/products/<code>/markets")
@web.guarded("product.write")
@blueprint.arguments(MarketsInput)
@blueprint.response(200, StatementsSchema)
def declare_markets(given: dict[str, Any], code: str) -> dict[str, Any]:
    """Say for which countries a product is made; their records are asked for from here on."""
    with db.transaction() as session:
        statements.declare_markets(
            session, current_actor(), code, given["markets"], now=clock.now()
        )
        return _statements(session, register.get_product(session, code))


def _statements(session: Session, product: Product) -> dict[str, Any]:
    rows = statements.recoveries_of(session, product.id)
    return {
        "recoveries": [answers.of_recovery(row) for row in rows],
        "markets": list(statements.markets_of(session, [product.id])),
    }
