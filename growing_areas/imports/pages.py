"""Import: a file of many outlines, shown with every finding first, stored and undone whole."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from flask import Blueprint, redirect, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session
from werkzeug.datastructures import MultiDict

from accounts import organisations, permissions
from accounts.doors import current_actor
from foundation import clock, db, inputs, jobs, web
from foundation.errors import Conflict, Finding, Invalid
from foundation.i18n import ngettext
from growing_areas import geometry, labels, pages_drafts, reference_systems, zones
from growing_areas.checking import from_json
from growing_areas.files.features import MAX_POSITIONS
from growing_areas.files.reading import MAX_BYTES, read_file, refuse_unreadable
from growing_areas.imports import asking, batches, importing, previews, uploads
from growing_areas.imports.importing import Row
from growing_areas.imports.models import AreaUpload
from growing_areas.imports.previews import Preview
from growing_areas.imports.schemas import ImportsQuery, PreviewQuery
from growing_areas.imports.wishes import Wishes
from growing_areas.shapes import drawing
from growing_areas.shapes.drawing import Gathering, Shape
from territory import units

blueprint = Blueprint("imports", __name__, url_prefix="/workspace/areas")

_CHOOSE = "growing_areas/imports/choose.html"
_PREVIEW = "growing_areas/imports/preview.html"


@blueprint.get("/import")
@web.guarded("area.propose")
def choose() -> str:
    """The form: whose areas, and the file."""
    return _choose_page(web.Form())


@blueprint.post("/import")
@web.guarded("area.propose")
def take_in() -> ResponseReturnValue:
    """Read the file and keep it for its sender, or leave a large one to a worker."""
    try:
        digest = _kept()
    except Invalid as error:
        return _choose_page(web.Form.kept(error)), error.status
    return redirect(url_for(".show", digest=digest), 303)


@blueprint.get("/import/<digest>")
@web.guarded("area.propose")
def show(digest: str) -> ResponseReturnValue:
    """What the file would become, page by page; how far the worker is that works it out."""
    with db.reading() as session:
        upload = uploads.get_upload(session, current_actor().person_id, digest, now=clock.now())
        return web.render(_PREVIEW, **_preview(session, upload, request.args))


@blueprint.post("/import/<digest>")
@web.guarded("area.propose")
def decide(digest: str) -> ResponseReturnValue:
    """Remember what was ticked and said; turn the page, look again, or store what was chosen."""
    act, form = request.form.get("act", ""), request.form
    try:
        with db.transaction() as session:
            actor, now = current_actor(), clock.now()
            upload = uploads.get_upload(session, actor.person_id, digest, now=now)
            wishes = _said(session, upload, form)
            if act in ("save", "save_all"):
                return _store(session, upload, wishes, every=act == "save_all")
            if act == "check" or wishes != previews.wishes_of(upload):
                previews.ask(session, actor, upload, wishes, now=now)
    except Invalid as error:
        with db.reading() as session:
            upload = uploads.get_upload(session, current_actor().person_id, digest, now=clock.now())
            return web.render_again(_PREVIEW, error, **_preview(session, upload, form, error))
    return redirect(url_for(".show", digest=digest, **_next(act, form)), 303)


@blueprint.get("/imports")
@web.guarded("area.propose")
def list_imports() -> str:
    """Every import of one's organisations: who, when, how many, and whether undone."""
    query = inputs.load(ImportsQuery, request.args)
    with db.reading() as session:
        page = batches.list_imports(
            session, current_actor(), cursor=query.get("cursor"), size=query["limit"]
        )
        senders = batches.senders(session, page.items)
        return web.render("growing_areas/imports/list.html", page=page, senders=senders)


@blueprint.get("/imports/<int:import_id>")
@web.guarded("area.propose")
def one(import_id: int) -> str:
    """One import: how far it is, what it made, and the way to undo it."""
    query = inputs.load(ImportsQuery, request.args)
    with db.reading() as session:
        return web.render("growing_areas/imports/one.html", **_one(session, import_id, query))


@blueprint.post("/imports/<int:import_id>/undo")
@web.guarded("area.propose")
def undo(import_id: int) -> ResponseReturnValue:
    """Throw away every area of an import, or say which ones are in the way."""
    try:
        with db.transaction() as session:
            batch = batches.undo(session, current_actor(), import_id, now=clock.now())
            count = batch.area_count
    except Conflict as error:
        with db.reading() as session:
            context = _one(session, import_id, inputs.load(ImportsQuery, {}))
        return web.render_again("growing_areas/imports/one.html", error, **context)
    said = ngettext("Đã hoàn tác: bỏ %(num)s bản nháp.", "Đã hoàn tác: bỏ %(num)s bản nháp.", count)
    web.flash_done(said)
    return redirect(url_for("growing_areas.imports.list_imports"), 303)


def _next(act: str, form: MultiDict[str, str]) -> dict[str, Any]:
    """The page to look at next: another one, the same again, or the first of other rows."""
    if act in ("see_all", "see_faulty"):
        return {"show": act.removeprefix("see_")}
    asked = {"page": form.get("turn") or form.get("page"), "show": form.get("show")}
    return inputs.load(PreviewQuery, {key: value for key, value in asked.items() if value})


def _kept() -> str:
    """Keep the file sent, with its preview or a worker on it; its digest. Raises: Invalid."""
    system, (name, content) = _system(), _file()
    actor, now = current_actor(), clock.now()
    with db.reading() as session:
        wishes = asking.wishes(request.form, pages_drafts.own_organisations(session))
        owner = organisations.get_organisation(session, wishes.organisation)
        permissions.require(actor, "area.propose", owner)
    refuse_unreadable(name, content)
    at_once = len(content) <= previews.READ_AT_ONCE
    features = read_file(name, content, system) if at_once else []
    digest, person_id = uploads.digest_of(content, system), int(actor.person_id or 0)
    kept = wishes.to_json()
    with db.transaction() as session:
        if at_once:
            uploads.keep(session, person_id, digest, name, features, now=now, wishes=kept)
        else:
            uploads.keep_unread(
                session, person_id, digest, name, content, now=now, wishes=kept, system=system
            )
        upload = uploads.get_upload(session, person_id, digest, now=now)
        previews.ask(session, actor, upload, wishes, now=now)
    return digest


def _file() -> tuple[str, bytes]:
    upload = request.files.get("file")
    content = upload.read() if upload else b""
    if upload is None or not content:
        raise Invalid([Finding("file.empty", {}, "file")])
    return upload.filename or "", content


def _said(session: Session, upload: AreaUpload, form: MultiDict[str, str]) -> Wishes:
    """What the form says, with what was said on other pages; its ticks are remembered."""
    said = asking.wishes(form, pages_drafts.own_organisations(session))
    found = previews.find(upload)
    shown = _shown(found, form)[1] if found else []
    upload.left_out = previews.left_out(upload, shown, asking.ticked(form))
    told = asking.merged(previews.wishes_of(upload).told, shown, said.told)
    return replace(said, told=told)


def _store(
    session: Session, upload: AreaUpload, wishes: Wishes, *, every: bool
) -> ResponseReturnValue:
    found = previews.find(upload)
    sound = found.sound if found else frozenset()
    taken = sound if every else (sound - set(upload.left_out)) | asking.ticked(request.form)
    chosen = replace(wishes, take=tuple(sorted(taken)))
    batch = batches.order(session, current_actor(), upload, chosen, now=clock.now())
    if batch.state != "waiting":
        count = batch.area_count
        said = ngettext("Đã ghi %(num)s bản nháp.", "Đã ghi %(num)s bản nháp.", count)
        web.flash_done(said, url_for(".undo", import_id=batch.id))
    return redirect(url_for(".one", import_id=batch.id), 303)


def _preview(
    session: Session,
    upload: AreaUpload,
    given: MultiDict[str, str],
    error: Invalid | None = None,
) -> dict[str, Any]:
    """What the page tells: rows, or how far the worker is, or why there are none."""
    found, wishes = previews.find(upload), previews.wishes_of(upload)
    query, rows = _shown(found, given) if found else ({}, [])
    out = previews.left_out(upload, rows, asking.ticked(given)) if error else upload.left_out
    return {
        "form": web.Form.kept(error, given) if error else web.Form(asking.values(wishes)),
        "digest": upload.digest,
        "file_name": upload.file_name,
        "job": jobs.state(session, upload.job_id) if upload.job_id and not found else None,
        "findings": [from_json(kept) for kept in upload.findings],
        "preview": found,
        "rows": rows,
        "query": query,
        "pages": found.pages(faulty=query["show"] == "faulty") if found else 1,
        "places": units.labels(session, {row.commune_code for row in rows}, clock.today()),
        "picture": _picture(upload, rows),
        "columns": [(name, name) for name in found.columns] if found else [],
        "taken": (found.sound if found else frozenset()) - set(out),
        "accepted": wishes.repairs,
        "labels": labels,
    }


def _shown(found: Preview, given: MultiDict[str, str]) -> tuple[dict[str, Any], list[Row]]:
    """Which page is looked at, and its rows; beyond the last page stands the last."""
    query = inputs.load(PreviewQuery, {k: given[k] for k in ("page", "show") if given.get(k)})
    faulty = query["show"] == "faulty"
    query["page"] = min(query["page"], found.pages(faulty=faulty))
    return query, found.shown(query["page"], faulty=faulty)


def _system() -> str | None:
    """The reference system the sender says the file's numbers are in, where the file does not."""
    chosen = request.form.get("crs") or None
    if chosen and chosen not in reference_systems.systems():
        raise Invalid([Finding("file.unknown_crs", {"crs": chosen[:80]}, "crs")])
    return chosen


def _picture(upload: AreaUpload, rows: list[Row]) -> Gathering | None:
    return drawing.gather(
        Shape(
            row.number,
            row.name,
            "area area-wait" if row.is_sound else "area area-bad",
            geometry.read(outline).rings,
        )
        for row, outline in (previews.outlines(upload, rows) if rows else ())
    )


def _one(session: Session, import_id: int, query: dict[str, Any]) -> dict[str, Any]:
    batch = batches.get(session, current_actor(), import_id)
    return {
        "batch": batch,
        "job": jobs.state(session, batch.job_id) if batch.job_id else None,
        "page": batches.list_areas(session, batch, cursor=query.get("cursor"), size=query["limit"]),
        "findings": [from_json(kept) for kept in batch.findings],
        "senders": batches.senders(session, [batch]),
        "labels": labels,
    }


def _choose_page(form: web.Form) -> str:
    with db.reading() as session:
        own = pages_drafts.own_organisations(session)
        typed, today = request.form.get("commune_code"), clock.today()
        likely = zones.of_commune(session, typed, today) or zones.of_own(
            session, current_actor(), today
        )
    limits = {
        "megabytes": MAX_BYTES // 1024 // 1024,
        "shapes": importing.MOST_FEATURES,
        "positions": MAX_POSITIONS,
    }
    return web.render(
        _CHOOSE, form=form, organisations=own, labels=labels, limits=limits, zones=likely
    )
