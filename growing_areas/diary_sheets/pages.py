"""Bringing a diary in from a sheet: template, preview with every finding, all or nothing, undo."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, Response, redirect, request, url_for
from flask.typing import ResponseReturnValue

from accounts.doors import current_actor
from foundation import clock, db, imports, inputs, web
from foundation.downloads import table_response
from foundation.errors import Conflict, Finding, Invalid, Refused
from foundation.i18n import _, ngettext
from foundation.tables import Cell, Notes
from growing_areas.diary_sheets import taking_in
from growing_areas.fieldbook import sheet

blueprint = Blueprint("diary_sheets", __name__, url_prefix="/workspace/diary/import")

_SHEET = "growing_areas/diary_sheets/sheet.html"
_DERIVED = ("id", "households", "activity_name", "catalogue_days", "interval_days",
            "first_permitted_on", "photos", "warnings", "recorded_at", "dose",
            "catalogue_today")  # fmt: skip


@blueprint.get("")
@web.guarded("diary.write")
def ask() -> str:
    """The form for a sheet."""
    return web.render(_SHEET, form=web.Form(), batch=None, findings=[])


@blueprint.get("/template.xlsx")
@web.guarded("diary.write")
def template() -> Response:
    """An empty sheet with one row that shows how it is filled in."""
    columns = [each for each in sheet.COLUMNS if each.code not in _DERIVED]
    shown: dict[str, Cell] = {
        "done_on": clock.today(), "area_name": "Vùng bưởi Đoan Hạ", "activity": "Phun thuốc",
        "product_name": "Tên thuốc", "dose_amount": 20, "dose_unit": "ml",
        "dose_per_amount": 16, "dose_per": "LTR", "treated_ha": 1, "pre_harvest_days": 14,
        "weather": "Nắng", "worker": "Nguyễn Văn A",
    }  # fmt: skip
    row = [shown.get(each.code) for each in columns]
    return table_response(columns, [row], "xlsx", "mau-nhat-ky", notes=Notes(_("Mẫu")))


@blueprint.post("")
@web.guarded("diary.write")
def upload() -> ResponseReturnValue:
    """Read a sheet and show everything found in it; nothing is written yet."""
    file = request.files.get("file")
    try:
        if file is None or not file.filename:
            raise Invalid([Finding("input.required", {}, "file")])
        data = file.read()
        with db.transaction() as session:
            actor = current_actor()
            batch = taking_in.preview(session, actor, data, file.filename, now=clock.now())
    except (Invalid, Refused) as error:
        return web.render_again(_SHEET, error, batch=None, findings=[])
    return redirect(url_for(".preview", batch_id=batch.id), 303)


@blueprint.get("/<int:batch_id>")
@web.guarded("diary.write")
def preview(batch_id: int) -> str:
    """What a sheet would write, with every finding."""
    return web.render(_SHEET, form=web.Form(), **_batch(batch_id))


@blueprint.post("/<int:batch_id>/<any(apply, undo):act>")
@web.guarded("diary.write")
def decide(batch_id: int, act: str) -> ResponseReturnValue:
    """Write a previewed sheet whole, or take it back."""
    inputs.load(inputs.InputSchema, request.form)
    step = imports.undo if act == "undo" else imports.apply
    now = clock.now()
    try:
        with db.transaction() as session:
            kind = taking_in.kind_on(clock.business_day(now))
            done = step(session, current_actor(), kind, batch_id, now=now)
            count = len(done.references)
    except (Invalid, Conflict) as error:
        return web.render_again(_SHEET, error, **_batch(batch_id))
    if act == "undo":
        web.flash_done(_("Đã hoàn tác lần nhập. Các dòng vẫn đọc được, gạch ngang."))
    else:
        undo = url_for(".decide", batch_id=batch_id, act="undo")
        web.flash_done(
            ngettext("Đã ghi %(num)s dòng nhật ký.", "Đã ghi %(num)s dòng nhật ký.", count), undo
        )
    return redirect(url_for("growing_areas.fieldbook.show"), 303)


def _batch(batch_id: int) -> dict[str, Any]:
    with db.reading() as session:
        kind = taking_in.kind_on(clock.today())
        batch = imports.get_batch(session, current_actor(), kind, batch_id)
        return {"batch": batch, "findings": imports.findings_of(batch), "place_of": _place}


def _place(finding: Finding) -> str:
    return imports.place_of(finding, sheet.COLUMNS)
