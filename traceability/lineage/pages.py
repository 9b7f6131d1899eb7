"""The chain of a batch: a drawing that opens step by step, a table, and the table as a file."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from flask import Blueprint, request, url_for
from flask.typing import ResponseReturnValue

from accounts.doors import current_actor
from foundation import clock, codes, db, inputs, web
from foundation.downloads import table_response
from foundation.i18n import _
from foundation.tables import Notes
from territory import units
from traceability.batches import get_own_batch
from traceability.lineage import chains, drawing, walks
from traceability.lineage.schemas import ChainQuery
from traceability.lineage.sharing import Chain, Thing
from traceability.scan import telling

blueprint = Blueprint("lineage", __name__)

_MOST_ON_PAGE = 500
_WIDE = 700
"""A drawing wider than that (pixels) may not fit its place; it says that it can be moved."""


@blueprint.get("/workspace/batches/<code>/lineage")
@web.guarded("batch.read")
def show(code: str) -> ResponseReturnValue:
    """What a batch was made of and what became of it."""
    query = inputs.load(ChainQuery, request.args)
    if query["format"]:
        return _file(code, query["format"])
    with db.reading() as session:
        actor = current_actor()
        batch = get_own_batch(session, actor, code)
        up, down = (
            chains.chain_of(session, actor, batch, direction, most=_MOST_ON_PAGE)
            for direction in walks.DIRECTIONS
        )
        communes = {thing.commune_code or "" for thing in (*up.things, *down.things)}
        places = units.labels(session, communes - {""}, clock.today())
    opened = _opened(query["open"])
    return web.render(
        "traceability/lineage/chain.html",
        batch=batch,
        up=up,
        down=down,
        most=_MOST_ON_PAGE,
        places=places,
        state_name=telling.state_name,
        uri_name=_uri_name,
        **_drawn(up, down, opened, query["steps"]),
    )


def _file(code: str, format_: str) -> ResponseReturnValue:
    with db.reading() as session:
        actor = current_actor()
        batch = get_own_batch(session, actor, code)
        found = [
            chains.chain_of(session, actor, batch, direction, most=walks.MOST_NODES)
            for direction in walks.DIRECTIONS
        ]
        table = list(chains.rows(session, found, clock.today()))
    lines = [_("Lô %(lot)s, %(product)s", lot=batch.lot, product=batch.product.name)]
    if not all(chain.is_whole for chain in found):
        lines.append(_("Bảng dừng ở %(most)s lô gần nhất mỗi chiều.", most=walks.MOST_NODES))
    notes = Notes(_("Chuỗi của lô"), tuple(lines))
    return table_response(chains.columns(), table, format_, f"chuoi-lo-{batch.code}", notes=notes)


def _uri_name(uri: str) -> str:
    """A thing that is no lot of ours: a packed case by its number, others by their address."""
    _before, is_unit, code = uri.partition("/units/")
    if is_unit:
        return _("Kiện %(code)s", code=codes.grouped(code))
    _before, is_unit, sscc = uri.partition("https://id.gs1.org/00/")
    return _("Kiện %(code)s", code=sscc) if is_unit else uri


def _opened(text: str) -> tuple[int, ...]:
    return tuple(int(part) for part in text.split(",") if part.isdigit() and len(part) < 19)


def _drawn(up: Chain, down: Chain, opened: tuple[int, ...], steps: int) -> dict[str, Any]:
    ids = {thing.name: thing.id for chain in (up, down) for thing in chain.things}
    pairs = [(ids[step.child], ids[step.parent]) for step in (*up.steps, *down.steps)]
    upward, downward = _onward(pairs, child_first=True), _onward(pairs, child_first=False)
    shown = drawing.unfold(up.things[0].id, upward, downward, opened, steps=steps)
    things: Mapping[int, Thing] = {each.id: each for each in (*up.things, *down.things)}
    drawn = drawing.draw(shown, pairs)
    return {
        "shown": shown,
        "drawn": drawn,
        "is_wide": drawn.width > _WIDE,
        # The same for telephones: things one below the other, each told what it comes from.
        "steps": drawing.listed(shown),
        "sources": drawing.sources(shown, pairs),
        "things": things,
        "box": drawing,
        "hrefs": {
            id_: url_for(
                request.endpoint or "",
                **(request.view_args or {}),
                open=",".join(map(str, sorted({*opened, id_}))),
                steps=steps,
            )
            for id_ in shown.waiting
        },
        "more_href": web.page_url(steps=steps + 1) if shown.waiting else None,
        "fewer_href": web.page_url(steps=None, open=None) if opened or steps != 2 else None,
    }


def _onward(pairs: list[tuple[int, int]], *, child_first: bool) -> dict[int, list[int]]:
    found: dict[int, list[int]] = {}
    for child, parent in dict.fromkeys(pairs):
        here, there = (child, parent) if child_first else (parent, child)
        found.setdefault(here, []).append(there)
    return found
