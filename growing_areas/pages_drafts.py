"""Drafts: register an area by drawing, pasting or uploading its outline; change it until handed in.

The form answers three buttons: check (show findings, area and map), a repair, and save.
Everything works without a script; the script only draws into the text field.
"""

from __future__ import annotations

from typing import Any

from flask import Blueprint, redirect, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy import select
from sqlalchemy.orm import Session

from accounts import organisations, permissions
from accounts.doors import current_actor
from accounts.models import Organisation
from foundation import clock, db, inputs, web
from foundation.errors import Conflict, Finding, Invalid
from foundation.i18n import _
from growing_areas import (
    answers,
    areas,
    checking,
    drawn,
    households,
    labels,
    pages_surroundings,
    proposals,
    registration,
    zones,
)
from growing_areas.drawn import Drawn
from growing_areas.models import GrowingArea
from growing_areas.proposals import Proposal
from growing_areas.schemas import AreaForm
from growing_areas.shapes.repairs import REPAIRS

blueprint = Blueprint("drafts", __name__, url_prefix="/workspace/areas")

_TEMPLATE = "growing_areas/form.html"
_BUTTONS = ("act", "repair", "crs")


@blueprint.get("/new")
@web.guarded("area.propose")
def new() -> str:
    """An empty form."""
    with db.reading() as session:
        return web.render(_TEMPLATE, **_context(session, None), form=web.Form())


@blueprint.post("/new")
@web.guarded("area.propose")
def create() -> ResponseReturnValue:
    """Check, repair or store a new draft."""
    return _answer(None)


@blueprint.get("/<int:area_id>/edit")
@web.guarded("area.propose")
def edit(area_id: int) -> str:
    """The form of a draft, with its outline as text."""
    with db.reading() as session:
        area = _draft(session, area_id)
        values = {
            "name": area.name,
            "crop": area.crop_code,
            "commune_code": area.commune_code,
            "market": area.market,
            "variety": area.variety,
            "planting_year": area.planting_year,
            "expected_yield_kg": area.expected_yield_kg,
            "geometry": answers.geometry_text(area),
        }
        return web.render(_TEMPLATE, **_context(session, area), form=web.Form(values))


@blueprint.post("/<int:area_id>/edit")
@web.guarded("area.propose")
def change(area_id: int) -> ResponseReturnValue:
    """Check, repair or store a draft anew."""
    return _answer(area_id)


def _answer(area_id: int | None) -> ResponseReturnValue:
    """Read the form, then show it again with what was found, or store it and go on."""
    shape: Drawn | None = None
    values: dict[str, Any] = request.form.to_dict()
    try:
        shape = _shape()
        # The numbers are in WGS 84 from here on: asked again they must not be moved twice.
        values.update(geometry=shape.text, crs="")
        given = _given(values)
        saving = request.form.get("act") == "save"
        with db.transaction() as session:
            done = _store(session, area_id, given, shape, saving=saving)
    except Invalid as error:
        found = [*_unchosen(area_id, values, error), *error.findings]
        if shape is not None and not any(f.field == "geometry" for f in found):
            found += checking.outline_findings(shape.reading)
        found += shape.notices if shape else ()
        return _again(area_id, values, shape, found, error.status)
    if not saving:
        return _again(area_id, values, shape, (*shape.notices, *done.findings), 200)
    web.flash_done(
        _("Đã lưu bản nháp %(name)s.", name=done.name),
        url_for("growing_areas.areas.discard", area_id=done.id) if area_id is None else None,
    )
    return redirect(url_for("growing_areas.areas.show", area_id=done.id), 303)


def _unchosen(area_id: int | None, values: dict[str, Any], error: Invalid) -> list[Finding]:
    """What an error of other fields hides: that nobody chose for which organisation the area is."""
    if area_id is not None or values.get("organisation"):
        return []
    if any(finding.field == "organisation" for finding in error.findings):
        return []
    with db.reading() as session:
        is_plain = len(own_organisations(session)) == 1
    return [] if is_plain else [Finding("input.required", {}, "organisation")]


class _Done:
    """What came of a form: the stored draft, or only the findings of a check."""

    def __init__(self, findings: tuple[Finding, ...], area: GrowingArea | None) -> None:
        self.findings = findings
        self.id = area.id if area else 0
        self.name = area.name if area else ""


def _store(
    session: Session, area_id: int | None, given: dict[str, Any], shape: Drawn, *, saving: bool
) -> _Done:
    actor, now = current_actor(), clock.now()
    code = given.pop("organisation", None)
    proposal = answers.proposal_of(given, geometry=shape.source, origin=shape.origin)
    if area_id is not None:
        area = _draft(session, area_id)
        if saving:
            made = registration.revise(session, actor, area_id, proposal, now=now)
            return _Done(made.findings, made.area)
        return _Done(_checked(session, area.organisation_id, proposal, area.plot_id), None)
    organisation = _organisation(session, code)
    if saving:
        made = registration.propose(session, actor, organisation.code, proposal, now=now)
        return _Done(made.findings, made.area)
    return _Done(_checked(session, organisation.id, proposal, None), None)


def _checked(
    session: Session, organisation_id: int, proposal: Proposal, plot_id: int | None
) -> tuple[Finding, ...]:
    return proposals.check(
        session, organisation_id, proposal, plot_id=plot_id, now=clock.now()
    ).findings


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


def _given(values: dict[str, Any]) -> dict[str, Any]:
    """The form's fields, checked; the households typed as lines."""
    plain = {
        key: value
        for key, value in values.items()
        if key not in (*_BUTTONS, "csrf_token", "geometry", "file")
    }
    given = inputs.load(AreaForm, plain)
    given["households"] = households.read(given.get("households", ""))
    return given


def _again(
    area_id: int | None,
    values: dict[str, Any],
    shape: Drawn | None,
    findings: Any,
    status: int,
) -> ResponseReturnValue:
    placed = [finding for finding in findings if finding.coordinate is not None]
    with db.reading() as session:
        area = _draft(session, area_id) if area_id is not None else None
        context = _context(session, area, values.get("commune_code"))
    # Asked again the list stands on the zone the numbers are likely in, not on WGS 84.
    values["crs"] = values.get("crs") or zones.fitting(context["zones"], findings)
    context.update(
        findings=findings,
        placed=placed,
        sketch=shape.sketch(placed) if shape else None,
        offers=shape.offers if shape else (),
        measures=shape.reading.measures if shape else None,
        checked=status == 200,
    )
    return web.render(_TEMPLATE, **context, form=web.Form(values, findings)), status


def _draft(session: Session, area_id: int) -> GrowingArea:
    area = areas.get_area(session, current_actor(), area_id)
    if area.status != "draft":
        raise Conflict("area.wrong_status", status=area.status, action="revise")
    return area


def _context(
    session: Session, area: GrowingArea | None, typed: str | None = None
) -> dict[str, Any]:
    commune = typed or (area.commune_code if area is not None else None)
    return {
        "area": area,
        "labels": labels,
        "organisations": own_organisations(session),
        "tiles": pages_surroundings.tiles(),
        "zones": zones.of_commune(session, commune, clock.today())
        or zones.of_own(session, current_actor(), clock.today()),
    }


def own_organisations(session: Session) -> list[tuple[str, str]]:
    """The organisations the reader registers areas for; empty for those who may for any."""
    ids = current_actor().organisation_ids("manager", "staff")
    found = session.scalars(
        select(Organisation).where(Organisation.id.in_(ids)).order_by(Organisation.sort_key)
    )
    return [(row.code, row.name) for row in found]


def _organisation(session: Session, code: str | None) -> Organisation:
    own = own_organisations(session)
    if code is None and len(own) == 1:
        code = own[0][0]
    if code is None:
        raise Invalid([Finding("input.required", {}, "organisation")])
    organisation = organisations.get_organisation(session, code)
    permissions.require(current_actor(), "area.propose", organisation)
    return organisation
