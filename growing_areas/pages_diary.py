"""The farm diary on a phone: one line in a few taps, corrections instead of edits."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, redirect, request, url_for
from flask.typing import ResponseReturnValue

from accounts.doors import current_actor
from foundation import clock, db, inputs, quantity, web
from foundation.errors import Invalid
from foundation.i18n import _, get_language
from growing_areas import answers, areas, diary, labels
from growing_areas.diary import Work
from growing_areas.fieldbook.schemas import CorrectionInput, DiaryQuery, WorkInput
from growing_areas.parcels.choosing import parcel_choices

blueprint = Blueprint("diary", __name__, url_prefix="/workspace")

_UNITS = ("KGM", "GRM", "TNE", "DTN", "LTR", "MLT", "H87")


@blueprint.get("/areas/<int:area_id>/diary")
@web.guarded("diary.read")
def show(area_id: int) -> str:
    """The lines that stand, and the form for a new one."""
    return _list(area_id, web.Form({"done_on": clock.today()}))


@blueprint.post("/areas/<int:area_id>/diary")
@web.guarded("diary.write")
def record(area_id: int) -> ResponseReturnValue:
    """Write a line."""
    try:
        given = inputs.load(WorkInput, request.form)
        with db.transaction() as session:
            done = diary.record(session, current_actor(), area_id, Work(**given), now=clock.now())
    except Invalid as error:
        return _list(area_id, web.Form.kept(error)), error.status
    web.flash_done(answers.told(_("Đã ghi nhật ký."), done.findings))
    return redirect(url_for(".show", area_id=area_id), 303)


@blueprint.get("/diary/<int:entry_id>/correct")
@web.guarded("diary.write")
def ask_correction(entry_id: int) -> str:
    """The form of a line as it stands, to be written anew."""
    with db.reading() as session:
        entry = diary.get_entry(session, current_actor(), entry_id)
    told = [field for field in WorkInput().fields if hasattr(entry, field)]
    values = {field: getattr(entry, field) for field in told}
    del values["work_key"]
    values["parcels"] = list(entry.parcel_ids)
    return _correction(entry_id, web.Form(values))


@blueprint.post("/diary/<int:entry_id>/correct")
@web.guarded("diary.write")
def correct(entry_id: int) -> ResponseReturnValue:
    """Write the line that takes the old one's place, or strike the old one out."""
    try:
        with db.transaction() as session:
            area_id = _correct(session, entry_id)
    except Invalid as error:
        return _correction(entry_id, web.Form.kept(error)), error.status
    web.flash_done(_("Đã đính chính. Dòng cũ vẫn được giữ lại."))
    return redirect(url_for(".show", area_id=area_id), 303)


def _correct(session: Any, entry_id: int) -> int:
    actor, now = current_actor(), clock.now()
    plain = request.form.copy()
    if plain.pop("act", "") == "strike_out":
        reason = plain.get("reason", "")[:2000]
        return diary.strike_out(session, actor, entry_id, reason, now=now).area_id
    given = inputs.load(CorrectionInput, plain)
    reason = given.pop("reason")
    return diary.correct(session, actor, entry_id, Work(**given), reason, now=now).entry.area_id


def _list(area_id: int, form: web.Form) -> str:
    query = inputs.load(DiaryQuery, request.args)
    with db.reading() as session:
        actor = current_actor()
        area = areas.get_area(session, actor, area_id)
        page = diary.list_entries(session, actor, area_id, cursor=query.get("cursor"))
        options = parcel_choices(session, actor, area)
    return web.render(
        "growing_areas/diary.html",
        area=area, page=page, form=form, labels=labels, unit_options=_unit_options(),
        parcel_options=options, parcel_labels=dict(options),
    )  # fmt: skip


def _correction(entry_id: int, form: web.Form) -> str:
    with db.reading() as session:
        entry = diary.get_entry(session, current_actor(), entry_id)
        area = areas.get_area(session, current_actor(), entry.area_id)
        options = parcel_choices(session, current_actor(), area)
    return web.render(
        "growing_areas/correction.html",
        area=area, entry=entry, form=form, labels=labels, unit_options=_unit_options(),
        parcel_options=options,
    )  # fmt: skip


def _unit_options() -> list[tuple[str, str]]:
    known = quantity.units()
    return [(code, known[code].name(get_language())) for code in _UNITS if code in known]
