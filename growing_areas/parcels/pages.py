"""Parcels of an area: the list with its map, several at once, undo, and what each yielded."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

from flask import Blueprint, Response, redirect, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from accounts.doors import current_actor
from accounts.permissions import may
from foundation import clock, db, inputs, web
from foundation.downloads import table_response
from foundation.errors import Invalid, NotFound
from foundation.i18n import _, ngettext
from foundation.tables import Notes
from growing_areas import areas, labels, proposals
from growing_areas.parcels import (
    cutting,
    households,
    pages_agreements,
    pages_draw,
    pages_households,
    pages_import,
    parcels,
    picture,
    strays,
    yields,
)
from growing_areas.parcels.choosing import sees_names
from growing_areas.parcels.schemas import ManyInput, YieldExport, YieldQuery

blueprint = Blueprint("parcels", __name__, url_prefix="/workspace/areas/<int:area_id>")
blueprint.register_blueprint(pages_draw.blueprint)
blueprint.register_blueprint(pages_import.blueprint)
blueprint.register_blueprint(pages_households.blueprint)
blueprint.register_blueprint(pages_agreements.blueprint)

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND = timedelta(microseconds=1)
_YEARS = 6


@blueprint.get("/parcels")
@web.guarded("area.read")
def show(area_id: int) -> str:
    """The parcels by number, on the map and in a table."""
    with db.reading() as session:
        return web.render(
            "growing_areas/parcels/list.html", form=web.Form(), **_list(session, area_id)
        )


@blueprint.post("/parcels/many")
@web.guarded("area.propose")
def change_many(area_id: int) -> ResponseReturnValue:
    """Give the ticked parcels to a household, cut them to the area, or take them off the plot."""
    now = clock.now()
    try:
        plain = request.form.copy()
        act = plain.pop("act", "")
        given = inputs.load(ManyInput, plain)
        with db.transaction() as session:
            _ACTS.get(act, _assign)(session, area_id, given, now)
    except Invalid as error:
        with db.reading() as session:
            context = _list(session, area_id)
        return web.render_again("growing_areas/parcels/list.html", error, **context)
    return redirect(url_for("growing_areas.parcels.show", area_id=area_id), 303)


def _assign(session: Session, area_id: int, given: dict[str, Any], now: datetime) -> None:
    chosen, household = given["parcels"], given.get("household")
    count = parcels.assign(session, current_actor(), area_id, chosen, household)
    web.flash_done(ngettext("Đã gắn hộ cho %(num)s thửa.", "Đã gắn hộ cho %(num)s thửa.", count))


def _cut(session: Session, area_id: int, given: dict[str, Any], now: datetime) -> None:
    count = cutting.cut(session, current_actor(), area_id, given["parcels"], now=now)
    web.flash_done(
        ngettext(
            "Đã cắt %(num)s thửa theo ranh giới vùng; hình cũ vẫn giữ trong lịch sử thửa.",
            "Đã cắt %(num)s thửa theo ranh giới vùng; hình cũ vẫn giữ trong lịch sử thửa.",
            count,
        )
    )


def _remove(session: Session, area_id: int, given: dict[str, Any], now: datetime) -> None:
    count = parcels.remove(session, current_actor(), area_id, given["parcels"], now=now)
    stamp = (now - _EPOCH) // _MICROSECOND
    undo = url_for("growing_areas.parcels.restore", area_id=area_id, stamp=stamp)
    web.flash_done(ngettext("Đã bỏ %(num)s thửa.", "Đã bỏ %(num)s thửa.", count), undo)


_ACTS = {"remove": _remove, "cut": _cut}


@blueprint.post("/parcels/restore/<int:stamp>")
@web.guarded("area.propose")
def restore(area_id: int, stamp: int) -> ResponseReturnValue:
    """Put back what one act took off; ``stamp`` is its moment in microseconds."""
    try:
        removed_at = _EPOCH + timedelta(microseconds=stamp)
    except OverflowError:
        raise NotFound("parcel.not_found") from None
    try:
        with db.transaction() as session:
            parcels.restore_removed(session, current_actor(), area_id, removed_at)
    except Invalid as error:
        with db.reading() as session:
            context = _list(session, area_id)
        return web.render_again("growing_areas/parcels/list.html", error, **context)
    web.flash_done(_("Đã đưa thửa trở lại."))
    return redirect(url_for("growing_areas.parcels.show", area_id=area_id), 303)


@blueprint.get("/yields")
@web.guarded("area.read")
def show_yields(area_id: int) -> str:
    """What each parcel and household harvested in a year."""
    year = inputs.load(YieldQuery, request.args).get("year") or clock.today().year
    actor = current_actor()
    with db.reading() as session:
        area = areas.get_area(session, actor, area_id)
        rows = yields.of_area(session, actor, area_id, year)
        return web.render(
            "growing_areas/parcels/yields.html",
            area=area,
            rows=rows,
            year=year,
            years=[(str(past), str(past)) for past in range(year, year - _YEARS, -1)],
            sees_names=sees_names(actor, area),
            labels=labels,
        )


@blueprint.get("/yields/export")
@web.guarded("area.read")
def export_yields(area_id: int) -> Response:
    """The same as a file for the cooperative."""
    query = inputs.load(YieldExport, request.args)
    year = query.get("year") or clock.today().year
    actor = current_actor()
    with db.reading() as session:
        area = areas.get_area(session, actor, area_id)
        found = yields.of_area(session, actor, area_id, year)
        rows = yields.table_rows(found, with_names=sees_names(actor, area))
        title = f"Sản lượng theo thửa và hộ, {area.name}, năm {year}"
        return table_response(
            yields.COLUMNS, rows, query["format"], f"san-luong-{area_id}-{year}", notes=Notes(title)
        )


def _list(session: Session, area_id: int) -> dict[str, Any]:
    actor = current_actor()
    area = areas.get_area(session, actor, area_id)
    rows = parcels.list_parcels(session, actor, area_id)
    version = proposals.latest_version(session, area.plot_id)
    named = sees_names(actor, area)
    listed = households.of_plot(session, area.plot_id) if named else []
    return {
        "area": area,
        "rows": rows,
        "picture": picture.draw(areas.outline_of(version), rows, version.area_m2),
        "household_options": [(row.id, row.name) for row in listed],
        "agreements": households.agreements(session, area.plot_id),
        "strays": strays.of_area(session, area),
        "sees_names": named,
        "may_change": may(actor, "area.propose", area),
        "labels": labels,
    }
