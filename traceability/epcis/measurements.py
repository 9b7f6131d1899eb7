"""An event's measurements as rows: one a report, with what its sensor element says of all. PURE."""

from collections.abc import Iterator, Mapping
from datetime import datetime
from decimal import Decimal
from typing import Any

from traceability.epcis import identifiers, instants, vocabulary
from traceability.epcis.limits import LONGEST_INDEXED

_REPORT_TEXTS = {
    "deviceMetadata": "device_metadata",
    "rawData": "raw_data",
    "dataProcessingMethod": "data_processing_method",
    "bizRules": "biz_rules",
    "microorganism": "microorganism",
    "chemicalSubstance": "chemical_substance",
    "coordinateReferenceSystem": "coordinate_reference_system",
    "uom": "uom",
    "stringValue": "string_value",
    "hexBinaryValue": "hex_binary_value",
    "uriValue": "uri_value",
}
_REPORT_NUMBERS = {
    "value": "value",
    "minValue": "min_value",
    "maxValue": "max_value",
    "meanValue": "mean_value",
    "sDev": "s_dev",
    "percRank": "perc_rank",
    "percValue": "perc_value",
}
_METADATA_TEXTS = {
    "deviceMetadata": "metadata_device_metadata",
    "rawData": "metadata_raw_data",
    "dataProcessingMethod": "metadata_data_processing_method",
    "bizRules": "metadata_biz_rules",
}
_METADATA_TIMES = {"time": "metadata_time", "startTime": "start_time", "endTime": "end_time"}


def rows_of(event: Mapping[str, Any]) -> Iterator[dict[str, Any]]:
    """Every measurement of an event as a row, with what its element says of all of them."""
    for element, told in enumerate(event.get("sensorElementList", ())):
        shared = _metadata(told.get("sensorMetadata") or {})
        for place, report in enumerate(told.get("sensorReport", ())):
            yield {"element": element, "report": place, **shared, **_report(report)}


def _metadata(told: Mapping[str, Any]) -> dict[str, Any]:
    row: dict[str, Any] = {column: told.get(name) for name, column in _METADATA_TEXTS.items()}
    row |= {column: _instant(told.get(name)) for name, column in _METADATA_TIMES.items()}
    return row | {"metadata_device_id": _canonical(told.get("deviceID"))}


def _report(told: Mapping[str, Any]) -> dict[str, Any]:
    row: dict[str, Any] = {column: told.get(name) for name, column in _REPORT_TEXTS.items()}
    row |= {column: number(told.get(name)) for name, column in _REPORT_NUMBERS.items()}
    words = {"type": "measurement", "exception": "exception", "component": "component"}
    row |= {
        name: vocabulary.bare(kind, told[name]) if name in told else None
        for name, kind in words.items()
    }
    row["type"] = row["type"][:LONGEST_INDEXED]
    return row | {
        "device_id": _canonical(told.get("deviceID")),
        "time": _instant(told.get("time")),
        "boolean_value": told.get("booleanValue"),
    }


def _instant(given: Any) -> datetime | None:
    return instants.read(given) if isinstance(given, str) else None


def number(given: Any) -> Decimal | None:
    """A figure, exactly; None for what is none."""
    if isinstance(given, bool) or not isinstance(given, (int, float)):
        return None
    return Decimal(str(given))


def _canonical(given: Any) -> str | None:
    return identifiers.canonical(given) if isinstance(given, str) else None
