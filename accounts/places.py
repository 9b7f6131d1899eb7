"""The territory of a role, as a form asks for it: a commune by name, a province, or the country."""

from __future__ import annotations

from datetime import date
from typing import Any

from sqlalchemy.orm import Session

from territory import picking, units


def provinces(session: Session, *, today: date) -> list[tuple[str, str]]:
    """The provinces in force, for a select."""
    page = units.list_units(session, on=today, level="province", size=100)
    return [(unit.code, units.label(unit)) for unit in page.items]


def scope_of(session: Session, given: dict[str, Any], *, today: date) -> str:
    """The unit code a form means: the commune if one was typed, else the province, else "".

    Raises: Invalid with the communes that may be meant.
    """
    typed = given.get("commune")
    if typed:
        return picking.resolve(session, typed, today, field="commune").code
    return given.get("province") or ""
