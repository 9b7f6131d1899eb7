"""The form of a laboratory's report: as many lines as wanted, filled from panels, read leniently.

A parameter is typed by its name: one the table knows is judged by its limit, any other is kept in
the report's own words.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from werkzeug.datastructures import MultiDict

from foundation import inputs
from foundation.errors import Finding, Invalid
from traceability.certifying import lists
from traceability.certifying.laboratory import MOST_READINGS
from traceability.certifying.schemas import LaboratoryReadingInput

FEWEST_LINES, MORE_LINES = 3, 4
MOST_LINES = 60
"""Lines a page has room for; a longer report comes through the API."""
_LINE = ("parameter", "value", "unit", "detection_limit", "stated_limit", "method")
_BELOW = ("KPH", "ND", "<LOD")
assert MOST_LINES <= MOST_READINGS


def subject(form: Mapping[str, str]) -> MultiDict[str, str]:
    """The form with ``subject`` ("batch:ABC") as the field it means."""
    plain = MultiDict(form)
    kind, _colon, code = plain.pop("subject", "").partition(":")
    if kind in ("product", "batch", "area"):
        plain[kind] = code
    return plain


def prefilled(asked: Mapping[str, str]) -> dict[str, Any]:
    """A form begun from an address: what it is about, and a panel's parameters."""
    values: dict[str, Any] = {
        name: asked[name] for name in ("subject", "retest_of", "food_group") if asked.get(name)
    }
    panel = lists.panels().get(asked.get("panel", ""))
    if panel is not None:
        values["food_group"] = panel.group
        for place, code in enumerate(panel.parameters):
            known = lists.parameters()[code]
            values |= {f"parameter.{place}": known.name, f"unit.{place}": known.unit}
    return values


def lines(values: Mapping[str, Any], more: int = 0) -> range:
    """The places of the lines to show: those filled, ``more``, and never fewer than a few."""
    filled = [place for place in range(MOST_LINES) if values.get(f"parameter.{place}")]
    told = str(values.get("lines") or "")
    shown = int(told) if told.isascii() and told.isdigit() and len(told) < 4 else 0
    count = max(FEWEST_LINES, shown, filled[-1] + 1 if filled else 0) + more
    return range(min(count, MOST_LINES))


def read(form: Mapping[str, str]) -> dict[str, Any]:
    """The form with its lines gathered as a program would send them. Raises: Invalid.

    A line without a result is none: a panel may be longer than the report. A result without a
    parameter is told.
    """
    plain = subject(form)
    plain.pop("lines", None)
    readings, found = [], []
    for place in range(MOST_LINES):
        line = {name: plain.pop(f"{name}.{place}", "").strip() for name in _LINE}
        try:
            if line["value"]:
                readings.append(_reading(line))
            elif line["parameter"] and line["stated_limit"] + line["detection_limit"]:
                raise Invalid([Finding("laboratory.value_needed", {}, "value")])
        except Invalid as error:
            found += [Finding(f.code, f.params, f"{f.field}.{place}") for f in error.findings]
    if found:
        raise Invalid(found)
    told = {name: value for name, value in plain.items() if name not in inputs.FORM_PARTS}
    told.pop("act", None)
    return {**told, "readings": readings}


def _reading(line: dict[str, str]) -> dict[str, str]:
    """A line as a program would write it: 1.200 typed here is twelve hundred, KPH no value."""
    if line["value"].upper().replace(" ", "") in _BELOW:
        line["value"] = ""
    code = lists.code_of(line["parameter"])
    known = lists.parameters().get(code)
    line["parameter"] = code
    if known is not None and not line["unit"]:
        line["unit"] = known.unit
    given = inputs.load(LaboratoryReadingInput, MultiDict(line))
    return {name: str(value) for name, value in given.items() if value != ""}
