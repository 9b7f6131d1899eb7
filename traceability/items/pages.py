"""Labels at the desk: orders and rolls, how a batch's labels stand, what becomes of them."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from accounts import permissions
from accounts.doors import current_actor
from accounts.permissions import Actor
from foundation import clock, db, i18n, inputs, web
from foundation.errors import NguonError
from foundation.i18n import _, named
from growing_areas import acting
from traceability import batches
from traceability.items import acts, handouts, listing, naming
from traceability.items.acts import Change
from traceability.items.handouts import Handing, Settling
from traceability.items.models import ItemAct
from traceability.items.schemas import (
    ChangeInput,
    FindQuery,
    HandingInput,
    HandoutsQuery,
    ListQuery,
    OrdersQuery,
    SettlingInput,
)
from traceability.items.spans import BECOME
from traceability.items.wording import STATES, TONES
from traceability.labels import orders
from traceability.labels.choosing import paper_of
from traceability.models import Batch

blueprint = Blueprint("items", __name__)


@blueprint.get("/workspace/labels")
@web.guarded("label.issue")
def index() -> str:
    """Every order of labels, and the box that finds one label."""
    query = inputs.load(OrdersQuery, request.args)
    with db.reading() as session:
        page = listing.page_orders(
            session, current_actor(), q=query["q"], cursor=query.get("cursor"), size=query["limit"]
        )
        states = orders.states_of(session, page.items)
        return web.render(
            "traceability/items/index.html", page=page, states=states, paper_of=paper_of
        )


@blueprint.get("/workspace/labels/handouts")
@web.guarded("label.issue")
def rolls() -> str:
    """What packing lines hold, and what they brought back."""
    query = inputs.load(HandoutsQuery, request.args)
    with db.reading() as session:
        page = listing.page_handouts(
            session, current_actor(), state=query["state"], q=query["q"],
            cursor=query.get("cursor"), size=query["limit"],
        )  # fmt: skip
        return web.render("traceability/items/handouts.html", page=page)


@blueprint.get("/workspace/labels/find")
@web.guarded("label.issue")
def find() -> str:
    """One label as scanned or typed: whose it is, how it stands, what was done to it."""
    typed = inputs.load(FindQuery, request.args)["code"]
    with db.reading() as session:
        traced = listing.trace(session, current_actor(), typed)
        batch = batches.get_own_batch(session, current_actor(), traced.batch.code)
        return web.render(
            "traceability/items/item.html",
            batch=batch,
            traced=traced,
            code=naming.code_in(typed),
            names=listing.names_of(session, list(traced.acts), []),
            **_words(),
        )


@blueprint.get("/workspace/batches/<code>/items")
@web.guarded("label.issue")
def show(code: str) -> str:
    """How the labels of a batch stand, by ranges, and what can be done with them."""
    with db.reading() as session:
        context = _context(session, code)
        return web.render("traceability/items/show.html", form=web.Form(), **context)


@blueprint.get("/workspace/batches/<code>/items/history")
@web.guarded("label.issue")
def history(code: str) -> str:
    """Everything done to the labels of a batch: who, when, why."""
    query = inputs.load(ListQuery, request.args)
    with db.reading() as session:
        batch = _own_batch(session, code)
        page = listing.page_acts(session, batch.id, cursor=query.get("cursor"), size=query["limit"])
        return web.render(
            "traceability/items/history.html",
            batch=batch,
            page=page,
            undone=listing.undone_of(session, page.items),
            undoable=_undoable(session, page.items),
            names=listing.names_of(session, page.items, []),
            **_words(),
        )


@blueprint.post("/workspace/batches/<code>/items")
@web.guarded("label.issue")
def change(code: str) -> ResponseReturnValue:
    """Say what becomes of a range: shown first, done once it was seen."""
    if not request.form.get("confirmed"):
        try:
            with db.reading() as session:
                return _confirm(session, code)
        except NguonError as error:
            return _again(code, error)

    def work(session: Session, actor: Actor) -> None:
        form = request.form.copy()
        form.poplist("confirmed")
        given = inputs.load(ChangeInput, form)
        acts.change(session, actor, Change(code, **given), now=clock.now())

    return acting.carry_out(work, _("Đã ghi."), _home(code), lambda error: _again(code, error))


@blueprint.post("/workspace/batches/<code>/items/acts/<int:act_id>/undo")
@web.guarded("label.issue")
def undo(code: str, act_id: int) -> ResponseReturnValue:
    """Take back an act recorded by mistake; both stay on record."""

    def work(session: Session, actor: Actor) -> None:
        acts.undo(session, actor, act_id, now=clock.now())

    done = _("Đã bỏ việc ấy; các tem trở lại như trước.")
    return acting.carry_out(work, done, _home(code), lambda error: _again(code, error))


@blueprint.post("/workspace/batches/<code>/handouts")
@web.guarded("label.issue")
def hand_out(code: str) -> ResponseReturnValue:
    """Hand labels to a packing line."""

    def work(session: Session, actor: Actor) -> str:
        given = inputs.load(HandingInput, request.form)
        row = handouts.hand_out(session, actor, Handing(code, **given), now=clock.now())
        return _(
            "Đã giao tem số %(first)s đến %(last)s cho chuyền %(line)s.",
            first=i18n.number(row.first), last=i18n.number(row.last), line=row.line,
        )  # fmt: skip

    return acting.carry_out(work, "", _home(code), lambda error: _again(code, error))


@blueprint.get("/workspace/labels/handouts/<int:handout_id>")
@web.guarded("label.issue")
def handout(handout_id: int) -> str:
    """One handed roll, and the form that settles it."""
    with db.reading() as session:
        return web.render(
            "traceability/items/handout.html", form=web.Form(), **_roll(session, handout_id)
        )


@blueprint.post("/workspace/labels/handouts/<int:handout_id>")
@web.guarded("label.issue")
def settle(handout_id: int) -> ResponseReturnValue:
    """Say how many were pasted and what became of the rest."""

    def work(session: Session, actor: Actor) -> None:
        given = inputs.load(SettlingInput, request.form)
        handouts.settle(session, actor, handout_id, Settling(**given), now=clock.now())

    def again(error: NguonError) -> ResponseReturnValue:
        with db.reading() as session:
            context = _roll(session, handout_id)
        return web.render_again("traceability/items/handout.html", error, **context)

    onward = url_for(".handout", handout_id=handout_id)
    return acting.carry_out(work, _("Đã kết phần giao."), onward, again)


def _roll(session: Session, handout_id: int) -> dict[str, Any]:
    row = handouts.get_handout(session, current_actor(), handout_id)
    return {
        "row": row,
        "batch": row.batch,
        "names": listing.names_of(session, [], [row]),
        "ends": [
            ("kept", _("Mang về cất, dùng sau")),
            ("void", _("Rách, hỏng, mất: hủy, không bao giờ dùng lại")),
        ],
    }


def _own_batch(session: Session, code: str) -> Batch:
    batch = batches.get_own_batch(session, current_actor(), code)
    permissions.require(current_actor(), "label.issue", batch)
    return batch


def _context(session: Session, code: str) -> dict[str, Any]:
    query = inputs.load(ListQuery, request.args if request.method == "GET" else {})
    batch = _own_batch(session, code)
    recent = listing.page_acts(session, batch.id, size=10)
    held = listing.page_handouts(session, current_actor(), state="open", batch_id=batch.id)
    return {
        "batch": batch,
        "counted": listing.counts(session, batch.id),
        "spans": listing.page_spans(
            session, batch.id, cursor=query.get("cursor"), size=query["limit"]
        ),
        "recent": recent,
        "undone": listing.undone_of(session, recent.items),
        "undoable": _undoable(session, recent.items),
        "held": held,
        "names": listing.names_of(session, recent.items, held.items),
        "lines": listing.lines_of(session, batch.organisation_id),
        "becomes": [(state, named(STATES, state)) for state in BECOME],
        **_words(),
    }


def _undoable(session: Session, rows: list[ItemAct]) -> set[int]:
    whole = listing.undoable_of(session, rows)
    return {each.id for each in rows if each.id in whole and acts.is_undoable(each)}


def _confirm(session: Session, code: str) -> str:
    batch = _own_batch(session, code)
    given = inputs.load(ChangeInput, request.form)
    asked, standing = acts.weigh(session, batch, Change(code, **given))
    count = asked.last - asked.first + 1
    state = given["state"]
    words = {
        "first": i18n.number(asked.first),
        "last": i18n.number(asked.last),
        "count": i18n.number(count),
        "state": named(STATES, state),
    }
    effects = [
        _("%(n)s tem, số %(first)s đến %(last)s: từ “%(before)s” thành “%(after)s”.",
          n=i18n.number(each.count), first=i18n.number(each.first), last=i18n.number(each.last),
          before=named(STATES, each.state), after=words["state"])
        for each in standing[:20]
    ]  # fmt: skip
    if state == "void":
        effects.append(_("Ai quét tem đã hủy được báo ngay rằng tem không còn giá trị."))
    effects.append(_("Ghi nhầm thì bỏ được, chừng nào chưa ghi việc khác cho các tem ấy."))
    return web.render(
        "traceability/items/confirm.html",
        batch=batch,
        title=_("Ghi %(count)s tem thành “%(state)s”?", **words),
        effects=effects,
        fields={**_typed("csrf_token", "proof"), "confirmed": "1"},
        is_grave=state == "void",
    )


def _typed(*without: str) -> dict[str, str]:
    return {name: value for name, value in request.form.items() if name not in without}


def _again(code: str, error: NguonError) -> ResponseReturnValue:
    if error.status in (401, 403, 404):
        raise error
    with db.reading() as session:
        return web.render_again("traceability/items/show.html", error, **_context(session, code))


def _home(code: str) -> str:
    return url_for("traceability.items.show", code=code)


def _words() -> dict[str, Any]:
    return {"state_name": _state_name, "tones": TONES}


def _state_name(state: str) -> str:
    return named(STATES, state)
