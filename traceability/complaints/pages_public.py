"""What a consumer opens: the form that a trace page leads to, and the answer to what they sent."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from flask import Blueprint, make_response, redirect, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session
from werkzeug.datastructures import FileStorage, MultiDict

from foundation import clock, codes, db, i18n, inputs, retention, web
from foundation.errors import Finding, Invalid, NguonError, NotFound
from foundation.i18n import _
from growing_areas.dossiers import uploads
from growing_areas.dossiers.uploads import Judged
from territory import units
from traceability.complaints import filing, following, names
from traceability.complaints.filing import Told
from traceability.complaints.schemas import ComplaintInput, MoreInput, NumberInput
from traceability.complaints.subjects import find_subject
from traceability.scan import guessing, limits

blueprint = Blueprint("complaints_public", __name__)


@blueprint.get("/complaints")
@web.public
@web.in_label_languages
def find() -> str:
    """Where the number one was given is typed."""
    return _render("find", form=web.Form())


@blueprint.post("/complaints/find")
@web.public
@web.in_label_languages
def find_one() -> ResponseReturnValue:
    """From the typed number to its page."""
    guessing.refuse(request.remote_addr or "", clock.now())
    try:
        number = inputs.load(NumberInput, request.form)["number"]
        with db.reading() as session:
            following.get_by_code(session, number)
    except (Invalid, NotFound) as error:
        guessing.missed(request.remote_addr or "", clock.now())
        found = (Finding(error.code, {}, "number"),) if isinstance(error, NotFound) else None
        form = web.Form(request.form, found or error.findings)
        return _render("find", form=form), error.status
    return redirect(_own(codes.normalise(number)), 303)


@blueprint.get("/complaints/new")
@web.public
@web.in_label_languages
def new() -> str:
    """The form, about the code that a trace page or its reader names."""
    kept = MultiDict(request.args.items(multi=True))
    return _form(web.Form(kept))


@blueprint.post("/complaints")
@web.public
@web.in_label_languages
def send() -> ResponseReturnValue:
    """Keep what is told, and lead its sender to where the answer will stand."""
    try:
        told = _told()
        filing.take_turn(request.remote_addr or "", clock.now())
        photos = _photos(request.files.getlist("photos"))
        with db.transaction() as session:
            language, now = i18n.get_language(), clock.now()
            code = filing.file(session, told, photos, language=language, now=now)
    except NguonError as error:
        if error.status not in (409, 422, 429):
            raise
        return _form(web.Form.kept(error)), error.status
    return redirect(_own(code, sent="1"), 303)


@blueprint.get("/complaints/<code>")
@web.public
@web.in_label_languages
def show(code: str) -> ResponseReturnValue:
    """What was sent, how it stands, what was answered: for who knows its private code."""
    return _shown(code, web.Form())


@blueprint.post("/complaints/<code>/more")
@web.public
@web.in_label_languages
def add(code: str) -> ResponseReturnValue:
    """Add something."""

    def work(session: Session) -> None:
        words = inputs.load(MoreInput, request.form)["words"]
        following.add(session, code, words, now=clock.now())

    return _act(code, work, _("Đã gửi thêm."))


@blueprint.post("/complaints/<code>/erase")
@web.public
@web.in_label_languages
def erase(code: str) -> ResponseReturnValue:
    """Take one's words, photos and contact back."""

    def work(session: Session) -> None:
        following.erase(session, code, now=clock.now())

    return _act(code, work, _("Đã xóa lời kể, ảnh và cách liên lạc của bạn."))


def _act(code: str, work: Callable[[Session], None], done: str) -> ResponseReturnValue:
    guessing.refuse(request.remote_addr or "", clock.now())
    try:
        with db.transaction() as session:
            work(session)
    except NotFound:
        guessing.missed(request.remote_addr or "", clock.now())
        raise
    except NguonError as error:
        return _shown(code, web.Form.kept(error), error.status)
    web.flash_done(done)
    return redirect(_own(code), 303)


def _shown(code: str, form: web.Form, status: int = 200) -> ResponseReturnValue:
    guessing.refuse(request.remote_addr or "", clock.now())
    try:
        with db.reading() as session:
            told = following.get_by_code(session, code)
    except NotFound:
        guessing.missed(request.remote_addr or "", clock.now())
        raise
    page = _render(
        "followed",
        {"code": code},
        form=form,
        told=told,
        shown_code=codes.grouped(codes.normalise(code)),
        patience_days=limits.limit("complaint_patience_days"),
        was_sent=bool(request.args.get("sent")),
        names=names,
    )
    response = make_response(page, status)
    # Its address is the key to it: neither kept, nor found, nor told to where links lead.
    response.headers["Cache-Control"] = "no-store"
    response.headers["Referrer-Policy"] = "no-referrer"
    response.headers["X-Robots-Tag"] = "noindex"
    return response


def _form(form: web.Form) -> str:
    subject = None
    code, serial = (str(form.values.get(name) or "")[:200] for name in ("code", "serial"))
    if code:
        guessing.refuse(request.remote_addr or "", clock.now())
    with db.reading() as session:
        subject = find_subject(session, code, serial) if code.strip() else None
        provinces = units.list_units(session, on=clock.today(), level="province", size=100).items
    if code and (subject is None or subject.is_misnamed):
        guessing.missed(request.remote_addr or "", clock.now())
    return _render(
        "new",
        {"code": code, "serial": serial},
        form=form,
        subject=subject,
        item=subject.serial.code if subject and subject.serial else serial,
        is_unknown=bool(code.strip()) and subject is None,
        kinds=names.kinds(),
        provinces=[(unit.code, units.label(unit)) for unit in provinces],
        kept_days=retention.time_of("complaint_senders", clock.today()).days,
        most_photos=limits.limit("complaint_photos"),
        most_mb=uploads.MOST_BYTES // 1024 // 1024,
    )


def _render(page: str, named: dict[str, str] | None = None, **context: Any) -> str:
    """A page in the reader's language, with links to it in the others."""
    address = {"find": ".find", "new": ".new", "followed": ".show"}[page]
    kept: dict[str, Any] = {name: value for name, value in (named or {}).items() if value}

    def here(language: str) -> str:
        return url_for(address, **kept, lang=language)

    return web.render(
        f"traceability/complaints/{page}.html",
        here=here,
        label_languages=i18n.LABEL_LANGUAGES,
        **kept,
        **context,
    )


def _told() -> Told:
    given: dict[str, Any] = inputs.load(ComplaintInput, request.form)
    for not_told in ("agreed", "website"):
        given.pop(not_told, None)
    return Told(**given)


def _photos(sent: list[FileStorage]) -> list[Judged]:
    """The photos, each read in a limited child: upright, small, without place or time."""
    chosen = [each for each in sent if each.filename]
    most = limits.limit("complaint_photos")
    if len(chosen) > most:
        raise Invalid([Finding("complaint.too_many_photos", {"most": most}, "photos")])
    return [uploads.judge(each.stream, "photo", "photos") for each in chosen]


def _own(code: str, sent: str | None = None) -> str:
    return url_for(".show", code=code, sent=sent, lang=request.args.get("lang"))
