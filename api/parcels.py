"""Parcels of growing areas for programs."""

from __future__ import annotations

from typing import Any

from accounts.doors import current_actor
from api.blueprints import Blueprint
from foundation import clock, db, web
from growing_areas import areas
from growing_areas.parcels import cutting, parcels
from growing_areas.parcels.answers import parcel_json
from growing_areas.parcels.parcels import ParcelTold
from growing_areas.parcels.schemas import CutInput, ParcelInput, ParcelListSchema, ParcelSchema

blueprint = Blueprint(
    "api_parcels",
    __name__,
    url_prefix="/api/v1/growing-areas/<int:area_id>/parcels",
    description="Parcels of growing areas",
)


@blueprint.get("")
@web.guarded("area.read")
@blueprint.response(200, ParcelListSchema)
def list_parcels(area_id: int) -> dict[str, Any]:
    """The parcels of the area's plot by number, in one page."""
    with db.reading() as session:
        found = parcels.list_parcels(session, current_actor(), area_id)
        return {"items": [parcel_json(parcel) for parcel in found], "next": None}


@blueprint.post("")
@web.guarded("area.propose")
@blueprint.arguments(ParcelInput)
@blueprint.response(201, ParcelSchema)
def add_parcel(given: dict[str, Any], area_id: int) -> dict[str, Any]:
    """Draw or list a parcel; one outside its plot or over a sister answers 422 with the place."""
    with db.transaction() as session:
        told = ParcelTold(**given)
        placed = parcels.add(session, current_actor(), area_id, told, now=clock.now())
        return parcel_json(placed.parcel, placed.findings)


@blueprint.post("/cut")
@web.guarded("area.propose")
@blueprint.arguments(CutInput)
@blueprint.response(200, ParcelListSchema)
def cut_parcels(given: dict[str, Any], area_id: int) -> dict[str, Any]:
    """Cut parcels to the area's outline; 422 where nothing of one lies inside."""
    with db.transaction() as session:
        actor = current_actor()
        cutting.cut(session, actor, area_id, given["parcels"], now=clock.now())
        wanted = set(given["parcels"])
        found = parcels.list_parcels(session, actor, area_id)
        return {"items": [parcel_json(p) for p in found if p.id in wanted], "next": None}


@blueprint.put("/<int:parcel_id>")
@web.guarded("area.propose")
@blueprint.arguments(ParcelInput)
@blueprint.response(200, ParcelSchema)
def change_parcel(given: dict[str, Any], area_id: int, parcel_id: int) -> dict[str, Any]:
    """Name, assign or draw a parcel anew; 409 where the diary names the ground it would leave."""
    with db.transaction() as session:
        told = ParcelTold(**given)
        actor, now = current_actor(), clock.now()
        placed = parcels.change(session, actor, area_id, parcel_id, told, now=now)
        return parcel_json(placed.parcel, placed.findings)


@blueprint.delete("/<int:parcel_id>")
@web.guarded("area.propose")
@blueprint.response(200, ParcelSchema)
def remove_parcel(area_id: int, parcel_id: int) -> dict[str, Any]:
    """Take a parcel off the plot; diary and batches go on naming it."""
    with db.transaction() as session:
        actor = current_actor()
        parcels.remove(session, actor, area_id, [parcel_id], now=clock.now())
        area = areas.load_area(session, area_id)
        return parcel_json(parcels.get_parcel(session, area, parcel_id))
