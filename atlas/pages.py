"""The public map: drawn by the server, every state in the address, a plain list beside it."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

from flask import Blueprint, request
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from atlas import ground, layers, views
from atlas.layers import Cooperative, Cooperatives, Material, OcopCommune
from atlas.naming import place_names
from atlas.schemas import MapQuery
from atlas.wishes import Wish, wish_of
from foundation import clock, db, inputs, web
from foundation.paging import Page
from growing_areas import labels
from growing_areas.crops import crops
from growing_areas.dossiers import labels as dossier_labels
from growing_areas.mapping import listing, tallies
from growing_areas.mapping.listing import PUBLIC_STATUSES, ListedArea
from products import register
from territory import units
from traceability import facts as trace_facts

blueprint = Blueprint("atlas", __name__)

COOPERATIVES_LISTED = 50
PRODUCTS_OFFERED = 300


@blueprint.get("/map")
@web.public
def show_map() -> ResponseReturnValue:
    """Coded growing areas and what belongs to them on the map of the country or a part of it."""
    query = inputs.load(MapQuery, request.args)
    with db.reading() as session:
        provinces = units.list_units(session, on=clock.today(), level="province", size=100).items
        wish = wish_of(session, query, {unit.code for unit in provinces}, clock.today())
        context = _context(session, wish, {unit.code: unit.name for unit in provinces}, query)
        communes = _communes(session, wish)
        has_ground = ground.is_loaded(session)
        products = _products(session, wish, query.get("product"))
    return web.render(
        "atlas/map.html",
        wish=wish,
        labels=labels,
        provinces=[(unit.code, unit.name) for unit in provinces],
        crop_names={code: crop.name for code, crop in crops().items()},
        communes=communes,
        products=products,
        standards=dossier_labels.standard_choices(clock.today()),
        told=views.told,
        has_ground=has_ground,
        place_names=place_names({unit.code: unit.name for unit in provinces}),
        status_options=[(code, labels.status(code)) for code in PUBLIC_STATUSES[1:]],
        geojson=f"/api/v1/maps/areas.geojson?{urlencode(_open_data(query))}",
        **context,
    )


def _communes(session: Session, wish: Wish) -> list[tuple[str, str]]:
    """The communes of a chosen province, to choose one of."""
    if wish.province_code is None:
        return []
    found = units.list_units(
        session, on=clock.today(), level="commune", parent=wish.province_code, size=200
    )
    return [(unit.code, unit.full_name) for unit in found.items]


def _products(session: Session, wish: Wish, chosen: str | None) -> list[tuple[str, str]]:
    """The products one may ask the origin of; the chosen one is always among them."""
    found = trace_facts.grown_products(
        session, province_code=wish.province_code, limit=PRODUCTS_OFFERED
    )
    offered = {each.code: f"{each.name} – {each.organisation_name}" for each in found}
    product = register.find_product(session, chosen) if chosen else None
    if product is not None:
        offered.setdefault(product.code, product.name)
    return list(offered.items())


def _open_data(query: dict[str, Any]) -> dict[str, str]:
    """The same areas as open data; what is in force is all it holds."""
    names = ("province", "commune", "crop", "standard", "product")
    kept = {name: str(query[name]) for name in names if name in query}
    return {**kept, "bbox": views.told(query["bbox"])} if "bbox" in query else kept


def _context(
    session: Session, wish: Wish, names: dict[str, str], query: dict[str, Any]
) -> dict[str, Any]:
    page = listing.list_public(session, wish.listed(), cursor=query.get("cursor"))
    is_counted = wish.box is None and wish.q is None
    counts = tallies.by_province(session, wish.wanted) if is_counted else []
    today = clock.today()
    coops = layers.cooperatives(session, wish) if wish.shows("cooperatives") else None
    coops = coops or Cooperatives([], 0)
    held = layers.ocop(session, wish, today) if wish.shows("ocop") else []
    materials = layers.materials(session, wish, today) if wish.shows("materials") else []
    others = layers.things(session, wish, coops.shown, held, today)
    # The whole country would be one heap of points: there circles tell, and the lists below.
    is_near = wish.box is not None or wish.province_code is not None
    codes = [area.code for area in page.items]
    # A search shows the page one reads; a province all it has, if that is on one page.
    is_whole = wish.is_search or not (page.next_cursor or query.get("cursor"))
    view = views.draw(
        session,
        wish,
        counts,
        names,
        others if is_near else {},
        materials if is_near else [],
        codes if is_whole else None,
    )
    return {
        "view": view,
        "steps": views.steps(view.box),
        "page": page,
        "total": sum(each.areas for each in counts) if is_counted else None,
        "ground_m2": sum(each.area_m2 for each in counts) if is_counted else None,
        "rows": [(each, names.get(each.unit_code, each.unit_code)) for each in counts],
        "cooperatives": coops,
        "listed": COOPERATIVES_LISTED,
        "others": others,
        "materials": [each.fact for each in materials],
        "held": held[:COOPERATIVES_LISTED],
        "names": _names(session, wish, page, coops.shown, held, materials),
    }


def _names(
    session: Session,
    wish: Wish,
    page: Page[ListedArea],
    coops: list[Cooperative],
    held: list[OcopCommune],
    materials: list[Material],
) -> dict[str, str]:
    """The communes that stand in the lists, by code."""
    communes = {area.commune_code for area in page.items}
    communes |= {coop.fact.commune_code for coop in coops[:COOPERATIVES_LISTED]}
    communes |= {each.commune_code for each in held[:COOPERATIVES_LISTED]}
    communes |= {each.fact.commune_code for each in materials[:COOPERATIVES_LISTED]}
    if wish.commune_code:
        communes.add(wish.commune_code)
    return units.labels(session, communes, clock.today())
