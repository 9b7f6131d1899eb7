"""The catalogue on pages: looked through by everybody who writes or checks diaries, imported."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, Response, redirect, request, url_for
from flask.typing import ResponseReturnValue

from accounts.doors import current_actor
from foundation import clock, db, imports, inputs, web
from foundation.downloads import table_response
from foundation.errors import Conflict, Finding, Invalid, Refused
from foundation.i18n import N_, _
from foundation.tables import Cell, Notes
from growing_areas import labels
from growing_areas.catalogue import catalogue, yearly_list
from growing_areas.catalogue.catalogue import MaterialQuery
from growing_areas.catalogue.schemas import MaterialsQuery

blueprint = Blueprint("catalogue", __name__)

_KINDS = {
    "pesticide": N_("Thuốc bảo vệ thực vật"),
    "fertiliser": N_("Phân bón"),
    "veterinary": N_("Thuốc thú y"),
    "feed": N_("Thức ăn chăn nuôi, thủy sản"),
}
_LIST = "growing_areas/catalogue/list.html"
_SHEET = "growing_areas/catalogue/sheet.html"


@blueprint.get("/workspace/materials")
@web.guarded("catalogue.read")
def show() -> Any:
    """The products permitted, by name, crop, kind and day."""
    form, status = web.Form(request.args), 200
    try:
        given = inputs.load(MaterialsQuery, request.args)
        query = MaterialQuery(size=given.pop("limit"), **given)
    except Invalid as error:
        form, status, query = web.Form.kept(error, request.args), error.status, MaterialQuery()
    with db.reading() as session:
        page = catalogue.list_materials(session, query)
    kinds = [(code, _(name)) for code, name in _KINDS.items()]
    return web.render(
        _LIST, form=form, page=page, kinds=kinds, kind_names=dict(kinds), labels=labels,
        crops=[row for _group, rows in labels.crop_options() for row in rows],
        is_filtered=bool(request.args),
    ), status  # fmt: skip


@blueprint.get("/office/materials/template.xlsx")
@web.guarded("catalogue.import")
def template() -> Response:
    """The list's empty sheet, with one row that shows how it is filled in."""
    example: list[Cell] = ["Tên thuốc", "pesticide", "Hoạt chất", "Bưởi; Cam", 14, "123/CNĐKT-BVTV",
               "Rệp sáp", clock.today(), None, "Thông tư …", "yes"]  # fmt: skip
    return table_response(
        yearly_list.COLUMNS, [example], "xlsx", "mau-danh-muc-vat-tu", notes=Notes(_("Mẫu"))
    )


@blueprint.get("/office/materials/import")
@web.guarded("catalogue.import")
def ask_import() -> str:
    """The form for a yearly list."""
    return web.render(_SHEET, form=web.Form(), batch=None, findings=[])


@blueprint.post("/office/materials/import")
@web.guarded("catalogue.import")
def upload() -> ResponseReturnValue:
    """Read a list and show everything found in it; nothing is added yet."""
    file = request.files.get("file")
    try:
        if file is None or not file.filename:
            raise Invalid([Finding("input.required", {}, "file")])
        data = file.read()
        with db.transaction() as session:
            batch = yearly_list.preview(
                session, current_actor(), data, file.filename, now=clock.now()
            )
    except (Invalid, Refused) as error:
        return web.render_again(_SHEET, error, batch=None, findings=[])
    return redirect(url_for(".preview", batch_id=batch.id), 303)


@blueprint.get("/office/materials/import/<int:batch_id>")
@web.guarded("catalogue.import")
def preview(batch_id: int) -> str:
    """What a list would add, with every finding."""
    return web.render(_SHEET, form=web.Form(), **_batch(batch_id))


@blueprint.post("/office/materials/import/<int:batch_id>/<any(apply, undo):act>")
@web.guarded("catalogue.import")
def decide(batch_id: int, act: str) -> ResponseReturnValue:
    """Take a previewed list in whole, or take it back."""
    inputs.load(inputs.InputSchema, request.form)
    step = imports.undo if act == "undo" else imports.apply
    try:
        with db.transaction() as session:
            done = step(session, current_actor(), yearly_list.KIND, batch_id, now=clock.now())
            rows = yearly_list.rows_added(done)
    except (Invalid, Conflict) as error:
        return web.render_again(_SHEET, error, **_batch(batch_id))
    if act == "undo":
        web.flash_done(_("Đã hoàn tác lần nhập."))
    else:
        undo = url_for(".decide", batch_id=batch_id, act="undo")
        web.flash_done(_("Số dòng thêm vào danh mục: %(count)s", count=rows), undo)
    return redirect(url_for(".show"), 303)


def _batch(batch_id: int) -> dict[str, Any]:
    with db.reading() as session:
        batch = imports.get_batch(session, current_actor(), yearly_list.KIND, batch_id)
        return {"batch": batch, "findings": imports.findings_of(batch), "place_of": _place}


def _place(finding: Finding) -> str:
    return imports.place_of(finding, yearly_list.COLUMNS)
