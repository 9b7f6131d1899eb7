"""Checklists: what an inspector looks at, and what follows from the answers. PURE.

Source: data/checklists.yaml. The list in force on the day of the visit counts; its key is kept
with the answers, so that old visits read as they were asked.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import cache
from importlib import resources

import yaml

from foundation.i18n import get_language
from growing_areas.rules import Validity

VISITS = ("field", "monitoring", "amendment")
ANSWERS = ("yes", "no", "na")


@dataclass(frozen=True)
class Item:
    """One thing to look at; "no" to a critical one means the visit is not passed."""

    code: str
    kinds: tuple[str, ...]
    visits: tuple[str, ...]
    critical: bool
    vi: str
    en: str

    @property
    def text(self) -> str:
        """The question in the reader's language."""
        return self.vi if get_language() == "vi" else self.en


@dataclass(frozen=True)
class Checklist:
    """A list in force for some time."""

    key: str
    items: tuple[Item, ...]
    validity: Validity

    def items_for(self, kind: str, visit: str) -> tuple[Item, ...]:
        """What is asked for a kind of crop on a kind of visit."""
        return tuple(i for i in self.items if kind in i.kinds and visit in i.visits)


@cache
def checklists() -> tuple[Checklist, ...]:
    """Every checklist, past ones included."""
    text = resources.files("growing_areas").joinpath("data/checklists.yaml").read_text("utf-8")
    return tuple(
        Checklist(
            row["key"],
            tuple(
                Item(
                    item["code"],
                    tuple(item["kinds"]),
                    tuple(item["visits"]),
                    item["critical"],
                    item["vi"],
                    item["en"],
                )
                for item in row["items"]
            ),
            Validity(row["source"], row["valid_from"], row["valid_to"], row["verified"]),
        )
        for row in yaml.safe_load(text)
    )


def in_force(on: date) -> Checklist:
    """The checklist of a day."""
    return next(c for c in checklists() if c.validity.covers(on))


def find(key: str | None) -> Checklist | None:
    """The checklist with this key, in force or not."""
    return next((c for c in checklists() if c.key == key), None)


def result(items: tuple[Item, ...], answers: Mapping[str, str]) -> bool | None:
    """Whether a visit is passed by its critical items; None while one is not answered."""
    critical = [answers.get(item.code) for item in items if item.critical]
    if "no" in critical:
        return False
    return None if None in critical else True
