"""Parcels as programs get them."""

from __future__ import annotations

import json
from collections.abc import Iterable
from typing import Any

import shapely

from foundation.errors import Finding
from growing_areas.answers import finding_json
from growing_areas.parcels.models import Parcel, PlotHousehold
from growing_areas.shapes.measure import M2_PER_HA


def parcel_json(parcel: Parcel, findings: Iterable[Finding] = ()) -> dict[str, Any]:
    """A parcel without a name of anybody."""
    shape = None
    if parcel.geometry is not None:
        shape = json.loads(shapely.to_geojson(shapely.from_wkb(parcel.geometry)))
    return {
        "id": parcel.id,
        "number": parcel.number,
        "label": parcel.label,
        "area_ha": round(parcel.area_m2 / M2_PER_HA, 4),
        "drawn": parcel.is_drawn,
        "household": parcel.household_id,
        "geometry": shape,
        "findings": [finding_json(finding) for finding in findings],
    }


def household_json(row: PlotHousehold) -> dict[str, Any]:
    """A household for who may read its cooperative's list."""
    return {
        "id": row.id,
        "name": row.name,
        "phone": row.phone,
        "area_ha": row.area_ha,
        "agreed_on": row.agreed_on,
        "agreed_how": row.agreed_how,
        "has_agreement": row.agreement_hash is not None,
    }
