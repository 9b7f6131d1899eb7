"""The front page, the two desks, and the pages about the house itself."""

from __future__ import annotations

from flask import Blueprint, Response, abort, redirect, url_for
from flask.typing import ResponseReturnValue

from accounts.doors import current_actor
from app import desks
from app.security import response_config
from foundation import charts, clock, db, web

blueprint = Blueprint("home", __name__)


@blueprint.get("/")
@web.public
def index() -> ResponseReturnValue:
    """Search or scan first; then three doors, and a few true figures."""
    with db.reading() as session:
        figures = desks.front_figures(session)
        products = desks.newest_products(session, on=clock.today())
    return web.render("home/index.html", figures=figures, products=products)


@blueprint.get("/workspace")
@web.signed_in
def workspace() -> ResponseReturnValue:
    """A cooperative's desk: what waits, and the way to everything."""
    actor = current_actor()
    if not actor.organisation_ids() and actor.has_role("officer", "inspector", "admin"):
        return redirect(url_for("home.office"))
    with db.reading() as session:
        tiles = desks.workspace_tiles(session, actor)
    return web.render("app/workspace.html", tiles=tiles)


@blueprint.get("/office")
@web.guarded("area.office")
def office() -> ResponseReturnValue:
    """An officer's desk: what waits for a decision in their territory."""
    with db.reading() as session:
        tiles = desks.office_tiles(session, current_actor())
    return web.render("app/office.html", tiles=tiles)


@blueprint.get("/privacy")
@web.public
def privacy() -> ResponseReturnValue:
    """What is kept of whom, why, how long, and how to have it back or erased."""
    return web.render("app/privacy.html")


@blueprint.get("/robots.txt")
@web.public
def robots() -> Response:
    """What crawlers need not read: desks, carts, orders. Open data and public pages are theirs."""
    closed = ("/workspace", "/office", "/admin", "/account", "/cart", "/checkout", "/orders")
    lines = ["User-agent: *", *(f"Disallow: {path}" for path in closed), "Allow: /open-data"]
    return Response("\n".join(lines) + "\n", mimetype="text/plain")


@blueprint.get("/admin/components")
@web.guarded("system.operate")
def components() -> ResponseReturnValue:
    """Every component on one page, for those who build pages."""
    if response_config().production:
        abort(404)
    labels = ["08/2026", "09/2026", "10/2026", "11/2026"]
    series = {"kg": [120, 180, None, 96]}
    return web.render(
        "home/components.html",
        form=None,
        bars=charts.bars(labels, series, target=150),
        lines=charts.lines(labels, series, target=150),
    )
