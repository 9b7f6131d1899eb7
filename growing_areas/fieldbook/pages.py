"""The field book on pages: every diary as one list, one line whole, exports and the printed book.

The same pages at a cooperative's desk and at an officer's; what each may see differs.
"""

from __future__ import annotations

from typing import Any

from flask import Blueprint, Response, request, url_for
from sqlalchemy.orm import Session

from accounts.doors import current_actor
from accounts.permissions import may
from foundation import clock, config, db, inputs, web
from foundation.documents import sending
from foundation.downloads import table_response
from foundation.errors import Invalid
from foundation.i18n import _
from foundation.tables import FORMATS, Notes
from growing_areas import areas, diary, labels, offering
from growing_areas.catalogue import today
from growing_areas.fieldbook import book, chain, correcting, paper, photos, sheet
from growing_areas.fieldbook import labels as words
from growing_areas.fieldbook.book import BookQuery
from growing_areas.fieldbook.schemas import BookQueryInput
from growing_areas.parcels.choosing import households_of, sees_names
from growing_areas.slips import slips

blueprint = Blueprint("fieldbook", __name__)

_PAPER_MOST = 2_000


@blueprint.get("")
@web.guarded("diary.read")
def show() -> Any:
    """The lines of every area the reader may see, newest work first."""
    form, status = web.Form(request.args), 200
    try:
        query = _query()
    except Invalid as error:
        form, status, query = web.Form.kept(error, request.args), error.status, BookQuery()
    with db.reading() as session:
        actor = current_actor()
        page = book.list_lines(session, actor, query)
        context = _choices(session)
    return web.render(
        "growing_areas/fieldbook/book.html",
        form=form, page=page, labels=labels, words=words, kept=_kept(), **context,
    ), status  # fmt: skip


@blueprint.get("/export.<any(xlsx, csv, json):format>")
@web.guarded("diary.read")
def export(format: str) -> Response:  # noqa: A002 - the word of the address
    """The list as a file, whole, by the same filters."""
    query = _query()
    assert format in FORMATS
    with db.reading() as session:
        rows = sheet.rows(book.walk(session, current_actor(), query))
        notes = Notes(_("Nhật ký sản xuất"), tuple(sheet.told(query)))
        return table_response(sheet.COLUMNS, rows, format, "nhat-ky", notes=notes)


@blueprint.get("/print.pdf")
@web.guarded("diary.read")
def print_book() -> Response:
    """The printed diary (A4) by the same filters: works, materials, harvests, waste."""
    query = _query()
    with db.reading() as session:
        printed = paper.book_paper(
            session, current_actor(), query,
            base_url=config.current().base_url, address=url_for(".show", **_kept()),
            on=clock.today(), most=_PAPER_MOST,
        )  # fmt: skip
    return sending.answer(printed)


@blueprint.get("/<int:entry_id>")
@web.guarded("diary.read")
def line(entry_id: int) -> str:
    """One line whole: photos, what the catalogue says, and the chain of its corrections."""
    with db.reading() as session:
        actor = current_actor()
        entry = diary.get_entry(session, actor, entry_id)
        lines = book.told(session, actor, chain.of_entry(session, entry))
        area = areas.load_area(session, entry.area_id)
        pictures = photos.of_keys(session, (each.entry.work_key for each in lines))
        told_for = len(correcting.together(session, entry))
        weighed = today.judgement(session, entry, area.crop_code)
        slip_id = slips.find_of_entry(session, entry.id)
    (own,) = (each for each in lines if each.entry.id == entry.id)
    shown = pictures.get(entry.work_key, []) if entry.work_key else []
    return web.render(
        "growing_areas/fieldbook/line.html",
        line=own, chain=lines, area=area, photos=shown,
        labels=labels, words=words, newest=lines[-1].entry,
        may_erase=may(actor, "diary.erase", area), sees_names=sees_names(actor, area),
        may_write=may(actor, "diary.write", area), told_for=told_for, slip_id=slip_id,
        today=words.since_entry(entry, weighed),
    )  # fmt: skip


def _kept() -> dict[str, Any]:
    """The filters of the address, for links and for the code on the printed book."""
    known = BookQueryInput().fields
    return {
        name: value
        for name, value in request.args.items()
        if value and name in known and name not in ("cursor", "limit")
    }


def _query() -> BookQuery:
    given = inputs.load(BookQueryInput, request.args)
    return BookQuery(size=given.pop("limit"), **given)


def _choices(session: Session) -> dict[str, Any]:
    """What the filters offer to members: their areas and their households."""
    actor = current_actor()
    own = areas.of_organisations(session, actor.organisation_ids("manager", "staff"))
    return {
        "area_options": offering.options(session, own),
        "household_options": households_of(session, own),
    }
