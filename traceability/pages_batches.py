"""The cooperative's batches: the list, opening one, looking at one, releasing or holding it."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from flask import Blueprint, redirect, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session
from werkzeug.datastructures import MultiDict

from accounts.doors import current_actor
from accounts.permissions import Actor, may
from foundation import clock, codes, config, db, i18n, inputs, quantity, web
from foundation.errors import Conflict, Invalid, NguonError, Refused
from foundation.i18n import _
from growing_areas import areas, season
from growing_areas.models import DiaryEntry, GrowingArea
from growing_areas.parcels import choosing, versions
from products import register
from products.models import Product
from traceability import batches, events, opening, releasing
from traceability.labels import orders
from traceability.opening import new_batch
from traceability.quality import labels as hold_labels
from traceability.scan import telling
from traceability.schemas import BatchInput, BatchQuery

blueprint = Blueprint("batches", __name__)

_RECENT_HARVESTS = timedelta(days=60)
_CHOICES = 200


@dataclass(frozen=True)
class HarvestChoice:
    """A harvest from the diary that a batch can be opened from with one tap."""

    area: GrowingArea
    harvested_on: date
    quantity: Decimal | None
    unit: str | None
    parcels: tuple[int, ...]

    @property
    def query(self) -> dict[str, Any]:
        given = {
            "parcels": list(self.parcels),
            "growing_areas": self.area.code or "",
            "harvested_on": self.harvested_on.isoformat(),
            "quantity": i18n.number(self.quantity),
            "unit": self.unit or "",
        }
        return {name: value for name, value in given.items() if value}


@blueprint.get("/workspace/batches")
@web.guarded("batch.read")
def index() -> str:
    """The batches the reader may see, newest first."""
    query = inputs.load(BatchQuery, request.args)
    actor = current_actor()
    with db.reading() as session:
        page = batches.list_batches(
            session, actor, state=query["state"], product=query["product"],
            cursor=query.get("cursor"), size=query["limit"],
        )  # fmt: skip
        return web.render(
            "traceability/batches.html",
            page=page,
            states=[(state, telling.state_name(state)) for state in telling.BATCH_STATES],
            state_name=telling.state_name,
            is_filtered=bool(query["state"] or query["product"]),
        )


@blueprint.get("/workspace/batches/new")
@web.guarded("batch.write")
def new() -> str:
    """The form for a new batch; a harvest of the diary fills it in."""
    with db.reading() as session:
        kept = MultiDict(request.args)
        kept.setdefault("produced_on", clock.today().isoformat())
        return web.render("traceability/batch_new.html", **_choices(session, web.Form(kept)))


@blueprint.post("/workspace/batches")
@web.guarded("batch.write")
def open_batch() -> ResponseReturnValue:
    """Open the batch, or show the form again with everything that is wrong."""
    actor = current_actor()
    try:
        given = inputs.load(BatchInput, _typed_quantity(request.form))
        wanted = new_batch(given)
        with db.transaction() as session:
            batch = opening.open_batch(session, actor, wanted, now=clock.now())
    except NguonError as error:
        if error.status not in (409, 422):
            raise
        with db.reading() as session:
            choices = _choices(session, web.Form.kept(error))
            return web.render_again("traceability/batch_new.html", error, **choices)
    done = (
        _("Đã ghi lô %(lot)s; lô bị tạm giữ.", lot=batch.lot)
        if batch.state == "held"
        else _("Đã mở lô %(lot)s.", lot=batch.lot)
    )
    web.flash_done(done)
    return redirect(url_for("traceability.batches.show", code=batch.code), 303)


@blueprint.get("/workspace/batches/<code>")
@web.guarded("batch.read")
def show(code: str) -> str:
    """One batch: what it is, what happened, its labels, and what can be done now."""
    with db.reading() as session:
        return web.render("traceability/batch.html", **_details(session, code), form=web.Form())


@blueprint.post("/workspace/batches/<code>/release")
@web.guarded("batch.release")
def release(code: str) -> ResponseReturnValue:
    """Let the batch be sold, or say what forbids it."""
    return _decide(code, releasing.release, _("Lô đã được phép xuất bán."))


@blueprint.post("/workspace/batches/<code>/hold")
@web.guarded("batch.release")
def hold(code: str) -> ResponseReturnValue:
    """Stop the batch from being sold."""
    return _decide(
        code, releasing.hold, _("Lô đã được tạm giữ; trang truy xuất báo ngay điều này.")
    )


def _typed_quantity(form: MultiDict[str, str]) -> MultiDict[str, str]:
    """The form with its quantity as a program would write it.

    On paper 1.200 is twelve hundred here and 1.2 in English; "2 tạ" brings its unit along. What
    cannot be read stays as typed, for the schema to refuse.
    """
    plain = MultiDict(form)
    mark = "," if i18n.get_language() == "vi" else "."
    with suppress(Invalid):
        read = quantity.parse(
            form.get("quantity", ""), default_unit=form.get("unit"), decimal_mark=mark
        )
        plain["quantity"], plain["unit"] = f"{read.amount:f}", read.unit
    return plain


def _decide(code: str, act: Any, done: str) -> ResponseReturnValue:
    try:
        with db.transaction() as session:
            act(session, current_actor(), code, now=clock.now())
    except (Conflict, Refused) as error:
        with db.reading() as session:
            return web.render_again("traceability/batch.html", error, **_details(session, code))
    web.flash_done(done)
    return redirect(url_for("traceability.batches.show", code=code), 303)


def _details(session: Session, code: str) -> dict[str, Any]:
    actor = current_actor()
    batch = batches.get_own_batch(session, actor, code)
    return {
        "batch": batch,
        "parcels": versions.on_day(session, batch.parcel_ids, batch.grown_until).values(),
        "shown_code": codes.grouped(batch.code),
        "trace_url": batches.trace_url(batch, config.current().base_url),
        "trace_path": batches.trace_path(batch),
        "events": events.list_events(session, batch.id),
        "label_jobs": orders.list_jobs(session, batch.id),
        "held": hold_labels.of_batch(session, batch.id),
        "may_release": may(actor, "batch.release", batch),
        "may_print": may(actor, "label.issue", batch),
        "may_recall": may(actor, "recall.decide", batch),
        "state_name": telling.state_name,
        "step_name": telling.step_name,
    }


def _choices(session: Session, form: web.Form) -> dict[str, Any]:
    actor = current_actor()
    products = _products(session, actor)
    found = areas.areas_in_force(session, {product.organisation_id for product in products})
    chosen = next((p for p in products if p.code == form.values.get("product")), None)
    return {
        "form": form,
        "products": [(product.code, product.name) for product in products],
        "areas": [(area.code, area.code, area.name) for area in found],
        "units": _units(chosen),
        "harvests": _harvests(session, found),
        "parcels": choosing.choices_of_areas(session, actor, found),
    }


def _products(session: Session, actor: Actor) -> list[Product]:
    page = register.list_products(session, actor, size=_CHOICES)
    return [product for product in page.items if may(actor, "batch.write", product)]


def _units(chosen: Product | None) -> list[tuple[str, str]]:
    language = i18n.get_language()
    units = [(unit.code, unit.name(language)) for unit in quantity.units().values()]
    first = chosen.unit if chosen else "KGM"
    return sorted(units, key=lambda unit: unit[0] != first)


def _harvests(session: Session, found: list[GrowingArea]) -> list[HarvestChoice]:
    """The latest harvests of each area, those of one day (parcel by parcel) as one choice."""
    by_id = {area.id: area for area in found}
    today = clock.today()
    entries = season.entries_between(session, by_id, today - _RECENT_HARVESTS, today)
    days: dict[tuple[date, int, str | None], list[DiaryEntry]] = {}
    for entry in reversed(entries):
        if entry.activity == "harvest":
            days.setdefault((entry.done_on, entry.area_id, entry.unit), []).append(entry)
    return [
        HarvestChoice(by_id[area_id], on, _together(lines), unit, _parcels(lines))
        for (on, area_id, unit), lines in days.items()
    ]


def _together(lines: list[DiaryEntry]) -> Decimal | None:
    amounts = [line.quantity for line in lines if line.quantity is not None]
    return sum(amounts, Decimal(0)) if amounts else None


def _parcels(lines: list[DiaryEntry]) -> tuple[int, ...]:
    """The parcels of some harvests; none named when one of them was of the whole area."""
    if any(not line.parcel_ids for line in lines):
        return ()
    return tuple(sorted({parcel_id for line in lines for parcel_id in line.parcel_ids}))
