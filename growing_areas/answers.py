"""Answers: areas, findings and diary lines as programs get them, and inputs as commands.

Shared by the API, the pages and the command line, so that one area reads the same everywhere.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from typing import Any

import shapely

from foundation.errors import Finding, Invalid
from foundation.i18n import word
from growing_areas import kinds
from growing_areas.crops import Crop
from growing_areas.dossiers.approval import Decision
from growing_areas.dossiers.codes import OfficialCode
from growing_areas.models import GrowingArea
from growing_areas.proposals import Household, Proposal

_OFFICIAL = ("official_code", "decision_number", "agency", "decided_on")


def proposal_of(given: Mapping[str, Any], **more: Any) -> Proposal:
    """A checked input as a proposal."""
    rows = given.get("households") or ()
    told = {key: value for key, value in given.items() if key != "households"}
    households = tuple(Household(**row) for row in rows)
    return Proposal(**{**told, **more}, households=households)


def decision_of(given: Mapping[str, Any]) -> Decision:
    """A checked input as an officer's decision; an official code needs its whole decision."""
    told = {name: given.get(name) for name in _OFFICIAL}
    if not any(told.values()):
        return Decision(overlap_reason=given.get("overlap_reason", ""))
    absent = [name for name, value in told.items() if not value]
    if absent:
        raise Invalid([Finding("input.required", {}, name) for name in absent])
    official = OfficialCode(
        given["official_code"].upper(),
        given["decision_number"],
        given["agency"],
        given["decided_on"],
    )
    return Decision(official, given.get("overlap_reason", ""))


def finding_json(finding: Finding) -> dict[str, Any]:
    """A finding with its sentence in the reader's language."""
    line: dict[str, Any] = {
        "code": finding.code,
        "message": word(finding.code, finding.params),
        "severity": finding.severity,
    }
    if finding.field is not None:
        line["field"] = finding.field
    if finding.coordinate is not None:
        line["coordinate"] = list(finding.coordinate)
    return line


def told(message: str, findings: Iterable[Finding]) -> str:
    """What was done, and in one breath what is worth knowing about it."""
    return " ".join([message, *(word(finding.code, finding.params) for finding in findings)])


def area_json(area: GrowingArea, findings: Iterable[Finding] = ()) -> dict[str, Any]:
    """An area as its owners and officers get it (no household, no person)."""
    return {
        "id": area.id,
        "status": area.status,
        "code": area.code,
        "name": area.name,
        "organisation": area.organisation.code,
        "plot": area.plot_id,
        "version": area.version.number,
        "kind": kinds.of_crop(area.crop_code),
        "crop": area.crop_code,
        "market": area.market,
        "variety": area.variety,
        "planting_year": area.planting_year,
        "commune_code": area.commune_code,
        "province_code": area.province_code,
        "area_ha": round(area.version.area_m2 / 10_000, 4),
        "outline_public": area.outline_public,
        "approved_at": area.approved_at,
        "valid_until": area.valid_until,
        "monitor_on": area.monitor_on,
        "due_step": area.due_step,
        "due_on": area.due_on,
        "findings": [finding_json(finding) for finding in findings],
    }


def crop_json(crop: Crop) -> dict[str, Any]:
    """A crop with its names."""
    return {
        "code": crop.code,
        "name_vi": crop.name_vi,
        "name_en": crop.name_en,
        "scientific_name": crop.scientific_name,
        "kind": crop.kind,
        "area_kind": kinds.of_crop(crop.code),
        "hs_code": crop.hs_code,
        "eppo_code": crop.eppo_code,
        "eudr": crop.is_eudr,
    }


def geometry_text(area: GrowingArea) -> str:
    """An area's outline as GeoJSON text, for forms."""
    return outline_text(area.version.geometry)


def outline_text(wkb: bytes) -> str:
    """A stored outline as GeoJSON text, for forms."""
    return str(shapely.to_geojson(shapely.from_wkb(wkb)))


def geojson_feature(area: GrowingArea) -> dict[str, Any]:
    """An area as a GeoJSON feature."""
    properties = {key: value for key, value in area_json(area).items() if key != "findings"}
    for name in ("approved_at", "valid_until", "monitor_on", "due_on"):
        moment = properties[name]
        properties[name] = moment.isoformat() if moment else None
    return {
        "type": "Feature",
        "id": area.id,
        "geometry": json.loads(shapely.to_geojson(shapely.from_wkb(area.version.geometry))),
        "properties": properties,
    }


def shape_feature(shape: shapely.Geometry, properties: dict[str, Any]) -> dict[str, Any]:
    """Any shape as a GeoJSON feature."""
    geometry = json.loads(shapely.to_geojson(shape))
    return {"type": "Feature", "geometry": geometry, "properties": properties}
