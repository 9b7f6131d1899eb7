"""The open-data shapes of the maps: GeoJSON (RFC 7946), without persons, page by page."""

from collections.abc import Sequence
from typing import Any

import shapely

from growing_areas.facts import PublicArea
from growing_areas.shapes.measure import hectares

LICENCE = "CC BY 4.0"


def areas(found: Sequence[PublicArea], *, following: str | None = None) -> dict[str, Any]:
    """Tell coded areas as a FeatureCollection; ``following`` is the address of the next page.

    Geometries are cells of about one kilometre, or the outline where its owner shows it.
    """
    features = [_feature(area) for area in found]
    return {
        "type": "FeatureCollection",
        "licence": LICENCE,
        "row_count": len(features),
        "next": following,
        "features": features,
    }


def _feature(area: PublicArea) -> dict[str, Any]:
    return {
        "type": "Feature",
        "id": area.code,
        "geometry": shapely.geometry.mapping(area.outline),
        "properties": {
            "code": area.code,
            "name": area.name,
            "crop": area.crop_code,
            "organisation": area.organisation_name,
            "commune_code": area.commune_code,
            "province_code": area.province_code,
            "area_ha": str(hectares(area.area_m2)),
            "exact": area.is_exact,
        },
    }
