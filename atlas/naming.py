"""The names a moving map writes: archipelagos above their islands, and provinces."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from atlas import ground
from atlas.drawing import Position
from foundation import i18n

_ABOVE_ISLANDS = 0.35


@dataclass(frozen=True)
class PlaceName:
    """A name, where it stands, and the islands it is the name of (none: a province)."""

    words: str
    lon: float
    lat: float
    islands: list[Position]


def place_names(provinces: Mapping[str, str]) -> list[PlaceName]:
    """Every name on the country's map in the reader's language; ``provinces`` by code."""
    is_english = i18n.get_language() == "en"
    seas = [
        PlaceName(
            english if is_english else vietnamese,
            sum(place[0] for place in islands) / len(islands),
            max(place[1] for place in islands) + _ABOVE_ISLANDS,
            islands,
        )
        for (vietnamese, english), islands in ground.islands().items()
    ]
    places = ground.province_places().items()
    return seas + [
        PlaceName(provinces[code], lon, lat, []) for code, (lon, lat) in places if code in provinces
    ]
