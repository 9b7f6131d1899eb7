"""Dossiers for programs: pieces, papers, certificates, amendments, renewal, editions."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import shapely

from accounts.doors import current_actor
from api.blueprints import Blueprint
from foundation import clock, db, web
from growing_areas import areas, registration
from growing_areas.answer_shapes import AreaSchema
from growing_areas.answers import area_json
from growing_areas.dossiers import (
    amendments,
    approval,
    certificates,
    editions,
    labels,
    papers,
    pieces,
    visit_photos,
)
from growing_areas.dossiers.amendments import Change
from growing_areas.dossiers.certificates import Certified
from growing_areas.dossiers.models import AreaCertificate
from growing_areas.dossiers.receiving import receive
from growing_areas.dossiers.schemas import (
    AmendedSchema,
    AmendmentInput,
    AreaCertificateListSchema,
    AreaCertificateSchema,
    CauseInput,
    CertificateInput,
    DossierSchema,
    EditionListSchema,
    OptionalFile,
    OverlapReasonInput,
    PaperFile,
    PaperInput,
    PhotoSchema,
    RenewInput,
    YieldsInput,
)
from growing_areas.models import GrowingArea
from growing_areas.schemas import AreaNoteInput

blueprint = Blueprint(
    "api_dossiers", __name__, url_prefix="/api/v1/growing-areas/<int:area_id>",
    description="Dossiers of growing areas",
)  # fmt: skip


@blueprint.get("/dossier")
@web.guarded("area.read")
@blueprint.response(200, DossierSchema)
def read_dossier(area_id: int) -> dict[str, Any]:
    """What a dossier holds of what is asked for, and what it lacks."""
    with db.reading() as session:
        area = areas.get_area(session, current_actor(), area_id)
        return _dossier(pieces.read(session, area, now=clock.now()))


@blueprint.post("/withdraw")
@web.guarded("area.submit")
@blueprint.arguments(AreaNoteInput, required=False)
@blueprint.response(200, AreaSchema)
def withdraw(given: dict[str, Any], area_id: int) -> dict[str, Any]:
    """Take a dossier back that was handed in."""
    return _step(registration.withdraw, area_id, **given)


@blueprint.post("/renew")
@web.guarded("area.approve")
@blueprint.arguments(RenewInput, required=False)
@blueprint.response(200, AreaSchema)
def renew(given: dict[str, Any], area_id: int) -> dict[str, Any]:
    """Let a code run for another term; needs the required pieces and a passed monitoring visit."""
    return _step(approval.renew, area_id, **given)


@blueprint.post("/amendments")
@web.guarded("area.submit")
@blueprint.arguments(AmendmentInput)
@blueprint.response(200, AmendedSchema)
def amend(given: dict[str, Any], area_id: int) -> dict[str, Any]:
    """Propose a new outline or description of an area in force; the old one stands meanwhile."""
    with db.transaction() as session:
        made = amendments.propose(
            session, current_actor(), area_id, Change(**given), now=clock.now()
        )
        return {**area_json(made.area, made.findings), "amendment": made.amendment.status}


@blueprint.post("/amendments/withdraw")
@web.guarded("area.submit")
@blueprint.response(200, AreaSchema)
def withdraw_amendment(area_id: int) -> dict[str, Any]:
    """Take a proposed change back."""
    return _step(amendments.withdraw, area_id)


@blueprint.post("/amendments/send-back")
@web.guarded("area.inspect")
@blueprint.arguments(CauseInput)
@blueprint.response(200, AreaSchema)
def send_amendment_back(given: dict[str, Any], area_id: int) -> dict[str, Any]:
    """Return a proposed change to its cooperative; the area stays as it is."""
    return _step(amendments.send_back, area_id, **given)


@blueprint.post("/amendments/approve")
@web.guarded("area.approve")
@blueprint.arguments(OverlapReasonInput, required=False)
@blueprint.response(200, AreaSchema)
def approve_amendment(given: dict[str, Any], area_id: int) -> dict[str, Any]:
    """Let an inspected change hold from now on; the code stays."""
    return _step(amendments.approve, area_id, **given)


@blueprint.get("/editions")
@web.guarded("area.read")
@blueprint.response(200, EditionListSchema)
def list_editions(area_id: int) -> dict[str, Any]:
    """Every outline and description an area in force ever had, newest first, in one page."""
    with db.reading() as session:
        area = areas.get_area(session, current_actor(), area_id)
        items = [
            {
                "edition": edition.number,
                "in_force_at": edition.in_force_at,
                "name": edition.name,
                "variety": edition.variety,
                "planting_year": edition.planting_year,
                "area_ha": round(edition.version.area_m2 / 10_000, 4),
                "geometry": json.loads(shapely.to_geojson(areas.outline_of(edition.version))),
            }
            for edition in editions.list_editions(session, area.id)
        ]
    return {"items": items, "next": None}


@blueprint.get("/certificates")
@web.guarded("area.read")
@blueprint.response(200, AreaCertificateListSchema)
def list_certificates(area_id: int) -> dict[str, Any]:
    """Every certificate of an area, ended ones included, in one page."""
    with db.reading() as session:
        area = areas.get_area(session, current_actor(), area_id)
        items = [_certificate(found) for found in certificates.of_area(session, area.id)]
    return {"items": items, "next": None}


@blueprint.post("/certificates")
@web.guarded("area.propose")
@blueprint.arguments(CertificateInput, location="form")
@blueprint.arguments(OptionalFile, location="files")
@blueprint.response(201, AreaCertificateSchema)
def record_certificate(given: dict[str, Any], sent: dict[str, Any], area_id: int) -> dict[str, Any]:
    """Enter a certificate of a standard, with its file (PDF, JPEG, PNG)."""
    upload = sent.get("file")
    judged = receive(current_actor(), area_id, upload.stream) if upload else None
    with db.transaction() as session:
        return _certificate(
            certificates.record(
                session, current_actor(), area_id, Certified(**given), judged, now=clock.now()
            )
        )


@blueprint.delete("/certificates/<int:certificate_id>")
@web.guarded("area.propose")
@blueprint.response(204)
def remove_certificate(area_id: int, certificate_id: int) -> None:
    """Take a certificate off an area."""
    with db.transaction() as session:
        certificates.remove(session, current_actor(), area_id, certificate_id, now=clock.now())


@blueprint.post("/papers")
@web.guarded("area.propose")
@blueprint.arguments(PaperInput, location="form")
@blueprint.arguments(PaperFile, location="files")
@blueprint.response(200, DossierSchema)
def add_paper(given: dict[str, Any], sent: dict[str, Any], area_id: int) -> dict[str, Any]:
    """Add a private paper (PDF, JPEG, PNG) to a piece of the dossier."""
    actor, now = current_actor(), clock.now()
    judged = receive(actor, area_id, sent["file"].stream)
    with db.transaction() as session:
        papers.add(session, actor, area_id, given["piece"], judged, now=now)
        return _dossier(pieces.read(session, areas.get_area(session, actor, area_id), now=now))


@blueprint.put("/yields")
@web.guarded("area.propose")
@blueprint.arguments(YieldsInput)
@blueprint.response(200, DossierSchema)
def tell_yields(given: dict[str, Any], area_id: int) -> dict[str, Any]:
    """Tell what an area yielded in earlier years (kg)."""
    told = {row["year"]: row["quantity_kg"] for row in given["yields"]}
    actor, now = current_actor(), clock.now()
    with db.transaction() as session:
        papers.tell_yields(session, actor, area_id, told, now=now)
        return _dossier(pieces.read(session, areas.get_area(session, actor, area_id), now=now))


@blueprint.post("/visit-photos")
@web.guarded("area.inspect")
@blueprint.arguments(PaperFile, location="files")
@blueprint.response(201, PhotoSchema)
def add_photo(sent: dict[str, Any], area_id: int) -> dict[str, Any]:
    """Keep a photo for the caller's next recorded visit; its place is told as a distance only."""
    actor, stream = current_actor(), sent["file"].stream
    judged = receive(actor, area_id, stream, act="area.inspect", kind="photo")
    with db.transaction() as session:
        photo = visit_photos.add(session, actor, area_id, judged, now=clock.now())
        return {"id": photo.id, "distance_m": photo.distance_m}


def _step(act: Callable[..., GrowingArea], area_id: int, **given: Any) -> dict[str, Any]:
    with db.transaction() as session:
        return area_json(act(session, current_actor(), area_id, now=clock.now(), **given))


def _dossier(dossier: pieces.Dossier) -> dict[str, Any]:
    return {
        "percent": dossier.percent,
        "pieces": [
            {
                "piece": piece.code,
                "name": labels.piece(piece.code),
                "severity": piece.severity,
                "state": piece.state,
                "causes": list(piece.causes),
                "papers": dict(zip(("there", "listed"), piece.papers, strict=True))
                if piece.papers
                else None,
                "source": piece.requirement.validity.source,
                "verified": piece.requirement.validity.verified,
            }
            for piece in dossier.pieces
        ],
    }


def _certificate(certificate: AreaCertificate) -> dict[str, Any]:
    return {
        "id": certificate.id,
        "standard": certificate.standard,
        "number": certificate.number,
        "body": certificate.body,
        "valid_from": certificate.valid_from,
        "valid_to": certificate.valid_to,
        "state": certificates.state_on(certificate, clock.today()),
        "has_file": certificate.file_digest is not None,
    }
