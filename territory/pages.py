"""Pages of territory: find a commune by name, and what became of an old one."""

from __future__ import annotations

from flask import Blueprint, request
from flask.typing import ResponseReturnValue

from foundation import clock, db, inputs, web
from foundation.errors import Invalid
from territory import units
from territory.schemas import UnitsQuery

blueprint = Blueprint("territory", __name__)

_SHOWN = 50


@blueprint.get("/territory/communes")
@web.public
def communes() -> ResponseReturnValue:
    """Communes by name, with or without diacritics; old names lead to what they are now."""
    form = web.Form(request.args)
    matches: list[units.Match] = []
    status = 200
    try:
        query = inputs.load(UnitsQuery, request.args)
    except Invalid as error:
        form, query, status = web.Form.kept(error, request.args), {}, error.status
    if query.get("q"):
        on = query.get("on") or clock.today()
        with db.reading() as session:
            matches = units.search(
                session, query["q"], on=on, level="commune", parent=query.get("parent"),
                limit=_SHOWN,
            )  # fmt: skip
    asked = query.get("q", "")
    page = web.render(
        "territory/communes.html", form=form, asked=asked, matches=matches, label=units.label
    )
    return page, status
