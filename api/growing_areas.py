"""Growing areas for programs: registrations, imports, decisions, EUDR."""

from __future__ import annotations

import json
from typing import Any

import shapely
from flask import Response, request

from accounts.doors import current_actor
from api.blueprints import Blueprint
from foundation import clock, db, web
from foundation.paging import Page
from growing_areas import areas, crops, registration
from growing_areas.answer_shapes import (
    AreaDetailSchema,
    AreaListSchema,
    AreaSchema,
    CropListSchema,
    ImportedSchema,
)
from growing_areas.answers import (
    area_json,
    crop_json,
    decision_of,
    finding_json,
    geojson_feature,
    proposal_of,
)
from growing_areas.dossiers import approval, inspection, lifecycle, pieces
from growing_areas.dossiers.inspection import Visit
from growing_areas.dossiers.schemas import CauseInput, VisitInput
from growing_areas.eudr.answers import eudr_file
from growing_areas.eudr.schemas import EudrQuery
from growing_areas.files.reading import read_file
from growing_areas.imports import importing
from growing_areas.models import GrowingArea
from growing_areas.registration import AreaQuery
from growing_areas.schemas import (
    ApprovalInput,
    AreaInput,
    AreaNoteInput,
    AreasQuery,
    ImportFile,
    ImportInput,
)

blueprint = Blueprint(
    "api_growing_areas", __name__, url_prefix="/api/v1", description="Growing areas"
)

GEOJSON = "application/geo+json"
_COLLECTION = {GEOJSON: {"schema": {"type": "object"}}}


@blueprint.get("/crops")
@web.public
@blueprint.response(200, CropListSchema)
def list_crops() -> dict[str, Any]:
    """Crops, fish and animals that areas are registered for, in one page."""
    items = [crop_json(crop) for crop in crops.crops().values()]
    return {"items": items, "next": None}


@blueprint.post("/growing-areas")
@web.guarded("area.propose")
@blueprint.arguments(AreaInput)
@blueprint.made_at(AreaSchema, "/growing-areas/{id}")
def propose(given: dict[str, Any]) -> dict[str, Any]:
    """Register a growing area as a draft; bad geometry answers 422 naming rule and coordinate."""
    organisation = given.pop("organisation")
    with db.transaction() as session:
        made = registration.propose(
            session, current_actor(), organisation, proposal_of(given), now=clock.now()
        )
        return area_json(made.area, made.findings)


@blueprint.post("/growing-areas/import")
@web.guarded("area.propose")
@blueprint.arguments(ImportInput, location="form")
@blueprint.arguments(ImportFile, location="files")
@blueprint.response(201, ImportedSchema)
def import_file(given: dict[str, Any], sent: dict[str, Any]) -> dict[str, Any]:
    """Register every shape of a file, or none: GeoJSON, KML, KMZ, GPX, zip, GPKG, CSV, WKT.

    500 shapes at most. A file of up to 5,000 is imported on the page ``/workspace/areas/import``
    or with ``nguon areas import``.
    """
    organisation, names = given.pop("organisation"), given.pop("repairs")
    upload, system = sent["file"], given.pop("crs", None)
    features = read_file(upload.filename or "", upload.read(), system)
    importing.refuse_too_many_at_once(features)
    features = importing.repaired(features, names)
    with db.transaction() as session:
        done = importing.import_features(
            session,
            current_actor(),
            organisation,
            proposal_of(given),
            features,
            now=clock.now(),
            file_name=upload.filename or "",
        )
        return {
            "import": done.batch.id,
            "created": [area_json(made.area, made.findings) for made in done.created],
            "findings": [finding_json(finding) for finding in done.findings],
        }


@blueprint.get("/growing-areas")
@web.guarded("area.read")
@blueprint.arguments(AreasQuery, location="query")
@blueprint.response(200, AreaListSchema)
@blueprint.doc(responses={200: {"content": _COLLECTION}})
def list_areas(query: dict[str, Any]) -> Any:
    """Areas the caller may see; ``Accept: application/geo+json`` answers a FeatureCollection."""
    size = query.pop("limit")
    with db.reading() as session:
        page = registration.list_areas(session, current_actor(), AreaQuery(**query, size=size))
        if request.accept_mimetypes.best_match(["application/json", GEOJSON]) == GEOJSON:
            return _collection(page)
        return {"items": [area_json(area) for area in page.items], "next": page.next_cursor}


@blueprint.get("/growing-areas/eudr.geojson")
@web.guarded("area.read")
@blueprint.arguments(EudrQuery, location="query")
@blueprint.doc(responses={"200": {"description": "FeatureCollection", "content": _COLLECTION}})
def export_eudr(query: dict[str, Any]) -> Response:
    """The plots file for the EU deforestation regulation; 409 with all that the EU would refuse.

    ``leave_out`` names codes that stay out, ``points`` asks for a point where one will do,
    ``producer=households`` writes each drawn parcel under its household's name.
    """
    return eudr_file(query)


@blueprint.get("/growing-areas/<int:area_id>")
@web.guarded("area.read")
@blueprint.response(200, AreaDetailSchema)
def get_area(area_id: int) -> dict[str, Any]:
    """One area with its outline, what its dossier lacks, and its history."""
    with db.reading() as session:
        area = areas.get_area(session, current_actor(), area_id)
        missing = pieces.missing_pieces(session, area, now=clock.now())
        return {
            **area_json(area),
            "geometry": json.loads(shapely.to_geojson(areas.outline_of(area.version))),
            "households": pieces.count_households(session, area.id),
            "missing": [finding_json(finding) for finding in missing],
            "events": [
                {
                    "action": event.action,
                    "status": event.to_status,
                    "reason": event.reason,
                    "happened_at": event.happened_at.isoformat(),
                }
                for event in lifecycle.list_events(session, area.id)
            ],
        }


@blueprint.post("/growing-areas/<int:area_id>/submit")
@web.guarded("area.submit")
@blueprint.response(200, AreaSchema)
def submit(area_id: int) -> dict[str, Any]:
    """Hand a draft in; a missing dossier piece answers 409 listing the pieces."""
    with db.transaction() as session:
        return area_json(registration.submit(session, current_actor(), area_id, now=clock.now()))


@blueprint.post("/growing-areas/<int:area_id>/inspections")
@web.guarded("area.inspect")
@blueprint.arguments(VisitInput)
@blueprint.response(200, AreaSchema)
def inspect(given: dict[str, Any], area_id: int) -> dict[str, Any]:
    """Write down a visit: before the code an inspection, afterwards the yearly monitoring.

    ``kind: amendment`` inspects the outline an amendment proposes.
    """
    with db.transaction() as session:
        return area_json(
            inspection.record(session, current_actor(), area_id, Visit(**given), now=clock.now())
        )


@blueprint.post("/growing-areas/<int:area_id>/approve")
@web.guarded("area.approve")
@blueprint.arguments(ApprovalInput, required=False)
@blueprint.response(200, AreaSchema)
def approve(given: dict[str, Any], area_id: int) -> dict[str, Any]:
    """Approve and give the code; an overlap answers 409 unless ``overlap_reason`` is given."""
    with db.transaction() as session:
        return area_json(
            approval.approve(session, current_actor(), area_id, decision_of(given), now=clock.now())
        )


@blueprint.post("/growing-areas/<int:area_id>/send-back")
@web.guarded("area.inspect")
@blueprint.arguments(CauseInput)
@blueprint.response(200, AreaSchema)
def send_back(given: dict[str, Any], area_id: int) -> dict[str, Any]:
    """Return a dossier to its cooperative with a reason."""
    return _decide(approval.send_back, area_id, **given)


@blueprint.post("/growing-areas/<int:area_id>/suspend")
@web.guarded("area.approve")
@blueprint.arguments(CauseInput)
@blueprint.response(200, AreaSchema)
def suspend(given: dict[str, Any], area_id: int) -> dict[str, Any]:
    """Hold an area up: no new batch may come from it."""
    return _decide(approval.suspend, area_id, **given)


@blueprint.post("/growing-areas/<int:area_id>/restore")
@web.guarded("area.approve")
@blueprint.arguments(AreaNoteInput, required=False)
@blueprint.response(200, AreaSchema)
def restore(given: dict[str, Any], area_id: int) -> dict[str, Any]:
    """Let a suspended area go on."""
    return _decide(approval.restore, area_id, **given)


@blueprint.post("/growing-areas/<int:area_id>/revoke")
@web.guarded("area.approve")
@blueprint.arguments(CauseInput)
@blueprint.response(200, AreaSchema)
def revoke(given: dict[str, Any], area_id: int) -> dict[str, Any]:
    """End an area for good; its code is never given again."""
    return _decide(approval.revoke, area_id, **given)


def _decide(decide: Any, area_id: int, reason: str, **more: Any) -> dict[str, Any]:
    with db.transaction() as session:
        return area_json(decide(session, current_actor(), area_id, reason, now=clock.now(), **more))


def _collection(page: Page[GrowingArea]) -> Response:
    document = {
        "type": "FeatureCollection",
        "features": [geojson_feature(area) for area in page.items],
        "next": page.next_cursor,
    }
    return Response(json.dumps(document, ensure_ascii=False), mimetype=GEOJSON)
