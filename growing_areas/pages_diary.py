"""The farm diary on a phone: one line in a few taps, corrections instead of edits."""

from __future__ import annotations

from collections.abc import Sequence

from flask import Blueprint, redirect, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from accounts.doors import current_actor
from foundation import clock, db, inputs, web
from foundation.errors import Conflict, Invalid, Refused
from foundation.i18n import _, ngettext
from foundation.paging import Page
from growing_areas import answers, areas, diary, labels
from growing_areas.diary import Work
from growing_areas.fieldbook import book, correcting, pages_form, photos, repeats
from growing_areas.fieldbook import labels as words
from growing_areas.fieldbook.schemas import CorrectionForm, DiaryQuery, WorkInput
from growing_areas.models import DiaryEntry
from growing_areas.parcels.choosing import parcel_choices

blueprint = Blueprint("diary", __name__, url_prefix="/workspace")


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
        pages_form.keep_photos()
        if request.form.get("act") == "photo":
            return _list(area_id, web.Form(request.form))
        given = pages_form.read(WorkInput)
        with db.transaction() as session:
            done = diary.record(session, current_actor(), area_id, Work(**given), now=clock.now())
    except (Invalid, Refused, Conflict) as error:
        return _list(area_id, web.Form.kept(error)), error.status
    undo = url_for("growing_areas.fieldbook_writing.undo", entry_id=done.entry.id)
    web.flash_done(answers.told(_("Đã ghi nhật ký."), done.findings), undo)
    return redirect(url_for(".show", area_id=area_id), 303)


@blueprint.get("/diary/<int:entry_id>/correct")
@web.guarded("diary.write")
def ask_correction(entry_id: int) -> str:
    """The form of a line as it stands, to be written anew; ``whole``: of all areas of a telling."""
    whole = request.args.get("whole") == "1"
    with db.reading() as session:
        actor = current_actor()
        entry = diary.get_entry(session, actor, entry_id)
        (line,) = book.told(session, actor, [entry])
        lines = correcting.together(session, entry)
        whole = whole and len(lines) > 1
        sums = correcting.amounts(lines) if whole else {}
    told = [name for name in WorkInput().fields if hasattr(entry, name) and name != "work_key"]
    values = {name: getattr(entry, name) for name in told}
    values |= {"parcels": list(entry.parcel_ids), "worker": line.worker, **sums}
    return _correction(entry_id, web.Form(values), whole=whole)


@blueprint.post("/diary/<int:entry_id>/correct")
@web.guarded("diary.write")
def correct(entry_id: int) -> ResponseReturnValue:
    """Write the line that takes the old one's place, or strike the old one out."""
    whole = request.form.get("whole") == "1"
    try:
        pages_form.keep_photos()
        if request.form.get("act") == "photo":
            return _correction(entry_id, web.Form(request.form), whole=whole)
        with db.transaction() as session:
            written = _correct_whole(session, entry_id) if whole else [_correct(session, entry_id)]
            area_id, many = written[0].area_id, len(written)
    except (Invalid, Refused) as error:
        return _correction(entry_id, web.Form.kept(error), whole=whole), error.status
    if not whole:
        web.flash_done(_("Đã đính chính. Dòng cũ vẫn được giữ lại."))
        return redirect(url_for(".show", area_id=area_id), 303)
    web.flash_done(
        ngettext("Đã đính chính %(num)s vùng.", "Đã đính chính %(num)s vùng.", many)
        + " "
        + _("Các dòng cũ vẫn được giữ lại.")
    )
    return redirect(url_for("growing_areas.fieldbook.show"), 303)


def _correct(session: Session, entry_id: int) -> DiaryEntry:
    if request.form.get("act") == "strike_out":
        return diary.strike_out(session, current_actor(), entry_id, _reason(), now=clock.now())
    work, reason, kept = _given()
    done = diary.correct(
        session, current_actor(), entry_id, work, reason, now=clock.now(), photos_kept=kept
    )
    return done.entry


def _correct_whole(session: Session, entry_id: int) -> list[DiaryEntry]:
    actor, now = current_actor(), clock.now()
    if request.form.get("act") == "strike_out":
        return correcting.strike_out_together(session, actor, entry_id, _reason(), now=now)
    work, reason, kept = _given()
    done = correcting.correct_together(
        session, actor, entry_id, work, reason, now=now, photos_kept=kept
    )
    return [each.entry for each in done]


def _given() -> tuple[Work, str, Sequence[int] | None]:
    given = pages_form.read(CorrectionForm)
    reason, kept = given.pop("reason"), given.pop("keep_photos")
    given.pop("whole")
    # A form without boxes to tick keeps every photo.
    chosen = kept if given.pop("has_photos") else None
    return Work(**given), reason, chosen


def _reason() -> str:
    return request.form.get("reason", "")[:2000]


def _list(area_id: int, form: web.Form) -> str:
    query = inputs.load(DiaryQuery, request.args)
    with db.reading() as session:
        actor = current_actor()
        area = areas.get_area(session, actor, area_id)
        page = diary.list_entries(session, actor, area_id, cursor=query.get("cursor"))
        lines = Page(book.told(session, actor, page.items), page.next_cursor, page.total)
        key = pages_form.key_of(form)
        context = {
            "parcel_options": parcel_choices(session, actor, area),
            "known": pages_form.known(session, [area]),
            "last": repeats.last_works(session, actor, [area.id]),
            "photos": photos.of_key(session, key),
            "key": key,
        }
    return web.render(
        "growing_areas/diary.html",
        area=area, page=lines, form=form, labels=labels, words=words, **context,
    )  # fmt: skip


def _correction(entry_id: int, form: web.Form, *, whole: bool) -> str:
    with db.reading() as session:
        actor = current_actor()
        entry = diary.get_entry(session, actor, entry_id)
        told = [each.area_id for each in correcting.together(session, entry)]
        found = areas.load_several(session, [entry.area_id, *told])
        area = found[entry.area_id]
        key = pages_form.key_of(form)
        named = [] if whole else parcel_choices(session, actor, area)
        context = {
            "parcel_options": named,
            "known": pages_form.known(session, [area]),
            "photos": photos.of_key(session, key),
            "earlier": [p for p in photos.of_key(session, entry.work_key) if p.file_digest],
            "told_for": [found[each].name for each in told],
            "key": key,
        }
    return web.render(
        "growing_areas/correction.html",
        area=area, entry=entry, form=form, labels=labels, words=words, whole=whole, **context,
    )  # fmt: skip
