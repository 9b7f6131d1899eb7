"""The EU's plots file on a page: what goes in, what is refused and why, then the file."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, Response, request
from flask.typing import ResponseReturnValue

from accounts.doors import current_actor
from foundation import clock, db, inputs, web
from foundation.errors import Invalid
from growing_areas import labels, pages_drafts
from growing_areas.eudr import answers, export
from growing_areas.eudr.rules import commodities_on, rules_on
from growing_areas.eudr.schemas import EudrPreviewQuery, EudrQuery

blueprint = Blueprint("eudr", __name__, url_prefix="/workspace/areas")

ROWS_SHOWN = 500
_ORDER = {"refused": 0, "in": 1, "left_out": 2, "not_in_force": 3}


@blueprint.get("/eudr")
@web.guarded("area.read")
def preview() -> ResponseReturnValue:
    """Every area of a regulated commodity with its fate; the refused ones first."""
    form, status, looked = web.Form(request.args), 200, None
    with db.reading() as session:
        own = pages_drafts.own_organisations(session)
    try:
        query = inputs.load(EudrPreviewQuery, request.args)
        code = query.get("organisation") or (own[0][0] if len(own) == 1 else None)
        wish = answers.wish_of(query)
        if code is not None:
            with answers.reading_for(wish) as session:
                looked = export.look(session, current_actor(), code, wish, now=clock.now())
    except Invalid as error:
        form, status = web.Form.kept(error, request.args), error.status
    return web.render("growing_areas/eudr/preview.html", **_context(form, own, looked)), status


@blueprint.get("/eudr.geojson")
@web.guarded("area.read")
def file() -> Response:
    """The plots file for the EU deforestation regulation."""
    return answers.eudr_file(inputs.load(EudrQuery, request.args))


def _context(
    form: web.Form, own: list[tuple[str, str]], looked: export.Preview | None
) -> dict[str, Any]:
    today = clock.today()
    entries = sorted(looked.entries, key=lambda entry: _ORDER[entry.state]) if looked else []
    going = looked.of_state("in") if looked else []
    return {
        "form": form,
        "own": own,
        "looked": looked,
        "entries": entries[:ROWS_SHOWN],
        "rules": rules_on(today),
        "labels": labels,
        "commodities": [(found.code, found.name) for found in commodities_on(today).values()],
        "counts": {state: len(looked.of_state(state)) if looked else 0 for state in _ORDER},
        "features": sum(len(entry.features) for entry in going),
        "size_kb": -(-looked.size_bytes // 1000) if looked else 0,
        "file_query": _file_query(looked),
    }


def _file_query(looked: export.Preview | None) -> dict[str, Any]:
    """The same wish as the page's, as the file's address."""
    if looked is None:
        return {}
    told = {key: request.args.getlist(key) for key in request.args if key != "organisation"}
    return {**told, "organisation": looked.organisation.code}
