"""Pages of the packing crew: choose a lot, count, print; put cartons on a pallet, take them off."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from flask import Blueprint, Response, make_response, redirect, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from accounts.doors import current_actor
from foundation import clock, config, db, i18n, inputs, web
from foundation.errors import NguonError
from foundation.i18n import _, named
from traceability import batches
from traceability.cartons import ean_picture, filling, listing, pallets, printing
from traceability.cartons.filling import Filling
from traceability.cartons.pallets import Loading
from traceability.cartons.papers import PAPERS
from traceability.cartons.schemas import (
    CartonsForm,
    CartonsQuery,
    LabelQuery,
    NewQuery,
    PalletForm,
)
from traceability.cartons.wording import FORMATS, STATES
from traceability.cartons.wording import PAPERS as PAPER_NAMES
from traceability.handling import packing
from traceability.handling.trade_models import LogisticUnit

blueprint = Blueprint("cartons", __name__)


@blueprint.get("/workspace/cartons")
@web.guarded("batch.read")
def index() -> str:
    """Cartons and pallets of the house; those in store can be put on a pallet."""
    with db.reading() as session:
        return _list(session, web.Form())


@blueprint.get("/workspace/cartons/new")
@web.guarded("batch.write")
def new() -> str:
    """Choose a lot, how much goes into a carton, how many cartons."""
    asked = inputs.load(NewQuery, request.args)["batch"]
    with db.reading() as session:
        return _form(session, web.Form({"batch": asked} if asked else {}))


@blueprint.post("/workspace/cartons/new")
@web.guarded("batch.write")
def fill() -> ResponseReturnValue:
    """Pack them; on to their labels."""
    try:
        wanted = Filling(**inputs.load(CartonsForm, request.form))
        with db.transaction() as session:
            run = filling.fill(session, current_actor(), wanted, now=clock.now())
    except NguonError as error:
        if error.status not in (409, 422):
            raise
        with db.reading() as session:
            return _form(session, web.Form.kept(error)), error.status
    web.flash_done(_("Đã đóng %(n)s thùng. In tem rồi dán lên từng thùng.", n=wanted.count))
    return redirect(url_for("traceability.cartons.show_run", run=run), 303)


@blueprint.get("/workspace/cartons/runs/<run>")
@web.guarded("batch.read")
def show_run(run: str) -> str:
    """The cartons of one go, to print and print again."""
    query = inputs.load(LabelQuery, request.args)
    with db.reading() as session:
        units = listing.units_of_run(session, current_actor(), run)
        return web.render(
            "traceability/cartons/run.html",
            run=run,
            units=units,
            state_name=state_name,
            **_choices(session, units[0], query),
        )


@blueprint.get("/workspace/cartons/runs/<run>/labels")
@web.guarded("batch.read")
def run_labels(run: str) -> Response:
    """The labels of all cartons of one go."""
    with db.reading() as session:
        return label_file(session, listing.units_of_run(session, current_actor(), run))


@blueprint.get("/workspace/cartons/<code>")
@web.guarded("batch.read")
def show(code: str) -> str:
    """One carton or pallet: what is in it, on what it stands, its label."""
    query = inputs.load(LabelQuery, request.args)
    with db.reading() as session:
        unit = packing.get_own_unit(session, current_actor(), code)
        pallet = session.get(LogisticUnit, unit.parent_id) if unit.parent_id else None
        return web.render(
            "traceability/cartons/unit.html",
            unit=unit,
            pallet=pallet,
            cartons=pallets.cartons_on(session, unit.id),
            state_name=state_name,
            **_choices(session, unit, query),
        )


@blueprint.get("/workspace/cartons/<code>/label")
@web.guarded("batch.read")
def label(code: str) -> Response:
    """The label of one carton or pallet."""
    with db.reading() as session:
        return label_file(session, [packing.get_own_unit(session, current_actor(), code)])


@blueprint.post("/workspace/cartons/<code>/take-apart")
@web.guarded("batch.write")
def take_apart(code: str) -> ResponseReturnValue:
    """Take cartons off a pallet, or goods out of a carton."""
    with db.transaction() as session:
        pallets.take_apart(session, current_actor(), code, now=clock.now())
    web.flash_done(_("Đã dỡ; hàng đứng riêng như trước khi xếp."))
    return redirect(url_for("traceability.cartons.show", code=code), 303)


@blueprint.post("/workspace/pallets")
@web.guarded("batch.write")
def load_pallet() -> ResponseReturnValue:
    """Put the chosen cartons on a new pallet."""
    try:
        given = inputs.load(PalletForm, request.form)
        names = (*given["cartons"], *given["scanned"].split())
        with db.transaction() as session:
            wanted = Loading(tuple(map(_scanned, names)))
            unit = pallets.load(session, current_actor(), wanted, now=clock.now())
    except NguonError as error:
        # A number nobody packed was mistyped: the page says so, with all that was chosen.
        if error.status not in (404, 409, 422):
            raise
        with db.reading() as session:
            return _list(session, web.Form.kept(error)), error.status
    web.flash_done(
        _("Đã xếp %(n)s thùng lên pa-lét. In tem rồi dán lên pa-lét.", n=len(set(names)))
    )
    return redirect(url_for("traceability.cartons.show", code=unit.code), 303)


@blueprint.get("/workspace/batches/<code>/ean13.svg")
@web.guarded("batch.read")
def ean(code: str) -> Response:
    """The bar code of the lot's article for tills, at its nominal size."""
    with db.reading() as session:
        batch = batches.get_own_batch(session, current_actor(), code)
        drawn = ean_picture.svg(batch.product.gtin)
    response = make_response(drawn)
    response.mimetype = "image/svg+xml"
    response.headers["Content-Security-Policy"] = "default-src 'none'; sandbox"
    return response


def label_file(session: Session, units: Sequence[LogisticUnit]) -> Response:
    """Labels of units as the request asks for them."""
    query = inputs.load(LabelQuery, request.args)
    written = printing.labels(
        session, units, paper=query["paper"], file_format=query["format"],
        base_url=config.current().base_url,
    )  # fmt: skip
    response = make_response(written)
    response.mimetype = "application/pdf" if query["format"] == "pdf" else "application/zpl"
    name = f"tem-thung-{units[0].run or units[0].code}.{query['format']}"
    response.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    return response


def state_name(state: str) -> str:
    """A unit's state in the reader's language."""
    return named(STATES, state)


def _scanned(name: str) -> str:
    """A number as scanned: an address or an element string leads to it."""
    said = name.strip().rstrip("/").rpartition("/")[2]
    digits = said.replace("(00)", "").removeprefix("]C1")
    return digits[2:] if len(digits) == 20 and digits.startswith("00") else digits


def _choices(session: Session, unit: LogisticUnit, query: dict[str, Any]) -> dict[str, Any]:
    """Papers and files to choose from, and what to know before printing on the chosen one."""
    base_url = config.current().base_url
    return {
        "form": web.Form(query),
        "query": query,
        "papers": [(paper.code, _(PAPER_NAMES[paper.code])) for paper in PAPERS],
        "formats": [(code, _(words)) for code, words in FORMATS.items()],
        "findings": printing.findings(
            session, unit, paper=query["paper"], file_format=query["format"], base_url=base_url
        ),
    }


def _form(session: Session, form: web.Form) -> str:
    lots = [
        (batch.code, f"{batch.lot} · {batch.product.name} · {i18n.quantity(free, batch.unit)}")
        for batch, free in listing.packable(session, current_actor())
    ]
    return web.render("traceability/cartons/new.html", form=form, lots=lots)


def _list(session: Session, form: web.Form) -> str:
    query = inputs.load(CartonsQuery, request.args)
    page = listing.page_units(
        session, current_actor(), state=query["state"], q=query["q"],
        cursor=query.get("cursor"), size=query["limit"],
    )  # fmt: skip
    return web.render(
        "traceability/cartons/index.html",
        page=page,
        form=form,
        states=[(state, _(words)) for state, words in STATES.items()],
        state_name=state_name,
        is_filtered=bool(query["state"] or query["q"]),
        has_packed=any(unit.state == "packed" for unit in page.items),
    )
