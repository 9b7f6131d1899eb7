"""What a maker states of a product: recoveries and countries; and officers' odd yields."""

from __future__ import annotations

from collections.abc import Callable

from flask import Blueprint, redirect, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from accounts.doors import current_actor
from accounts.permissions import may
from foundation import clock, db, inputs, web
from foundation.downloads import table_response
from foundation.errors import NguonError
from foundation.i18n import _
from foundation.tables import Notes
from growing_areas.crops import find_crop
from products import register
from traceability.handling import demands, statements, yield_table, yields
from traceability.handling.schemas import MarketsInput, RecoveryInput, YieldNoteInput, YieldQuery
from traceability.handling.statements import Statement
from traceability.handling.step_choices import units

blueprint = Blueprint("statements", __name__)


@blueprint.get("/workspace/products/<code>/statements")
@web.guarded("product.read")
def show(code: str) -> str:
    """What goes into a product and how much comes out, and where it is sold to."""
    with db.reading() as session:
        return _page(session, code, web.Form())


@blueprint.post("/workspace/products/<code>/recoveries")
@web.guarded("product.write")
def state(code: str) -> ResponseReturnValue:
    """State a recovery."""

    def act(session: Session) -> None:
        given = inputs.load(RecoveryInput, request.form)
        wanted = Statement(**given)
        statements.state_recovery(session, current_actor(), code, wanted, now=clock.now())

    return _act(code, act, _("Đã ghi định mức."))


@blueprint.post("/workspace/products/<code>/recoveries/<int:recovery_id>/withdraw")
@web.guarded("product.write")
def withdraw(code: str, recovery_id: int) -> ResponseReturnValue:
    """Take a recovery back."""

    def act(session: Session) -> None:
        statements.withdraw_recovery(session, current_actor(), code, recovery_id, now=clock.now())

    return _act(code, act, _("Đã bỏ định mức."))


@blueprint.post("/workspace/products/<code>/markets")
@web.guarded("product.write")
def declare(code: str) -> ResponseReturnValue:
    """Say for which countries a product is made."""

    def act(session: Session) -> None:
        # No box ticked: a form then says nothing at all.
        form = request.form.copy()
        form.setdefault("markets", "")
        given = inputs.load(MarketsInput, form)
        statements.declare_markets(
            session, current_actor(), code, given["markets"], now=clock.now()
        )

    return _act(code, act, _("Đã ghi thị trường."))


@blueprint.get("/office/yields")
@web.guarded("batch.note")
def odd_yields() -> str:
    """Harvests larger than their ground can well give, in the officer's territory."""
    query = inputs.load(YieldQuery, request.args)
    with db.reading() as session:
        return _odd(session, web.Form(), query["noted"], query.get("cursor"))


@blueprint.get("/office/yields/table")
@web.guarded("batch.note")
def odd_yields_table() -> ResponseReturnValue:
    """The whole list under the same filter, as XLSX, CSV or JSON."""
    query = inputs.load(YieldQuery, request.args)
    kind = request.args.get("format", "xlsx")
    with db.reading() as session:
        rows = yield_table.rows(session, current_actor(), query["noted"])
        notes = Notes(_("Sản lượng vượt diện tích"), (_taken_on(),))
        return table_response(
            yield_table.COLUMNS, rows, kind, "san-luong-vuot-dien-tich", notes=notes
        )


def _taken_on() -> str:
    return _("Ngày xuất: %(on)s", on=f"{clock.today():%d/%m/%Y}")


@blueprint.post("/office/yields/<code>")
@web.guarded("batch.note")
def note(code: str) -> ResponseReturnValue:
    """An officer's word on one of them."""
    try:
        given = inputs.load(YieldNoteInput, request.form)
        with db.transaction() as session:
            yields.note(session, current_actor(), code, given["note"], now=clock.now())
    except NguonError as error:
        if error.status not in (409, 422):
            raise
        with db.reading() as session:
            return _odd(session, web.Form.kept(error), "", None), error.status
    web.flash_done(_("Đã ghi nhận xét."))
    return redirect(url_for("traceability.statements.odd_yields"), 303)


def _odd(session: Session, form: web.Form, noted: str, cursor: str | None) -> str:
    page = yields.list_odd(session, current_actor(), noted=noted, cursor=cursor)
    crops = {odd.finding.crop_code: find_crop(odd.finding.crop_code) for odd in page.items}
    return web.render(
        "traceability/handling/yields.html",
        page=page,
        form=form,
        is_filtered=bool(noted),
        crop_names={code: crop.name if crop else code for code, crop in crops.items()},
    )


def _act(code: str, act: Callable[[Session], None], done: str) -> ResponseReturnValue:
    try:
        with db.transaction() as session:
            act(session)
    except NguonError as error:
        if error.status not in (409, 422):
            raise
        with db.reading() as session:
            return _page(session, code, web.Form.kept(error)), error.status
    web.flash_done(done)
    return redirect(url_for("traceability.statements.show", code=code), 303)


def _page(session: Session, code: str, form: web.Form) -> str:
    actor = current_actor()
    product = register.get_own_product(session, actor, code)
    own = register.list_of_organisations(session, (product.organisation_id,))
    return web.render(
        "traceability/handling/statements.html",
        product=product,
        form=form,
        recoveries=statements.recoveries_of(session, product.id),
        declared=statements.markets_of(session, [product.id]),
        markets=sorted(demands.markets(clock.today()).items()),
        products=[(each.code, each.name) for each in own if each.id != product.id],
        units=units("KGM"),
        may_write=may(actor, "product.write", product),
    )
