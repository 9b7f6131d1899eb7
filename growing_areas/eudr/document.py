"""The plots file as text: coordinates with all their decimals, keys as the EU spells them. PURE.

Written by hand because JSON writers drop the zeros at the end that the regulation asks for.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from growing_areas.eudr.checking import rounded

MEDIA_TYPE = "application/geo+json"


@dataclass(frozen=True)
class PlotFeature:
    """A feature of the file: whose, where, how large (ha), its GeoJSON geometry (lon, lat)."""

    producer: str
    country: str
    place: str
    area_ha: Decimal
    geometry: Mapping[str, Any]


def write(features: Iterable[PlotFeature], *, decimals: int) -> str:
    """The whole file: a FeatureCollection with coordinates written to so many decimals."""
    lines = ",\n".join(feature_text(feature, decimals) for feature in features)
    return f'{{"type":"FeatureCollection","features":[\n{lines}\n]}}\n'


def feature_text(feature: PlotFeature, decimals: int) -> str:
    """One feature; `Area` is a number of hectares with four decimals (1 m²)."""
    told = {
        "ProducerName": feature.producer,
        "ProducerCountry": feature.country,
        "ProductionPlace": feature.place,
    }
    properties = json.dumps(told, ensure_ascii=False, separators=(",", ":"))[:-1]
    area = f"{feature.area_ha.quantize(Decimal('0.0001')):f}"
    kind = feature.geometry["type"]
    drawn = _coordinates(feature.geometry["coordinates"], decimals)
    return (
        f'{{"type":"Feature","properties":{properties},"Area":{area}}},'
        f'"geometry":{{"type":"{kind}","coordinates":{drawn}}}}}'
    )


def _coordinates(value: Sequence[Any], decimals: int) -> str:
    """Positions, rings, polygons: as deep as they come."""
    if isinstance(value[0], (int, float)):
        lon, lat = rounded(value, decimals)
        return f"[{lon:.{decimals}f},{lat:.{decimals}f}]"
    return "[" + ",".join(_coordinates(inner, decimals) for inner in value) + "]"
