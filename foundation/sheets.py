"""Uploaded tables, read in a limited child process: a bomb harms the child, not the house."""

import json
import os
import subprocess
import sys
import threading
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from foundation import sheet_reader
from foundation.errors import Finding, Invalid, Refused
from foundation.tables import Column, armed
from foundation.workplaces import stepping_aside

MOST_ROWS = 20_000
_PATIENCE_SECONDS = 60
"""By the clock, for a child that never ends; its work is bounded by `sheet_reader.CPU_SECONDS`."""
# So many tables are read at once per process: each may take half a gigabyte.
_CHILDREN = threading.BoundedSemaphore(2)


@dataclass(frozen=True)
class Row:
    """One row of an uploaded table: its number in the sheet, its texts by column code."""

    number: int
    texts: dict[str, str]


@dataclass(frozen=True)
class Sheet:
    """An uploaded table: its rows, and what was found about its columns."""

    rows: list[Row]
    findings: list[Finding]


def read(data: bytes, columns: Sequence[Column], required: Sequence[str]) -> Sheet:
    """Read an XLSX or CSV table whose first row names columns by code (or by label).

    A second row of labels is passed over, so our own exports come back in as they went out.
    Raises: Invalid with `import.unreadable` or `import.empty`, `import.column_missing`,
    Refused("import.too_many_rows").
    """
    cells = _cells(data)
    header = cells[0] if cells else []
    codes, findings = _codes(header, columns)
    known = {code for code in codes if code is not None}
    missing = [column for column in columns if column.code in required and column.code not in known]
    findings += [
        Finding("import.column_missing", {"column": c.code, "label": c.label}, c.code)
        for c in missing
    ]
    if missing:
        raise Invalid(findings)
    rows = _rows(cells, codes, columns)
    if not rows:
        raise Invalid([Finding("import.empty", {}, "file")])
    return Sheet(rows, findings)


def _cells(data: bytes) -> list[list[str]]:
    command = [sys.executable, "-m", "foundation.sheet_reader", str(MOST_ROWS + 2)]
    try:
        with stepping_aside(), _CHILDREN:
            done = subprocess.run(
                command,
                input=data,
                capture_output=True,
                timeout=_PATIENCE_SECONDS,
                env=_environment(),
                check=False,
            )
    except subprocess.TimeoutExpired:
        raise Refused("file.too_heavy") from None
    if done.returncode == sheet_reader.TOO_MANY_ROWS:
        raise Refused("import.too_many_rows", most=MOST_ROWS)
    if done.returncode < 0:
        raise Refused("file.too_heavy")
    if done.returncode != 0:
        raise Invalid([Finding("import.unreadable", {}, "file")])
    return [json.loads(line) for line in done.stdout.splitlines()]


def _environment() -> dict[str, str]:
    """The child's whole environment: whatever a hostile file does there, it finds no secret."""
    return {"PATH": os.environ.get("PATH", ""), "PYTHONPATH": str(Path(__file__).parents[1])}


def _codes(
    header: Sequence[str], columns: Sequence[Column]
) -> tuple[list[str | None], list[Finding]]:
    by_name = {column.label.casefold(): column.code for column in columns}
    by_name |= {column.code.casefold(): column.code for column in columns}
    codes: list[str | None] = []
    findings: list[Finding] = []
    for cell in header:
        name = armed(cell.strip())
        code = by_name.get(name.casefold())
        if code is None and name:
            unknown = {"column": name[:60]}
            findings.append(Finding("import.column_unknown", unknown, severity="warning"))
        elif code in codes and code is not None:
            findings.append(Finding("import.column_twice", {"column": name}, code))
        codes.append(code)
    return codes, findings


def _rows(
    cells: Sequence[Sequence[str]], codes: Sequence[str | None], columns: Sequence[Column]
) -> list[Row]:
    labels = {column.code: column.label for column in columns}
    rows = []
    for number, row in enumerate(cells[1:], start=2):
        texts = {
            code: armed(text.strip())
            for code, text in zip(codes, row, strict=False)
            if code is not None and text.strip()
        }
        is_label_row = number == 2 and all(labels[code] == text for code, text in texts.items())
        if texts and not is_label_row:
            rows.append(Row(number, texts))
    return rows
