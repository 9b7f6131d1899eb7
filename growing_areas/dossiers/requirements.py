"""Requirements: which pieces a dossier needs, by kind of crop, market and province. PURE.

The strictest row that applies holds, so a province (or a market) can tighten what the country
asks and never loosen it. A piece no verified text asks for is recommended (``warning``), never
held against a farmer. Source: data/pieces.csv, each row with its own.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from functools import cache

from foundation.errors import Severity
from growing_areas.rules import Validity, rows, validity_of

PIECES = (
    "crop", "variety", "planting_year", "outline", "map_extract", "representative",
    "households", "agreement", "agreement_papers", "expected_yield", "past_yields",
    "target_market", "diary", "standard",
)  # fmt: skip
"""Everything a dossier may hold, in the order of the application form.

``agreement_papers``, every household's signed agreement as a scan, is asked for nowhere until a row
of the data says so.
"""
OWN_PAPERS = tuple(piece for piece in PIECES if piece != "agreement_papers")
"""Pieces that take papers of the dossier; a household's own stands with the household."""
_ANY = "*"


@dataclass(frozen=True)
class Requirement:
    """A piece asked for: an ``error`` must be there to hand in, a ``warning`` ought to be."""

    piece: str
    kinds: tuple[str, ...]
    market: str
    province: str
    severity: Severity
    validity: Validity

    def applies(self, kind: str, market: str, province: str, on: date) -> bool:
        return (
            (_ANY in self.kinds or kind in self.kinds)
            and self.market in (_ANY, market)
            and self.province in (_ANY, province)
            and self.validity.covers(on)
        )


@cache
def requirements() -> tuple[Requirement, ...]:
    """Every requirement, past ones included."""
    severities: dict[str, Severity] = {"error": "error", "warning": "warning"}
    return tuple(
        Requirement(
            row["piece"],
            tuple(row["kinds"].split()),
            row["market"],
            row["province"],
            severities[row["severity"]],
            validity_of(row),
        )
        for row in rows("pieces")
    )


def asked_for(
    kind: str,
    market: str,
    province: str,
    on: date,
    table: Sequence[Requirement] | None = None,
) -> tuple[Requirement, ...]:
    """What a dossier needs on a day, one row a piece, in the order of the form."""
    found: dict[str, Requirement] = {}
    for rule in requirements() if table is None else table:
        held = found.get(rule.piece)
        if rule.applies(kind, market, province, on) and (
            held is None or (held.severity, rule.severity) == ("warning", "error")
        ):
            found[rule.piece] = rule
    return tuple(found[piece] for piece in PIECES if piece in found)
