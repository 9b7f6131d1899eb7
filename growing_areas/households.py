"""Household lists as people type them: one household a line. PURE."""

from __future__ import annotations

from decimal import Decimal, InvalidOperation
from typing import Any

from accounts import phone
from foundation.errors import Finding, Invalid

MOST = 500


def read(text: str) -> list[dict[str, Any]]:
    """Lines "name; phone; hectares" as households; raises Invalid naming every bad line."""
    rows, findings = [], []
    lines = [line for line in text.splitlines() if line.strip()]
    for number, line in enumerate(lines[: MOST + 1], start=1):
        row = _row(line)
        if row is None or number > MOST:
            findings.append(Finding("household.bad_line", {"line": number}, "households"))
        else:
            rows.append(row)
    if findings:
        raise Invalid(findings)
    return rows


def _row(line: str) -> dict[str, Any] | None:
    name, contact, area, *rest = [part.strip() for part in (line + ";;").split(";")]
    if not name or len(name) > 200 or any(rest):
        return None
    number = phone.normalise(contact) if contact else None
    if contact and number is None:
        return None
    try:
        area_ha = Decimal(area.replace(",", ".")) if area else None
    except InvalidOperation:
        return None
    if area_ha is not None and not (area_ha.is_finite() and 0 <= area_ha <= 100_000):
        return None
    return {"name": name, "phone": number, "area_ha": area_ha}
