"""Importing parcels: a file of many shapes, read once, shown with every finding, stored, undone."""

from __future__ import annotations

from collections import Counter
from datetime import UTC, datetime, timedelta

from flask import Blueprint, redirect, request, url_for
from flask.typing import ResponseReturnValue
from werkzeug.datastructures import MultiDict

from accounts.doors import current_actor
from foundation import clock, db, inputs, web
from foundation.errors import Conflict, Finding, Invalid, NotFound
from foundation.i18n import ngettext
from growing_areas import areas, geometry, labels, proposals, reference_systems, zones
from growing_areas.files.reading import read_file
from growing_areas.imports import uploads
from growing_areas.imports.wishes import Wishes, columns_of
from growing_areas.parcels import importing, parcels, picture
from growing_areas.parcels.board import of_plot
from growing_areas.parcels.importing import ParcelWishes, Row
from growing_areas.parcels.pages_draw import own_area
from growing_areas.parcels.schemas import ParcelColumns
from growing_areas.shapes import repairs

blueprint = Blueprint("imports", __name__, url_prefix="/parcels/import")

_CHOOSE = "growing_areas/parcels/import.html"
_PREVIEW = "growing_areas/parcels/preview.html"
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND = timedelta(microseconds=1)


@blueprint.get("")
@web.guarded("area.propose")
def choose(area_id: int) -> str:
    """The form: a file, and the reference system of its numbers where it does not say."""
    return _choose_page(area_id, web.Form())


@blueprint.post("")
@web.guarded("area.propose")
def take_in(area_id: int) -> ResponseReturnValue:
    """Read the file and keep it for its sender; the next page shows what it holds."""
    try:
        actor, now = current_actor(), clock.now()
        with db.reading() as session:
            area = own_area(session, area_id)
            # Kept as the areas' imports keep files: as areas they would be these.
            wishes = Wishes(area.organisation.code, area.crop_code, area.commune_code).to_json()
        upload = request.files.get("file")
        content = upload.read() if upload else b""
        if upload is None or not content:
            raise Invalid([Finding("file.empty", {}, "file")])
        name, system = upload.filename or "", _system()
        features = read_file(name, content, system)
        # Another area's file is another upload: their previews never take each other's place.
        digest = uploads.digest_of(content, f"{system or ''} parcels {area_id}")
        with db.transaction() as session:
            sender = int(actor.person_id or 0)
            uploads.keep(session, sender, digest, name, features, now=now, wishes=wishes)
    except Invalid as error:
        return _choose_page(area_id, web.Form.kept(error)), error.status
    return redirect(url_for(".show", area_id=area_id, digest=digest), 303)


@blueprint.get("/<digest>")
@web.guarded("area.propose")
def show(area_id: int, digest: str) -> ResponseReturnValue:
    """What the file would become."""
    return _look(area_id, digest, request.args)


@blueprint.post("/<digest>")
@web.guarded("area.propose")
def decide(area_id: int, digest: str) -> ResponseReturnValue:
    """Show again what the file would become, or store the shapes that were chosen."""
    if request.form.get("act") != "save":
        return _look(area_id, digest, request.form)
    actor, now = current_actor(), clock.now()
    try:
        wishes = _wishes(request.form)
        with db.transaction() as session:
            upload = uploads.get_upload(session, actor.person_id, digest, now=now)
            features = uploads.features_of(upload)
            made = importing.take_in(session, actor, area_id, features, wishes, now=now)
            uploads.forget(session, upload.person_id, digest)
            count = len(made)
    except Invalid as error:
        return _look(area_id, digest, request.form, error)
    undo = url_for(".undo", area_id=area_id, stamp=(now - _EPOCH) // _MICROSECOND)
    web.flash_done(ngettext("Đã ghi %(num)s thửa.", "Đã ghi %(num)s thửa.", count), undo)
    return redirect(url_for("growing_areas.parcels.show", area_id=area_id), 303)


@blueprint.post("/undo/<int:stamp>")
@web.guarded("area.propose")
def undo(area_id: int, stamp: int) -> ResponseReturnValue:
    """Take off what one import brought; ``stamp`` is its moment in microseconds."""
    try:
        created_at = _EPOCH + timedelta(microseconds=stamp)
    except OverflowError:
        raise NotFound("parcel.not_found") from None
    try:
        with db.transaction() as session:
            actor, now = current_actor(), clock.now()
            count = parcels.take_back(session, actor, area_id, created_at, now=now)
    except Conflict as error:
        return _choose_page(area_id, web.Form.kept(error)), error.status
    web.flash_done(
        ngettext("Đã hoàn tác: bỏ %(num)s thửa.", "Đã hoàn tác: bỏ %(num)s thửa.", count)
    )
    return redirect(url_for("growing_areas.parcels.show", area_id=area_id), 303)


def _look(
    area_id: int, digest: str, given: MultiDict[str, str], error: Invalid | None = None
) -> ResponseReturnValue:
    """The file's shapes with every finding and a picture; nothing is stored."""
    actor, now = current_actor(), clock.now()
    rows: list[Row] = []
    with db.transaction() as session:
        area = own_area(session, area_id)
        upload = uploads.get_upload(session, actor.person_id, digest, now=now)
        features = uploads.features_of(upload)
        try:
            rows = importing.preview(session, actor, area_id, features, _wishes(given))
        except Invalid as unreadable:
            error = error or unreadable
        plot = areas.outline_of(proposals.latest_version(session, area.plot_id))
        shapes = [(r.number, r.label, r.is_sound, geometry.read(r.geometry).rings) for r in rows]
        drawn = picture.many(plot, of_plot(session, area.plot_id), shapes)
    taken = _ticked(given)
    context = {
        "form": web.Form.kept(error, given) if error else web.Form(given),
        "area": area,
        "digest": digest,
        "file_name": upload.file_name,
        "rows": rows,
        "picture": drawn,
        "columns": [(name, name) for name in columns_of(features)],
        "taken": {r.number for r in rows if r.is_sound and (taken is None or r.number in taken)},
        "counts": Counter(row.is_sound for row in rows),
        "repairs": sorted({name for row in rows for name in repairs.offered(row.findings)}),
        "accepted": given.getlist("repairs"),
        "labels": labels,
    }
    return web.render(_PREVIEW, **context), error.status if error else 200


def _wishes(given: MultiDict[str, str]) -> ParcelWishes:
    names = ParcelColumns().fields
    told = inputs.load(ParcelColumns, {n: v for n, v in given.items() if n in names and v})
    accepted = tuple(name for name in given.getlist("repairs") if name in repairs.REPAIRS)
    return ParcelWishes(**told, take=_ticked(given), repairs=accepted)


def _ticked(given: MultiDict[str, str]) -> frozenset[int] | None:
    """The shapes ticked; None before anybody was asked."""
    if not given.get("act"):
        return None
    numbers = (text for text in given.getlist("take") if text.isascii() and text.isdigit())
    return frozenset(int(text) for text in numbers if len(text) < 6)


def _system() -> str | None:
    chosen = request.form.get("crs") or None
    if chosen and chosen not in reference_systems.systems():
        raise Invalid([Finding("file.unknown_crs", {"crs": chosen[:80]}, "crs")])
    return chosen


def _choose_page(area_id: int, form: web.Form) -> str:
    with db.reading() as session:
        area = own_area(session, area_id)
        likely = zones.of_commune(session, area.commune_code, clock.today())
    return web.render(_CHOOSE, form=form, area=area, labels=labels, zones=likely)
