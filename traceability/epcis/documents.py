"""EPCIS documents from outside: read, checked against the standard, taken apart into events. PURE.

Everything that is wrong is told at once, each fault with its place in the document.
"""

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import jsonschema_rs

from foundation.errors import Finding, Invalid
from traceability.epcis import contexts, rules
from traceability.epcis.contexts import Names
from traceability.epcis.envelopes import DOCUMENTS
from traceability.epcis.shapes import EVENTS, OTHER_EVENT

_MOST_FINDINGS = 100
_EVENT_CHECKS = {kind: jsonschema_rs.Draft7Validator(shape) for kind, shape in EVENTS.items()}
_OTHER_CHECK = jsonschema_rs.Draft7Validator(OTHER_EVENT)
_DOCUMENT_CHECKS = {kind: jsonschema_rs.Draft7Validator(shape) for kind, shape in DOCUMENTS.items()}
# What PostgreSQL cannot keep: the null character, and halves of surrogate pairs.
_UNKEEPABLE = re.compile("[\x00\ud800-\udfff]")
_SUSPICIOUS = re.compile(r"\\u(0000|[dD][89a-fA-F])")


@dataclass(frozen=True)
class ToldEvent:
    """One event as it was told, with the names its document declares; ``index`` counts from 0."""

    index: int
    event: dict[str, Any]
    names: Names


@dataclass(frozen=True)
class VocabularyElement:
    """A place, product or party described in a document's header."""

    type: str
    uri: str
    attributes: Mapping[str, Any]
    children: tuple[str, ...]


@dataclass(frozen=True)
class Document:
    """What a document holds."""

    events: tuple[ToldEvent, ...]
    vocabulary: tuple[VocabularyElement, ...] = ()


def parse(body: bytes) -> Any:
    """A body as JSON that can be kept. Raises: Invalid."""
    try:
        text = body.decode("utf-8-sig")
        found = json.loads(text, parse_constant=_no_number)
    except (ValueError, RecursionError):
        raise Invalid([Finding("epcis.not_json")]) from None
    if _SUSPICIOUS.search(text) and any(_UNKEEPABLE.search(one) for one in contexts.texts(found)):
        raise Invalid([Finding("epcis.unkeepable_text")])
    return found


def _no_number(name: str) -> None:
    raise ValueError(name)


def count_events(given: Any) -> int:
    """How many events a document says it holds; 0 for what is no document."""
    try:
        _, events = _events(given)
    except (KeyError, TypeError):
        return 0
    return len(events) if isinstance(events, list) else 0


def read_document(given: Any) -> Document:
    """Take an EPCISDocument or EPCISQueryDocument apart. Raises: Invalid with every finding."""
    kind = given.get("type") if isinstance(given, dict) else None
    check = _DOCUMENT_CHECKS.get(kind) if isinstance(kind, str) else None
    if check is None:
        raise Invalid([Finding("epcis.not_a_document", {}, "type")])
    findings = _shape_findings(check, given, "")
    if findings:
        raise Invalid(findings)
    names, findings = _names(given["@context"], contexts.EMPTY)
    findings += _version_findings(given)
    path, events = _events(given)
    told = []
    for index, event in enumerate(events):
        found, wrong = _event(event, names, f"{path}.{index}")
        told.append(ToldEvent(index, event, found))
        findings += wrong
        if len(findings) >= _MOST_FINDINGS:
            break
    envelope = {name: value for name, value in given.items() if name != "epcisBody"}
    findings += contexts.undeclared(names, envelope)
    if findings:
        raise Invalid(findings[:_MOST_FINDINGS])
    return Document(tuple(told), tuple(_vocabulary(given)))


def read_event(given: Any) -> ToldEvent:
    """Read one event that comes alone, with its own ``@context``. Raises: Invalid."""
    if not isinstance(given, dict) or not isinstance(given.get("type"), str):
        raise Invalid([Finding("epcis.not_an_event", {}, "type")])
    if "@context" not in given:
        raise Invalid([Finding("epcis.context_missing", {}, "@context")])
    names, findings = _event(given, contexts.EMPTY, "")
    if not findings and not names.has_standard:
        findings = [Finding("epcis.context_missing", {}, "@context")]
    if findings:
        raise Invalid(findings[:_MOST_FINDINGS])
    return ToldEvent(0, given, names)


def _names(given: Any, base: Names) -> tuple[Names, list[Finding]]:
    names, findings = contexts.read(given, base)
    if not names.has_standard and not findings:
        findings.append(Finding("epcis.context_missing", {}, "@context"))
    return names, findings


def _version_findings(given: Mapping[str, Any]) -> list[Finding]:
    version = given.get("schemaVersion", "2.0")
    if version.split(".")[0] == "2":
        return []
    return [Finding("epcis.version_unknown", {"version": version[:20]}, "schemaVersion")]


def _events(given: Mapping[str, Any]) -> tuple[str, list[dict[str, Any]]]:
    body = given["epcisBody"]
    if given["type"] == "EPCISDocument":
        return "epcisBody.eventList", body["eventList"]
    results = body["queryResults"]["resultsBody"]
    return "epcisBody.queryResults.resultsBody.eventList", results["eventList"]


def _event(event: dict[str, Any], base: Names, path: str) -> tuple[Names, list[Finding]]:
    check = _EVENT_CHECKS.get(event["type"], _OTHER_CHECK)
    if not check.is_valid(event):
        return base, _shape_findings(check, event, path)
    names = base
    findings: list[Finding] = []
    if "@context" in event:
        names, findings = contexts.read(event["@context"], base)
    findings += contexts.undeclared(names, event)
    findings += rules.findings_of(event)
    return names, [_placed(finding, path) for finding in findings]


def _placed(finding: Finding, path: str) -> Finding:
    place = ".".join(part for part in (path, finding.field) if part)
    return Finding(finding.code, finding.params, place)


def _shape_findings(check: jsonschema_rs.Draft7Validator, given: Any, path: str) -> list[Finding]:
    findings = []
    for error in check.iter_errors(given):
        steps = [str(step) for step in error.instance_path]
        rule = next((str(s) for s in reversed(list(error.schema_path)) if isinstance(s, str)), "")
        place = ".".join(part for part in (path, *steps) if part)
        findings.append(Finding("epcis.shape", {"rule": rule[:40], "place": place}, place))
        if len(findings) >= _MOST_FINDINGS:
            break
    return findings


def _vocabulary(given: Mapping[str, Any]) -> Iterator[VocabularyElement]:
    header = (given.get("epcisHeader") or {}).get("epcisMasterData") or {}
    for vocabulary in header.get("vocabularyList", ()):
        for element in vocabulary.get("vocabularyElementList", ()):
            attributes = {
                item["id"]: item.get("attribute") for item in element.get("attributes", ())
            }
            children = tuple(element.get("children", ()))
            yield VocabularyElement(vocabulary["type"], element["id"], attributes, children)
