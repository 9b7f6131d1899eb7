"""Holds, certificates and laboratory results for programs."""

from __future__ import annotations

from typing import Any

from sqlalchemy.orm import Session

from accounts.doors import current_actor
from api.batches import one
from api.blueprints import Blueprint
from foundation import clock, db, web
from traceability import batches
from traceability.certifying import answers, certificates, laboratory
from traceability.certifying import listing as papers
from traceability.certifying.schemas import (
    CertificateWithdrawalInput,
    GoodsCertificateInput,
    GoodsCertificateListSchema,
    GoodsCertificateSchema,
    LaboratoryReportInput,
    LaboratoryResultListSchema,
    LaboratoryResultSchema,
    PaperRemovalInput,
    PapersQuery,
)
from traceability.quality import deciding, listing
from traceability.quality.deciding import Decision
from traceability.quality.listing import HoldQuery
from traceability.quality.models import BatchHold
from traceability.quality.schemas import (
    HoldInput,
    HoldListSchema,
    HoldSchema,
    HoldsQuery,
    LiftInput,
)
from traceability.schemas import BatchSchema

blueprint = Blueprint(
    "api_quality",
    __name__,
    url_prefix="/api/v1",
    description="What holds batches, and what vouches for them",
)


@blueprint.get("/holds")
@web.guarded("quality.read")
@blueprint.arguments(HoldsQuery, location="query")
@blueprint.response(200, HoldListSchema)
def list_holds(query: dict[str, Any]) -> dict[str, Any]:
    """What holds the batches the caller may see, newest first."""
    size = query.pop("limit")
    with db.reading() as session:
        page = listing.list_holds(session, current_actor(), HoldQuery(**query, size=size))
        return {"items": [_hold_json(hold) for hold in page.items], "next": page.next_cursor}


@blueprint.post("/holds/<int:hold_id>/lift")
@web.guarded("hold.decide")
@blueprint.arguments(LiftInput)
@blueprint.response(200, HoldSchema)
def lift(given: dict[str, Any], hold_id: int) -> dict[str, Any]:
    """Let a batch pass in spite of one cause; by an officer, with reason and evidence.

    The batch stays held until its cooperative releases it.
    """
    decision = Decision(
        given["reason"], given["evidence"], given.get("result"), given["with_made_of"]
    )
    with db.transaction() as session:
        deciding.lift(session, current_actor(), hold_id, decision, now=clock.now())
        return _hold_json(listing.get(session, hold_id))


@blueprint.post("/batches/<code>/office-hold")
@web.guarded("hold.decide")
@blueprint.arguments(HoldInput)
@blueprint.response(200, BatchSchema)
def hold(given: dict[str, Any], code: str) -> dict[str, Any]:
    """Hold a batch of the officer's territory; only an officer lifts it."""
    with db.transaction() as session:
        deciding.hold(session, current_actor(), code, given["reason"], now=clock.now())
        return one(session, batches.get_batch(session, code))


@blueprint.post("/certificates")
@web.guarded("quality.write")
@blueprint.arguments(GoodsCertificateInput)
@blueprint.made_at(GoodsCertificateSchema, "/certificates/{id}")
def record_certificate(given: dict[str, Any]) -> dict[str, Any]:
    """Enter a certificate of a product or a batch."""
    named = answers.named(given)
    with db.transaction() as session:
        row = certificates.record(
            session, current_actor(), named, answers.certified(given), now=clock.now()
        )
        return _certificate(session, row.id)


@blueprint.get("/certificates")
@web.guarded("quality.read")
@blueprint.arguments(PapersQuery, location="query")
@blueprint.response(200, GoodsCertificateListSchema)
def list_certificates(query: dict[str, Any]) -> dict[str, Any]:
    """Certificates of goods the caller may see, the last to end first."""
    size, today = query.pop("limit"), clock.today()
    with db.reading() as session:
        page = papers.list_certificates(session, current_actor(), **query, size=size)
        items = [answers.certificate_json(row, today) for row in page.items]
        return {"items": items, "next": page.next_cursor}


@blueprint.get("/certificates/<int:certificate_id>")
@web.guarded("quality.read")
@blueprint.response(200, GoodsCertificateSchema)
def get_certificate(certificate_id: int) -> dict[str, Any]:
    """One certificate."""
    with db.reading() as session:
        return _certificate(session, certificate_id)


@blueprint.post("/certificates/<int:certificate_id>/withdraw")
@web.guarded("quality.judge")
@blueprint.arguments(CertificateWithdrawalInput)
@blueprint.response(200, GoodsCertificateSchema)
def withdraw(given: dict[str, Any], certificate_id: int) -> dict[str, Any]:
    """Write that its issuer took a certificate back: what it vouched for is held."""
    with db.transaction() as session:
        certificates.withdraw(
            session,
            current_actor(),
            certificate_id,
            given["withdrawn_on"],
            given["reason"],
            now=clock.now(),
        )
        return _certificate(session, certificate_id)


@blueprint.post("/certificates/<int:certificate_id>/remove")
@web.guarded("quality.read")
@blueprint.arguments(PaperRemovalInput)
@blueprint.response(204)
def remove_certificate(given: dict[str, Any], certificate_id: int) -> None:
    """Take off a certificate entered by mistake; a withdrawn one only an officer takes off."""
    with db.transaction() as session:
        certificates.remove(
            session, current_actor(), certificate_id, given["reason"], now=clock.now()
        )


@blueprint.post("/laboratory-results")
@web.guarded("quality.report")
@blueprint.arguments(LaboratoryReportInput)
@blueprint.made_at(LaboratoryResultSchema, "/laboratory-results/{id}")
def record_result(given: dict[str, Any]) -> dict[str, Any]:
    """Enter a laboratory's report; a failed one holds what it speaks of and what was made of it."""
    named = answers.named(given)
    with db.transaction() as session:
        row = laboratory.record(
            session, current_actor(), named, answers.report(given), now=clock.now()
        )
        return answers.result_json(laboratory.get(session, current_actor(), row.id))


@blueprint.get("/laboratory-results")
@web.guarded("quality.read")
@blueprint.arguments(PapersQuery, location="query")
@blueprint.response(200, LaboratoryResultListSchema)
def list_results(query: dict[str, Any]) -> dict[str, Any]:
    """Laboratory results the caller may see, the newest sample first."""
    size = query.pop("limit")
    with db.reading() as session:
        page = papers.list_results(session, current_actor(), **query, size=size)
        items = [answers.result_json(row) for row in page.items]
        return {"items": items, "next": page.next_cursor}


@blueprint.get("/laboratory-results/<int:result_id>")
@web.guarded("quality.read")
@blueprint.response(200, LaboratoryResultSchema)
def get_result(result_id: int) -> dict[str, Any]:
    """One result with its readings."""
    with db.reading() as session:
        return answers.result_json(laboratory.get(session, current_actor(), result_id))


@blueprint.post("/laboratory-results/<int:result_id>/remove")
@web.guarded("quality.read")
@blueprint.arguments(PaperRemovalInput)
@blueprint.response(204)
def remove_result(given: dict[str, Any], result_id: int) -> None:
    """Take off a result entered by mistake; a failed one only an officer takes off."""
    with db.transaction() as session:
        laboratory.remove(session, current_actor(), result_id, given["reason"], now=clock.now())


def _certificate(session: Session, certificate_id: int) -> dict[str, Any]:
    row = certificates.get(session, current_actor(), certificate_id)
    return answers.certificate_json(row, clock.today())


def _hold_json(hold: BatchHold) -> dict[str, Any]:
    return {
        "id": hold.id,
        "batch": hold.batch.code,
        "reason": hold.reason,
        "cause": hold.cause,
        "details": hold.details,
        "placed_at": hold.placed_at,
        "lifted_at": hold.lifted_at,
        "lifted_because": hold.lifted_because,
    }
