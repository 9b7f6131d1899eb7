"""A cooperative's areas: the list, one area, handing it in, throwing a draft away."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from flask import Blueprint, redirect, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from accounts import permissions
from accounts.doors import current_actor
from foundation import clock, db, inputs, web
from foundation.errors import Conflict, Invalid
from foundation.i18n import _
from growing_areas import areas, labels, listing, registration
from growing_areas.checking import from_json
from growing_areas.dossiers import (
    amendment_rows,
    editions,
    inspection,
    lifecycle,
    pieces,
)
from growing_areas.dossiers import labels as words
from growing_areas.models import GrowingArea
from growing_areas.parcels import strays
from growing_areas.registration import AreaQuery
from growing_areas.schemas import AreasQuery
from growing_areas.shapes import drawing
from growing_areas.shapes.drawing import Gathering, Shape
from territory import units

blueprint = Blueprint("areas", __name__, url_prefix="/workspace/areas")


@blueprint.get("")
@web.guarded("area.read")
def list_own() -> ResponseReturnValue:
    """The areas the reader may see, by filters that stand in the address."""
    form, status = web.Form(request.args), 200
    try:
        query = AreaQuery(**_filters(request.args))
    except Invalid as error:
        form, status = web.Form.kept(error, request.args), error.status
        query = AreaQuery()
    actor, now = current_actor(), clock.now()
    with db.reading() as session:
        page = registration.list_areas(session, actor, query)
        communes = listing.communes(session, actor)
        context = {
            "page": page,
            "dossiers": pieces.read_many(session, page.items, now=now),
            "places": units.labels(session, communes, clock.today()),
            "counts": listing.counts(session, actor, query),
            "pictures": [
                (code, _picture(drawn))
                for code, drawn in listing.by_commune(listing.outlines(session, actor, query))
            ],
            "most_drawn": listing.MOST_DRAWN,
        }
    return web.render(
        "growing_areas/list.html", form=form, query=query, labels=labels, words=words,
        day=clock.today(), **context,
    ), status  # fmt: skip


def _filters(given: Any) -> dict[str, Any]:
    told = inputs.load(AreasQuery, given)
    told["size"] = told.pop("limit")
    return told


def _picture(found: Sequence[listing.Drawn]) -> Gathering | None:
    return drawing.gather(
        Shape(
            number,
            area.name,
            listing.tone(area.status),
            drawing.rings_of(area.outline),
            url_for(".show", area_id=area.area_id),
        )
        for number, area in enumerate(found, start=1)
    )


@blueprint.get("/<int:area_id>")
@web.guarded("area.read")
def show(area_id: int) -> str:
    """One area: where it stands, what is missing, its map, its visits and its history."""
    with db.reading() as session:
        area = areas.get_area(session, current_actor(), area_id)
        return web.render("growing_areas/detail.html", **context_of(session, area))


def context_of(session: Session, area: GrowingArea) -> dict[str, Any]:
    """What both the cooperative's and the officer's page show of an area."""
    outline = areas.outline_of(area.version)
    findings = [from_json(kept) for kept in area.version.findings]
    missing = []
    if area.status == "draft":
        missing = pieces.missing_pieces(session, area, now=clock.now())
    events = lifecycle.list_events(session, area.id)
    amended = amendment_rows.list_all(session, area.id)
    last = events[-1] if events else None
    return {
        "area": area,
        "words": words,
        "day": clock.today(),
        "dossier": pieces.read(session, area, now=clock.now()),
        "amendments": amended,
        "open_amendment": next((row for row in amended if row.is_open), None),
        "editions": editions.list_editions(session, area.id),
        "last_returned": last if last is not None and last.action == "send_back" else None,
        "may_submit": permissions.may(current_actor(), "area.submit", area),
        "may_write": permissions.may(current_actor(), "area.propose", area),
        "labels": labels,
        "place": units.labels(session, {area.commune_code}, clock.today()).get(area.commune_code),
        "sketch": drawing.sketch(drawing.rings_of(outline), findings),
        "findings": findings,
        "missing": missing,
        "strays": strays.of_area(session, area),
        "households": pieces.count_households(session, area.id),
        "events": events,
        "visits": inspection.list_visits(session, area.id),
        "stations": stations(area),
        "steps": lifecycle.possible_steps(area),
    }


def stations(area: GrowingArea) -> list[dict[str, str]]:
    """The stations of a dossier, in order, with where this one stands."""
    order = ("draft", "submitted", "inspected", "approved")
    names = (_("Soạn hồ sơ"), _("Kiểm tra thực địa"), _("Duyệt"), _("Có mã"))
    if area.code is not None:
        done = len(order) if area.status == "approved" else len(order) - 1
        last = "done" if area.status == "approved" else "failed"
        note = "" if area.status == "approved" else labels.status(area.status)
        return [
            {"label": name, "state": "done" if place < done else last, "note": note * (place >= 3)}
            for place, name in enumerate(names)
        ]
    at = order.index(area.status)
    return [
        {"label": name, "state": "done" if place < at else "current" if place == at else "todo"}
        for place, name in enumerate(names)
    ]


@blueprint.post("/<int:area_id>/submit")
@web.guarded("area.submit")
def submit(area_id: int) -> ResponseReturnValue:
    """Hand the dossier in, or show what it lacks."""
    try:
        with db.transaction() as session:
            registration.submit(session, current_actor(), area_id, now=clock.now())
    except Conflict as error:
        with db.reading() as session:
            area = areas.get_area(session, current_actor(), area_id)
            context = context_of(session, area)
        return web.render_again("growing_areas/detail.html", error, **context)
    web.flash_done(_("Đã nộp hồ sơ. Cán bộ sẽ xuống kiểm tra thực địa."))
    return redirect(url_for(".show", area_id=area_id), 303)


@blueprint.post("/<int:area_id>/discard")
@web.guarded("area.propose")
def discard(area_id: int) -> ResponseReturnValue:
    """Throw a draft away that was never handed in."""
    with db.transaction() as session:
        name = registration.discard(session, current_actor(), area_id)
    web.flash_done(_("Đã bỏ bản nháp %(name)s.", name=name))
    return redirect(url_for(".list_own"), 303)
