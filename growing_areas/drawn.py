"""Drawn: the outline a form brings (drawn, pasted or in a file) and how it is shown back."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from foundation.errors import Finding, Invalid
from growing_areas import geometry, pasted
from growing_areas.files.reading import DrawnFeature, read_file
from growing_areas.shapes import drawing, repairs
from growing_areas.shapes.drawing import Sketch
from growing_areas.shapes.repairs import Offer


@dataclass(frozen=True)
class Drawn:
    """An outline as a form brought it: GeoJSON, where from, and what is to be said about it."""

    source: Any
    origin: str
    reading: geometry.Reading
    notices: tuple[Finding, ...] = ()
    """What reading the file or the text had to decide."""

    @property
    def text(self) -> str:
        """The outline as the form's text field keeps it."""
        return json.dumps(self.source, ensure_ascii=False) if self.source is not None else ""

    @property
    def offers(self) -> tuple[Offer, ...]:
        """Repairs worth offering, each with what it would make of the outline."""
        return repairs.offers(self.source, self.reading.findings)

    def sketch(self, findings: Sequence[Finding]) -> Sketch | None:
        """The map: the outline and the places of the findings told beside it."""
        return drawing.sketch(self.reading.rings, findings)


def from_form(
    text: str, filename: str, content: bytes, repair: str | None, system: str | None = None
) -> Drawn:
    """Read what a form brought; a file wins over the text. Raises: Invalid.

    ``repair`` is one the person just accepted, ``system`` the reference system the numbers are
    in, where neither file nor text says.
    """
    origin = "drawn" if text.lstrip().startswith("{") else "pasted"
    found = DrawnFeature(1, "", {}, None)
    if content:
        found, origin = _only_shape(filename, content, system), "file"
    elif text.strip():
        found = pasted.read(text, system)
    source: Any = found.geometry
    if repair:
        source = repairs.repair(source, [repair])
    return Drawn(source, origin, geometry.read(source), found.findings)


def _only_shape(filename: str, content: bytes, system: str | None) -> DrawnFeature:
    features = read_file(filename, content, system)
    shapes = [
        feature
        for feature in features
        if isinstance(feature.geometry, dict)
        and feature.geometry.get("type") in ("Polygon", "MultiPolygon")
    ]
    if len(shapes) > 1:
        raise Invalid([Finding("file.several_areas", {"count": len(shapes)}, "file")])
    return shapes[0] if shapes else features[0]
