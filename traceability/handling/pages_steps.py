"""One page per step with a batch: what it does in plain words, a short form, done."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from flask import Blueprint, abort, redirect, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from accounts.doors import current_actor
from accounts.permissions import Actor
from foundation import clock, db, i18n, quantity, web
from foundation.errors import NguonError
from foundation.i18n import N_, _
from products import register
from traceability import batches, opening_choices
from traceability.handling import (
    closing,
    consigning,
    counting,
    demands,
    markets,
    packing,
    pages_confirming,
    parting,
    processing,
    recipients,
    statements,
    states,
    step_forms,
    stock,
)
from traceability.handling.trade_models import LogisticUnit
from traceability.models import Batch

blueprint = Blueprint("steps", __name__)

_CHOICES = 500
# Step → its name, what it does, and what the state table calls it.
STEPS: dict[str, tuple[str, str, str]] = {
    "split": (N_("Tách lô"), N_("Tách một phần của lô thành lô mới có mã riêng."), "split"),
    "merge": (N_("Gộp lô"), N_("Gộp các lô cùng sản phẩm thành một lô mới."), "merge"),
    "process": (N_("Chế biến"), N_("Dùng lô này làm ra sản phẩm khác."), "process"),
    "pack": (N_("Đóng gói"), N_("Đóng thành túi, hộp, chai để bán."), "pack"),
    "unit": (N_("Xếp kiện"), N_("Xếp vào thùng, pa-lét đi cùng nhau."), "pack"),
    "ship": (N_("Xuất kho"), N_("Giao hàng cho đơn vị khác."), "ship"),
    "count": (N_("Kiểm kê"), N_("Đếm lại hàng trong kho và sửa sổ cho khớp."), "stocktake"),
    "waste": (N_("Hao hụt, tiêu hủy"), N_("Ghi phần hàng đã mất, hỏng, tiêu hủy."), "waste"),
    "market": (N_("Thị trường"), N_("Đổi nước mà lô dành cho, khi chưa giao đi."), "market"),
    "close": (N_("Đóng lô"), N_("Kết thúc lô đã hết hàng."), "close"),
    "reopen": (N_("Mở lại lô"), N_("Mở lại lô đã đóng nhầm."), "reopen"),
}


def allowed(batch: Batch) -> list[tuple[str, str, str]]:
    """The steps a batch's state allows: name of the step, its label, what it does."""
    return [
        (step, _(label), _(does))
        for step, (label, does, rule) in STEPS.items()
        if states.allows(batch.state, rule)
    ]


@blueprint.get("/workspace/batches/<code>/steps/<step>")
@web.guarded("batch.write")
def show(code: str, step: str) -> str:
    """The form of one step."""
    _known(step)
    with db.reading() as session:
        return web.render("traceability/handling/step.html", **_page(session, code, step))


@blueprint.post("/workspace/batches/<code>/steps/<step>")
@web.guarded("batch.write")
def take(code: str, step: str) -> ResponseReturnValue:
    """Do the step, or show its form again with everything that is wrong."""
    _known(step)
    try:
        if pages_confirming.is_asked(step):
            with db.transaction() as session:
                return pages_confirming.page(session, code, step)
        with db.transaction() as session:
            said, there = _ACTS[step](session, current_actor(), code)
    except NguonError as wrong:
        if wrong.status not in (409, 422):
            raise
        error = step_forms.told_by_day(wrong)
        with db.reading() as session:
            page = _page(session, code, step, web.Form.kept(error))
            return web.render_again("traceability/handling/step.html", error, **page)
    web.flash_done(said)
    return redirect(there or url_for("traceability.batches.show", code=code), 303)


def _known(step: str) -> None:
    if step not in STEPS:
        abort(404)


def _page(session: Session, code: str, step: str, form: web.Form | None = None) -> dict[str, Any]:
    actor = current_actor()
    batch = batches.get_own_batch(session, actor, code)
    label, does, rule = STEPS[step]
    language = i18n.get_language()
    return {
        "batch": batch,
        "shelf": stock.shelves_of(session, [batch.id])[batch.id],
        "step": step,
        "label": _(label),
        "does": _(does),
        "is_allowed": states.allows(batch.state, rule),
        "form": form or web.Form(request.args),
        "unit_name": quantity.get_unit(batch.unit).symbol(language),
        **_CHOICES_OF.get(step, _no_choices)(session, actor, batch),
    }


def _no_choices(session: Session, actor: Actor, batch: Batch) -> dict[str, Any]:
    return {}


def _siblings(session: Session, actor: Actor, batch: Batch) -> dict[str, Any]:
    found = _others(session, batch, "merge", product_id=batch.product_id)
    others = [
        (each.batch.code, each.batch.lot, i18n.quantity(each.free, each.batch.unit))
        for each in found
    ]
    return {"others": others, **_destinations(batch, found)}


def _destinations(batch: Batch, others: list[stock.InStore]) -> dict[str, Any]:
    """The countries to choose from, and whether goods for several may come together."""
    told = {batch.market, *(each.batch.market for each in others)}
    return {"differ": len(told) > 1, "markets": opening_choices.market_choices()}


def _others(
    session: Session, batch: Batch, step: str, *, product_id: int | None = None
) -> list[stock.InStore]:
    """Other batches of the same house a step may take of."""
    found = stock.in_store(
        session,
        batch.organisation_id,
        states.allowing(step),
        product_id=product_id,
        most=_CHOICES,
    )
    return [each for each in found if each.batch.id != batch.id]


def _makings(session: Session, actor: Actor, batch: Batch) -> dict[str, Any]:
    own = register.list_of_organisations(session, (batch.organisation_id,))
    found = _others(session, batch, "process")
    inputs = [(each.batch.code, f"{each.batch.lot}, {each.batch.product.name}") for each in found]
    return {
        "products": [(product.code, product.name) for product in own],
        "inputs": inputs,
        "units": units(batch.unit),
        "recoveries": statements.recoveries_from(session, batch.product_id),
        **_destinations(batch, found),
    }


def _packs(session: Session, actor: Actor, batch: Batch) -> dict[str, Any]:
    found = _makings(session, actor, batch)
    own = register.list_of_organisations(session, (batch.organisation_id,))
    packed = [(product.code, product.name) for product in own if product.net_content]
    return {**found, "products": packed, "inputs": [], "differ": False}


def _sendings(session: Session, actor: Actor, batch: Batch) -> dict[str, Any]:
    packed = packing.packed_units(session, (batch.organisation_id,))
    known = demands.markets(clock.today())
    return {
        "recipients": recipients.earlier(session, batch.organisation_id),
        "packed": [(unit.code, unit.name, _inside(unit)) for unit in packed],
        "markets": sorted(known.items()),
    }


def _inside(unit: LogisticUnit) -> str:
    return ", ".join(
        f"{each.batch.lot}: {i18n.quantity(each.quantity, each.batch.unit)}"
        for each in unit.contents
    )


def _reasons(session: Session, actor: Actor, batch: Batch) -> dict[str, Any]:
    return {"reasons": [(reason, _(words)) for reason, words in counting.REASONS.items()]}


def _countries(session: Session, actor: Actor, batch: Batch) -> dict[str, Any]:
    choices = opening_choices.market_choices()
    return {"markets": choices, "meant_for": dict(choices).get(batch.market or "")}


def units(first: str) -> list[tuple[str, str]]:
    """Every unit for a choice list, one of them first."""
    language = i18n.get_language()
    named = [(unit.code, unit.name(language)) for unit in quantity.units().values()]
    return sorted(named, key=lambda unit: unit[0] != first)


_CHOICES_OF: dict[str, Callable[[Session, Actor, Batch], dict[str, Any]]] = {
    "merge": _siblings,
    "process": _makings,
    "pack": _packs,
    "ship": _sendings,
    "waste": _reasons,
    "market": _countries,
}


def _split(session: Session, actor: Actor, code: str) -> tuple[str, str | None]:
    wanted = step_forms.split(code, request.form, clock.now())
    made = parting.split(session, actor, wanted, now=clock.now())
    return _("Đã tách ra: %(lots)s.", lots=", ".join(each.lot for each in made)), None


def _merge(session: Session, actor: Actor, code: str) -> tuple[str, str | None]:
    wanted = step_forms.merge(code, request.form, clock.now())
    made = parting.merge(session, actor, wanted, now=clock.now())
    return _("Đã gộp thành lô %(lot)s.", lot=made.lot), _to(made)


def _process(session: Session, actor: Actor, code: str) -> tuple[str, str | None]:
    wanted = step_forms.process(code, request.form, "process", clock.now())
    made = processing.process(session, actor, wanted, now=clock.now()).batches
    return _("Đã làm ra: %(lots)s.", lots=", ".join(each.lot for each in made)), _to(made[0])


def _pack(session: Session, actor: Actor, code: str) -> tuple[str, str | None]:
    wanted = step_forms.process(code, request.form, "pack", clock.now())
    made = processing.process(session, actor, wanted, now=clock.now()).batches
    return _("Đã đóng gói thành lô %(lot)s.", lot=made[0].lot), _to(made[0])


def _unit(session: Session, actor: Actor, code: str) -> tuple[str, str | None]:
    wanted = step_forms.unit(code, request.form, clock.now())
    unit = packing.pack(session, actor, wanted, now=clock.now())
    return _("Đã xếp kiện %(unit)s.", unit=unit.name), None


def _ship(session: Session, actor: Actor, code: str) -> tuple[str, str | None]:
    wanted = step_forms.ship(session, code, request.form, clock.now())
    sent = consigning.ship(session, actor, wanted, now=clock.now())
    there = url_for("traceability.consignments.show", code=sent.code)
    return _("Đã xuất kho, chuyến %(code)s.", code=sent.code), there


def _count(session: Session, actor: Actor, code: str) -> tuple[str, str | None]:
    wanted = step_forms.count(code, request.form, clock.now())
    counted = counting.take_stock(session, actor, wanted, now=clock.now())
    if not counted.difference:
        return _("Kiểm kê khớp với sổ."), None
    told = i18n.quantity(counted.difference, counted.batch.unit)
    return _("Đã sửa sổ theo kiểm kê, chênh %(amount)s.", amount=told), None


def _waste(session: Session, actor: Actor, code: str) -> tuple[str, str | None]:
    wanted = step_forms.waste(code, request.form, clock.now())
    counting.waste(session, actor, wanted, now=clock.now())
    return _("Đã ghi hao hụt."), None


def _market(session: Session, actor: Actor, code: str) -> tuple[str, str | None]:
    wanted = step_forms.market(code, request.form)
    batch = markets.declare(session, actor, wanted, now=clock.now())
    return pages_confirming.market_changed(session, batch), None


def _close(session: Session, actor: Actor, code: str) -> tuple[str, str | None]:
    closing.close(session, actor, code, now=clock.now())
    return _("Đã đóng lô."), None


def _reopen(session: Session, actor: Actor, code: str) -> tuple[str, str | None]:
    closing.reopen(session, actor, code, now=clock.now())
    return _("Đã mở lại lô."), None


def _to(batch: Batch) -> str:
    return url_for("traceability.batches.show", code=batch.code)


_ACTS: dict[str, Callable[[Session, Actor, str], tuple[str, str | None]]] = {
    "split": _split,
    "merge": _merge,
    "process": _process,
    "pack": _pack,
    "unit": _unit,
    "ship": _ship,
    "count": _count,
    "waste": _waste,
    "market": _market,
    "close": _close,
    "reopen": _reopen,
}
