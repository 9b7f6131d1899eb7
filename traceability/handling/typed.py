"""Forms of handling as people fill them in: rows of a kind, amounts as spoken."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from typing import Any

from marshmallow import Schema
from werkzeug.datastructures import MultiDict

from foundation import inputs
from foundation.errors import Finding, Invalid
from foundation.spoken_amounts import with_amount

# The rows a form may have: their name, their shape, and which parts make a row count as filled.
RowSchemas = Mapping[str, tuple[type[Schema], tuple[str, ...]]]


def rows(
    form: MultiDict[str, str], name: str, needed: Iterable[str]
) -> list[tuple[int, MultiDict[str, str]]]:
    """The rows ``name.0.…``, ``name.1.…`` of a form in which something needed is filled in."""
    found: dict[int, MultiDict[str, str]] = {}
    for key, value in form.items(multi=True):
        kind, _, rest = key.partition(".")
        place, _, part = rest.partition(".")
        if kind == name and place.isascii() and place.isdigit() and len(place) < 3 and part:
            found.setdefault(int(place), MultiDict()).add(part, value)
    return [
        (place, row)
        for place, row in sorted(found.items())
        if any((row.get(part) or "").strip() for part in needed)
    ]


def load(
    schema: type[Schema],
    form: MultiDict[str, str],
    *,
    row_schemas: RowSchemas | None = None,
    asked: Collection[str] = (),
) -> dict[str, Any]:
    """A form with rows, read by its schemas. Raises: Invalid with every finding of all of them.

    ``asked`` names the rows of which one at least is wanted: the first is read though it is empty,
    so that what is missing is said at once, each thing of the field it belongs in.
    """
    findings: list[Finding] = []
    loaded: dict[str, Any] = {}
    flat = MultiDict((key, value) for key, value in form.items(multi=True) if "." not in key)
    for name, (row_schema, needed) in (row_schemas or {}).items():
        loaded[name] = []
        filled = rows(form, name, needed)
        if not filled and name in asked:
            filled = [(0, MultiDict())]
        for place, row in filled:
            try:
                loaded[name].append(inputs.load(row_schema, with_amount(row)))
            except Invalid as wrong:
                findings += [_at(found, f"{name}.{place}") for found in wrong.findings]
    try:
        loaded |= inputs.load(schema, flat)
    except Invalid as wrong:
        findings += wrong.findings
    if findings:
        raise Invalid(findings)
    return loaded


def _at(finding: Finding, path: str) -> Finding:
    return Finding(finding.code, finding.params, f"{path}.{finding.field}")
