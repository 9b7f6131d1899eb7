"""Outlines of coded areas as everybody may see them: exact if the owner chose so, else coarse."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from itertools import compress
from typing import Any

import numpy as np
import shapely
from numpy.typing import NDArray
from sqlalchemy.orm import Session

from foundation import db
from growing_areas.shapes.drawing import COARSE_DEGREES
from growing_areas.shapes.measure import Outline
from territory.boundaries import box_text

Box = tuple[float, float, float, float]


@dataclass(frozen=True)
class Drawn:
    """Areas and their public outlines, column by column, by id."""

    codes: list[str]
    crop_codes: list[str]
    statuses: list[str]
    organisations: list[str]
    is_exact: list[bool]
    outlines: NDArray[np.object_]


def within(
    session: Session, box: Box, *, statuses: Collection[str], crop_codes: Collection[str], most: int
) -> Drawn:
    """The areas whose public outline reaches into a rectangle, ``most`` of them at most.

    No crop codes mean every crop.
    """
    # A coarse outline reaches up to one cell further than the exact one that is looked for.
    west, south, east, north = box
    reach = COARSE_DEGREES
    rows = db.glance(
        session,
        _WITHIN,
        {
            "box": box_text(west - reach, south - reach, east + reach, north + reach),
            "statuses": sorted(statuses),
            "crops": sorted(crop_codes) or None,
            "most": most,
        },
    )
    columns: list[Any] = list(zip(*rows, strict=True)) if rows else [()] * 6
    is_exact = np.array(columns[4], dtype=bool)
    outlines = public(shapely.from_wkb(np.array(columns[5], dtype=object)), is_exact)
    bounds = shapely.bounds(outlines)
    meets = (
        (bounds[:, 0] <= east) & (bounds[:, 2] >= west)
        & (bounds[:, 1] <= north) & (bounds[:, 3] >= south)
    )  # fmt: skip
    codes, crops, told, owners = (list(compress(column, meets)) for column in columns[:4])
    return Drawn(codes, crops, told, owners, is_exact[meets].tolist(), outlines[meets])


def public(outlines: NDArray[np.object_], is_exact: NDArray[np.bool_]) -> NDArray[np.object_]:
    """Each outline as everybody may see it: those not shown become the cells they lie in."""
    shown = outlines.copy()
    hidden = ~is_exact
    if hidden.any():
        bounds = shapely.bounds(outlines[hidden]) / COARSE_DEGREES
        low, high = np.floor(bounds[:, :2]), np.ceil(bounds[:, 2:])
        cells = (np.concatenate([low, high], axis=1) * COARSE_DEGREES).round(6)
        shown[hidden] = shapely.box(*cells.T)
    return shown


def public_outline(outline: Outline, *, is_exact: bool) -> Outline:
    """One outline as everybody may see it."""
    shown: Outline = public(np.array([outline], dtype=object), np.array([is_exact]))[0]
    return shown


_WITHIN = """
SELECT area.code, area.crop_code, area.status, owner.name, area.outline_public,
  drawn.geometry
FROM growing_near(%(box)s::box) AS drawn JOIN growing_areas AS area ON area.version_id = drawn.id
JOIN organisations AS owner ON owner.id = area.organisation_id
WHERE area.code IS NOT NULL AND area.status = ANY(%(statuses)s)
  AND (%(crops)s::text[] IS NULL OR area.crop_code = ANY(%(crops)s))
ORDER BY area.id LIMIT %(most)s
"""
