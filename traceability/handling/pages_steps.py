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
from traceability import batches
from traceability.handling import (
    closing,
    consigning,
    counting,
    markets,
    packing,
    pages_confirming,
    parting,
    processing,
    states,
    step_choices,
    step_forms,
    stock,
)
from traceability.models import Batch

blueprint = Blueprint("steps", __name__)

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
        **step_choices.of(session, step, batch),
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
