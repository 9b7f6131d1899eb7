"""Tests that look at plans do not hang on what other tests left in the tables' files."""

from __future__ import annotations

import ast
from pathlib import Path

from tests.house import tree


def _looks_at_plans(path: Path) -> bool:
    written = path.read_text("utf-8")
    if "EXPLAIN" not in written:
        return False
    words = (node.value for node in ast.walk(ast.parse(written))
             if isinstance(node, ast.Constant) and isinstance(node.value, str))  # fmt: skip
    return any(word.startswith("EXPLAIN") for word in words)


def test_plans_are_looked_at_in_untouched_tables() -> None:
    tests = [path for path in (tree.ROOT / "tests").rglob("test_*.py") if _looks_at_plans(path)]

    assert len(tests) >= 6
    assert [path for path in tests if "pytest.mark.untouched" not in path.read_text("utf-8")] == []
