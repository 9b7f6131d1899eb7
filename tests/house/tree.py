"""The project's own tree, as the house tests read it."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
ROOMS = (
    "app",
    "api",
    "atlas",
    "indicators",
    "shop",
    "traceability",
    "products",
    "growing_areas",
    "accounts",
    "territory",
    "ledger",
    "foundation",
)
DOORS = ("pages", "commands", "jobs")


def python_files(*, tests: bool = False) -> list[Path]:
    """Every Python file of the rooms and migrations (and of the tests, if asked)."""
    folders = [*ROOMS, "migrations", *(["tests"] if tests else [])]
    return sorted(path for name in folders for path in (ROOT / name).rglob("*.py"))


def templates() -> list[Path]:
    """Every template."""
    return sorted((ROOT / "templates").rglob("*.html"))


def calls(path: Path) -> Iterator[ast.Call]:
    """Every call in a Python file."""
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.Call):
            yield node


def called_name(call: ast.Call) -> str:
    """The last part of what is called: ``Refused`` for ``errors.Refused(…)``."""
    function = call.func
    if isinstance(function, ast.Attribute):
        return function.attr
    return function.id if isinstance(function, ast.Name) else ""
