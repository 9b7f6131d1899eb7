"""Doors of the papers: certificate and dossier for the cooperative, the decision for officers."""

from __future__ import annotations

from flask import Blueprint, Response, request

from accounts.doors import current_actor
from foundation import clock, config, db, inputs, web
from foundation.documents import sending
from foundation.documents.blocks import Paper
from growing_areas import areas
from growing_areas.papers import application, certificate, decision, issues
from growing_areas.papers.schemas import IssueQuery

blueprint = Blueprint("area_papers", __name__)


@blueprint.get("/workspace/areas/<int:area_id>/certificate.pdf")
@web.guarded("area.read")
def print_certificate(area_id: int) -> Response:
    """The certificate of an area in force, or with ``number`` an earlier issue as it was."""
    number = inputs.load(IssueQuery, request.args).get("number")
    return sending.answer(certificate_paper(area_id, number))


@blueprint.get("/workspace/areas/<int:area_id>/certificates")
@web.guarded("area.read")
def list_certificates(area_id: int) -> str:
    """Every certificate printed of an area, each as it was."""
    with db.reading() as session:
        area = areas.get_area(session, current_actor(), area_id)
        rows = issues.list_issues(session, area.id, "certificate")
    return web.render("growing_areas/papers/issues.html", area=area, rows=rows)


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
    with db.transaction() as session:
        paper = decision.decision(
            session,
            current_actor(),
            area_id,
            base_url=config.current().base_url,
            on=clock.today(),
        )
    return sending.answer(paper)


def certificate_paper(area_id: int, number: int | None) -> Paper:
    """The certificate, frozen when it is new; pages and programs alike."""
    actor, base_url = current_actor(), config.current().base_url
    with db.transaction() as session:
        if number is not None:
            return certificate.earlier(session, actor, area_id, number, base_url=base_url)
        return certificate.certificate(session, actor, area_id, base_url=base_url, on=clock.today())
