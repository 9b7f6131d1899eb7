"""What a step that takes goods away for good will do, shown before it is done."""

from __future__ import annotations

from typing import Any

from flask import request, url_for
from sqlalchemy.orm import Session

from accounts.doors import current_actor
from foundation import clock, i18n, web
from foundation.errors import Finding, Invalid
from foundation.i18n import _
from traceability import batches
from traceability.handling import acting, amounts, counting, markets, step_forms, stock
from traceability.models import Batch


def is_asked(step: str) -> bool:
    """Whether a form wants to be confirmed first: it is one of writing off, not yet seen."""
    return step == "waste" and not request.form.get("confirmed")


def waste(session: Session, code: str) -> str:
    """The page that says what is written off and what is left. Raises: as the step itself."""
    now = clock.now()
    wanted = step_forms.waste(code, _plain(), now)
    happened_at = wanted.happened_at or now
    acting.refuse_future(happened_at, now)
    batch = batches.get_own_batch(session, current_actor(), code)
    shelf = stock.shelves_of(session, [batch.id])[batch.id]
    acting.refuse_by_state(batch, "waste")
    acting.refuse_before(session, [batch], happened_at)
    amount = amounts.of_batch(wanted.quantity, wanted.unit, batch)
    if isinstance(amount, Finding):
        raise Invalid([amount])
    if amount > shelf.free:
        raise acting.short(batch, amount, shelf.free, shelf.promised)
    words = {
        "amount": i18n.quantity(amount, batch.unit),
        "why": _(counting.REASONS[wanted.reason]),
        "before": i18n.quantity(shelf.there, batch.unit),
        "after": i18n.quantity(shelf.there - amount, batch.unit),
    }
    effects = [
        _("Ghi bỏ %(amount)s (%(why)s): trong kho từ %(before)s còn %(after)s.", **words),
        _("Ghi nhầm thì người quản lý gạch bỏ được, chừng nào chưa kiểm kê lại."),
    ]
    return web.render(
        "traceability/handling/confirm.html",
        batch=batch,
        title=_("Ghi bỏ %(amount)s của lô %(lot)s?", amount=words["amount"], lot=batch.lot),
        effects=effects,
        action=url_for("traceability.steps.take", code=batch.code, step="waste"),
        fields=_kept(),
        submit_label=_("Ghi hao hụt"),
    )


def market_changed(session: Session, batch: Batch) -> str:
    """That a batch is for another country now, and which lots made of it are not."""
    done = _("Đã đổi thị trường của lô.")
    kept = markets.keeping_another(session, batch)
    if not kept:
        return done
    told = _("Các lô đã làm từ lô này không đổi theo: %(lots)s.", lots=", ".join(kept))
    return f"{done} {told}"


def _plain() -> Any:
    form = request.form.copy()
    form.poplist("confirmed")
    return form


def _kept() -> dict[str, str]:
    """What was typed, to be sent once more, and that it was seen."""
    names = ("quantity", "unit", "reason", "done_on")
    kept = {name: request.form[name] for name in names if name in request.form}
    return {**kept, "confirmed": "1"}
