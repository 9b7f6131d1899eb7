"""Filters of officers' lists: a commune typed by its name stands in the address by its code.

So a list's address can be shared, paged and exported from, whatever was typed into the box. A bad
filter shows the unfiltered list and says so.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any

from flask import request
from marshmallow import Schema
from werkzeug.datastructures import MultiDict

from foundation import clock, db, inputs, web
from foundation.errors import Invalid
from territory import picking, units

_FIELD = "commune_code"
_CODE = re.compile(r"[0-9]{5}")


@dataclass(frozen=True)
class Filters:
    """What a list is asked for: the query, what its boxes show again, the status of the answer.

    ``moved`` is the same list under its lasting address, where a name was typed.
    """

    given: dict[str, Any]
    form: web.Form
    status: int = 200
    moved: str | None = None


def read(schema: type[Schema]) -> Filters:
    """The filters in the address of the page being answered; never raises for a bad one."""
    try:
        moved = _moved()
        given = inputs.load(schema, request.args)
    except Invalid as error:
        form = web.Form.kept(error, request.args)
        return Filters(inputs.load(schema, {}), form, error.status)
    return Filters(given, web.Form(_shown()), moved=moved)


def _moved() -> str | None:
    typed = request.args.get(_FIELD, "").strip()
    if not typed or _CODE.fullmatch(typed):
        return None
    with db.reading() as session:
        unit = picking.resolve(session, typed, clock.today(), field=_FIELD)
    return web.page_url(commune_code=unit.code, cursor=None)


def _shown() -> MultiDict[str, str]:
    """The filters as their boxes show them: a commune by its name."""
    shown = request.args.copy()
    code = shown.get(_FIELD, "")
    if _CODE.fullmatch(code):
        today = clock.today()
        with db.reading() as session:
            shown[_FIELD] = units.labels(session, {code}, today).get(code, code)
    return shown
