"""Administrative units: by code and day, by name, and what lies above them.

A code means nothing without a day: nearly every commune made in July 2025 bears the code of one
of the communes that went into it.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from datetime import date, timedelta

from sqlalchemy import ColumnElement, Select, and_, case, func, not_, or_, select
from sqlalchemy.orm import Session, aliased

from foundation.errors import NotFound
from foundation.i18n import get_language
from foundation.paging import Page, fetch
from foundation.vietnamese import spelling_key, words
from territory import crosswalk
from territory.loading import is_loaded as is_loaded
from territory.loading import load_bundled as load_bundled
from territory.loading import reload_bundled as reload_bundled
from territory.models import COMMUNE, DISTRICT, PROVINCE, SIMPLE, Unit
from territory.validity import in_force

_CODE = re.compile(r"[0-9]{2,5}")
_MAX_WORDS = 12
_TYPE_WORDS = (
    ("xa",), ("phuong",), ("thi", "tran"), ("dac", "khu"), ("huyen",), ("quan",), ("thi", "xa"),
    ("thanh", "pho"), ("tinh",), ("tp",), ("tx",), ("tt",),
)  # fmt: skip


@dataclass(frozen=True)
class Match:
    """A unit found by name; one of the old order comes with what it became."""

    unit: Unit
    successors: tuple[Unit, ...] = field(default=())
    is_old: bool = False

    @property
    def last_day(self) -> date | None:
        """The last day on which it was in force."""
        return self.unit.valid_to and self.unit.valid_to - timedelta(days=1)


def find_unit(session: Session, code: str, on: date) -> Unit | None:
    """The unit that bore this code on that day."""
    if not _CODE.fullmatch(code):
        return None
    return session.scalar(select(Unit).where(Unit.code == code, in_force(Unit, on)))


def get_unit(session: Session, code: str, on: date) -> Unit:
    """The unit that bore this code on that day; raises NotFound("territory.no_such_unit")."""
    unit = find_unit(session, code, on)
    if unit is None:
        raise NotFound("territory.no_such_unit", unit=code[:20], on=on)
    return unit


def province_of(session: Session, commune_code: str, on: date) -> Unit:
    """The province in which a commune lay on that day; raises NotFound."""
    return get_unit(session, get_unit(session, commune_code, on).province_code, on)


def list_units(
    session: Session,
    *,
    on: date,
    level: str | None = None,
    parent: str | None = None,
    cursor: str | None = None,
    size: int = 50,
) -> Page[Unit]:
    """The units in force on that day, in Vietnamese order."""
    statement = _narrowed(select(Unit).where(in_force(Unit, on)), level, parent)
    return fetch(session, statement, (Unit.sort_key, Unit.code), cursor=cursor, size=size)


def labels(session: Session, codes: set[str], on: date) -> dict[str, str]:
    """Code → "Xã Vệ Giang, Quảng Ngãi" for many rows at once, in the reader's language."""
    if not codes:
        return {}
    found = session.scalars(select(Unit).where(Unit.code.in_(codes), in_force(Unit, on)))
    return {unit.code: label(unit) for unit in found}


def province_names(session: Session, on: date) -> dict[str, str]:
    """Code → "Cần Thơ" of every province in force on a day, in the reader's language."""
    found = session.scalars(select(Unit).where(Unit.level == PROVINCE, in_force(Unit, on)))
    is_vi = get_language() == "vi"
    return {unit.code: unit.name if is_vi else unit.name_en for unit in found}


def label(unit: Unit) -> str:
    """A unit with its place, in the reader's language."""
    return unit.label if get_language() == "vi" else unit.label_en


def search(
    session: Session,
    query: str,
    *,
    on: date,
    level: str | None = None,
    parent: str | None = None,
    limit: int = 20,
) -> list[Match]:
    """Units by name, with or without diacritics, whole or begun words, in any order.

    Exact names come first, those with the diacritics as typed before the others; then units in
    force before those of the old order, which are found too and come with their successors.
    """
    asked = words(query)[:_MAX_WORDS]
    if not asked:
        return []
    found = _text_match(asked) | (Unit.code == "".join(query.split())[:5])
    statement = _narrowed(select(Unit).where(found, _worth_showing(on)), level, parent)
    order = (*_closeness(query, asked), in_force(Unit, on).desc(), _level_order(), Unit.sort_key)
    units = session.scalars(statement.order_by(*order, Unit.code).limit(limit)).all()
    old = [unit for unit in units if unit.valid_to is not None and unit.valid_to <= on]
    became = crosswalk.successors_of_many(session, [unit.code for unit in old], on=on)
    return [
        Match(unit, tuple(s.unit for s in became.get(unit.code, ())), is_old=True)
        if unit in old
        else Match(unit)
        for unit in units
    ]


def _bare_words(asked: list[str]) -> list[str]:
    """The words of a name without the type before them: xa ve giang → ve giang."""
    for prefix in _TYPE_WORDS:
        if tuple(asked[: len(prefix)]) == prefix and len(asked) > len(prefix):
            return asked[len(prefix) :]
    return asked


def _narrowed(statement: Select[Unit], level: str | None, parent: str | None) -> Select[Unit]:
    if level:
        statement = statement.where(Unit.level == level)
    if parent:
        statement = statement.where(or_(Unit.parent_code == parent, Unit.province_code == parent))
        statement = statement.where(Unit.code != parent)
    return statement


def _text_match(asked: list[str]) -> ColumnElement[bool]:
    # Words hold letters and digits only, so nothing in them is syntax of a tsquery.
    query = " & ".join(f"'{word}':*" for word in asked)
    return func.to_tsvector(SIMPLE, Unit.search_key).bool_op("@@")(func.to_tsquery(SIMPLE, query))


def _worth_showing(on: date) -> ColumnElement[bool]:
    """In force, or gone without leaving its code and name to the next unit."""
    heir = aliased(Unit)
    carried_on = (
        select(heir.code)
        .where(
            heir.code == Unit.code,
            heir.valid_from == Unit.valid_to,
            heir.name_key == Unit.name_key,
        )
        .exists()
    )
    return or_(in_force(Unit, on), and_(Unit.valid_to <= on, not_(carried_on)))


def _closeness(query: str, asked: list[str]) -> tuple[ColumnElement[int], ColumnElement[int]]:
    """How well the name fits: its words first, then its diacritics."""
    whole, bare = " ".join(asked), " ".join(_bare_words(asked))
    dropped = len(asked) - len(_bare_words(asked))
    spelled = spelling_key(query)
    spelled_bare = " ".join(spelled.split()[dropped:])
    by_words = case(
        (Unit.name_key.in_([whole, bare]), 0),
        (Unit.place_key.in_([whole, bare]), 0),
        (Unit.place_key.startswith(bare), 1),
        (func.starts_with(bare, Unit.name_key + " "), 1),
        else_=2,
    )
    by_marks = case(
        (Unit.spelling_key.in_([spelled, spelled_bare]), 0),
        (Unit.spelling_key.startswith(spelled_bare), 0),
        (func.starts_with(spelled_bare, Unit.spelling_key + " "), 0),
        else_=1,
    )
    return by_words, by_marks


def _level_order() -> ColumnElement[int]:
    return case({PROVINCE: 0, COMMUNE: 1, DISTRICT: 2}, value=Unit.level)
