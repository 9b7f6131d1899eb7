"""The officers' inbox: filters, deadlines, counts, export, and approving many at once."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import Any

from flask import Blueprint, request
from flask.typing import ResponseReturnValue

from accounts import permissions
from accounts.doors import current_actor
from foundation import clock, db, inputs, web
from foundation.downloads import table_response
from foundation.errors import Invalid
from foundation.i18n import N_, _
from foundation.tables import Cell, Column, Notes
from growing_areas import labels
from growing_areas.dossiers import bulk, inbox
from growing_areas.dossiers import labels as words
from growing_areas.dossiers.inbox import InboxQuery
from growing_areas.dossiers.schemas import BulkInput, InboxInput
from growing_areas.models import GrowingArea
from growing_areas.shapes.measure import hectares
from territory import units

blueprint = Blueprint("inbox", __name__, url_prefix="/office/areas")

_COLUMNS = (
    Column("id", N_("Số hồ sơ"), "integer"),
    Column("name", N_("Tên vùng")),
    Column("code", N_("Mã số")),
    Column("organisation", N_("Tổ chức")),
    Column("crop", N_("Cây trồng, vật nuôi")),
    Column("market", N_("Thị trường")),
    Column("commune_code", N_("Mã xã")),
    Column("commune", N_("Xã, phường")),
    Column("area_ha", N_("Diện tích (ha)"), "decimal"),
    Column("status", N_("Trạng thái")),
    Column("due_step", N_("Việc tới hạn")),
    Column("due_on", N_("Hạn"), "date"),
    Column("overlaps", N_("Số vùng chồng lấn"), "integer"),
    Column("status_changed_at", N_("Từ lúc"), "datetime"),
)
_AT_ONCE = 1_000


@blueprint.get("")
@web.guarded("area.office")
def queue() -> ResponseReturnValue:
    """Dossiers of the officer's territory, the most urgent first."""
    form, query, status = _query()
    actor, today = current_actor(), clock.today()
    with db.reading() as session:
        page = inbox.list_page(session, actor, query, today)
        counts = inbox.counts(session, actor, query, today)
        places = units.labels(session, {area.commune_code for area in page.items}, today)
    shown = web.render(
        "growing_areas/queue.html",
        form=form, page=page, counts=counts, places=places, labels=labels, words=words,
        day=today, query=query,
        may_approve=permissions.may_anywhere(actor, "area.approve"),
    )  # fmt: skip
    return shown, status


@blueprint.get("/table")
@web.guarded("area.office")
def export() -> ResponseReturnValue:
    """The whole list under the same filters, as XLSX, CSV or JSON."""
    _form, query, _status = _query()
    today = clock.today()
    actor = current_actor()
    with db.reading() as session:
        statement = inbox.selection(actor, query, today).order_by(GrowingArea.id)
        found = session.scalars(statement.execution_options(yield_per=_AT_ONCE))
        places = units.labels(session, inbox.communes(session, actor, query, today), today)
        columns = [Column(c.code, _(c.label), c.kind) for c in _COLUMNS]
        notes = Notes(_("Hồ sơ vùng trồng"), (_("Ngày xuất: %(on)s", on=f"{today:%d/%m/%Y}"),))
        rows = _rows(found, places)
        return table_response(
            columns, rows, request.args.get("format", "xlsx"), "vung-trong", notes=notes
        )


@blueprint.post("/approve")
@web.guarded("area.approve")
def approve_many() -> ResponseReturnValue:
    """Approve the selected dossiers, each on its own, and tell what became of each."""
    try:
        wanted = inputs.load(BulkInput, request.form)["area"]
    except Invalid as error:
        return web.render("growing_areas/bulk.html", outcomes=[], form=web.Form.kept(error)), 422
    outcomes = bulk.approve_each(current_actor(), wanted, now=clock.now())
    return web.render("growing_areas/bulk.html", outcomes=outcomes, form=None)


def _query() -> tuple[web.Form, InboxQuery, int]:
    """The filters of the address; a bad one shows the unfiltered list and says so."""
    form, status = web.Form(request.args), 200
    try:
        given = inputs.load(InboxInput, request.args)
    except Invalid as error:
        form, status = web.Form.kept(error, request.args), error.status
        given = inputs.load(InboxInput, {})
    size = given.pop("limit")
    return form, InboxQuery(**given, size=size), status


def _rows(found: Any, places: dict[str, str]) -> Iterator[tuple[Cell, ...]]:
    for area in found:
        due: date | None = area.due_on
        yield (
            area.id,
            area.name,
            area.code,
            area.organisation.name,
            labels.crop(area.crop_code),
            labels.market(area.market),
            area.commune_code,
            places.get(area.commune_code, ""),
            hectares(area.version.area_m2),
            labels.status(area.status),
            words.due_step(area.due_step) if area.due_step else None,
            due,
            area.overlap_count,
            area.status_changed_at,
        )
