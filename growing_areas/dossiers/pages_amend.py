"""Proposing a change to an area in force: draw, paste or upload; see it checked; hand it in."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, redirect, request, url_for
from flask.typing import ResponseReturnValue
from werkzeug.datastructures import MultiDict

from accounts import permissions
from accounts.doors import current_actor
from foundation import clock, db, inputs, web
from foundation.errors import Finding, NguonError
from foundation.i18n import _
from growing_areas import answers, areas, checking, drawn, labels, zones
from growing_areas.dossiers import amendments, lifecycle
from growing_areas.dossiers.amendments import Change
from growing_areas.dossiers.schemas import AmendmentInput
from growing_areas.drawn import Drawn
from growing_areas.pages_surroundings import tiles
from growing_areas.parcels import picture
from growing_areas.parcels.board import of_plot
from growing_areas.shapes.repairs import REPAIRS

blueprint = Blueprint("amend", __name__, url_prefix="/workspace/areas/<int:area_id>")

_BUTTONS = ("act", "repair", "csrf_token", "geometry", "file", "crs")


@blueprint.get("/amend")
@web.guarded("area.submit")
def form(area_id: int) -> str:
    """The form, filled with what stands."""
    with db.reading() as session:
        area = areas.get_area(session, current_actor(), area_id)
        permissions.require(current_actor(), "area.submit", area)
        lifecycle.check(area, "amend_propose")
        values = {
            "name": area.name,
            "variety": area.variety,
            "planting_year": area.planting_year,
            "expected_yield_kg": area.expected_yield_kg,
            "geometry": answers.geometry_text(area),
        }
        likely = zones.of_commune(session, area.commune_code, clock.today())
    return web.render(
        "growing_areas/amend.html",
        area=area, labels=labels, form=web.Form(values), tiles=tiles(), zones=likely,
    )  # fmt: skip


@blueprint.post("/amend")
@web.guarded("area.submit")
def propose(area_id: int) -> ResponseReturnValue:
    """Check or repair the new outline, or hand the change in."""
    shape: Drawn | None = None
    values: dict[str, Any] = request.form.to_dict()
    try:
        shape = _shape()
        values.update(geometry=shape.text, crs="")
        change = _change(shape)
        with db.transaction() as session:
            if request.form.get("act") == "save":
                amendments.propose(session, current_actor(), area_id, change, now=clock.now())
            else:
                area = areas.get_area(session, current_actor(), area_id)
                found = amendments.check(session, area, change, now=clock.now()).findings
                return _again(area_id, values, shape, found, 200)
    except NguonError as error:
        if error.status in (401, 403, 404):
            raise
        findings = [*(error.findings or (Finding(error.code, error.params),))]
        if shape is not None and not any(f.field == "geometry" for f in findings):
            findings += checking.outline_findings(shape.reading)
        return _again(area_id, values, shape, findings, error.status)
    web.flash_done(_("Đã gửi đề nghị thay đổi. Bản cũ vẫn có hiệu lực tới khi được duyệt."))
    return redirect(url_for("growing_areas.areas.show", area_id=area_id), 303)


@blueprint.post("/amend/withdraw")
@web.guarded("area.submit")
def withdraw(area_id: int) -> ResponseReturnValue:
    """Take the change back."""
    with db.transaction() as session:
        amendments.withdraw(session, current_actor(), area_id, now=clock.now())
    web.flash_done(_("Đã rút đề nghị thay đổi."))
    return redirect(url_for("growing_areas.areas.show", area_id=area_id), 303)


def _shape() -> Drawn:
    upload = request.files.get("file")
    repair = request.form.get("repair")
    return drawn.from_form(
        request.form.get("geometry", ""),
        upload.filename or "" if upload else "",
        upload.read() if upload else b"",
        repair if repair in REPAIRS else None,
        request.form.get("crs") or None,
    )


def _change(shape: Drawn) -> Change:
    kept = [(k, v) for k, v in request.form.items(multi=True) if k not in _BUTTONS]
    given = inputs.load(AmendmentInput, MultiDict(kept))
    return Change(**given, geometry=shape.source, origin=shape.origin)


def _again(
    area_id: int, values: dict[str, Any], shape: Drawn | None, findings: Any, status: int
) -> ResponseReturnValue:
    placed = [finding for finding in findings if finding.coordinate is not None]
    with db.reading() as session:
        area = areas.get_area(session, current_actor(), area_id)
        likely = zones.of_commune(session, area.commune_code, clock.today())
        parcels = of_plot(session, area.plot_id)
        rings = shape.reading.rings if shape else ()
        sketch = picture.tried(areas.outline_of(area.version), parcels, rings, placed)
    values["crs"] = values.get("crs") or zones.fitting(likely, findings)
    return web.render(
        "growing_areas/amend.html",
        area=area, labels=labels, tiles=tiles(), zones=likely, form=web.Form(values, findings),
        findings=findings,
        placed=placed, sketch=sketch,
        offers=shape.offers if shape else (),
        measures=shape.reading.measures if shape else None, checked=status == 200,
    ), status  # fmt: skip
