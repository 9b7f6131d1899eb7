"""What a step that takes goods away for good will do, shown before it is done."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from flask import request, url_for
from sqlalchemy.orm import Session

from accounts.doors import current_actor
from foundation import clock, i18n, web
from foundation.errors import Finding, Invalid
from foundation.i18n import _
from traceability import batches
from traceability.handling import (
    acting,
    amounts,
    counting,
    markets,
    rehearsing,
    step_forms,
    stock,
)
from traceability.models import Batch


def is_asked(step: str) -> bool:
    """Whether a form wants to be confirmed first: goods leave by it, and that was not seen yet."""
    return step in _PAGES and not request.form.get("confirmed")


def page(session: Session, code: str, step: str) -> str:
    """What the step will do, to be confirmed. Raises: as the step itself."""
    return _PAGES[step](session, code)


def _waste(session: Session, code: str) -> str:
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
        fields=_kept("quantity", "unit", "reason", "done_on"),
        submit_label=_("Ghi hao hụt"),
        danger=True,
        warnings=(),
    )


def _ship(session: Session, code: str) -> str:
    """The page that says what leaves, to whom, what is left, and what should be looked at."""
    now, actor = clock.now(), current_actor()
    wanted = step_forms.ship(session, code, _plain(), now)
    told = rehearsing.ship(session, actor, wanted, now=now)
    batch = batches.get_own_batch(session, actor, code)
    ending = (
        _("%(to)s được báo ngay và xác nhận khi hàng đến.", to=told.recipient)
        if told.confirms
        else _("%(to)s ở ngoài phần mềm: không ai xác nhận hàng đến.", to=told.recipient)
    )
    effects = [
        *(_leaving(line) for line in told.lines),
        ending,
        _("Ghi nhầm thì gọi chuyến hàng về được, chừng nào bên nhận chưa xác nhận."),
    ]
    return web.render(
        "traceability/handling/confirm.html",
        batch=batch,
        title=_("Giao hàng cho %(to)s?", to=told.recipient),
        effects=effects,
        action=url_for("traceability.steps.take", code=batch.code, step="ship"),
        fields=_kept(
            "quantity", "unit", "units", "recipient", "outside", "recipient_place",
            "document_number", "market", "done_on",
        ),
        submit_label=_("Xuất kho"),
        danger=False,
        warnings=[i18n.word(each.code, each.params) for each in told.warnings],
    )  # fmt: skip


def _leaving(line: rehearsing.Line) -> str:
    words = {
        "amount": i18n.quantity(line.amount, line.unit),
        "lot": line.lot,
        "product": line.product,
        "before": i18n.quantity(line.before, line.unit),
        "after": i18n.quantity(line.after, line.unit),
    }
    if line.packed_in is not None:
        return _(
            "Kiện %(unit)s: %(amount)s của lô %(lot)s (%(product)s).", unit=line.packed_in, **words
        )
    return _(
        "%(amount)s của lô %(lot)s (%(product)s) rời kho: từ %(before)s còn %(after)s.", **words
    )


_PAGES: dict[str, Callable[[Session, str], str]] = {"waste": _waste, "ship": _ship}


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


def _kept(*names: str) -> list[tuple[str, str]]:
    """What was typed, to be sent once more, and that it was seen."""
    typed = [(name, value) for name in names for value in request.form.getlist(name)]
    return [*typed, ("confirmed", "1")]
