"""From where on something is suspicious: numbers with source and dates, the operator's own first.

`traceability/data/copy_limits.csv` is bundled; a file of the same columns named by
`NGUON_COPY_LIMITS` takes the place of the rows it holds.
"""

from __future__ import annotations

import csv
from collections.abc import Mapping
from datetime import date
from functools import lru_cache
from importlib import resources
from pathlib import Path

import structlog

log = structlog.get_logger()

Limits = Mapping[str, int]


def read(own_table: str, on: date) -> Limits:
    """What holds on a day. A table that cannot be read is logged, and the bundled rows hold."""
    return _read(own_table, _changed_at(own_table), on)


@lru_cache(maxsize=8)
def _read(own_table: str, _changed_at: float, on: date) -> Limits:
    bundled = resources.files("traceability").joinpath("data/copy_limits.csv").read_text("utf-8")
    found = _valid(bundled, on)
    if own_table:
        try:
            own = _valid(Path(own_table).read_text("utf-8-sig"), on)
        except (OSError, ValueError, KeyError) as error:
            log.error("copy_limits_unreadable", error=type(error).__name__)
        else:
            found |= {code: value for code, value in own.items() if code in found}
    return found


def _changed_at(own_table: str) -> float:
    try:
        return Path(own_table).stat().st_mtime if own_table else 0.0
    except OSError:
        return 0.0


def _valid(table: str, on: date) -> dict[str, int]:
    day = on.isoformat()
    return {
        row["code"].strip(): int(row["value"])
        for row in csv.DictReader(table.splitlines())
        if (row.get("valid_from") or "") <= day < (row.get("valid_to") or "9999")
    }
