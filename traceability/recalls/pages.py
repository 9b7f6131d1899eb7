"""Recalls at the desk: the list, holding, deciding, drills, figures, one recall and its file."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from flask import Blueprint, redirect, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session
from werkzeug.datastructures import MultiDict

from accounts.doors import current_actor
from accounts.permissions import Actor, may_anywhere
from foundation import clock, db, inputs, web
from foundation.downloads import table_response
from foundation.errors import Conflict, Invalid, NguonError, NotFound
from foundation.i18n import _
from foundation.tables import Notes
from territory import units
from traceability import ports
from traceability.cartons import listing as carton_listing
from traceability.cartons.pages import state_name as carton_state
from traceability.claims import listing as claims
from traceability.claims import notices as claim_notices
from traceability.claims.listing import Claim
from traceability.recalls import (
    claimed,
    deciding,
    drilling,
    effects,
    holding,
    list_table,
    listing,
    names,
    reach,
    suppliers,
)
from traceability.recalls.models import EFFECTS, Recall
from traceability.recalls.schemas import (
    AnnounceInput,
    EffectInput,
    EndInput,
    HoldForm,
    RecallPageQuery,
    RecallQuery,
    notice_of,
    wish_of_form,
)

blueprint = Blueprint("recalls", __name__)

_LOTS_ON_PAGE = 50


@blueprint.get("/workspace/recalls")
@web.guarded("recall.read")
def index() -> str:
    """The recalls the reader is concerned by, newest first."""
    query = inputs.load(RecallQuery, request.args)
    with db.reading() as session:
        page = listing.list_recalls(
            session, current_actor(), state=query["state"],
            cursor=query.get("cursor"), size=query["limit"],
        )  # fmt: skip
        counts = listing.counts(session, [recall.id for recall in page.items])
        suspected = listing.suspected(session, page.items)
    return web.render(
        "traceability/recalls/index.html",
        page=page,
        suspected=suspected,
        counts=counts,
        names=names,
        states=[(state, _(word)) for state, word in names.STATES.items()],
        may_decide=may_anywhere(current_actor(), "recall.decide"),
    )


@blueprint.get("/workspace/recalls/table")
@web.guarded("recall.read")
def table() -> ResponseReturnValue:
    """The whole list under the same filter, as XLSX, CSV or JSON."""
    state = inputs.load(RecallQuery, request.args)["state"]
    taken_on = _("Ngày xuất: %(on)s", on=f"{clock.today():%d/%m/%Y}")
    with db.reading() as session:
        rows = list_table.rows(session, current_actor(), state)
        notes = Notes(_("Các đợt giữ và thu hồi"), (taken_on,))
        kind = request.args.get("format", "xlsx")
        return table_response(list_table.COLUMNS, rows, kind, "thu-hoi", notes=notes)


@blueprint.get("/workspace/recalls/new")
@web.guarded("recall.decide")
def new() -> str:
    """The form: what is suspected and why."""
    kept = MultiDict(request.args)
    kept.setdefault("origin", "batch")
    return _form(web.Form(kept))


@blueprint.post("/workspace/recalls")
@web.guarded("recall.decide")
def hold() -> ResponseReturnValue:
    """Hold everything the suspicion reaches; or, asked for a drill, measure it and undo it."""
    try:
        given = inputs.load(HoldForm, _without_button(request.form))
        wish = wish_of_form(given)
        with db.transaction() as session:
            if request.form.get("do") == "drill":
                found = drilling.drill(session, current_actor(), wish, now=clock.now())
                return _form(web.Form(request.form), drilled=found)
            held = holding.hold(session, current_actor(), wish, now=clock.now())
            deciding.follow(session, held.recall)
    except NguonError as error:
        if error.status not in (404, 409, 422):
            raise
        again = _form(web.Form.kept(error), sellers=_sellers(), running=error.params.get("recall"))
        return again, 409 if error.status == 409 else 422
    web.flash_done(
        _("Đã tạm giữ %(count)s lô. Hãy xem xét rồi thu hồi hoặc gỡ.", count=held.batches)
    )
    return redirect(url_for("traceability.recalls.show", code=held.recall.code), 303)


@blueprint.get("/workspace/recalls/<code>")
@web.guarded("recall.read")
def show(code: str) -> ResponseReturnValue:
    """One recall: what it reaches, who was told, what came back, what can be done."""
    query = inputs.load(RecallPageQuery, request.args)
    if query["format"]:
        return _file(code, query["format"])
    with db.reading() as session:
        return web.render("traceability/recalls/show.html", **_details(session, code, web.Form()))


@blueprint.post("/workspace/recalls/<code>/announce")
@web.guarded("recall.decide")
def announce(code: str) -> ResponseReturnValue:
    """Recall what is held."""

    def act(session: Session) -> object:
        notice = notice_of(inputs.load(AnnounceInput, request.form))
        return deciding.announce(session, current_actor(), code, notice, now=clock.now())

    return _act(code, act, _("Đã thu hồi. Trang truy xuất của mọi lô đã báo điều này."))


@blueprint.post("/workspace/recalls/<code>/<any(lift, close):step>")
@web.guarded("recall.decide")
def end(code: str, step: str) -> ResponseReturnValue:
    """Lift an unfounded hold or recall, or close one that did its work."""
    decide = deciding.lift if step == "lift" else deciding.close

    def act(session: Session) -> object:
        reason = inputs.load(EndInput, request.form)["reason"]
        return decide(session, current_actor(), code, reason, now=clock.now())

    done = _("Đã gỡ; các lô trở lại như trước.") if step == "lift" else _("Đã kết thúc thu hồi.")
    return _act(code, act, done)


@blueprint.post("/workspace/recalls/<code>/effects")
@web.guarded("recall.note")
def note(code: str) -> ResponseReturnValue:
    """Note what was found, came back or was destroyed of a lot."""

    def act(session: Session) -> object:
        given = inputs.load(EffectInput, request.form)
        amounts = {kind: given[kind] for kind in EFFECTS if given.get(kind) is not None}
        effects.note(session, current_actor(), code, given["batch"], amounts, now=clock.now())
        return amounts

    return _act(code, act, _("Đã ghi số thu được."))


def _without_button(form: MultiDict[str, str]) -> MultiDict[str, str]:
    kept = MultiDict(form)
    kept.poplist("do")
    return kept


def _sellers() -> list[str]:
    """Who numbered a lot as the form says, to choose from where they are several."""
    if request.form.get("origin") != "supplier_lot":
        return []
    with db.reading() as session:
        lot = request.form.get("key", "")[:200]
        found = suppliers.names(session, lot, reach.recallable(current_actor()))
    return found if len(found) > 1 else []


def _form(
    form: web.Form,
    drilled: drilling.Drilled | None = None,
    sellers: Sequence[str] = (),
    running: str | None = None,
) -> str:
    return web.render(
        "traceability/recalls/new.html",
        form=form,
        drilled=drilled,
        running=running,
        sellers=[(name, name or _("(tên người bán đã xóa)")) for name in sellers],
        origins=[(origin, _(word)) for origin, word in names.ORIGINS.items()],
    )


def _act(code: str, act: Callable[[Session], object], done: str) -> ResponseReturnValue:
    try:
        with db.transaction() as session:
            act(session)
    except (Conflict, Invalid, NotFound) as error:
        with db.reading() as session:
            details = _details(session, code, web.Form.kept(error))
        return web.render_again("traceability/recalls/show.html", error, **details)
    web.flash_done(done)
    return redirect(url_for("traceability.recalls.show", code=code), 303)


def _details(session: Session, code: str, form: web.Form) -> dict[str, Any]:
    actor = current_actor()
    recall = deciding.get_recall(session, actor, code)
    owners = listing.owners_seen(actor)
    after = inputs.load(RecallPageQuery, request.args)["after"] if request.method == "GET" else 0
    lots = listing.lots(session, recall.id, owners=owners, after=after, most=_LOTS_ON_PAGE + 1)
    ids = [lot.batch_id for lot in lots[:_LOTS_ON_PAGE]]
    return {
        "recall": recall,
        "form": form,
        "names": names,
        "suspected": listing.suspected(session, [recall])[recall.id],
        "count": listing.counts(session, [recall.id]).get(recall.id, 0),
        "sees_all": owners is None,
        "figures": listing.figures_for(session, actor, recall),
        "lots": lots[:_LOTS_ON_PAGE],
        "next_after": ids[-1] if len(lots) > _LOTS_ON_PAGE else None,
        "places": units.labels(session, {lot.commune_code for lot in lots}, clock.today()),
        "noted": effects.of_batches(session, recall.id, ids),
        "packed": carton_listing.holding(session, ids, owners),
        "unit_state": carton_state,
        "sold": listing.sold_of(session, recall, owners),
        "notified": ports.sales().notified(session, recall.id),
        "taken_back": ports.sales().notified(session, recall.id, "lifted"),
        "corrected": ports.sales().notified(session, recall.id, "left"),
        "may_decide": deciding.may_decide(session, actor, recall),
        "claims": _claims(session, actor, recall),
        "sentence": claim_notices.sentence,
    }


def _claims(session: Session, actor: Actor, recall: Recall) -> list[Claim]:
    """The undecided steps out of a recall's lots, a page of them, as far as the reader may know."""
    ids = claimed.ids_of(session, recall.id)[:_LOTS_ON_PAGE]
    return [each for each in claims.of_ids(session, ids) if claims.is_seen(actor, each)]


def _file(code: str, format_: str) -> ResponseReturnValue:
    with db.reading() as session:
        actor = current_actor()
        recall = deciding.get_recall(session, actor, code)
        owners = listing.owners_seen(actor)
        rows = list(listing.rows(session, recall, owners, clock.today()))
    notes = Notes(_("Thu hồi %(code)s", code=recall.code), (_reason(recall),))
    return table_response(listing.columns(), rows, format_, f"thu-hoi-{recall.code}", notes=notes)


def _reason(recall: Recall) -> str:
    return _("Lý do: %(reason)s", reason=recall.reason)
