"""Pages of vouchers: one's own, and an admin's for whoever asks."""

from __future__ import annotations

import json
from typing import Any

from flask import Blueprint, Response, request
from flask.typing import ResponseReturnValue

from accounts import names
from accounts.arrival import again, proved
from accounts.doors import current_actor
from accounts.vouchers import handing_out
from accounts.vouchers.schemas import VoucherForm
from foundation import clock, db, inputs, web
from foundation.errors import Invalid, NotFound

blueprint = Blueprint("vouchers", __name__)

_OFFICE = "accounts/vouchers/office.html"


@blueprint.get("/account/vouchers")
@web.signed_in
def list_own() -> str:
    """What is recorded about the reader and may be kept as proof."""
    with db.reading() as session:
        rows = handing_out.list_own(session, current_actor())
    return web.render("accounts/vouchers/own.html", rows=rows, called=_called)


@blueprint.get("/account/vouchers/<table>/<int:key>")
@web.signed_in
def take_own(table: str, key: int) -> Response:
    """The reader's own voucher, as a file."""
    with db.reading() as session:
        made = handing_out.take_own(session, current_actor(), table, key, now=clock.now())
    return _file(made, f"{table}-{key}")


@blueprint.get("/admin/vouchers")
@web.guarded(handing_out.ACTION)
def ask() -> str:
    """Which row, for whom and why."""
    return web.render(_OFFICE, form=web.Form(), tables=_tables())


@blueprint.post("/admin/vouchers")
@web.guarded(handing_out.ACTION)
@proved
def hand_out() -> ResponseReturnValue:
    """The voucher of any row, as a file; who took it is written down."""
    try:
        given = inputs.load(VoucherForm, request.form)
        with db.transaction() as session:
            made = handing_out.hand_out(
                session,
                current_actor(),
                given["table"],
                given["key"],
                given["reason"],
                now=clock.now(),
            )
    except (Invalid, NotFound) as error:
        return again(_OFFICE, error, tables=_tables())
    return _file(made, given["table"])


def _tables() -> list[tuple[str, str]]:
    return names.options(handing_out.tables())


def _called(table: str) -> str:
    return names.called(handing_out.TABLES, table)


def _file(made: dict[str, Any], name: str) -> Response:
    answer = Response(json.dumps(made, ensure_ascii=False, indent=1), mimetype="application/json")
    answer.headers["Content-Disposition"] = f'attachment; filename="phieu-rieng-{name}.json"'
    answer.headers["Cache-Control"] = "private, no-store"
    return answer
