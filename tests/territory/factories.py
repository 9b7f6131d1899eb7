"""Things of territory that tests make."""

from __future__ import annotations

import io
import json
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from territory import boundary_import


def square(west: float, south: float, side: float = 0.1) -> dict[str, Any]:
    """A GeoJSON square with its south-west corner at (west, south), sides in degrees."""
    east, north = west + side, south + side
    ring = [[west, south], [east, south], [east, north], [west, north], [west, south]]
    return {"type": "Polygon", "coordinates": [ring]}


def feature(code: Any, geometry: Any) -> dict[str, Any]:
    """A boundary as it stands in a file."""
    return {"type": "Feature", "properties": {"code": code}, "geometry": geometry}


def collection(*features: Any) -> bytes:
    """A FeatureCollection file."""
    return json.dumps({"type": "FeatureCollection", "features": list(features)}).encode()


def import_features(session: Session, now: datetime, *features: Any) -> int:
    """Import features as one file."""
    return boundary_import.import_boundaries(session, io.BytesIO(collection(*features)), now=now)
