"""The inspector's form: one column, large answers, photos kept as soon as they arrive."""

from __future__ import annotations

import uuid
from typing import Any

from flask import Blueprint, Response, redirect, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session
from werkzeug.datastructures import MultiDict

from accounts import permissions
from accounts.doors import current_actor
from foundation import clock, db, inputs, web
from foundation.downloads import file_response
from foundation.errors import Finding, Invalid, NguonError, NotFound
from foundation.i18n import _
from growing_areas import areas, labels
from growing_areas.dossiers import amendment_rows, inspection, visit_photos
from growing_areas.dossiers import labels as words
from growing_areas.dossiers.checklists import VISITS
from growing_areas.dossiers.inspection import Visit
from growing_areas.dossiers.receiving import receive
from growing_areas.dossiers.schemas import VisitInput
from growing_areas.models import GrowingArea

blueprint = Blueprint("visits", __name__, url_prefix="/office/areas")

_PREFIX = "answer."


@blueprint.get("/<int:area_id>/visit")
@web.guarded("area.inspect")
def form(area_id: int) -> str:
    """The form of a visit: before the code, the yearly one, or for a new outline."""
    return _page(area_id, _kind(request.args.get("kind")), web.Form())


@blueprint.post("/<int:area_id>/visit")
@web.guarded("area.inspect")
def record(area_id: int) -> ResponseReturnValue:
    """Keep the photos sent along, then write the visit down; whatever fails, nothing is lost."""
    kind = _kind(request.form.get("kind"))
    try:
        _keep_photos(area_id)
        if request.form.get("act") == "photo":
            return _page(area_id, kind, web.Form(request.form))
        with db.transaction() as session:
            visit = Visit(**_given())
            inspection.record(session, current_actor(), area_id, visit, now=clock.now())
    except NguonError as error:
        if error.status in (401, 403, 404):
            raise
        return _page(area_id, kind, web.Form.kept(error)), error.status
    web.flash_done(_("Đã ghi kết quả kiểm tra."))
    return redirect(url_for("growing_areas.office.show", area_id=area_id), 303)


@blueprint.post("/<int:area_id>/inspect")
@web.guarded("area.inspect")
def inspect(area_id: int) -> ResponseReturnValue:
    """The same form under its older address."""
    return record(area_id)


@blueprint.get("/<int:area_id>/photos/<int:photo_id>")
@web.guarded("area.read")
def photo(area_id: int, photo_id: int) -> Response:
    """A photo of a visit, for whoever may see the area's inside."""
    with db.reading() as session:
        stored = visit_photos.get_file(
            session, current_actor(), area_id, photo_id, small=request.args.get("size") == "small"
        )
        answer = file_response(stored)
    answer.headers["Cache-Control"] = "private, no-store"
    return answer


@blueprint.post("/<int:area_id>/photos/<int:photo_id>/remove")
@web.guarded("area.inspect")
def remove_photo(area_id: int, photo_id: int) -> ResponseReturnValue:
    """Take a photo off a visit that is not recorded yet."""
    with db.transaction() as session:
        visit_photos.remove(session, current_actor(), area_id, photo_id)
    kind = _kind(request.form.get("kind"))
    return redirect(url_for(".form", area_id=area_id, kind=kind), 303)


def _kind(wanted: str | None) -> str | None:
    return wanted if wanted in VISITS else None


def _keep_photos(area_id: int) -> None:
    sent = [upload for upload in request.files.getlist("photo") if upload.filename]
    if not sent:
        return
    actor = current_actor()
    for upload in sent:
        stream = upload.stream
        judged = receive(actor, area_id, stream, act="area.inspect", kind="photo", field="photo")
        with db.transaction() as session:
            visit_photos.add(session, actor, area_id, judged, now=clock.now())


def _given() -> dict[str, Any]:
    """The form's fields; the answers stand one a field."""
    plain = {
        key: value
        for key, value in request.form.items()
        if key not in ("csrf_token", "act", "place") and not key.startswith(_PREFIX)
    }
    answers = {
        key.removeprefix(_PREFIX): value
        for key, value in request.form.items()
        if key.startswith(_PREFIX) and value
    }
    plain |= _place(request.form.get("place", ""))
    return inputs.load(VisitInput, MultiDict({**plain, "answers": answers}))


def _place(typed: str) -> dict[str, str]:
    """Longitude and latitude as people type them: 105.28, 21.12 or 105,28 21,12."""
    parts = typed.replace(";", " ").split()
    if len(parts) == 1 and "." in typed:
        parts = typed.split(",")
    if parts and len(parts) != 2:
        raise Invalid([Finding("inspection.bad_place", {}, "place")])
    numbers = [part.strip(" ,").replace(",", ".") for part in parts]
    return dict(zip(("lon", "lat"), numbers, strict=False))


def _page(area_id: int, wanted: str | None, shown: web.Form) -> str:
    actor, today = current_actor(), clock.today()
    with db.reading() as session:
        area = areas.get_area(session, actor, area_id)
        permissions.require(actor, "area.inspect", area)
        kind = wanted or _usual(session, area)
        if area.status == "revoked":
            raise NotFound("area.step_not_possible")
        _checklist, items = inspection.items_of(area, kind, today)
        waiting = visit_photos.list_waiting(session, actor, area_id)
    return web.render(
        "growing_areas/visit.html",
        area=area, kind=kind, items=items, photos=waiting, form=shown, day=today,
        labels=labels, words=words, most_photos=visit_photos.MOST_PHOTOS,
        form_key=shown.values.get("form_key") or str(uuid.uuid4()),
    )  # fmt: skip


def _usual(session: Session, area: GrowingArea) -> str:
    """The visit an area waits for."""
    if area.code is None:
        return "field"
    amendment = amendment_rows.find_open(session, area.id)
    return "amendment" if amendment is not None and amendment.moves_outline else "monitoring"
