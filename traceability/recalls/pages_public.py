"""Recalls for everybody: the list, and the notice of one."""

from __future__ import annotations

from flask import Blueprint, request

from foundation import clock, db, inputs, web
from territory import units
from traceability.recalls import announced, listing, names
from traceability.recalls.schemas import PublicQuery

blueprint = Blueprint("public_recalls", __name__)

_LOTS_ON_PAGE = 100


@blueprint.get("/recalls")
@web.public
def index() -> str:
    """Goods being recalled, and past recalls, the newest first."""
    query = inputs.load(PublicQuery, request.args)
    with db.reading() as session:
        page = listing.list_public(session, cursor=query.get("cursor"))
        ids = [recall.id for recall in page.items]
        counts = listing.counts(session, ids)
        goods = listing.products_of(session, ids)
    return web.render(
        "traceability/recalls/public_index.html",
        page=page,
        counts=counts,
        goods=goods,
        names=names,
    )


@blueprint.get("/recalls/<code>")
@web.public
def show(code: str) -> str:
    """The notice of a recall: what, why, what to do, and which lots."""
    after = inputs.load(PublicQuery, request.args)["after"]
    with db.reading() as session:
        recall = listing.get_public(session, code)
        lots = announced.lots(session, recall, after=after, most=_LOTS_ON_PAGE + 1)
        first, later, gone = announced.counts(session, recall)
        places = units.labels(session, {lot.commune_code for lot in lots}, clock.today())
    shown = lots[:_LOTS_ON_PAGE]
    return web.render(
        "traceability/recalls/public.html",
        recall=recall,
        lots=shown,
        first=first,
        later=later,
        gone=gone,
        count=first + later,
        next_after=shown[-1].batch_id if len(lots) > _LOTS_ON_PAGE else None,
        places=places,
        names=names,
        read_at=clock.now(),
    )
