"""A fault of an address as programs are told: which identifier, which rule, which place."""

from __future__ import annotations

from typing import Any

from foundation.errors import Finding
from foundation.i18n import word

_TOLD = ("value", "place", "rule", "position", "qualifier", "other")


def told(finding: Finding) -> dict[str, Any]:
    """Code and sentence, and beside them the particulars the fault has."""
    line: dict[str, Any] = {"code": finding.code, "message": word(finding.code, finding.params)}
    if "key" in finding.params:
        line["ai"] = finding.params["key"]
    line.update({name: finding.params[name] for name in _TOLD if name in finding.params})
    return line
