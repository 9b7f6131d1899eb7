"""The plans, as data: who set which target where, contradictions kept and flagged. PURE."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from functools import cache
from importlib import resources
from typing import Any, Literal

import yaml

from foundation.errors import NotFound
from indicators import definitions
from indicators.definitions import Indicator
from indicators.formulas import Op

Level = Literal["all", "province", "district", "commune"]
State = Literal["not_yet", "in_force", "expired"]

SLUGS = ("quang-nam", "tra-vinh", "phu-tho", "ve-giang", "tu-ky")


@dataclass(frozen=True)
class Target:
    """One target as one section of a plan states it; `value` None is an aim without a number.

    `conflict` says that the same plan states it otherwise elsewhere: neither is preferred.
    """

    indicator: Indicator
    value: Decimal | None
    op: Op
    level: Level
    section: str
    deadline: date
    conflict: bool
    every: str | None
    note_vi: str


@dataclass(frozen=True)
class ReportingRule:
    """Who reports to whom, and when, in the plan's own terms."""

    from_vi: str
    to_vi: str
    when_vi: str


@dataclass(frozen=True)
class Plan:
    """A plan. Its place is a unit of the old order (`old_unit`) or communes of the new one."""

    slug: str
    name_vi: str
    name_en: str
    authority_vi: str
    authority_en: str
    document_vi: str
    level: Level
    old_unit: str | None
    commune_codes: tuple[str, ...]
    province_code: str
    valid_from: date
    valid_to: date
    reporting: tuple[ReportingRule, ...]
    targets: tuple[Target, ...]

    @property
    def place_code(self) -> str:
        """The one code of the plan's whole place: its old unit, or its commune."""
        return self.old_unit or self.commune_codes[0]

    def name(self, language: str) -> str:
        """Return the name in a language."""
        return self.name_en if language == "en" else self.name_vi

    def authority(self, language: str) -> str:
        """Return who issued it, in a language."""
        return self.authority_en if language == "en" else self.authority_vi

    def state(self, today: date) -> State:
        """Say whether the plan is in force on a day."""
        if today < self.valid_from:
            return "not_yet"
        return "in_force" if today <= self.valid_to else "expired"

    def targets_of(self, code: str) -> list[Target]:
        """Return every target the plan states for an indicator."""
        return [target for target in self.targets if target.indicator.code == code]

    def indicators(self) -> list[Indicator]:
        """Return the plan's own indicators, then the operating ones."""
        own = {target.indicator.code: target.indicator for target in self.targets}
        return [*own.values(), *definitions.operating()]

    def figures(self) -> list[Indicator]:
        """Return the indicators that can be computed here, for this plan."""
        return [indicator for indicator in self.indicators() if indicator.measure is not None]


@cache
def plans() -> dict[str, Plan]:
    """Return every plan by slug."""
    folder = resources.files("indicators").joinpath("data/plans")
    rows = (yaml.safe_load(folder.joinpath(f"{slug}.yaml").read_text("utf-8")) for slug in SLUGS)
    return {row["slug"]: _plan(row) for row in rows}


def get_plan(slug: str) -> Plan:
    """Return a plan. Raises: NotFound("plan.not_found")."""
    found = plans().get(slug)
    if found is None:
        raise NotFound("plan.not_found")
    return found


def get_indicator(plan: Plan, code: str) -> Indicator:
    """Return an indicator of a plan. Raises: NotFound("indicator.not_found")."""
    indicator = definitions.get_indicator(code)
    if indicator not in plan.indicators():
        raise NotFound("indicator.not_found")
    return indicator


def _plan(row: dict[str, Any]) -> Plan:
    return Plan(
        slug=row["slug"],
        name_vi=row["name_vi"],
        name_en=row["name_en"],
        authority_vi=row["authority_vi"],
        authority_en=row["authority_en"],
        document_vi=row["document_vi"],
        level=row["level"],
        old_unit=row.get("old_unit"),
        commune_codes=tuple(row.get("commune_codes", ())),
        province_code=row["province_code"],
        valid_from=row["valid_from"],
        valid_to=row["valid_to"],
        reporting=tuple(ReportingRule(**rule) for rule in row["reporting"]),
        targets=tuple(_target(target, row["valid_to"]) for target in row["targets"]),
    )


def _target(row: dict[str, Any], deadline: date) -> Target:
    value = row.get("value")
    return Target(
        indicator=definitions.get_indicator(row["indicator"]),
        value=None if value is None else Decimal(str(value)),
        op=row.get("op", ">="),
        level=row["level"],
        section=row["section"],
        deadline=row.get("deadline", deadline),
        conflict=row.get("conflict", False),
        every=row.get("every"),
        note_vi=row.get("note_vi", ""),
    )
