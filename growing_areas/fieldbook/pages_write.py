"""Writing the diary on a phone: last works as one tap, many areas at once, photos, undo."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from flask import Blueprint, Response, redirect, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from accounts.doors import current_actor
from foundation import clock, db, inputs, web
from foundation.downloads import file_response
from foundation.errors import Finding, Invalid, NguonError
from foundation.i18n import _, ngettext
from growing_areas import answers, areas, diary, labels, offering
from growing_areas.diary import Ground, Recorded, Work
from growing_areas.fieldbook import correcting, pages_form, persons, photos, repeats
from growing_areas.fieldbook import labels as words
from growing_areas.fieldbook.schemas import RepeatForm, WorkForm
from growing_areas.models import GrowingArea
from growing_areas.parcels.choosing import parcels_by_area

blueprint = Blueprint("fieldbook_writing", __name__, url_prefix="/workspace/diary")

_KEPT = (
    "activity", "product_name", "active_ingredient", "pre_harvest_days", "dose", "target",
    "equipment", "water_source", "dose_amount", "dose_unit", "dose_per_amount", "dose_per",
    "unit",
)  # fmt: skip


@blueprint.get("/new")
@web.guarded("diary.write")
def new() -> str:
    """The form with today's day; ``repeat`` fills it from an earlier line, ``area`` ticks one."""
    return _page(web.Form(_prefilled()))


@blueprint.post("/new")
@web.guarded("diary.write")
def record() -> ResponseReturnValue:
    """Keep the photos, then write the line of every area ticked."""
    try:
        pages_form.keep_photos()
        if request.form.get("act") == "photo":
            return _page(web.Form(request.form))
        given = pages_form.read(WorkForm)
        with db.transaction() as session:
            actor = current_actor()
            grounds = _grounds(session, given.pop("areas", []), given.pop("parcels", []))
            if not grounds:
                raise Invalid([Finding("diary.area_needed", {}, "areas")])
            done = diary.record_on(session, actor, grounds, Work(**given), now=clock.now())
            told = _told(done)
    except NguonError as error:
        if error.status in (401, 403, 404):
            raise
        return _page(web.Form.kept(error)), error.status
    _flash(told, done[0].entry.id)
    return redirect(url_for("growing_areas.fieldbook.show"), 303)


@blueprint.post("/<int:entry_id>/repeat")
@web.guarded("diary.write")
def repeat(entry_id: int) -> ResponseReturnValue:
    """Write an earlier work anew for today, on the same ground."""
    key = inputs.load(RepeatForm, request.form).get("work_key")
    with db.transaction() as session:
        done = repeats.again(session, current_actor(), entry_id, key, now=clock.now())
        told = _told(done)
    _flash(told, done[0].entry.id)
    return redirect(url_for("growing_areas.fieldbook.show"), 303)


@blueprint.post("/<int:entry_id>/undo")
@web.guarded("diary.write")
def undo(entry_id: int) -> ResponseReturnValue:
    """Strike out what was written a moment ago."""
    inputs.load(inputs.InputSchema, request.form)
    with db.transaction() as session:
        reason = _("Hoàn tác ngay sau khi ghi")
        repeats.take_back(session, current_actor(), entry_id, reason, now=clock.now())
    web.flash_done(_("Đã hoàn tác. Dòng cũ vẫn đọc được, gạch ngang."))
    return redirect(url_for("growing_areas.fieldbook.show"), 303)


@blueprint.get("/photos/<int:photo_id>")
@web.guarded("diary.read")
def photo(photo_id: int) -> Response:
    """A photo of work, for whoever may read its diary."""
    small = request.args.get("size") == "small"
    with db.reading() as session:
        stored = photos.get_file(session, current_actor(), photo_id, small=small)
        answer = file_response(stored)
    answer.headers["Cache-Control"] = "private, no-store"
    return answer


@blueprint.post("/photos/<int:photo_id>/remove")
@web.guarded("diary.write")
def remove_photo(photo_id: int) -> ResponseReturnValue:
    """Take a photo off work not written down yet; the form comes back as it was."""
    with db.transaction() as session:
        photos.remove_waiting(session, current_actor(), photo_id)
    return _page(web.Form(request.form))


@blueprint.post("/photos/<int:photo_id>/erase")
@web.guarded("diary.erase")
def erase_photo(photo_id: int) -> ResponseReturnValue:
    """Erase a photo for good; its line says that one was erased."""
    inputs.load(inputs.InputSchema, request.form)
    with db.transaction() as session:
        photos.erase(session, current_actor(), photo_id, now=clock.now())
    web.flash_done(_("Đã xóa ảnh. Dòng nhật ký vẫn còn."))
    return redirect(url_for("growing_areas.fieldbook.show"), 303)


@blueprint.get("/people")
@web.guarded("diary.erase")
def people() -> str:
    """The people named in diaries and on slips, each one to be erased when they ask."""
    with db.reading() as session:
        own = current_actor().organisation_ids("manager")
        rows = [
            (role, persons.list_known(session, own, role)) for role in ("worker", "seller", "buyer")
        ]
    return web.render("growing_areas/fieldbook/people.html", rows=rows)


@blueprint.post("/people/<int:person_id>/erase")
@web.guarded("diary.erase")
def erase_person(person_id: int) -> ResponseReturnValue:
    """Erase a name; lines and slips go on without it."""
    inputs.load(inputs.InputSchema, request.form)
    with db.transaction() as session:
        persons.erase(session, current_actor(), person_id, now=clock.now())
    web.flash_done(_("Đã xóa tên. Nhật ký và phiếu vẫn còn, không mang tên ai."))
    return redirect(url_for(".people"), 303)


def _prefilled() -> dict[str, Any]:
    values: dict[str, Any] = {"done_on": clock.today()}
    wanted = request.args.get("repeat", "")
    with db.reading() as session:
        if wanted.isascii() and wanted.isdigit() and len(wanted) < 19:
            entry = diary.get_entry(session, current_actor(), int(wanted))
            values |= {name: getattr(entry, name) for name in _KEPT}
            values["areas"] = [line.area_id for line in correcting.together(session, entry)]
    for name in ("activity", "product_name"):
        if request.args.get(name):
            values[name] = request.args[name][:200]
    if request.args.get("area"):
        values["areas"] = [request.args["area"]]
    return values


def _page(form: web.Form) -> str:
    with db.reading() as session:
        actor = current_actor()
        mine = repeats.writable_areas(session, actor)
        owners = offering.owners(session, mine)
        key = pages_form.key_of(form)
        context = {
            "areas": [_option(area, owners) for area in mine],
            "parcels": parcels_by_area(session, actor, mine),
            "last": repeats.last_works(session, actor, [area.id for area in mine]),
            "photos": photos.of_key(session, key),
            "known": pages_form.known(session, mine),
            "key": key,
        }
    return web.render(
        "growing_areas/fieldbook/write.html", form=form, labels=labels, words=words, **context
    )


def _option(area: GrowingArea, owners: Mapping[int, str]) -> tuple[object, ...]:
    """An area to tick; whose it is where the reader works for several organisations."""
    named = (area.id, f"{area.name} · {labels.crop(area.crop_code)}")
    owner = owners.get(area.organisation_id)
    return (*named, owner) if owner else named


def _grounds(session: Session, ticked: Sequence[int], parcel_ids: Sequence[int]) -> list[Ground]:
    """The areas ticked and those whose parcels were; parcels narrow their own area."""
    mine = {area.id: area for area in repeats.writable_areas(session, current_actor())}
    mine |= areas.load_several(session, [each for each in ticked if each not in mine])
    by_area = {
        area.id: {each for each, _label in choices}
        for area, choices in parcels_by_area(session, current_actor(), list(mine.values()))
    }
    wanted = list(dict.fromkeys(ticked))
    for area_id, own in by_area.items():
        plots = {mine[each].plot_id for each in wanted}
        if own & set(parcel_ids) and mine[area_id].plot_id not in plots:
            wanted.append(area_id)
    named: set[int] = set().union(*by_area.values())
    # A parcel of no area here goes with the first one, whose diary refuses it by name.
    strange = tuple(each for each in parcel_ids if each not in named)
    return [
        Ground(
            area_id,
            (
                *(each for each in parcel_ids if each in by_area.get(area_id, ())),
                *(strange if at == 0 else ()),
            ),
        )
        for at, area_id in enumerate(wanted)
    ]


def _told(done: Sequence[Recorded]) -> str:
    said = ngettext("Đã ghi nhật ký %(num)s vùng.", "Đã ghi nhật ký %(num)s vùng.", len(done))
    findings = {finding.code: finding for each in done for finding in each.findings}
    return answers.told(said, findings.values())


def _flash(message: str, entry_id: int) -> None:
    web.flash_done(message, url_for("growing_areas.fieldbook_writing.undo", entry_id=entry_id))
