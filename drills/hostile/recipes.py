"""What hostile files are cooked from."""

from __future__ import annotations

import io
import json
import zipfile
from collections.abc import Callable
from dataclasses import dataclass

RING = [[105.80, 21.00], [105.81, 21.00], [105.81, 21.01], [105.80, 21.01], [105.80, 21.00]]


FIELD = {"type": "Polygon", "coordinates": [RING]}


MB = 1024 * 1024


@dataclass(frozen=True)
class Hostile:
    """One file: what it is, how it is called, the rule that must be named, how it is made."""

    name: str
    filename: str
    rule: str
    make: Callable[[], bytes]
    is_heavy: bool = False
    """Costs its reader seconds: for the drill, not for every run of the tests."""


def geojson(geometry: object, **more: object) -> bytes:
    """A collection of one feature."""
    feature = {"type": "Feature", "properties": {"name": "Thửa"}, "geometry": geometry}
    return json.dumps({"type": "FeatureCollection", "features": [feature], **more}).encode()


def polygon(ring: object) -> bytes:
    return geojson({"type": "Polygon", "coordinates": [ring]})


def zipped(members: dict[str, bytes], *, method: int = zipfile.ZIP_DEFLATED) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", method) as archive:
        for name, content in members.items():
            archive.writestr(name, content)
    return buffer.getvalue()


def kml(corners: str) -> bytes:
    return (
        "<kml><Placemark><Polygon><outerBoundaryIs><LinearRing><coordinates>"
        f"{corners}</coordinates></LinearRing></outerBoundaryIs></Polygon></Placemark></kml>"
    ).encode()


def laughs() -> bytes:
    entities = "".join(f'<!ENTITY l{n} "{f"&l{n - 1};" * 10}">' for n in range(1, 12))
    return f'<!DOCTYPE kml [<!ENTITY l0 "lol">{entities}]><kml>&l11;</kml>'.encode()
