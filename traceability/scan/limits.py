"""What counts as a scan and as guessing, and who is a robot: data with source and dates. PURE."""

from __future__ import annotations

import csv
import re
from functools import cache
from importlib import resources


@cache
def limit(code: str) -> int:
    """A number of `scan_limits.csv`. Raises: KeyError for what no row tells of."""
    return {row["code"]: int(row["value"]) for row in _rows("scan_limits.csv")}[code]


@cache
def robots() -> re.Pattern[str]:
    """Names of programs that fetch a link without anybody holding the goods, in small letters."""
    # Told to look past letters' size, the search takes three times as long.
    return re.compile("|".join(row["pattern"] for row in _rows("link_robots.csv")))


def _rows(name: str) -> list[dict[str, str]]:
    table = resources.files("traceability").joinpath(f"data/{name}").read_text("utf-8")
    return [row for row in csv.DictReader(table.splitlines()) if not row["valid_to"]]
