"""The officers' inbox: filters, deadlines, counts, export."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import Any

from flask import Blueprint, redirect, request, url_for
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
from growing_areas.dossiers.schemas import BulkInput, BulkQuery, InboxInput
from growing_areas.models import GrowingArea
from growing_areas.shapes.measure import hectares
from territory import filters, units

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
    asked = filters.read(InboxInput)
    if asked.moved:
        return redirect(asked.moved)
    query, actor, today = _query_of(asked.given), current_actor(), clock.today()
    with db.reading() as session:
        page = inbox.list_page(session, actor, query, today)
        counts = inbox.counts(session, actor, query, today)
        places = units.labels(session, {area.commune_code for area in page.items}, today)
    shown = web.render(
        "growing_areas/queue.html",
        form=asked.form, page=page, counts=counts, places=places, labels=labels, words=words,
        day=today, query=query, kept=kept_filters(), most=bulk.MOST,
        may_approve=permissions.may_anywhere(actor, "area.approve"),
        is_ticked=request.args.get("tick") == "page",
    )  # fmt: skip
    return shown, asked.status


@blueprint.get("/table")
@web.guarded("area.office")
def export() -> ResponseReturnValue:
    """The whole list under the same filters, as XLSX, CSV or JSON."""
    query, today = _query_of(filters.read(InboxInput).given), clock.today()
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


@blueprint.get("/approve")
@web.guarded("area.approve")
def ask_many() -> ResponseReturnValue:
    """Say what approving the ticked dossiers, or all under the filters, will do to each."""
    given = inputs.load(BulkQuery, request.args)
    wanted, everything = given.pop("area"), given.pop("all")
    query, actor, today = _query_of(given), current_actor(), clock.today()
    with db.reading() as session:
        if everything:
            found = inbox.list_approvable(session, actor, query, today, bulk.MOST)
        else:
            found = inbox.list_chosen(session, actor, wanted, today)[: bulk.MOST]
        total = inbox.counts(session, actor, query, today).get("approvable", 0)
        places = units.labels(session, {area.commune_code for area in found}, today)
    return web.render(
        "growing_areas/bulk_ask.html", form=web.Form(), places=places, labels=labels, day=today,
        candidates=bulk.candidates(actor, found), words=words, most=bulk.MOST,
        left=max(0, total - len(found)) if everything else 0,
        back=url_for(".queue", **kept_filters()),
    )  # fmt: skip


@blueprint.post("/approve")
@web.guarded("area.approve")
def approve_many() -> ResponseReturnValue:
    """Approve the selected dossiers, each on its own, and tell what became of each."""
    try:
        given = inputs.load(BulkInput, request.form)
    except Invalid as error:
        return _results([], web.Form.kept(error)), error.status
    return _results(bulk.approve_each(current_actor(), given["area"], now=clock.now()), None)


def _results(outcomes: list[bulk.Outcome], form: web.Form | None) -> str:
    queue = url_for(".queue")
    back = web.safe_next(request.form.get("back"), queue)
    return web.render(
        "growing_areas/bulk.html",
        outcomes=outcomes,
        done=sum(1 for outcome in outcomes if outcome.code),
        form=form,
        back=back if back.startswith(queue) else queue,
    )


def kept_filters() -> dict[str, Any]:
    """The filters and the order of the list, without the place in it and what is ticked."""
    fallen = ("cursor", "tick", "area", "all", "format")
    return {key: value for key, value in request.args.items() if value and key not in fallen}


def _query_of(given: dict[str, Any]) -> InboxQuery:
    size = given.pop("limit")
    return InboxQuery(**given, size=size)


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
