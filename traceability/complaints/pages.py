"""Complaints at the desks of those who answer them: the list, one of them, and what can be done."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from flask import Blueprint, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from accounts import phone
from accounts.doors import current_actor
from accounts.permissions import Actor, may, may_anywhere
from foundation import clock, db, inputs, web
from foundation.downloads import file_response, table_response
from foundation.errors import NguonError
from foundation.i18n import _, vn_date
from foundation.tables import Notes
from growing_areas import acting
from territory import units
from traceability.complaints import answering, filing, list_table, listing, names, photos
from traceability.complaints.listing import Wish
from traceability.complaints.models import ComplaintSender
from traceability.complaints.schemas import ComplaintQuery, ReferInput, WordsInput
from traceability.scan import limits

blueprint = Blueprint("complaints", __name__)

_DESKS = "<any(workspace, office):desk>"
_ONE = f"/{_DESKS}/complaints/<int:complaint_id>"


@blueprint.get("/workspace/complaints")
@web.guarded("complaint.read")
def index() -> str:
    """What consumers told of one's own goods."""
    return _list("workspace")


@blueprint.get("/office/complaints")
@web.guarded("complaint.read")
def index_office() -> str:
    """What consumers told of goods of one's territory."""
    return _list("office")


@blueprint.get("/workspace/complaints/table")
@web.guarded("complaint.read")
def table() -> ResponseReturnValue:
    """The whole list under the same filters, as XLSX, CSV or JSON; without anybody's words."""
    return _table()


@blueprint.get("/office/complaints/table")
@web.guarded("complaint.read")
def table_office() -> ResponseReturnValue:
    """The office's list likewise."""
    return _table()


def _list(desk: str) -> str:
    query = inputs.load(ComplaintQuery, request.args)
    with db.reading() as session:
        page = listing.list_complaints(
            session, current_actor(), _wish(query), cursor=query.get("cursor"), size=query["limit"]
        )
        places = {each.row.commune_code or each.row.province_code for each in page.items}
        labels = units.labels(session, {place for place in places if place}, clock.today())
    return web.render(
        "traceability/complaints/index.html",
        desk=desk,
        page=page,
        places=labels,
        names=names,
        kinds=names.kinds(),
        patience_days=limits.limit("complaint_patience_days"),
        states=names.states(),
        wish={name: request.args.get(name) for name in ("state", "kind", "q", "batch")},
    )


def _table() -> ResponseReturnValue:
    query = inputs.load(ComplaintQuery, request.args)
    taken_on = _("Ngày xuất: %(on)s", on=vn_date(clock.today()))
    with db.reading() as session:
        rows = list_table.rows(session, current_actor(), _wish(query))
        notes = Notes(_("Phản ánh của người mua"), (taken_on,))
        kind = request.args.get("format", "xlsx")
        return table_response(list_table.COLUMNS, rows, kind, "phan-anh", notes=notes)


@blueprint.get(_ONE)
@web.guarded("complaint.read")
def show(desk: str, complaint_id: int) -> str:
    """One complaint: what was told, what was said since, what can be done."""
    with db.reading() as session:
        context = _context(session, desk, complaint_id)
    return web.render("traceability/complaints/show.html", form=web.Form(), **context)


@blueprint.get(f"{_ONE}/photos/<int:number>")
@web.guarded("complaint.read")
def photo(desk: str, complaint_id: int, number: int) -> ResponseReturnValue:
    """A photo that came with it, for who may read it."""
    with db.reading() as session:
        stored = photos.get_photo(session, current_actor(), complaint_id, number)
        response = file_response(stored)
    response.headers["Cache-Control"] = "private, no-store"
    return response


@blueprint.post(f"{_ONE}/see")
@web.guarded("complaint.handle")
def see(desk: str, complaint_id: int) -> ResponseReturnValue:
    """Tell its sender that it is looked into."""

    def work(session: Session, actor: Actor) -> None:
        answering.see(session, actor, complaint_id, now=clock.now())

    return _act(desk, complaint_id, work, _("Đã ghi: người gửi thấy là đang xử lý."))


@blueprint.post(f"{_ONE}/reply")
@web.guarded("complaint.answer")
def reply(desk: str, complaint_id: int) -> ResponseReturnValue:
    """Answer its sender."""
    return _say(desk, complaint_id, answering.reply, _("Đã gửi câu trả lời."))


@blueprint.post(f"{_ONE}/note")
@web.guarded("complaint.handle")
def note(desk: str, complaint_id: int) -> ResponseReturnValue:
    """Note something for one's own side."""
    return _say(desk, complaint_id, answering.note, _("Đã ghi chú nội bộ."))


@blueprint.post(f"{_ONE}/close")
@web.guarded("complaint.answer")
def close(desk: str, complaint_id: int) -> ResponseReturnValue:
    """End it with a last word."""
    return _say(desk, complaint_id, answering.close, _("Đã khép lại phản ánh."))


@blueprint.post(f"{_ONE}/refer")
@web.guarded("complaint.answer")
def refer(desk: str, complaint_id: int) -> ResponseReturnValue:
    """Hand it on."""

    def work(session: Session, actor: Actor) -> None:
        given = inputs.load(ReferInput, request.form)
        to = given.get("to", "")
        answering.refer(session, actor, complaint_id, to, given["words"], now=clock.now())

    return _act(desk, complaint_id, work, _("Đã chuyển tiếp; người gửi được báo."))


@blueprint.post(f"{_ONE}/erase")
@web.guarded("complaint.erase")
def erase(desk: str, complaint_id: int) -> ResponseReturnValue:
    """Erase what is its sender's."""

    def work(session: Session, actor: Actor) -> None:
        answering.erase(session, actor, complaint_id, now=clock.now())

    return _act(desk, complaint_id, work, _("Đã xóa lời kể, ảnh và cách liên lạc."))


def _say(desk: str, complaint_id: int, word: answering.Word, done: str) -> ResponseReturnValue:
    def work(session: Session, actor: Actor) -> None:
        words = inputs.load(WordsInput, request.form)["words"]
        word(session, actor, complaint_id, words, now=clock.now())

    return _act(desk, complaint_id, work, done)


def _act(
    desk: str, complaint_id: int, work: Callable[[Session, Actor], None], done: str
) -> ResponseReturnValue:
    def again(error: NguonError) -> ResponseReturnValue:
        with db.reading() as session:
            context = _context(session, desk, complaint_id)
        return web.render_again("traceability/complaints/show.html", error, **context)

    return acting.carry_out(
        work, done, url_for(".show", desk=desk, complaint_id=complaint_id), again
    )


def _context(session: Session, desk: str, complaint_id: int) -> dict[str, Any]:
    actor = current_actor()
    about = listing.get_complaint(session, actor, complaint_id)
    told = listing.whole(session, about)
    side = listing.side_of(actor, about)
    places = {code for code in (about.commune_code, about.row.bought_in) if code}
    handles = may(actor, "complaint.handle", about)
    answers = may(actor, "complaint.answer", about) and about.row.state != "closed"
    return {
        "desk": desk,
        "about": about,
        "told": told,
        "remarks": [each for each in told.remarks if each.kind != "note" or each.side == side],
        "act": request.path.rpartition("/")[2] if request.method == "POST" else "",
        "contact": _contact(told.sender),
        "places": units.labels(session, places, clock.today()),
        "names": names,
        "is_office": side == "office",
        "may_see": handles and about.row.state == "new",
        "may_note": handles,
        "may_answer": answers,
        "may_recall": may_anywhere(actor, "recall.decide") and about.batch is not None,
        "may_erase": may(actor, "complaint.erase", about) and about.row.erased_at is None,
    }


def _contact(sender: ComplaintSender | None) -> str | None:
    """What its sender lets those who answer read."""
    if sender is None or not sender.contact_shown:
        return None
    contact = filing.contact_of(sender)
    if contact is None:
        return None
    return phone.spoken(contact.phone) if contact.phone else contact.email


def _wish(query: dict[str, Any]) -> Wish:
    return Wish(query["state"], query["kind"], query["q"], query["batch"])
