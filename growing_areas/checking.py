"""Checking an outline against the rules: what it says itself, minimum area, neighbours."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Any

from foundation.errors import Finding
from growing_areas import overlap, rules
from growing_areas.crops import Crop
from growing_areas.geometry import Reading

BOUNDARY_SLACK_M = 150.0
"""Published boundaries are simplified by about 90 m: less is not held against a farmer."""


def outline_findings(reading: Reading) -> list[Finding]:
    """What the outline itself says, attached to the field it came in."""
    return [replace(finding, field="geometry") for finding in reading.findings]


def size_findings(area_m2: float, crop: Crop, market: str, on: date) -> list[Finding]:
    """Whether the area reaches the minimum in force for its kind and market."""
    rule = rules.find_minimum_area(crop.kind, market, on)
    if rule is None or area_m2 >= float(rule.minimum_ha) * 10_000:
        return []
    params = {
        "area_ha": round(area_m2 / 10_000, 4),
        "minimum_ha": rule.minimum_ha,
        "source": rule.validity.source,
    }
    return [Finding("area.below_minimum", params, "geometry", severity=rule.severity)]


def overlap_findings(overlaps: Sequence[overlap.Overlap]) -> list[Finding]:
    """Overlaps as warnings: the decision falls when the area is approved."""
    return [found.finding("warning" if found.holds_ground else "notice") for found in overlaps]


def to_json(finding: Finding) -> dict[str, Any]:
    """A finding as it is kept with a version."""
    return {
        "code": finding.code,
        "params": {key: _plain(value) for key, value in finding.params.items()},
        "field": finding.field,
        "coordinate": list(finding.coordinate) if finding.coordinate else None,
        "severity": finding.severity,
    }


def from_json(kept: Mapping[str, Any]) -> Finding:
    """A kept finding as it was."""
    place = kept["coordinate"]
    return Finding(
        kept["code"],
        kept["params"],
        kept["field"],
        (place[0], place[1]) if place else None,
        kept["severity"],
    )


def _plain(value: Any) -> Any:
    if isinstance(value, Decimal):
        return float(value)
    return value if isinstance(value, (str, int, float, bool)) or value is None else str(value)
