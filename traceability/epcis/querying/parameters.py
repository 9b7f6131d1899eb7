"""The names of EPCIS query parameters: what each filters, and which forms its value may take. PURE.

Source: EPCIS 2.0, 8.2.7.1 (SimpleEventQuery) and query-schema.json.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Literal

from traceability.epcis.exceptions import NotImplementedHere, QueryParameterException

Form = Literal["words", "texts", "moment", "numbers", "number", "flag", "exists"]
Operator = Literal["EQ", "GT", "GE", "LT", "LE", "WD", "MATCH", "EXISTS"]


@dataclass(frozen=True)
class Parameter:
    """One parameter: the field it looks at, how it compares, and the form of its value.

    ``qualifier`` is the part of the name that is a value itself: the type of a business
    transaction, source or destination, or a UN/CEFACT unit.
    """

    name: str
    field: str
    operator: Operator
    form: Form
    qualifier: str = ""


_WORDS: tuple[tuple[Operator, tuple[str, ...]], ...] = (
    ("EQ", ("action", "bizStep", "disposition", "persistentDisposition_set")),
    ("EQ", ("persistentDisposition_unset", "readPoint", "bizLocation", "transformationID")),
    ("EQ", ("eventID", "errorReason", "correctiveEventID", "type", "deviceID", "uriValue")),
    ("EQ", ("dataProcessingMethod", "microorganism", "chemicalSubstance", "bizRules")),
    ("WD", ("readPoint", "bizLocation")),
    ("MATCH", ("epc", "parentID", "inputEPC", "outputEPC", "anyEPC")),
    ("MATCH", ("epcClass", "inputEPCClass", "outputEPCClass", "anyEPCClass")),
)
_TEXTS = ("stringValue", "hexBinaryValue")
# The standard's two files spell the time of an error differently.
_MOMENTS = (
    *("eventTime", "recordTime", "errorDeclarationTime", "errorDeclaration_Time"),
    *("time", "startTime", "endTime"),
)
_MEASURES = ("value", "minValue", "maxValue", "meanValue", "sDev", "percValue", "quantity")
_BOUNDS: tuple[Operator, ...] = ("GT", "GE", "LT", "LE")

_TYPED = re.compile(r"EQ_(bizTransaction|source|destination)_(.+)", re.DOTALL)
_MEASURED = re.compile(rf"(EQ|GT|GE|LT|LE)_({'|'.join(_MEASURES)})_([A-Z0-9]{{2,4}})")
# A comparison of what the standard leaves to users, or to master data.
_EXTENSION = re.compile(
    r"(EQ|GT|GE|LT|LE|EXISTS)_(INNER_)?(ILMD_|ERROR_DECLARATION_|SENSORELEMENT_|SENSORMETADATA_"
    r"|SENSORREPORT_|readPoint_|bizLocation_)?[^_:#]*[:#].+|(HASATTR|EQATTR|EQ_ATTR)_.+",
    re.DOTALL,
)


def _known() -> dict[str, Parameter]:
    found = [Parameter("eventType", "eventType", "EQ", "words")]
    for operator, fields in _WORDS:
        found += [Parameter(f"{operator}_{field}", field, operator, "words") for field in fields]
    found += [Parameter(f"EQ_{field}", field, "EQ", "texts") for field in _TEXTS]
    for field in _MOMENTS:
        kept = field.replace("_", "")
        found += [
            Parameter(f"GE_{field}", kept, "GE", "moment"),
            Parameter(f"LT_{field}", kept, "LT", "moment"),
        ]
    found.append(Parameter("EQ_quantity", "quantity", "EQ", "numbers"))
    for field in ("quantity", "percRank"):
        found += [Parameter(f"{bound}_{field}", field, bound, "number") for bound in _BOUNDS]
    found += [
        Parameter("EQ_booleanValue", "booleanValue", "EQ", "flag"),
        Parameter("EXISTS_errorDeclaration", "errorDeclaration", "EXISTS", "exists"),
        Parameter("EXISTS_sensorElementList", "sensorElementList", "EXISTS", "exists"),
    ]
    return {parameter.name: parameter for parameter in found}


KNOWN = _known()


def find(name: str) -> Parameter:
    """The parameter of this name.

    Raises: NotImplementedHere for comparisons of extension fields and master data,
    QueryParameterException when the standard knows no such name.
    """
    known = KNOWN.get(name)
    if known is not None:
        return known
    typed = _TYPED.fullmatch(name)
    if typed:
        return Parameter(name, typed[1], "EQ", "words", typed[2])
    measured = _MEASURED.fullmatch(name)
    if measured:
        return _measured(name, measured[1], measured[2], measured[3])
    if _EXTENSION.fullmatch(name):
        raise NotImplementedHere("epcis.extension_filter", name=name[:200])
    raise QueryParameterException("epcis.parameter_unknown", name=name[:200])


def _measured(name: str, operator: str, field: str, unit: str) -> Parameter:
    for bound in _BOUNDS:
        if operator == bound:
            return Parameter(name, field, bound, "number", unit)
    return Parameter(name, field, "EQ", "numbers", unit)
