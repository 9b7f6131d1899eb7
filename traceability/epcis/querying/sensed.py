"""Conditions on what sensors reported: in the reports, and in what is said of all of them."""

from __future__ import annotations

import operator
from collections.abc import Callable
from typing import Any

from sqlalchemy import ColumnElement, exists, or_
from sqlalchemy.orm import InstrumentedAttribute

from traceability.epcis import identifiers, vocabulary
from traceability.epcis.index_models import SensorReport
from traceability.epcis.models import EpcisEvent
from traceability.epcis.querying.asking import Condition

_COMPARE: dict[str, Callable[[Any, Any], Any]] = {
    "GT": operator.gt,
    "GE": operator.ge,
    "LT": operator.lt,
    "LE": operator.le,
}
_COLUMNS: dict[str, tuple[InstrumentedAttribute[Any], ...]] = {
    "type": (SensorReport.type,),
    "deviceID": (SensorReport.device_id, SensorReport.metadata_device_id),
    "dataProcessingMethod": (
        SensorReport.data_processing_method,
        SensorReport.metadata_data_processing_method,
    ),
    "bizRules": (SensorReport.biz_rules, SensorReport.metadata_biz_rules),
    "microorganism": (SensorReport.microorganism,),
    "chemicalSubstance": (SensorReport.chemical_substance,),
    "stringValue": (SensorReport.string_value,),
    "hexBinaryValue": (SensorReport.hex_binary_value,),
    "uriValue": (SensorReport.uri_value,),
    "booleanValue": (SensorReport.boolean_value,),
    "value": (SensorReport.value,),
    "minValue": (SensorReport.min_value,),
    "maxValue": (SensorReport.max_value,),
    "meanValue": (SensorReport.mean_value,),
    "sDev": (SensorReport.s_dev,),
    "percRank": (SensorReport.perc_rank,),
    "percValue": (SensorReport.perc_value,),
    "time": (SensorReport.time, SensorReport.metadata_time),
    "startTime": (SensorReport.start_time,),
    "endTime": (SensorReport.end_time,),
}
_ADDRESSES = frozenset({"deviceID", "dataProcessingMethod", "bizRules", "uriValue"})


def clause(condition: Condition) -> ColumnElement[bool]:
    """Events with a report that fulfils the condition; each condition may hold in another one."""
    clauses: list[ColumnElement[bool]] = [SensorReport.event_id == EpcisEvent.id]
    if condition.operator != "EXISTS":
        columns = _COLUMNS[condition.field]
        clauses.append(or_(*(_compared(column, condition) for column in columns)))
    if condition.qualifier:
        clauses.append(SensorReport.uom == condition.qualifier)
    return exists().where(*clauses)


def _compared(column: InstrumentedAttribute[Any], condition: Condition) -> ColumnElement[bool]:
    if condition.operator != "EQ":
        found: ColumnElement[bool] = _COMPARE[condition.operator](column, condition.values[0])
        return found
    values = list(condition.values)
    if condition.field == "type":
        values = [vocabulary.bare("measurement", str(value)) for value in values]
    elif condition.field in _ADDRESSES:
        # Kept as told or canonical: either is found.
        values = [form for v in values for form in (str(v), identifiers.canonical(str(v)))]
    return column.in_(values)
