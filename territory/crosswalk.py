"""From the old order to the new: what became of a unit, and what it was made from.

Many to many: 441 of some 10,000 old communes were divided among several new ones, so that only a
person can say where something in such a commune now lies.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from sqlalchemy import and_, or_, select
from sqlalchemy.orm import Session, aliased

from territory.models import Conversion, Unit
from territory.validity import in_force


@dataclass(frozen=True)
class Successor:
    """A unit that received an old one, ``whole`` or in ``part``; ``note`` is the decree's word."""

    unit: Unit
    extent: str
    note: str


@dataclass(frozen=True)
class Predecessor:
    """An old unit that went into a new one, ``whole`` or in ``part``."""

    unit: Unit
    extent: str
    note: str


def successors(session: Session, old_code: str, *, on: date) -> list[Successor]:
    """The units, as they are on the day ``on``, into which an old unit went; none when unknown."""
    return successors_of_many(session, [old_code], on=on).get(old_code, [])


def successors_of_many(
    session: Session, old_codes: Iterable[str], *, on: date
) -> dict[str, list[Successor]]:
    """Old code → successors, for many at once; a district's are those of its communes."""
    codes = list(old_codes)
    if not codes:
        return {}
    old = aliased(Unit)
    asked = or_(old.code.in_(codes), old.parent_code.in_([c for c in codes if len(c) == 3]))
    rows = session.execute(
        select(old.code, old.parent_code, Unit, Conversion.extent, Conversion.note)
        .select_from(Conversion)
        .join(
            old, and_(old.code == Conversion.old_code, old.valid_from == Conversion.old_valid_from)
        )
        .join(Unit, and_(Unit.code == Conversion.new_code, in_force(Unit, on)))
        .where(asked)
        .order_by(Unit.sort_key, Unit.code)
    )
    wanted = set(codes)
    became: dict[str | None, dict[str, Successor]] = defaultdict(dict)
    for code, parent, unit, extent, note in rows:
        # A commune answers for itself and for its district; provinces have lines of their own.
        for key in wanted & {code, parent if len(code) == 5 else code}:
            became[key].setdefault(unit.code, Successor(unit, extent, note))
    return {code: list(became[code].values()) for code in wanted if code in became}


def predecessors(session: Session, unit: Unit) -> list[Predecessor]:
    """The old units from which a unit of the new order was made; none for one of the old."""
    rows = session.execute(
        select(Unit, Conversion.extent, Conversion.note)
        .join(
            Conversion,
            and_(Conversion.old_code == Unit.code, Conversion.old_valid_from == Unit.valid_from),
        )
        .where(Conversion.new_code == unit.code, Conversion.valid_from <= unit.valid_from)
        .order_by(Unit.sort_key, Unit.code)
    )
    return [Predecessor(old, extent, note) for old, extent, note in rows]
