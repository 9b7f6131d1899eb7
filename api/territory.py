"""Administrative units for programs: by name, by code and day, by point."""

from __future__ import annotations

from datetime import date
from typing import Any

from api.blueprints import Blueprint
from foundation import clock, db, web
from foundation.errors import NotFound
from territory import boundaries, crosswalk, units
from territory.models import Unit
from territory.schemas import (
    OnQuery,
    PointQuery,
    UnitDetailSchema,
    UnitListSchema,
    UnitSchema,
    UnitsQuery,
)

blueprint = Blueprint(
    "api_territory", __name__, url_prefix="/api/v1", description="Administrative units"
)


@blueprint.get("/units")
@web.public
@blueprint.arguments(UnitsQuery, location="query")
@blueprint.response(200, UnitListSchema)
def list_units(query: dict[str, Any]) -> dict[str, Any]:
    """Units in force on a day, in Vietnamese order, or those a name may mean.

    With ``q`` the best matches come first, units of the old order among them with what they
    became, and there is no further page.
    """
    on = query.get("on") or clock.today()
    level, parent = query.get("level"), query.get("parent")
    with db.reading() as session:
        if query.get("q"):
            found = units.search(
                session, query["q"], on=on, level=level, parent=parent, limit=query["limit"]
            )
            items = [_unit_json(match.unit, match.successors) for match in found]
            return {"items": items, "next": None}
        page = units.list_units(
            session,
            on=on,
            level=level,
            parent=parent,
            cursor=query.get("cursor"),
            size=query["limit"],
        )
        return {"items": [_unit_json(unit) for unit in page.items], "next": page.next_cursor}


@blueprint.get("/units/at")
@web.public
@blueprint.arguments(PointQuery, location="query")
@blueprint.response(200, UnitSchema)
def unit_at(query: dict[str, Any]) -> dict[str, Any]:
    """The commune in force at a point; 404 where no boundary is known."""
    lon, lat = query["lon"], query["lat"]
    with db.reading() as session:
        code = boundaries.unit_at(session, lon, lat)
        if code is None:
            raise NotFound("territory.nowhere", lon=lon, lat=lat)
        return _unit_json(units.get_unit(session, code, clock.today()))


@blueprint.get("/units/<code>")
@web.public
@blueprint.arguments(OnQuery, location="query")
@blueprint.response(200, UnitDetailSchema)
def get_unit(query: dict[str, Any], code: str) -> dict[str, Any]:
    """The unit that bore a code on a day, what it was made from and what it became."""
    on: date = query.get("on") or clock.today()
    with db.reading() as session:
        unit = units.get_unit(session, code, on)
        became: list[Unit] = []
        if unit.valid_to is not None:
            today = max(clock.today(), unit.valid_to)
            became = [s.unit for s in crosswalk.successors(session, unit.code, on=today)]
        made_from = [
            {"code": p.unit.code, "label": units.label(p.unit), "extent": p.extent}
            for p in crosswalk.predecessors(session, unit)
        ]
        return {**_unit_json(unit, became), "predecessors": made_from}


def _unit_json(unit: Unit, successors: Any = ()) -> dict[str, Any]:
    return {
        "code": unit.code,
        "label": units.label(unit),
        "level": unit.level,
        "unit_type": unit.unit_type,
        "name": unit.name,
        "full_name": unit.full_name,
        "name_en": unit.name_en,
        "parent_code": unit.parent_code,
        "province_code": unit.province_code,
        "valid_from": unit.valid_from,
        "valid_to": unit.valid_to,
        "successors": [{"code": s.code, "label": units.label(s)} for s in successors],
    }
