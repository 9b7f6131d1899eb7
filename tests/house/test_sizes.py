"""Modules of at most 300 lines, functions of at most 40, nesting of at most 4 levels."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

from tests.house.tree import python_files

MODULE_LINES = 300
FUNCTION_LINES = 40
NESTING = 4
_BLOCKS = (ast.If, ast.For, ast.While, ast.With, ast.Try, ast.Match)


def _functions(path: Path) -> Iterator[ast.FunctionDef | ast.AsyncFunctionDef]:
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef)):
            yield node


def test_no_module_is_longer_than_three_hundred_lines() -> None:
    long = {
        str(path): lines
        for path in python_files()
        if "migrations" not in path.parts
        and (lines := path.read_text("utf-8").count("\n")) > MODULE_LINES
    }

    assert long == {}


def test_no_function_is_longer_than_forty_lines() -> None:
    long = [
        f"{path}:{node.lineno} {node.name}: {size}"
        for path in python_files()
        if "migrations" not in path.parts
        for node in _functions(path)
        if (size := _own_lines(node)) > FUNCTION_LINES
    ]

    assert long == []


def _own_lines(node: ast.FunctionDef | ast.AsyncFunctionDef) -> int:
    """Lines of the body without the docstring, which says as much as it must."""
    body = node.body
    if ast.get_docstring(node) is not None and len(body) > 1:
        body = body[1:]
    return (body[-1].end_lineno or 0) - body[0].lineno + 1


def _depth(node: ast.AST, depth: int = 0) -> int:
    deepest = depth
    for child in ast.iter_child_nodes(node):
        if isinstance(child, (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)):
            continue
        is_elif = isinstance(node, ast.If) and isinstance(child, ast.If) and child in node.orelse
        step = 1 if isinstance(child, _BLOCKS) and not is_elif else 0
        deepest = max(deepest, _depth(child, depth + step))
    return deepest


def test_no_function_nests_deeper_than_four_blocks() -> None:
    deep = [
        f"{path}:{node.lineno} {node.name}: {depth}"
        for path in python_files()
        for node in _functions(path)
        if (depth := _depth(node)) > NESTING
    ]

    assert deep == []
