"""Kinds of registration: growing area, farming area, planted forest; told by what is raised. PURE.

A kind is not stored: it follows from the crop, so the two can never disagree.
"""

from __future__ import annotations

from functools import cache

from growing_areas.crops import crops, find_crop

GROWING, FARMING, FOREST = "growing", "farming", "forest"
AREA_KINDS = (GROWING, FARMING, FOREST)
_OF_CROP = {"aquaculture": FARMING, "livestock": FARMING, "forest": FOREST}


def of_crop(crop_code: str) -> str:
    """The kind of registration a crop, animal or tree is raised under."""
    crop = find_crop(crop_code)
    return _OF_CROP.get(crop.kind, GROWING) if crop is not None else GROWING


@cache
def crop_codes(kind: str) -> tuple[str, ...]:
    """The codes of everything registered under a kind."""
    return tuple(code for code in crops() if of_crop(code) == kind)
