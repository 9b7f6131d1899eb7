"""Drawing parcels: one by drawing, pasting or listing it; many from a file, seen before kept."""

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
from foundation.i18n import _, ngettext, number
from growing_areas import answers, areas, drawn, labels, proposals
from growing_areas.files.features import json_of, name_of
from growing_areas.files.reading import read_file
from growing_areas.models import GrowingArea
from growing_areas.pages_surroundings import tiles
from growing_areas.parcels import households, importing, parcels
from growing_areas.parcels.board import ParcelTold, of_plot
from growing_areas.parcels.importing import Drawn
from growing_areas.parcels.models import Parcel
from growing_areas.parcels.schemas import ParcelInput
from growing_areas.shapes.measure import hectares

blueprint = Blueprint("draw", __name__, url_prefix="/parcels")

_FORM = "growing_areas/parcels/form.html"
_IMPORT = "growing_areas/parcels/import.html"
MOST_KEPT = 1_500_000
"""Characters of outlines a form carries from the preview to the decision."""


@blueprint.get("/new")
@web.guarded("area.propose")
def new(area_id: int) -> str:
    """An empty form."""
    with db.reading() as session:
        return web.render(_FORM, form=web.Form(), **_context(session, area_id, None))


@blueprint.post("/new")
@web.guarded("area.propose")
def create(area_id: int) -> ResponseReturnValue:
    """Store a parcel, or show everything that is wrong with it."""
    return _save(area_id, None)


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
        }
        return web.render(_FORM, form=web.Form(values), **context)


@blueprint.post("/<int:parcel_id>/edit")
@web.guarded("area.propose")
def change(area_id: int, parcel_id: int) -> ResponseReturnValue:
    """Store a parcel anew."""
    return _save(area_id, parcel_id)


@blueprint.get("/surroundings.geojson")
@web.guarded("area.propose")
def surroundings(area_id: int) -> Response:
    """What the drawing map shows around: the plot and its parcels."""
    with db.reading() as session:
        area = _own_area(session, area_id)
        outline = areas.outline_of(proposals.latest_version(session, area.plot_id))
        features = [answers.shape_feature(outline, {"kind": "area"})]
        features += [
            answers.shape_feature(
                areas.shape_of(parcel.geometry), {"kind": "neighbour", "name": str(parcel.number)}
            )
            for parcel in of_plot(session, area.plot_id)
            if parcel.geometry is not None
        ]
    document = {"type": "FeatureCollection", "features": features}
    return Response(json.dumps(document, ensure_ascii=False), mimetype="application/geo+json")


@blueprint.get("/import")
@web.guarded("area.propose")
def choose(area_id: int) -> str:
    """The form: a file, and which of its columns tell label and household."""
    return _import_page(area_id, web.Form())


@blueprint.post("/import")
@web.guarded("area.propose")
def take_in(area_id: int) -> ResponseReturnValue:
    """Show what a file holds, or store what was shown."""
    rows: list[importing.Row] = []
    kept = ""
    try:
        shapes = _shapes()
        kept = _kept(shapes)
        actor, now = current_actor(), clock.now()
        if request.form.get("act") == "save":
            with db.transaction() as session:
                made = importing.take_in(session, actor, area_id, shapes, now=now)
            count = len(made)
            web.flash_done(ngettext("Đã ghi %(num)s thửa.", "Đã ghi %(num)s thửa.", count))
            return redirect(url_for("growing_areas.parcels.show", area_id=area_id), 303)
        with db.transaction() as session:
            rows = importing.preview(session, actor, area_id, shapes)
    except (Invalid, Conflict) as error:
        return _import_page(area_id, web.Form.kept(error), kept=kept), error.status
    return _import_page(area_id, web.Form(request.form), rows=rows, kept=kept)


def _save(area_id: int, parcel_id: int | None) -> ResponseReturnValue:
    text = request.form.get("geometry", "")
    try:
        told, text = _told()
        actor, now = current_actor(), clock.now()
        with db.transaction() as session:
            if parcel_id is None:
                done = parcels.add(session, actor, area_id, told, now=now)
            else:
                done = parcels.change(session, actor, area_id, parcel_id, told)
            label = done.parcel.label
    except (Invalid, Conflict) as error:
        values = {**request.form.to_dict(), "geometry": text}
        with db.reading() as session:
            context = _context(session, area_id, parcel_id)
        return web.render_again(_FORM, error, form=web.Form.kept(error, values), **context)
    web.flash_done(answers.told(_("Đã lưu %(label)s.", label=label), done.findings))
    return redirect(url_for("growing_areas.parcels.show", area_id=area_id), 303)


def _told() -> tuple[ParcelTold, str]:
    """The form as a parcel: a file wins over the text; no outline means a listed one."""
    upload = request.files.get("file")
    shape = drawn.from_form(
        request.form.get("geometry", ""),
        upload.filename or "" if upload else "",
        upload.read() if upload else b"",
        None,
    )
    plain = request.form.copy()
    for name in ("geometry", "file", "act"):
        plain.pop(name, None)
    given = inputs.load(ParcelInput, plain)
    if shape.source is not None:
        given = {**given, "geometry": shape.source, "origin": shape.origin, "area_ha": None}
    return ParcelTold(**given), shape.text


def _context(session: Session, area_id: int, parcel_id: int | None) -> dict[str, Any]:
    area = _own_area(session, area_id)
    parcel = parcels.get_parcel(session, area, parcel_id) if parcel_id is not None else None
    mine = may(current_actor(), "area.propose", area)
    listed = households.of_plot(session, area.plot_id) if mine else []
    return {
        "area": area,
        "parcel": parcel,
        "household_options": [(row.id, row.name) for row in listed],
        "labels": labels,
        "tiles": tiles(),
    }


def _own_area(session: Session, area_id: int) -> GrowingArea:
    area = areas.get_area(session, current_actor(), area_id)
    require(current_actor(), "area.propose", area)
    return area


def _shapes() -> list[Drawn]:
    """The shapes of the file just sent, or those kept from the preview."""
    upload = request.files.get("file")
    content = upload.read() if upload else b""
    if upload is not None and content:
        features = read_file(upload.filename or "", content)
        columns = (request.form.get(name, "")[:60] for name in ("label_column", "household_column"))
        return importing.drawn_of(features, *columns)
    kept = request.form.get("kept", "")
    if not kept:
        raise Invalid([Finding("file.empty", {}, "file")])
    try:
        return [
            Drawn(int(n), name_of(label)[:120], name_of(household), shape)
            for n, label, household, shape in json_of(kept)
        ]
    except (ValueError, TypeError, OverflowError, RecursionError):
        raise Invalid([Finding("file.not_geojson", {}, "file")]) from None


def _kept(shapes: Sequence[Drawn]) -> str:
    rows = [(each.number, each.label, each.household, each.geometry) for each in shapes]
    text = json.dumps(rows, ensure_ascii=False)
    if len(text) > MOST_KEPT:
        raise Invalid([Finding("file.too_large_for_page", {"count": len(shapes)}, "file")])
    return text


def _import_page(area_id: int, form: web.Form, **context: Any) -> str:
    with db.reading() as session:
        area = _own_area(session, area_id)
    return web.render(_IMPORT, form=form, area=area, labels=labels, **context)
