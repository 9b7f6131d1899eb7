"""Which commune somebody means by what they typed: a code, a picked label, or just a name."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import date
from typing import Any

from sqlalchemy.orm import Session

from foundation.errors import Finding, Invalid
from foundation.vietnamese import same_spelling, spelling_key, words
from territory import units
from territory.models import COMMUNE, Unit
from territory.units import Match

_CODE = re.compile(r"[0-9]{5}")
_CANDIDATES = 50
MAX_CHOICES = 12


def resolve(session: Session, typed: str, on: date, *, field: str = "commune_code") -> Unit:
    """The commune in force on ``on`` that was meant.

    A commune of the old order is led to its successor when there is only one. Raises: Invalid
    with one finding on ``field``: "territory.unknown_unit", "territory.unknown_name", or
    "territory.choose", whose parameter ``options`` lists ``{"code", "label"}`` of each commune
    that may be meant (the picker shows them as choices).
    """
    typed = typed.strip()
    if _CODE.fullmatch(typed):
        unit = units.find_unit(session, typed, on)
        if unit is None:
            raise _finding("territory.unknown_unit", field, unit=typed)
        return unit
    matches = units.search(session, typed, on=on, level=COMMUNE, limit=_CANDIDATES)
    meant = _meant(matches, typed)
    candidates = _today(meant or matches)
    if meant and len(candidates) == 1:
        return candidates[0]
    if not candidates:
        raise _finding("territory.unknown_name", field, name=typed[:80])
    options = [{"code": u.code, "label": units.label(u)} for u in candidates[:MAX_CHOICES]]
    raise _finding("territory.choose", field, name=typed[:80], options=options)


def _meant(matches: Sequence[Match], typed: str) -> list[Match]:
    """Those called exactly so: by their whole label, else by name; empty when none is.

    Then the marks decide, if any were typed, then what is in force.
    """
    whole = " ".join(words(typed))
    labelled = [m for m in matches if whole in _labels(m.unit)]
    called = labelled or [m for m in matches if whole in _names(m.unit)]
    if spelling_key(typed) != whole:
        called = [m for m in called if _is_spelled(m.unit, typed)] or called
    return [m for m in called if not m.is_old] or called


def _labels(unit: Unit) -> tuple[str, str]:
    return " ".join(words(unit.label)), " ".join(words(unit.label_en))


def _names(unit: Unit) -> set[str]:
    """Its name, with and without its type, alone and with the units above."""
    kind = " ".join(words(unit.full_name)).removesuffix(unit.name_key)
    return {unit.name_key, unit.place_key, kind + unit.name_key, kind + unit.place_key}


def _is_spelled(unit: Unit, typed: str) -> bool:
    head = typed.split(",")[0]
    return any(same_spelling(head, name) for name in (unit.name, unit.full_name))


def _today(matches: Sequence[Match]) -> list[Unit]:
    """The communes in force behind the matches, each once, in their order."""
    found: dict[str, Unit] = {}
    for match in matches:
        for unit in match.successors if match.is_old else (match.unit,):
            found.setdefault(unit.code, unit)
    return list(found.values())


def _finding(code: str, field: str, **params: Any) -> Invalid:
    return Invalid([Finding(code, params, field)])
