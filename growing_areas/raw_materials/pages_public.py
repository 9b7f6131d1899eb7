"""Raw-material areas as everybody may know them: the list, and one with its land; no person."""

from __future__ import annotations

import shapely
from flask import Blueprint, redirect, request, url_for
from flask.typing import ResponseReturnValue

from foundation import clock, db, inputs, web
from foundation.errors import Invalid
from growing_areas import labels
from growing_areas.raw_materials import facts, grouping, membership
from growing_areas.raw_materials.grouping import PublicWish
from growing_areas.raw_materials.schemas import PublicRawMaterialsQuery
from growing_areas.shapes import drawing
from territory import units

blueprint = Blueprint("public", __name__, url_prefix="/raw-material-areas")


@blueprint.get("")
@web.public
def list_areas() -> ResponseReturnValue:
    """Those that run, by filters; one that says nothing shows all and says so."""
    form, status = web.Form(request.args), 200
    try:
        query = inputs.load(PublicRawMaterialsQuery, request.args)
    except Invalid as error:
        form, status = web.Form.kept(error, request.args), error.status
        query = inputs.load(PublicRawMaterialsQuery, {})
    cursor, size = query.pop("cursor", None), query.pop("limit")
    today = clock.today()
    with db.reading() as session:
        page = grouping.list_public(session, PublicWish(**query), cursor=cursor, size=size)
        context = {
            "lands": facts.lands_on(session, [area.id for area in page.items], today),
            "places": units.labels(session, {area.commune_code for area in page.items}, today),
            "provinces": [
                (unit.code, unit.name)
                for unit in units.list_units(session, on=today, level="province", size=100).items
            ],
        }
    shown = web.render(
        "growing_areas/raw_materials/public_list.html",
        form=form, page=page, labels=labels, **context,
    )  # fmt: skip
    return shown, status


@blueprint.get("/<code>")
@web.public
def show(code: str) -> ResponseReturnValue:
    """What everybody may know: lead, crops, land together, and about where it lies."""
    today = clock.today()
    with db.reading() as session:
        area = grouping.get_area(session, code)
        if code != area.code:
            return redirect(url_for(".show", code=area.code), 301)
        land = facts.lands_on(session, [area.id], today)[area.id]
        members = [m for m in membership.members_of(session, area.id) if m.state == "joined"]
        return web.render(
            "growing_areas/raw_materials/public.html",
            area=area,
            land=land,
            members=members,
            sketch=_coarse(land),
            place=units.labels(session, {area.commune_code}, today).get(area.commune_code),
            labels=labels,
        )


def _coarse(land: facts.Land) -> drawing.Sketch | None:
    """The kilometre cells the areas lie in, as one shape."""
    if not land.outlines:
        return None
    cells = shapely.union_all([drawing.coarsened(outline) for outline in land.outlines])
    return drawing.sketch(drawing.rings_of(cells))
