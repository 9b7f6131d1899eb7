"""The regulation's numbers, dates and commodities on a day: data with source and validity. PURE."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from functools import cache

from foundation.i18n import get_language
from growing_areas.crops import crops
from growing_areas.rules import Validity, rows, validity_of

ANY = "*"


@dataclass(frozen=True)
class Commodity:
    """A regulated commodity and the crops of ours under its customs headings."""

    code: str
    name_vi: str
    name_en: str
    crop_codes: tuple[str, ...]
    validity: Validity

    @property
    def name(self) -> str:
        """The name in the reader's language."""
        return self.name_vi if get_language() == "vi" else self.name_en


@dataclass(frozen=True)
class Rule:
    """One number or date of the regulation, for a commodity or for any (``*``)."""

    key: str
    commodity: str
    value: str
    validity: Validity
    note: str


@dataclass(frozen=True)
class Rules:
    """What the EU system asks on a day.

    ``point_most_ha`` tells by commodity up to what size a point will do (None: at any size);
    ``applies_from`` is for large and medium operators, ``applies_from_small`` for the others.
    """

    decimals: int
    least_positions: int
    most_bytes: int
    cutoff: date
    applies_from: date
    applies_from_small: date
    point_most_ha: dict[str, Decimal | None]

    def takes_point(self, commodity: str, area_ha: Decimal) -> bool:
        """Whether a point will do for ground of this size."""
        most = self.point_most_ha.get(commodity, self.point_most_ha[ANY])
        return most is None or area_ha <= most


def rules_on(day: date) -> Rules:
    """The rules in force on a day; before the newest row of a key, its earliest one."""
    return Rules(
        decimals=int(_value("decimals", day)),
        least_positions=int(_value("least_positions", day)),
        most_bytes=int(_value("most_bytes", day)),
        cutoff=date.fromisoformat(_value("cutoff", day)),
        applies_from=date.fromisoformat(_value("applies_from", day)),
        applies_from_small=date.fromisoformat(_value("applies_from_small", day)),
        point_most_ha={
            commodity: Decimal(value)
            if (value := _value("point_most_ha", day, commodity))
            else None
            for commodity in {rule.commodity for rule in table() if rule.key == "point_most_ha"}
        },
    )


def commodities_on(day: date) -> dict[str, Commodity]:
    """The regulated commodities on a day, by code."""
    return {found.code: found for found in commodities() if found.validity.covers(day)}


@cache
def table() -> tuple[Rule, ...]:
    """Every rule there is, in the order of the data."""
    return tuple(
        Rule(row["key"], row["commodity"], row["value"], validity_of(row), row["note"])
        for row in rows("eudr_rules")
    )


@cache
def commodities() -> tuple[Commodity, ...]:
    """Every commodity there is or was, in the order of the data."""
    return tuple(
        Commodity(
            row["code"],
            row["name_vi"],
            row["name_en"],
            _crops_under(row["headings"].split()),
            validity_of(row),
        )
        for row in rows("eudr_commodities")
    )


def _crops_under(headings: list[str]) -> tuple[str, ...]:
    """Our crops marked as regulated whose customs heading is one of these."""
    return tuple(
        crop.code
        for crop in crops().values()
        if crop.is_eudr and (crop.hs_code or "").startswith(tuple(headings))
    )


def _value(key: str, day: date, commodity: str = ANY) -> str:
    found = [rule for rule in table() if (rule.key, rule.commodity) == (key, commodity)]
    in_force = [rule for rule in found if rule.validity.covers(day)]
    return (in_force[-1] if in_force else found[0]).value
