"""Outlines of coded areas as everybody may see them: exact if the owner chose so, else coarse."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from itertools import accumulate, compress, pairwise
from typing import Any

import numpy as np
import shapely
from numpy.typing import NDArray
from sqlalchemy.orm import Session

from foundation import db
from growing_areas.mapping.picked import CONDITION
from growing_areas.mapping.tallies import Wanted
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

    def only(self, chosen: NDArray[np.bool_]) -> Drawn:
        """Some of the areas."""
        return Drawn(
            list(compress(self.codes, chosen)),
            list(compress(self.crop_codes, chosen)),
            list(compress(self.statuses, chosen)),
            list(compress(self.organisations, chosen)),
            list(compress(self.is_exact, chosen)),
            self.outlines[chosen],
        )


@dataclass(frozen=True)
class Stored:
    """Areas with their true outlines: never to be shown but through ``drawn``.

    ``wkb`` holds the outlines one after another, ``sizes`` how many bytes each has.
    """

    codes: list[str]
    crop_codes: list[str]
    statuses: list[str]
    organisations: list[str]
    is_exact: list[bool]
    sizes: list[int]
    wkb: bytes

    def drawn(self) -> Drawn:
        """The same with their public outlines."""
        ends = list(accumulate(self.sizes, initial=0))
        each = [self.wkb[start:end] for start, end in pairwise(ends)]
        shapes = shapely.from_wkb(np.array(each, dtype=object))
        shown = public(shapes, np.array(self.is_exact, dtype=bool))
        told = self.codes, self.crop_codes, self.statuses, self.organisations, self.is_exact
        return Drawn(*told, shown)


def within(session: Session, box: Box, wanted: Wanted, *, most: int) -> Drawn:
    """The wanted areas whose public outline reaches into a rectangle, ``most`` of them at most."""
    # A coarse outline reaches up to one cell further than the exact one that is looked for.
    west, south, east, north = box
    found = about(session, box, wanted, most=most).drawn()
    bounds = shapely.bounds(found.outlines)
    meets = (
        (bounds[:, 0] <= east) & (bounds[:, 2] >= west)
        & (bounds[:, 1] <= north) & (bounds[:, 3] >= south)
    )  # fmt: skip
    return found if meets.all() else found.only(meets)


def about(session: Session, box: Box, wanted: Wanted, *, most: int) -> Stored:
    """The same as stored, and coarse ones a cell beyond: for who cuts outlines at the edge."""
    west, south, east, north = box
    reach = COARSE_DEGREES
    return _stored(
        session,
        _WITHIN,
        {
            "box": box_text(*box),
            "wide": box_text(west - reach, south - reach, east + reach, north + reach),
            "statuses": sorted(wanted.statuses) or None,
            "crops": sorted(wanted.crop_codes) or None,
            "province": wanted.province_code,
            "commune": wanted.commune_code,
            "most": most,
            **wanted.picked.params(),
        },
    )


def of_codes(session: Session, codes: Collection[str]) -> Drawn:
    """The areas that bear these codes."""
    return _stored(session, _OF_CODES, {"codes": sorted(codes)}).drawn()


def _stored(session: Session, statement: str, wanted: Mapping[str, Any]) -> Stored:
    *columns, wkb = db.glance(session, statement, wanted)[0]
    if wkb is None:
        return Stored([], [], [], [], [], [], b"")
    codes, crops, statuses, owners, is_exact, sizes = columns
    names = dict(db.glance(session, _NAMES, {"ids": sorted(set(owners))}))
    return Stored(codes, crops, statuses, [names[i] for i in owners], is_exact, sizes, wkb)


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


# One row with every column as a list: thousands of rows would each be sent, and read, by itself.
# Owners are few: their names are asked for afterwards.
_TOGETHER = """
SELECT array_agg(code), array_agg(crop_code), array_agg(status), array_agg(organisation_id),
  array_agg(outline_public), array_agg(length(geometry)), string_agg(geometry, ''::bytea)
FROM ("""
_COLUMNS = """
SELECT area.code, area.crop_code, area.status, area.organisation_id, area.outline_public,
  drawn.geometry
"""
_WITHIN = f"""{_TOGETHER}{_COLUMNS}
FROM growing_around(%(wide)s::box) AS drawn
CROSS JOIN LATERAL (
  SELECT * FROM growing_areas WHERE version_id = drawn.id AND code IS NOT NULL
    AND (%(statuses)s::text[] IS NULL OR status = ANY(%(statuses)s))
    AND (%(crops)s::text[] IS NULL OR crop_code = ANY(%(crops)s))
    AND (%(province)s::text IS NULL OR province_code = %(province)s)
    AND (%(commune)s::text IS NULL OR commune_code = %(commune)s)
  OFFSET 0) AS area
WHERE (NOT area.outline_public OR drawn.box && %(box)s::box) AND {CONDITION}
ORDER BY area.id LIMIT %(most)s) AS found
"""  # noqa: S608  (constants of ours)
_OF_CODES = f"""{_TOGETHER}{_COLUMNS}
FROM growing_areas AS area JOIN growing_plot_versions AS drawn ON drawn.id = area.version_id
WHERE area.code = ANY(%(codes)s) ORDER BY area.id) AS found
"""
_NAMES = "SELECT id, name FROM organisations WHERE id = ANY(%(ids)s)"
