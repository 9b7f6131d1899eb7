"""Lists officers choose from: why a dossier goes back, which standards there are. PURE."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from functools import cache

from foundation.i18n import name_of
from growing_areas.rules import Validity, rows, validity_of


@dataclass(frozen=True)
class Cause:
    """A reason to choose, for some steps; ``piece`` is the place of the dossier it concerns."""

    code: str
    steps: tuple[str, ...]
    piece: str | None
    name_vi: str
    name_en: str
    validity: Validity

    @property
    def name(self) -> str:
        """The reason in the reader's language."""
        return name_of(self.name_vi, self.name_en)


@dataclass(frozen=True)
class Standard:
    """A standard an area may be certified by, for some kinds of crop."""

    code: str
    name: str
    # Standards that promise the same, such as "organic"; empty for one of its own.
    family: str
    kinds: tuple[str, ...]
    validity: Validity


@cache
def causes() -> dict[str, Cause]:
    """Every reason by its code, in the order of the table."""
    return {
        row["code"]: Cause(
            row["code"],
            tuple(row["steps"].split()),
            row["piece"] or None,
            row["name_vi"],
            row["name_en"],
            validity_of(row),
        )
        for row in rows("causes")
    }


def causes_of(step: str, on: date) -> list[Cause]:
    """The reasons one may choose for a step on a day."""
    return [c for c in causes().values() if step in c.steps and c.validity.covers(on)]


@cache
def standards() -> dict[str, Standard]:
    """Every standard by its code, in the order of the table."""
    return {
        row["code"]: Standard(
            row["code"], row["name"], row["family"], tuple(row["kinds"].split()), validity_of(row)
        )
        for row in rows("standards")
    }


def standards_of(kind: str, on: date) -> list[Standard]:
    """The standards a kind of crop may be certified by on a day."""
    return [s for s in standards().values() if kind in s.kinds and s.validity.covers(on)]


def standards_meant(named: str) -> tuple[str, ...]:
    """The codes a name stands for: a standard's own, or all of a family; empty when unknown."""
    return tuple(s.code for s in standards().values() if named in (s.code, s.family))
