"""Amounts as people speak them into forms: "2 tạ" in a field beside the choice of a unit."""

from __future__ import annotations

from contextlib import suppress

from werkzeug.datastructures import MultiDict

from foundation import i18n, quantity
from foundation.errors import Invalid


def with_amount(form: MultiDict[str, str], name: str = "quantity") -> MultiDict[str, str]:
    """The form with the unit that was typed beside an amount set as its unit.

    The amount stays in the reader's own notation, in which forms are read: 1,234 is a little more
    than one here and twelve hundred and some in English. What cannot be read stays as typed, for
    the schema to refuse.
    """
    plain = MultiDict(form)
    mark = "," if i18n.get_language() == "vi" else "."
    with suppress(Invalid):
        given = form.get("unit") or None
        read = quantity.parse(form.get(name, ""), default_unit=given, decimal_mark=mark)
        plain[name], plain["unit"] = f"{read.amount:f}".replace(".", mark), read.unit
    return plain
