"""Import: a file of many outlines, shown with every finding first, stored and undone whole."""

from __future__ import annotations

import re
from collections import Counter
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
from growing_areas import geometry, labels, pages_drafts, reference_systems
from growing_areas.checking import from_json
from growing_areas.files.reading import read_file
from growing_areas.imports import batches, importing, uploads
from growing_areas.imports.importing import Row, ShapeTold
from growing_areas.imports.schemas import ImportsQuery, WishesInput
from growing_areas.imports.wishes import ASPECTS, Wishes, columns_of
from growing_areas.shapes import drawing, repairs
from growing_areas.shapes.drawing import Gathering, Shape
from territory import units

blueprint = Blueprint("imports", __name__, url_prefix="/workspace/areas")

_CHOOSE = "growing_areas/imports/choose.html"
_PREVIEW = "growing_areas/imports/preview.html"
_COMMON = frozenset(WishesInput().fields)
_OWN = re.compile(r"(name|crop|commune_code)-(\d{1,4})")


@blueprint.get("/import")
@web.guarded("area.propose")
def choose() -> str:
    """The form: whose areas, and the file."""
    return _choose_page(web.Form())


@blueprint.post("/import")
@web.guarded("area.propose")
def take_in() -> ResponseReturnValue:
    """Read the file and keep it for its sender; the next page shows what it holds."""
    try:
        wishes = _wishes(request.form)
        actor, now = current_actor(), clock.now()
        with db.reading() as session:
            owner = organisations.get_organisation(session, wishes.organisation)
            permissions.require(actor, "area.propose", owner)
        upload = request.files.get("file")
        content = upload.read() if upload else b""
        if upload is None or not content:
            raise Invalid([Finding("file.empty", {}, "file")])
        name = upload.filename or ""
        system = _system()
        features = read_file(name, content, system)
        digest = uploads.digest_of(content, system)
        with db.transaction() as session:
            uploads.keep(session, int(actor.person_id or 0), digest, name, features, now=now)
    except Invalid as error:
        return _choose_page(web.Form.kept(error)), error.status
    said: dict[str, Any] = {key: value for key, value in request.form.items() if key in _COMMON}
    said["organisation"] = wishes.organisation
    return redirect(url_for(".show", digest=digest, **said), 303)


@blueprint.get("/import/<digest>")
@web.guarded("area.propose")
def show(digest: str) -> ResponseReturnValue:
    """What the file would become."""
    return _look(digest, request.args)


@blueprint.post("/import/<digest>")
@web.guarded("area.propose")
def decide(digest: str) -> ResponseReturnValue:
    """Show again what the file would become, or store the shapes that were chosen."""
    if request.form.get("act") != "save":
        return _look(digest, request.form)
    try:
        wishes = _wishes(request.form)
        actor, now = current_actor(), clock.now()
        with db.transaction() as session:
            upload = uploads.get_upload(session, actor.person_id, digest, now=now)
            batch = batches.order(session, actor, upload, wishes, now=now)
            import_id, count = batch.id, batch.area_count
            waiting = batch.state == "waiting"
    except Invalid as error:
        return _look(digest, request.form, error)
    if not waiting:
        said = ngettext("Đã ghi %(num)s bản nháp.", "Đã ghi %(num)s bản nháp.", count)
        web.flash_done(said, url_for(".undo", import_id=import_id))
    return redirect(url_for(".one", import_id=import_id), 303)


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
    with db.reading() as session:
        return web.render("growing_areas/imports/one.html", **_one(session, import_id))


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
            context = _one(session, import_id)
        return web.render_again("growing_areas/imports/one.html", error, **context)
    said = ngettext("Đã hoàn tác: bỏ %(num)s bản nháp.", "Đã hoàn tác: bỏ %(num)s bản nháp.", count)
    web.flash_done(said)
    return redirect(url_for("growing_areas.imports.list_imports"), 303)


def _look(
    digest: str, given: MultiDict[str, str], error: Invalid | None = None
) -> ResponseReturnValue:
    """The file's shapes with every finding and a picture; nothing is stored."""
    actor, now = current_actor(), clock.now()
    rows: list[Row] = []
    with db.reading() as session:
        upload = uploads.get_upload(session, actor.person_id, digest, now=now)
        features = uploads.features_of(upload)
        try:
            wishes = _wishes(given)
            mended = importing.repaired(features, wishes.repairs)
            rows = importing.preview(
                session, actor, wishes.organisation, wishes.common, mended, now=now,
                told=wishes.told_of(mended),
            )  # fmt: skip
        except Invalid as unreadable:
            error = error or unreadable
        places = units.labels(session, {row.commune_code for row in rows}, clock.today())
    form = web.Form.kept(error, given) if error else web.Form(given)
    looked_before = bool(given.get("act"))
    context = {
        "form": form,
        "digest": digest,
        "file_name": upload.file_name,
        "rows": rows,
        "places": places,
        "picture": _picture(rows),
        "columns": [(name, name) for name in columns_of(features)],
        "taken": _taken(rows, given) if looked_before else {r.number for r in rows if r.is_sound},
        "counts": Counter(row.is_sound for row in rows),
        "repairs": sorted({name for row in rows for name in repairs.offered(row.findings)}),
        "accepted": given.getlist("repairs"),
        "labels": labels,
    }
    return web.render(_PREVIEW, **context), error.status if error else 200


def _system() -> str | None:
    """The reference system the sender says the file's numbers are in, where the file does not."""
    chosen = request.form.get("crs") or None
    if chosen and chosen not in reference_systems.systems():
        raise Invalid([Finding("file.unknown_crs", {"crs": chosen[:80]}, "crs")])
    return chosen


def _wishes(given: MultiDict[str, str]) -> Wishes:
    """What the form says. Raises: Invalid."""
    plain = {name: value for name, value in given.items() if name in _COMMON}
    if not plain.get("organisation"):
        with db.reading() as session:
            own = pages_drafts.own_organisations(session)
        if len(own) == 1:
            plain["organisation"] = own[0][0]
    told = inputs.load(WishesInput, plain)
    columns = {aspect: told.pop(f"{aspect}_column", None) or "" for aspect in ASPECTS}
    own_words: dict[int, dict[str, str]] = {}
    for key, value in given.items():
        found = _OWN.fullmatch(key)
        if found and value.strip() and value.isprintable():
            own_words.setdefault(int(found[2]), {})[found[1]] = value.strip()[:180]
    return Wishes(
        **told,
        columns=columns,
        take=_ticked(given) if given.get("act") else None,
        told={number: ShapeTold(**said) for number, said in own_words.items()},
        repairs=tuple(name for name in given.getlist("repairs") if name in repairs.REPAIRS),
    )


def _ticked(given: MultiDict[str, str]) -> tuple[int, ...]:
    numbers = (text for text in given.getlist("take") if text.isascii() and text.isdigit())
    return tuple(int(text) for text in numbers if len(text) < 5)


def _taken(rows: list[Row], given: MultiDict[str, str]) -> set[int]:
    """What stays ticked: what was ticked before and can be stored."""
    ticked = set(_ticked(given))
    return {row.number for row in rows if row.is_sound and row.number in ticked}


def _picture(rows: list[Row]) -> Gathering | None:
    return drawing.gather(
        Shape(
            row.number,
            row.name,
            "area area-wait" if row.is_sound else "area area-bad",
            geometry.read(row.geometry).rings,
        )
        for row in rows
    )


def _one(session: Session, import_id: int) -> dict[str, Any]:
    batch = batches.get(session, current_actor(), import_id)
    return {
        "batch": batch,
        "job": jobs.state(session, batch.job_id) if batch.job_id else None,
        "areas": batches.areas_of(session, batch),
        "findings": [from_json(kept) for kept in batch.findings],
        "senders": batches.senders(session, [batch]),
        "labels": labels,
    }


def _choose_page(form: web.Form) -> str:
    with db.reading() as session:
        own = pages_drafts.own_organisations(session)
    return web.render(_CHOOSE, form=form, organisations=own, labels=labels)
