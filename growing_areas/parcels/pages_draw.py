"""Drawing parcels: one by drawing, pasting, sending or listing it; looked at before it is kept.

The form answers as the areas' own does: check (findings, size and map), a repair, and save.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

from flask import Blueprint, Response, redirect, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from accounts.doors import current_actor
from accounts.permissions import may, require
from foundation import clock, db, inputs, web
from foundation.errors import Conflict, Finding, Invalid
from foundation.i18n import _, number
from growing_areas import answers, areas, checking, drawn, labels, proposals, zones
from growing_areas.drawn import Drawn
from growing_areas.models import GrowingArea
from growing_areas.pages_surroundings import tiles
from growing_areas.parcels import households, parcels, picture, versions
from growing_areas.parcels.board import ParcelTold, of_plot
from growing_areas.parcels.models import Parcel
from growing_areas.parcels.schemas import ParcelInput, ParcelSurroundingsQuery
from growing_areas.shapes.measure import hectares
from growing_areas.shapes.repairs import REPAIRS

blueprint = Blueprint("draw", __name__, url_prefix="/parcels")

_FORM = "growing_areas/parcels/form.html"
_BUTTONS = ("act", "repair", "crs", "geometry", "file")


@blueprint.get("/new")
@web.guarded("area.propose")
def new(area_id: int) -> str:
    """An empty form."""
    with db.reading() as session:
        return web.render(_FORM, form=web.Form(), **_context(session, area_id, None))


@blueprint.post("/new")
@web.guarded("area.propose")
def create(area_id: int) -> ResponseReturnValue:
    """Look at a parcel, repair or store it, or show everything that is wrong with it."""
    return _answer(area_id, None)


@blueprint.get("/<int:parcel_id>/edit")
@web.guarded("area.propose")
def edit(area_id: int, parcel_id: int) -> str:
    """The form of a parcel as it stands."""
    with db.reading() as session:
        context = _context(session, area_id, parcel_id)
        parcel: Parcel = context["parcel"]
        values = {
            "label": parcel.label,
            "household": parcel.household_id,
            "area_ha": None if parcel.is_drawn else number(hectares(parcel.area_m2)),
            "geometry": answers.outline_text(parcel.geometry) if parcel.geometry else "",
        }
        return web.render(_FORM, form=web.Form(values), **context)


@blueprint.post("/<int:parcel_id>/edit")
@web.guarded("area.propose")
def change(area_id: int, parcel_id: int) -> ResponseReturnValue:
    """The same for a parcel that is there."""
    return _answer(area_id, parcel_id)


@blueprint.get("/surroundings.geojson")
@web.guarded("area.propose")
def surroundings(area_id: int) -> Response:
    """What the drawing map shows around: the plot and its parcels but the one drawn anew."""
    left_out = inputs.load(ParcelSurroundingsQuery, request.args).get("parcel")
    with db.reading() as session:
        area = own_area(session, area_id)
        outline = areas.outline_of(proposals.latest_version(session, area.plot_id))
        features = [answers.shape_feature(outline, {"kind": "area"})]
        features += [
            answers.shape_feature(
                areas.shape_of(parcel.geometry), {"kind": "neighbour", "name": str(parcel.number)}
            )
            for parcel in of_plot(session, area.plot_id)
            if parcel.geometry is not None and parcel.id != left_out
        ]
    document = {"type": "FeatureCollection", "features": features}
    return Response(json.dumps(document, ensure_ascii=False), mimetype="application/geo+json")


def own_area(session: Session, area_id: int) -> GrowingArea:
    """The area whose parcels the reader may enter. Raises: NotFound, Forbidden."""
    area = areas.get_area(session, current_actor(), area_id)
    require(current_actor(), "area.propose", area)
    return area


def _answer(area_id: int, parcel_id: int | None) -> ResponseReturnValue:
    """Read the form, then show it again with what was found, or store it and go on."""
    shape: Drawn | None = None
    values: dict[str, Any] = request.form.to_dict()
    try:
        shape = _shape()
        # The numbers are in WGS 84 from here on: asked again they must not be moved twice.
        values.update(geometry=shape.text, crs="")
        told = _told(shape)
        if request.form.get("act") != "check" and not request.form.get("repair"):
            return _save(area_id, parcel_id, told, shape)
        with db.transaction() as session:
            found = parcels.weigh(session, current_actor(), area_id, told, parcel_id)
        if any(finding.severity == "error" for finding in found):
            raise Invalid(found, "parcel.invalid")
    except (Invalid, Conflict) as error:
        findings = [*(error.findings or (Finding(error.code, error.params),))]
        if shape is not None and not any(f.field == "geometry" for f in findings):
            findings += checking.outline_findings(shape.reading)
        findings += shape.notices if shape else ()
        return _again(area_id, parcel_id, values, shape, findings, error.status)
    return _again(area_id, parcel_id, values, shape, [*shape.notices, *found], 200)


def _save(
    area_id: int, parcel_id: int | None, told: ParcelTold, shape: Drawn
) -> ResponseReturnValue:
    actor, now = current_actor(), clock.now()
    with db.transaction() as session:
        if parcel_id is None:
            done = parcels.add(session, actor, area_id, told, now=now)
        else:
            done = parcels.change(session, actor, area_id, parcel_id, told, now=now)
        label = done.parcel.label
    said = _("Đã lưu %(label)s.", label=label)
    web.flash_done(answers.told(said, (*shape.notices, *done.findings)))
    return redirect(url_for("growing_areas.parcels.show", area_id=area_id), 303)


def _shape() -> Drawn:
    """The outline of the form: a file wins over the text."""
    upload = request.files.get("file")
    repair = request.form.get("repair")
    return drawn.from_form(
        request.form.get("geometry", ""),
        upload.filename or "" if upload else "",
        upload.read() if upload else b"",
        repair if repair in REPAIRS else None,
        request.form.get("crs") or None,
    )


def _told(shape: Drawn) -> ParcelTold:
    """The form as a parcel; no outline means a listed one."""
    plain = request.form.copy()
    for name in _BUTTONS:
        plain.pop(name, None)
    given = inputs.load(ParcelInput, plain)
    if shape.source is not None:
        given = {**given, "geometry": shape.source, "origin": shape.origin, "area_ha": None}
    return ParcelTold(**given)


def _again(
    area_id: int,
    parcel_id: int | None,
    values: dict[str, Any],
    shape: Drawn | None,
    findings: Sequence[Finding],
    status: int,
) -> ResponseReturnValue:
    placed = [finding for finding in findings if finding.coordinate is not None]
    with db.reading() as session:
        context = _context(session, area_id, parcel_id)
        area: GrowingArea = context["area"]
        sisters = [each for each in of_plot(session, area.plot_id) if each.id != parcel_id]
        version = proposals.latest_version(session, area.plot_id)
    values["crs"] = values.get("crs") or zones.fitting(context["zones"], findings)
    rings = shape.reading.rings if shape else ()
    context.update(
        findings=findings,
        placed=placed,
        sketch=picture.tried(areas.outline_of(version), sisters, rings, placed),
        offers=shape.offers if shape else (),
        measures=shape.reading.measures if shape else None,
        checked=status == 200,
    )
    return web.render(_FORM, form=web.Form(values, findings), **context), status


def _context(session: Session, area_id: int, parcel_id: int | None) -> dict[str, Any]:
    area = own_area(session, area_id)
    parcel = parcels.get_parcel(session, area, parcel_id) if parcel_id is not None else None
    mine = may(current_actor(), "area.propose", area)
    listed = households.of_plot(session, area.plot_id) if mine else []
    return {
        "area": area,
        "parcel": parcel,
        "drawn": versions.of_parcel(session, parcel.id) if parcel is not None else [],
        "household_options": [(row.id, row.name) for row in listed],
        "labels": labels,
        "tiles": tiles(),
        "zones": zones.of_commune(session, area.commune_code, clock.today()),
    }
