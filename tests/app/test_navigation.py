"""The side menu says where the reader is, also deep inside an item."""

from __future__ import annotations

import pytest
from flask import Flask

from app import navigation

# Reached from a desk's first page, or from the menu of another desk.
_WITHOUT_ITEM = (
    "/admin/audit",
    "/admin/components",
    "/office/materials/",
    "/workspace/materials",
)


def _items(path: str) -> list[str]:
    return [item[3] for item in navigation._ITEMS if path.startswith(f"{item[0]}/")]


def test_every_page_of_a_desk_belongs_to_one_item_of_its_menu(app: Flask) -> None:
    lost = {}
    for rule in app.url_map.iter_rules():
        path = rule.rule
        if "GET" not in (rule.methods or ()) or path.startswith(_WITHOUT_ITEM):
            continue
        with app.test_request_context(path.replace("<", "").replace(">", "")):
            found = {item for item in _items(path) if navigation._standing(item)}
        if _items(path) and len(found) != 1:
            lost[path] = found

    assert lost == {}


@pytest.mark.parametrize(
    ("path", "standing"),
    [
        ("/workspace/batches", "page"),
        ("/workspace/batches/A1/open", "true"),
        ("/workspace/label-jobs/7", ""),
        ("/workspace/batches-of-others", ""),
        ("/workspace", ""),
    ],
)
def test_the_item_of_a_page_is_marked(app: Flask, path: str, standing: str) -> None:
    with app.test_request_context(path):
        assert navigation._standing("/workspace/batches") == standing


def test_an_order_of_labels_lies_under_labels(app: Flask) -> None:
    with app.test_request_context("/workspace/label-jobs/7"):
        assert navigation._standing("/workspace/labels") == "true"
