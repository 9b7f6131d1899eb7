"""Import: a file of many outlines, shown with every finding first, then stored whole."""

from __future__ import annotations

import json
from typing import Any

from flask import Blueprint, redirect, request, url_for
from flask.typing import ResponseReturnValue

from accounts.doors import current_actor
from foundation import clock, db, inputs, web
from foundation.errors import Finding, Invalid
from foundation.i18n import ngettext
from growing_areas import answers, importing, labels, pages_drafts
from growing_areas.files.features import json_of, name_of
from growing_areas.files.reading import DrawnFeature, read_file
from growing_areas.schemas import ImportInput

blueprint = Blueprint("importing", __name__, url_prefix="/workspace/areas")

_TEMPLATE = "growing_areas/import.html"
MOST_KEPT = 1_500_000
"""Characters of outlines a form carries from the preview to the decision."""


@blueprint.get("/import")
@web.guarded("area.propose")
def choose() -> str:
    """The form: a file, and what all its areas have in common."""
    return _page(web.Form())


@blueprint.post("/import")
@web.guarded("area.propose")
def take_in() -> ResponseReturnValue:
    """Show what a file holds, or store what was shown."""
    rows: list[importing.Row] = []
    kept = ""
    try:
        given = _given()
        features = _features(given.pop("crs", None))
        organisation = given.pop("organisation")
        features = importing.repaired(features, given.pop("repairs"))
        kept = _kept(features)
        common = answers.proposal_of(given)
        actor, now = current_actor(), clock.now()
        if request.form.get("act") == "save":
            with db.transaction() as session:
                done = importing.import_features(
                    session, actor, organisation, common, features, now=now
                )
            web.flash_done(_count_sentence(len(done.created)))
            return redirect(url_for("growing_areas.areas.list_own"), 303)
        with db.reading() as session:
            rows = importing.preview(session, actor, organisation, common, features, now=now)
    except Invalid as error:
        return _page(web.Form.kept(error), kept=kept, findings=error.findings), error.status
    return _page(web.Form(request.form), rows=rows, kept=kept)


def _count_sentence(count: int) -> str:
    return ngettext("Đã ghi %(num)s bản nháp.", "Đã ghi %(num)s bản nháp.", count)


def _page(form: web.Form, **context: Any) -> str:
    with db.reading() as session:
        own = pages_drafts.own_organisations(session)
    return web.render(_TEMPLATE, form=form, organisations=own, labels=labels, **context)


def _given() -> dict[str, Any]:
    plain = {
        key: value
        for key, value in request.form.to_dict().items()
        if key not in ("act", "csrf_token", "kept", "file")
    }
    with db.reading() as session:
        own = pages_drafts.own_organisations(session)
    if not plain.get("organisation") and len(own) == 1:
        plain["organisation"] = own[0][0]
    return inputs.load(ImportInput, plain)


def _features(system: str | None) -> list[DrawnFeature]:
    """The shapes of the file just sent, or those kept from the preview."""
    upload = request.files.get("file")
    content = upload.read() if upload else b""
    if upload is not None and content:
        return read_file(upload.filename or "", content, system)
    kept = request.form.get("kept", "")
    if not kept:
        raise Invalid([Finding("file.empty", {}, "file")])
    try:
        rows = json_of(kept)
        return [DrawnFeature(int(n), name_of(name), {}, shape) for n, name, shape in rows]
    except (ValueError, TypeError, RecursionError):
        raise Invalid([Finding("file.not_geojson", {}, "file")]) from None


def _kept(features: list[DrawnFeature]) -> str:
    text = json.dumps([(f.number, f.name, f.geometry) for f in features], ensure_ascii=False)
    if len(text) > MOST_KEPT:
        raise Invalid([Finding("file.too_large_for_page", {"count": len(features)}, "file")])
    return text
