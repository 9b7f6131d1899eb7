"""Claims at the desk: the office's task, and the cooperative's own answer."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from flask import Blueprint, request, url_for
from flask.typing import ResponseReturnValue
from marshmallow import Schema
from sqlalchemy.orm import Session

from accounts.doors import current_actor
from accounts.models import Person
from accounts.permissions import Actor
from foundation import clock, db, inputs, web
from foundation.errors import NguonError
from foundation.i18n import _
from growing_areas import acting
from territory import units
from traceability.claims import deciding, listing, names, notices
from traceability.claims.listing import Claim
from traceability.claims.schemas import AskInput, ClaimsQuery, ConfirmInput, DenyInput
from traceability.scan import telling

blueprint = Blueprint("claims", __name__)

_DESKS = "<any(workspace, office):desk>"


@blueprint.get("/workspace/claims")
@web.guarded("claim.read")
def index() -> str:
    """What others say of one's own goods."""
    return _list("workspace")


@blueprint.get("/office/claims")
@web.guarded("claim.read")
def index_office() -> str:
    """What is said of goods of one's territory."""
    return _list("office")


def _list(desk: str) -> str:
    query = inputs.load(ClaimsQuery, request.args)
    with db.reading() as session:
        page = listing.list_claims(
            session, current_actor(), state=query["state"],
            cursor=query.get("cursor"), size=query["limit"],
        )  # fmt: skip
        communes = {claim.commune_code for claim in page.items if claim.commune_code}
        places = units.labels(session, communes, clock.today())
    return web.render(
        "traceability/claims/index.html",
        desk=desk,
        page=page,
        places=places,
        names=names,
        notices=notices,
        states=names.options(),
    )


@blueprint.get(f"/{_DESKS}/claims/<int:claim_id>")
@web.guarded("claim.read")
def show(desk: str, claim_id: int) -> str:
    """One claim: who says what, how it stands, what can be done."""
    with db.reading() as session:
        context = _context(session, desk, claim_id)
    return web.render("traceability/claims/show.html", form=web.Form(), **context)


@blueprint.post(f"/{_DESKS}/claims/<int:claim_id>/confirm")
@web.guarded("claim.confirm")
def confirm(desk: str, claim_id: int) -> ResponseReturnValue:
    """It is so."""
    return _say(
        desk, claim_id, deciding.confirm, ConfirmInput, _("Đã xác nhận; từ nay bước này được tính.")
    )


@blueprint.post(f"/{_DESKS}/claims/<int:claim_id>/deny")
@web.guarded("claim.answer")
def deny(desk: str, claim_id: int) -> ResponseReturnValue:
    """It is not so, says the owner."""
    return _say(desk, claim_id, deciding.deny, DenyInput, _("Đã ghi; cán bộ sẽ xem xét."))


@blueprint.post(f"/{_DESKS}/claims/<int:claim_id>/reject")
@web.guarded("claim.decide")
def reject(desk: str, claim_id: int) -> ResponseReturnValue:
    """It is not so, the office found."""
    return _say(
        desk,
        claim_id,
        deciding.reject,
        DenyInput,
        _("Đã bác lời khai; lô bị giữ vì lời khai được thả."),
    )


@blueprint.post(f"/{_DESKS}/claims/<int:claim_id>/take-back")
@web.guarded("claim.confirm")
def take_back(desk: str, claim_id: int) -> ResponseReturnValue:
    """What was confirmed is not so, or not sure."""
    return _say(
        desk, claim_id, deciding.take_back, DenyInput, _("Đã rút xác nhận; cán bộ sẽ xem xét lại.")
    )


@blueprint.post(f"/{_DESKS}/claims/<int:claim_id>/ask")
@web.guarded("claim.decide")
def ask(desk: str, claim_id: int) -> ResponseReturnValue:
    """Ask the owner again."""
    return _say(desk, claim_id, deciding.ask, AskInput, _("Đã gửi thư hỏi đơn vị giữ lô."))


def _say(
    desk: str, claim_id: int, word: Callable[..., Claim], schema: type[Schema], done: str
) -> ResponseReturnValue:
    """Say one of the words about a claim, which differ in what may be given with them."""

    def work(session: Session, actor: Actor) -> None:
        (given,) = inputs.load(schema, request.form).values()
        word(session, actor, claim_id, given, now=clock.now())

    def again(error: NguonError) -> ResponseReturnValue:
        with db.reading() as session:
            context = _context(session, desk, claim_id)
        return web.render_again("traceability/claims/show.html", error, **context)

    return acting.carry_out(work, done, url_for(".show", desk=desk, claim_id=claim_id), again)


def _context(session: Session, desk: str, claim_id: int) -> dict[str, Any]:
    actor = current_actor()
    claim = listing.get_claim(session, actor, claim_id)
    office, owner = deciding.is_office(actor, claim), deciding.may_answer(actor, claim)
    waits = claim.row.state in ("open", "denied")
    return {
        "desk": desk,
        "claim": claim,
        "names": names,
        "sentence": notices.sentence(claim),
        "goods_name": notices.goods_name,
        "state_name": telling.state_name,
        "decided_by": _name(session, claim) if office else None,
        "is_teller": claim.teller_id in actor.organisation_ids() and not (office or owner),
        "may_confirm": (office or owner) and (waits or (office and claim.row.state == "rejected")),
        "may_deny": owner and not office and claim.row.state == "open",
        "may_decide": office and waits,
        "may_take_back": deciding.is_given_by(actor, claim),
    }


def _name(session: Session, claim: Claim) -> str | None:
    """Who decided, for the office to know."""
    person = session.get(Person, claim.row.decided_by_id) if claim.row.decided_by_id else None
    return person.name if person else None
