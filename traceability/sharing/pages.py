"""The cooperative's page of partners that may read the history of its goods."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, redirect, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy import select
from sqlalchemy.orm import Session

from accounts import organisations
from accounts.doors import current_actor
from foundation import clock, db, inputs, web
from foundation.errors import Finding, Invalid, NguonError
from foundation.i18n import _
from products.models import Product
from traceability.models import Batch
from traceability.sharing import chains
from traceability.sharing.chains import NewShare
from traceability.sharing.schemas import ShareInput

blueprint = Blueprint("sharing", __name__)

_FORM = "traceability/sharing/new.html"
_CHOICES = 200


@blueprint.get("/workspace/partners")
@web.guarded("chain.share")
def list_shares() -> str:
    """With whom one shares, who shares with one, and what was taken back."""
    ended = request.args.get("ended") == "1"
    with db.reading() as session:
        page = chains.list_given(
            session, current_actor(), ended=ended, cursor=request.args.get("cursor")
        )
        return web.render(
            "traceability/sharing/list.html",
            page=page,
            ended=ended,
            things=chains.things_of(session, page.items),
            got=chains.list_got(session, current_actor()),
            own=organisations.list_own(session, current_actor()),
        )


@blueprint.get("/workspace/partners/new")
@web.guarded("chain.share")
def new() -> str:
    """An empty form."""
    with db.reading() as session:
        return web.render(_FORM, form=web.Form(), **_choices(session))


@blueprint.post("/workspace/partners/new")
@web.guarded("chain.share")
def create() -> ResponseReturnValue:
    """Share from now on."""
    try:
        with db.transaction() as session:
            plain = request.form.copy()
            own = organisations.list_own(session, current_actor())
            if not plain.get("organisation") and len(own) == 1:
                plain["organisation"] = own[0].code
            new = _told(inputs.load(ShareInput, plain))
            made = chains.share(session, current_actor(), new, now=clock.now())
            partner = made.partner.name
    except Invalid as error:
        return _again(error)
    web.flash_done(_("Từ nay %(partner)s đọc được nguồn gốc đã chọn.", partner=partner))
    return redirect(url_for(".list_shares"), 303)


def _again(error: NguonError) -> ResponseReturnValue:
    with db.reading() as session:
        return web.render_again(_FORM, error, **_choices(session))


@blueprint.get("/workspace/partners/<int:share_id>/end")
@web.guarded("chain.share")
def ask_end(share_id: int) -> str:
    """What will happen when a share is taken back."""
    with db.transaction() as session:
        found = chains.get(session, current_actor(), share_id)
        return web.render("traceability/sharing/end.html", share=found, form=web.Form())


@blueprint.post("/workspace/partners/<int:share_id>/end")
@web.guarded("chain.share")
def end(share_id: int) -> ResponseReturnValue:
    """Take a share back."""
    with db.transaction() as session:
        partner = chains.end(session, current_actor(), share_id, now=clock.now()).partner.name
    web.flash_done(_("%(partner)s không còn đọc được qua lần chia sẻ này.", partner=partner))
    return redirect(url_for(".list_shares"), 303)


def _told(given: dict[str, Any]) -> NewShare:
    kind, _colon, code = given["what"].partition(":")
    if kind not in ("product", "batch") and given["what"] != "all":
        raise Invalid([Finding("share.thing_unknown", {"code": given["what"]}, "what")])
    return NewShare(
        organisation=given["organisation"],
        partner=given["partner"],
        product=code if kind == "product" else None,
        batch=code if kind == "batch" else None,
        since=given.get("since"),
        until=given.get("until"),
    )


def _choices(session: Session) -> dict[str, Any]:
    own = organisations.list_own(session, current_actor())
    ids = [each.id for each in own]
    products = session.execute(
        select(Product.code, Product.name)
        .where(Product.organisation_id.in_(ids))
        .order_by(Product.name_key)
        .limit(_CHOICES)
    ).all()
    batches = session.execute(
        select(Batch.code, Batch.lot, Product.name)
        .join(Product, Product.id == Batch.product_id)
        .where(Batch.organisation_id.in_(ids))
        .order_by(Batch.id.desc())
        .limit(_CHOICES)
    ).all()
    groups: list[tuple[str, Any]] = [("all", _("Mọi hàng của đơn vị"))]
    if products:
        groups.append((_("Một sản phẩm"), [(f"product:{code}", name) for code, name in products]))
    if batches:
        listed = [(f"batch:{code}", f"{lot} – {name}") for code, lot, name in batches]
        groups.append((_("Một lô"), listed))
    return {"own": [(each.code, each.name) for each in own], "what": groups}
