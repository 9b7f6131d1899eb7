"""Doors of the papers: certificate and dossier for the cooperative, the decision for officers."""

from __future__ import annotations

from flask import Blueprint, Response

from accounts.doors import current_actor
from foundation import clock, config, db, web
from foundation.documents import sending
from growing_areas.papers import application, certificate, decision

blueprint = Blueprint("area_papers", __name__)


@blueprint.get("/workspace/areas/<int:area_id>/certificate.pdf")
@web.guarded("area.read")
def print_certificate(area_id: int) -> Response:
    """The certificate of an area in force."""
    with db.reading() as session:
        paper = certificate.certificate(
            session,
            current_actor(),
            area_id,
            base_url=config.current().base_url,
            on=clock.today(),
        )
    return sending.answer(paper)


@blueprint.post("/workspace/areas/<int:area_id>/dossier.pdf")
@web.guarded("area.read")
def print_dossier(area_id: int) -> Response:
    """The whole dossier; an outsider's look at its household list is audited, hence POST."""
    with db.transaction() as session:
        paper = application.application(session, current_actor(), area_id, now=clock.now())
    return sending.answer(paper)


@blueprint.get("/office/areas/<int:area_id>/decision.pdf")
@web.guarded("area.office")
def print_decision(area_id: int) -> Response:
    """The decision, ready to be numbered, signed and stamped."""
    with db.reading() as session:
        paper = decision.decision(
            session,
            current_actor(),
            area_id,
            base_url=config.current().base_url,
            on=clock.today(),
        )
    return sending.answer(paper)
