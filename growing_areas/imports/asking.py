"""Asking: what the forms of an import say, and what stands in them again."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any

from werkzeug.datastructures import MultiDict

from foundation import inputs
from growing_areas.imports.importing import Row, ShapeTold
from growing_areas.imports.schemas import WishesInput
from growing_areas.imports.wishes import ASPECTS, Wishes
from growing_areas.shapes import repairs

_COMMON = frozenset(WishesInput().fields)
_OWN = re.compile(r"(name|crop|commune_code)-(\d{1,4})")


def wishes(given: MultiDict[str, str], own: Sequence[tuple[str, str]]) -> Wishes:
    """What a form says of a whole file and of the shapes it shows. Raises: Invalid.

    ``own`` are the organisations of who asks: the only one need not be named.
    """
    plain = {name: value for name, value in given.items() if name in _COMMON}
    if not plain.get("organisation") and len(own) == 1:
        plain["organisation"] = own[0][0]
    told = inputs.load(WishesInput, plain)
    columns = {aspect: told.pop(f"{aspect}_column", None) or "" for aspect in ASPECTS}
    return Wishes(
        **told,
        columns=columns,
        told=_own_words(given),
        repairs=tuple(name for name in given.getlist("repairs") if name in repairs.REPAIRS),
    )


def _own_words(given: MultiDict[str, str]) -> dict[int, ShapeTold]:
    said: dict[int, dict[str, str]] = {}
    for key, value in given.items():
        found = _OWN.fullmatch(key)
        if found and value.strip() and value.isprintable():
            said.setdefault(int(found[2]), {})[found[1]] = value.strip()[:180]
    return {number: ShapeTold(**words) for number, words in said.items()}


def merged(
    before: Mapping[int, ShapeTold], shown: Sequence[Row], said: Mapping[int, ShapeTold]
) -> dict[int, ShapeTold]:
    """What was said of shapes on other pages stays; of those shown, what the form says counts."""
    numbers = {row.number for row in shown}
    return {**{n: told for n, told in before.items() if n not in numbers}, **said}


def ticked(given: MultiDict[str, str]) -> frozenset[int]:
    """The numbers of the shapes ticked."""
    numbers = (text for text in given.getlist("take") if text.isascii() and text.isdigit())
    return frozenset(int(text) for text in numbers if len(text) < 5)


def values(kept: Wishes) -> dict[str, Any]:
    """What stands in the form again."""
    said = {name: getattr(kept, name) for name in _COMMON if hasattr(kept, name)}
    said |= {f"{aspect}_column": column for aspect, column in kept.columns.items()}
    for number, told in kept.told.items():
        said |= {f"{aspect}-{number}": getattr(told, aspect) or "" for aspect in ASPECTS}
    return said
