"""Taking a list out: choose a format, get the file at once or watch it being written.

The same pages at a cooperative's desk and at an officer's; what each may see differs.
"""

from __future__ import annotations

from flask import Blueprint, Response, redirect, request, url_for
from flask.typing import ResponseReturnValue

from accounts.doors import current_actor
from foundation import clock, db, inputs, web
from foundation.errors import Invalid
from foundation.i18n import N_, _
from growing_areas.exports import answers, filters, listing, orders
from growing_areas.exports.columns import COLUMNS
from growing_areas.exports.schemas import ExportInput, ExportQuery
from growing_areas.registration import AreaQuery
from growing_areas.schemas import AreasQuery
from growing_areas.writing.formats import FORMATS
from territory import units

blueprint = Blueprint("exports", __name__)

_FILTERS = tuple(name for name in ExportInput().fields if name != "format")
_FOR = {
    "geojson": N_("Cho trang web và phần mềm bản đồ."),
    "gpkg": N_("Một tệp cho QGIS và phần mềm GIS; giữ đủ kiểu số, ngày."),
    "kml": N_("Mở bằng Google Earth."),
    "csv": N_("Bảng tính; ranh giới ở cột cuối."),
    "shp": N_("Tệp nén cho phần mềm GIS cũ; chữ dài bị cắt ở 254 byte."),
    "wkt": N_("Chỉ có hình, không có tên hay mã."),
    "gpx": N_("Cho máy định vị cầm tay."),
}


@blueprint.get("/export")
@web.guarded("area.read")
def choose() -> ResponseReturnValue:
    """How many areas the list has, and the formats it can leave in."""
    form, status = web.Form(request.args), 200
    try:
        query = answers.query_of(inputs.load(AreasQuery, request.args))
    except Invalid as error:
        form, status = web.Form.kept(error, request.args), error.status
        query = AreaQuery()
    with db.reading() as session:
        count = listing.count_bounded(session, current_actor(), query)
        places = units.labels(session, {query.commune_code or ""}, clock.today())
    kept = [(key, value) for key, value in request.args.items() if value and key in _FILTERS]
    return web.render(
        "growing_areas/exports/choose.html",
        form=form,
        count=count,
        is_long=count > listing.INLINE_MOST,
        filters=kept if status == 200 else [],
        told=filters.told(query, places.get(query.commune_code or "")),
        formats=[(found, _(_FOR[found.code])) for found in FORMATS.values()],
        columns=COLUMNS,
        days_kept=orders.KEPT.days,
        back=url_for(
            "growing_areas.inbox.queue" if _is_office() else "growing_areas.areas.list_own"
        ),
    ), status


@blueprint.get("/export/file")
@web.guarded("area.read")
def file() -> Response:
    """The list as a file, when it is short enough to wait for."""
    return answers.file_now(inputs.load(ExportQuery, request.args))


@blueprint.post("/export")
@web.guarded("area.read")
def order() -> ResponseReturnValue:
    """Ask for a long list."""
    given = inputs.load(ExportInput, request.form)
    format_ = given.pop("format")
    with db.transaction() as session:
        made = orders.place(session, current_actor(), AreaQuery(**given), format_, now=clock.now())
    return redirect(url_for(".show", order_id=made.id), 303)


@blueprint.get("/export/<int:order_id>")
@web.guarded("area.read")
def show(order_id: int) -> str:
    """How far the writing is; the file once it is there."""
    with db.reading() as session:
        found = orders.get_order(session, current_actor(), order_id)
        state = orders.state_of(session, found)
        return web.render(
            "growing_areas/exports/order.html",
            order=found,
            state=state,
            format=FORMATS[found.format],
            size_kb=-(-(found.size_bytes or 0) // 1000),
            kept_until=found.ordered_at + orders.KEPT,
        )


@blueprint.post("/export/<int:order_id>/cancel")
@web.guarded("area.read")
def cancel(order_id: int) -> ResponseReturnValue:
    """Stop the writing."""
    with db.transaction() as session:
        orders.cancel(session, current_actor(), order_id, now=clock.now())
    web.flash_done(_("Đã dừng xuất tệp."))
    return redirect(url_for(".show", order_id=order_id), 303)


@blueprint.get("/export/<int:order_id>/file")
@web.guarded("area.read")
def fetch(order_id: int) -> Response:
    """The written file."""
    with db.reading() as session:
        return answers.written_file(orders.get_order(session, current_actor(), order_id))


def _is_office() -> bool:
    return request.path.startswith("/office/")
