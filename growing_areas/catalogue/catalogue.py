"""The catalogue: whether a product was permitted on the day it was used, and for that crop.

A name nobody lists is written down all the same and flagged. Where no list of the kind was in
force that day there is nothing to hold a product against, and nothing is flagged.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import (
    ColumnElement,
    Date,
    String,
    and_,
    column,
    exists,
    or_,
    select,
    values,
)
from sqlalchemy.orm import Session

from foundation import paging
from foundation.errors import NotFound
from foundation.inputs import INT64
from foundation.paging import Page
from foundation.vietnamese import fold
from growing_areas.catalogue.models import PermittedMaterial

KINDS_FOR = {
    "spraying": ("pesticide", "fertiliser"),
    "treatment": ("veterinary", "pesticide"),
    "fertilising": ("fertiliser",),
    "feeding": ("feed", "veterinary"),
}
"""Kinds of product an activity uses, the usual one first."""
NOT_LISTED, NOT_THEN, NOT_FOR_CROP = "not_in_catalogue", "not_permitted_then", "not_for_crop"


@dataclass(frozen=True)
class Judgement:
    """What the catalogue says of a product on a day for a crop; ``days`` None is unknown."""

    material_id: int | None = None
    days: int | None = None
    active_ingredient: str | None = None
    flags: tuple[str, ...] = ()


@dataclass(frozen=True)
class MaterialQuery:
    """Filters of the catalogue; ``on`` None is every day."""

    q: str | None = None
    kind: str | None = None
    crop: str | None = None
    on: date | None = None
    cursor: str | None = None
    size: int = 50


@dataclass(frozen=True)
class Known:
    """What the catalogue holds under one name for an activity; weighed crop by crop."""

    rows: Sequence[PermittedMaterial]
    is_listed_kind: bool

    def weigh(self, crop_code: str, on: date) -> Judgement:
        """Whether the product was permitted that day for that crop, and its longest interval."""
        if not self.rows:
            return Judgement(flags=(NOT_LISTED,) if self.is_listed_kind else ())
        then = [row for row in self.rows if is_in_force(row, on)]
        fitting = [row for row in then if is_for(row, crop_code)]
        chosen = (fitting or then or self.rows)[0]
        flag = () if fitting else (NOT_FOR_CROP,) if then else (NOT_THEN,)
        days = [row.pre_harvest_days for row in fitting if row.pre_harvest_days is not None]
        return Judgement(chosen.id, max(days, default=None), chosen.active_ingredient or None, flag)


UNASKED = Known((), False)


@dataclass(frozen=True)
class Asked:
    """A use of a product the catalogue is asked about."""

    activity: str
    name: str | None
    on: date

    @property
    def kinds(self) -> tuple[str, ...]:
        """Kinds of product the activity uses; none where the catalogue has nothing to say."""
        return KINDS_FOR.get(self.activity, ()) if self.name else ()

    @property
    def key(self) -> str:
        """The name as the catalogue keeps it."""
        return fold(self.name or "")[:400]


def known(session: Session, activity: str, name: str | None, on: date) -> Known:
    """What the catalogue holds under a name for an activity; two statements at most."""
    asked = Asked(activity, name, on)
    return known_all(session, [asked])[asked]


def known_all(session: Session, asked: Iterable[Asked]) -> dict[Asked, Known]:
    """The same for many uses; two statements at most, however many."""
    wanted = list(dict.fromkeys(asked))
    by_name: dict[str, list[PermittedMaterial]] = {}
    names = {each.key for each in wanted if each.kinds}
    if names:
        statement = select(PermittedMaterial).where(PermittedMaterial.name_key.in_(names))
        newest = (PermittedMaterial.valid_from.desc(), PermittedMaterial.id)
        for row in session.scalars(statement.order_by(*newest)):
            by_name.setdefault(row.name_key, []).append(row)
    found = {
        each: [row for row in by_name.get(each.key, ()) if row.kind in each.kinds]
        for each in wanted
    }
    nowhere = {(each.kinds[0], each.on) for each in wanted if each.kinds and not found[each]}
    listed = _listed(session, nowhere) if nowhere else set()
    return {
        each: Known(rows, True) if rows else _unlisted(each, listed) for each, rows in found.items()
    }


def _unlisted(asked: Asked, listed: Collection[tuple[str, date]]) -> Known:
    return Known((), bool(asked.kinds) and (asked.kinds[0], asked.on) in listed)


def _listed(session: Session, asked: Iterable[tuple[str, date]]) -> set[tuple[str, date]]:
    """Of some kinds of product and days, those for which a list was in force."""
    days = values(column("kind", String), column("day", Date), name="asked").data(sorted(asked))
    is_listed = exists().where(
        PermittedMaterial.kind == days.c.kind,
        PermittedMaterial.valid_from <= days.c.day,
        or_(PermittedMaterial.valid_to.is_(None), PermittedMaterial.valid_to >= days.c.day),
    )
    rows = session.execute(select(days.c.kind, days.c.day).where(is_listed))
    return {(row.kind, row.day) for row in rows}


def is_in_force(row: PermittedMaterial, on: date) -> bool:
    """Whether a row counts on a day; its last day does."""
    return row.valid_from <= on and (row.valid_to is None or on <= row.valid_to)


def in_force(on: date) -> ColumnElement[bool]:
    """The same as a condition."""
    return (PermittedMaterial.valid_from <= on) & or_(
        PermittedMaterial.valid_to.is_(None), PermittedMaterial.valid_to >= on
    )


def is_for(row: PermittedMaterial, crop_code: str) -> bool:
    """Whether a row permits its product for a crop."""
    return not row.crop_name or row.crop_code == crop_code


def get_material(session: Session, material_id: int) -> PermittedMaterial:
    """A row of the catalogue; raises NotFound("catalogue.not_found")."""
    found = session.get(PermittedMaterial, material_id) if 0 < material_id <= INT64 else None
    if found is None:
        raise NotFound("catalogue.not_found")
    return found


def same_product(
    session: Session, material_id: int | None, name: str
) -> Sequence[PermittedMaterial]:
    """All rows of one product: of a row's product, or of whatever bears a name or a number.

    Lists repeat a product crop by crop and year by year; its kind, name and registration number
    stay. Raises: NotFound("catalogue.not_found").
    """
    if material_id is None:
        given = " ".join(name.split())
        if not fold(given):
            return []
        wanted = or_(
            PermittedMaterial.name_key == fold(given)[:400],
            PermittedMaterial.registration_number.in_((given, given.upper())),
        )
    else:
        row = get_material(session, material_id)
        wanted = and_(
            PermittedMaterial.kind == row.kind,
            PermittedMaterial.name_key == row.name_key,
            PermittedMaterial.registration_number == row.registration_number,
        )
    statement = select(PermittedMaterial).where(wanted).order_by(PermittedMaterial.id)
    return session.scalars(statement).all()


def only_product(session: Session, name: str) -> int | None:
    """The newest row of the one product a name or registration number means, if it is one."""
    rows = same_product(session, None, name)
    products = {(row.kind, row.name_key, row.registration_number) for row in rows}
    return rows[-1].id if len(products) == 1 else None


def list_materials(session: Session, query: MaterialQuery) -> Page[PermittedMaterial]:
    """The rows of the catalogue by name."""
    key = (PermittedMaterial.name_key, PermittedMaterial.id)
    return paging.fetch(
        session,
        select(PermittedMaterial).where(*conditions(query)),
        key,
        cursor=query.cursor,
        size=query.size,
    )


def conditions(query: MaterialQuery) -> list[ColumnElement[bool]]:
    """The filters of a list of the catalogue."""
    wanted: list[ColumnElement[bool]] = []
    for word in fold(query.q or "").split():
        wanted.append(
            or_(
                PermittedMaterial.name_key.contains(word, autoescape=True),
                PermittedMaterial.active_ingredient.icontains(word, autoescape=True),
                PermittedMaterial.registration_number.icontains(word, autoescape=True),
            )
        )
    if query.kind:
        wanted.append(PermittedMaterial.kind == query.kind)
    if query.crop:
        wanted.append(
            or_(PermittedMaterial.crop_code == query.crop, PermittedMaterial.crop_name == "")
        )
    if query.on:
        wanted.append(in_force(query.on))
    return wanted


def suggestions(
    session: Session, crop_codes: Iterable[str], on: date, most: int = 150
) -> list[str]:
    """Names permitted that day for some crops, for a form to offer."""
    statement = (
        select(PermittedMaterial.name)
        .where(
            in_force(on),
            or_(
                PermittedMaterial.crop_code.in_(list(crop_codes)), PermittedMaterial.crop_name == ""
            ),
        )
        .distinct()
        .order_by(PermittedMaterial.name)
        .limit(most)
    )
    return list(session.scalars(statement))
