"""The farm diary for programs: across areas, with corrections, photos and the catalogue."""

from __future__ import annotations

from typing import Any

from flask import Response

from accounts.doors import current_actor
from api.blueprints import Blueprint
from foundation import clock, db, web
from foundation.downloads import file_response
from growing_areas import areas, diary
from growing_areas.catalogue import today
from growing_areas.diary import Ground, Work
from growing_areas.dossiers import uploads
from growing_areas.fieldbook import book, chain, correcting, persons, photos
from growing_areas.fieldbook.answers import (
    DiaryPhotoSchema,
    EntryDetailSchema,
    EntryListSchema,
    EntrySchema,
    entry_json,
    line_json,
    photo_json,
    today_json,
)
from growing_areas.fieldbook.book import BookLine, BookQuery
from growing_areas.fieldbook.schemas import (
    BookQueryInput,
    CorrectionInput,
    DiaryQuery,
    PhotoFields,
    PhotoFile,
    StrikeInput,
    TellingCorrectionInput,
    WorkInput,
    WorkOnAreasInput,
)

blueprint = Blueprint("api_diary", __name__, url_prefix="/api/v1", description="The farm diary")


@blueprint.post("/growing-areas/<int:area_id>/diary")
@web.guarded("diary.write")
@blueprint.arguments(WorkInput)
@blueprint.made_at(EntrySchema, "/diary/{id}")
def record_work(given: dict[str, Any], area_id: int) -> dict[str, Any]:
    """Write a line into the diary of an area."""
    with db.transaction() as session:
        done = diary.record(session, current_actor(), area_id, Work(**given), now=clock.now())
        return entry_json(done.entry, done.findings, worker=given.get("worker"))


@blueprint.get("/growing-areas/<int:area_id>/diary")
@web.guarded("diary.read")
@blueprint.arguments(DiaryQuery, location="query")
@blueprint.response(200, EntryListSchema)
def list_diary(query: dict[str, Any], area_id: int) -> dict[str, Any]:
    """The lines that stand, newest work first."""
    with db.reading() as session:
        actor = current_actor()
        page = diary.list_entries(
            session, actor, area_id, cursor=query.get("cursor"), size=query["limit"]
        )
        return {"items": _lines(book.told(session, actor, page.items)), "next": page.next_cursor}


@blueprint.post("/diary/<int:entry_id>/corrections")
@web.guarded("diary.write")
@blueprint.arguments(CorrectionInput)
@blueprint.made_at(EntrySchema, "/diary/{id}")
def correct_work(given: dict[str, Any], entry_id: int) -> dict[str, Any]:
    """Write a line that takes the place of an earlier one, which stays readable."""
    reason = given.pop("reason")
    with db.transaction() as session:
        done = diary.correct(
            session, current_actor(), entry_id, Work(**given), reason, now=clock.now()
        )
        return entry_json(done.entry, done.findings, worker=given.get("worker"))


@blueprint.post("/diary/<int:entry_id>/telling/corrections")
@web.guarded("diary.write")
@blueprint.arguments(TellingCorrectionInput)
@blueprint.response(201, EntryListSchema)
def correct_telling(given: dict[str, Any], entry_id: int) -> dict[str, Any]:
    """Correct work told for several areas at once: every line of it gets one in its place.

    Amounts are of all areas; each area keeps the parcels it named.
    """
    reason = given.pop("reason")
    with db.transaction() as session:
        done = correcting.correct_together(
            session, current_actor(), entry_id, Work(**given), reason, now=clock.now()
        )
        items = [entry_json(each.entry, each.findings, worker=given.get("worker")) for each in done]
        return {"items": items, "next": None}


@blueprint.post("/diary/<int:entry_id>/telling/strike-out")
@web.guarded("diary.write")
@blueprint.arguments(StrikeInput)
@blueprint.response(201, EntryListSchema)
def strike_telling_out(given: dict[str, Any], entry_id: int) -> dict[str, Any]:
    """Write that work told for several areas at once never happened on any of them."""
    with db.transaction() as session:
        struck = correcting.strike_out_together(
            session, current_actor(), entry_id, given["reason"], now=clock.now()
        )
        return {"items": [entry_json(each) for each in struck], "next": None}


@blueprint.post("/diary/<int:entry_id>/strike-out")
@web.guarded("diary.write")
@blueprint.arguments(StrikeInput)
@blueprint.made_at(EntrySchema, "/diary/{id}")
def strike_work_out(given: dict[str, Any], entry_id: int) -> dict[str, Any]:
    """Write that an earlier line never happened; it stays readable as struck out."""
    with db.transaction() as session:
        entry = diary.strike_out(
            session, current_actor(), entry_id, given["reason"], now=clock.now()
        )
        return entry_json(entry)


@blueprint.post("/diary")
@web.guarded("diary.write")
@blueprint.arguments(WorkOnAreasInput)
@blueprint.response(201, EntryListSchema)
def record_on_areas(given: dict[str, Any]) -> dict[str, Any]:
    """Write work done on several areas of one organisation: a line in each one's diary.

    ``quantity``, ``treated_ha`` and ``head_count`` are of all of them and are shared out by size.
    """
    grounds = [Ground(each["area"], each.get("parcels", ())) for each in given.pop("areas")]
    with db.transaction() as session:
        done = diary.record_on(session, current_actor(), grounds, Work(**given), now=clock.now())
        items = [entry_json(each.entry, each.findings, worker=given.get("worker")) for each in done]
        return {"items": items, "next": None}


@blueprint.get("/diary")
@web.guarded("diary.read")
@blueprint.arguments(BookQueryInput, location="query")
@blueprint.response(200, EntryListSchema)
def list_book(query: dict[str, Any]) -> dict[str, Any]:
    """The diaries of every area the caller may see as one list, newest work first."""
    size = query.pop("limit")
    with db.reading() as session:
        page = book.list_lines(session, current_actor(), BookQuery(**query, size=size))
        return {"items": _lines(page.items), "next": page.next_cursor}


@blueprint.get("/diary/<int:entry_id>")
@web.guarded("diary.read")
@blueprint.response(200, EntryDetailSchema)
def get_entry(entry_id: int) -> dict[str, Any]:
    """One line with its photos, and the chain of corrections it stands in."""
    with db.reading() as session:
        actor = current_actor()
        entry = diary.get_entry(session, actor, entry_id)
        lines = _lines(book.told(session, actor, chain.of_entry(session, entry)))
        (own,) = (line for line in lines if line["id"] == entry.id)
        pictures = [photo_json(photo) for photo in photos.of_key(session, entry.work_key)]
        area = areas.load_area(session, entry.area_id)
        weighed = today_json(today.judgement(session, entry, area.crop_code))
        return {**own, "photos": pictures, "chain": lines, "catalogue_today": weighed}


@blueprint.post("/diary-photos")
@web.guarded("diary.write")
@blueprint.arguments(PhotoFields, location="form")
@blueprint.arguments(PhotoFile, location="files")
@blueprint.made_at(DiaryPhotoSchema, "/diary-photos/{id}")
def add_photo(given: dict[str, Any], sent: dict[str, Any]) -> dict[str, Any]:
    """Keep a photo of work that is about to be written down under the same ``work_key``."""
    judged = uploads.judge(sent["file"].stream, "photo", "file")
    with db.transaction() as session:
        photo = photos.add(session, current_actor(), given["work_key"], judged, now=clock.now())
        return photo_json(photo)


@blueprint.get("/diary-photos/<int:photo_id>")
@web.guarded("diary.read")
@blueprint.doc(responses={"200": {"description": "The picture", "content": {"image/jpeg": {}}}})
def get_photo(photo_id: int) -> Response:
    """The picture itself; 404 once it was erased."""
    with db.reading() as session:
        stored = photos.get_file(session, current_actor(), photo_id, small=False)
        answer = file_response(stored)
    answer.headers["Cache-Control"] = "private, no-store"
    return answer


@blueprint.delete("/diary-photos/<int:photo_id>")
@web.guarded("diary.erase")
@blueprint.response(204)
def erase_photo(photo_id: int) -> None:
    """Erase a photo for good; its line stays and says that one was erased."""
    with db.transaction() as session:
        photos.erase(session, current_actor(), photo_id, now=clock.now())


@blueprint.delete("/diary-persons/<int:person_id>")
@web.guarded("diary.erase")
@blueprint.response(204)
def erase_person(person_id: int) -> None:
    """Erase the name of somebody named in diaries or on slips; the lines go on without it."""
    with db.transaction() as session:
        persons.erase(session, current_actor(), person_id, now=clock.now())


def _lines(lines: list[BookLine]) -> list[dict[str, Any]]:
    return [line_json(line) for line in lines]
