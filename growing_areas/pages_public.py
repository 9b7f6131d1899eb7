"""The public page of an area: what it grows, who answers for it, whether its code stands.

No person. The map shows the cells of about 1 km the area lies in; the exact outline only where
its owner chose so.
"""

from __future__ import annotations

import json

import shapely
from flask import Blueprint, Response, redirect, url_for
from flask.typing import ResponseReturnValue

from foundation import clock, db, web
from growing_areas import areas, crops, labels, registration
from growing_areas.dossiers import certificates
from growing_areas.dossiers import labels as dossier_labels
from growing_areas.mapping.outlines import public_outline
from growing_areas.shapes import drawing
from territory import boundaries, units

_NEARBY_DEGREES = 0.03
_COARSE = f"{drawing.COARSE_DEGREES} degrees"

blueprint = Blueprint("public", __name__, url_prefix="/areas")


@blueprint.get("/<code>")
@web.public
def show(code: str) -> ResponseReturnValue:
    """An area by its code, whatever became of it."""
    with db.reading() as session:
        area = registration.get_public(session, code)
        if code != area.code:
            return redirect(url_for(".show", code=area.code), 301)
        outline = public_outline(areas.outline_of(area.version), is_exact=area.outline_public)
        commune = boundaries.boundary_of(session, area.commune_code)
        place = units.labels(session, {area.commune_code}, clock.today())
        held = certificates.valid_on(session, [area.id], clock.today()).get(area.id, [])
    around = [("", commune)] if commune is not None else []
    frame = commune if commune is not None else outline
    return web.render(
        "growing_areas/public.html",
        area=area,
        labels=labels,
        crop=crops.find_crop(area.crop_code),
        place=place.get(area.commune_code, ""),
        standards=[(dossier_labels.standard(each.standard), each.valid_to) for each in held],
        around=_around(outline.bounds),
        sketch=drawing.sketch_within(frame, drawing.rings_of(outline), around),
    )


def _around(bounds: tuple[float, float, float, float]) -> str:
    """The frame round a public outline, as the map's address holds it."""
    west, south, east, north = bounds
    reach = _NEARBY_DEGREES
    told = west - reach, south - reach, east + reach, north + reach
    return ",".join(f"{value:.2f}" for value in told)


@blueprint.get("/<code>/outline.geojson")
@web.public
def outline_file(code: str) -> Response:
    """The public outline as GeoJSON, for those who build maps."""
    with db.reading() as session:
        area = registration.get_public(session, code)
        outline = public_outline(areas.outline_of(area.version), is_exact=area.outline_public)
        document = {
            "type": "Feature",
            "geometry": json.loads(shapely.to_geojson(outline)),
            "properties": {
                "code": area.code,
                "crop": area.crop_code,
                "status": area.status,
                "area_ha": round(area.version.area_m2 / 10_000, 4),
                "commune_code": area.commune_code,
                "precision": "exact" if area.outline_public else _COARSE,
            },
        }
    return Response(json.dumps(document, ensure_ascii=False), mimetype="application/geo+json")
