"""The open-data shapes of the maps: GeoJSON (RFC 7946), coarse, without persons."""

from collections.abc import Iterable
from typing import Any

import shapely

from growing_areas.facts import PublicArea
from growing_areas.shapes.measure import hectares

LICENCE = "CC BY 4.0"


def areas(found: Iterable[PublicArea]) -> dict[str, Any]:
    """Tell coded areas as a FeatureCollection; geometries are cells of about one kilometre."""
    features = [_feature(area) for area in found]
    return {
        "type": "FeatureCollection",
        "licence": LICENCE,
        "row_count": len(features),
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
        },
    }
