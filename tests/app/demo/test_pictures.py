"""The story's goods have pictures of their own, the same at every telling."""

from __future__ import annotations

from PIL import Image

from app.demo import pictures
from app.demo.cast import script


def test_every_product_of_the_story_has_a_picture() -> None:
    keys = [entry["key"] for part in script()["organisations"] for entry in part["products"]]

    assert [key for key in keys if pictures.of_product(key) is None] == []


def test_a_picture_is_the_same_each_time_and_has_the_shape_of_a_card() -> None:
    first, second = pictures.of_product("gao"), pictures.of_product("gao")

    assert first is not None
    assert second is not None
    assert first.getvalue() == second.getvalue()
    assert Image.open(first).size == (1200, 900)


def test_a_product_nobody_drew_has_no_picture() -> None:
    assert pictures.of_product("sầu riêng") is None
