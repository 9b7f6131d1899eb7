"""The conditions of a query as SQL over events and the tables they are asked by.

Words are compared bare, addresses canonical, as they are kept: what means the same finds the same.
Things of ours are found by any of their names, places and parties with this house before them or
without: who calls hands over the names that are known (`lineage.spellings`).
Source: EPCIS 2.0, 8.2.7.1.
"""

from __future__ import annotations

import operator
from collections.abc import Callable, Iterable
from dataclasses import replace
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, exists, func, literal, or_, select, union_all
from sqlalchemy.orm import InstrumentedAttribute, Session

from traceability.epcis import identifiers, vocabulary
from traceability.epcis.exceptions import QueryParameterException
from traceability.epcis.index_models import EventWord, VocabularyElement
from traceability.epcis.limits import LONGEST_INDEXED
from traceability.epcis.models import EpcisEvent, EventThing
from traceability.epcis.querying import declared, patterns, sensed
from traceability.epcis.querying.asking import Condition
from traceability.lineage import spellings
from traceability.lineage.models import TraceNode
from traceability.lineage.spellings import Naming

Sql = ColumnElement[bool]

MOST_PLACES = 10_000
"""Places that one place may hold, in a question."""
_COMPARE: dict[str, Callable[[Any, Any], Any]] = {
    "GT": operator.gt,
    "GE": operator.ge,
    "LT": operator.lt,
    "LE": operator.le,
}
_COLUMNS: dict[str, InstrumentedAttribute[Any]] = {
    "eventType": EpcisEvent.event_type,
    "action": EpcisEvent.action,
    "bizStep": EpcisEvent.biz_step,
    "disposition": EpcisEvent.disposition,
    "readPoint": EpcisEvent.read_point,
    "bizLocation": EpcisEvent.biz_location,
    "transformationID": EpcisEvent.transformation_id,
}
_MOMENTS: dict[str, InstrumentedAttribute[Any]] = {
    "eventTime": EpcisEvent.event_time,
    "recordTime": EpcisEvent.record_time,
}
_WORDS = {
    "bizTransaction": "bizTransaction",
    "source": "source",
    "destination": "destination",
    "persistentDisposition_set": "set",
    "persistentDisposition_unset": "unset",
    "correctiveEventID": "correctiveEventID",
}
RARE = frozenset(_WORDS)
"""Fields whose values few events share, kept beside the events."""
_KINDS = {
    "bizStep": "bizStep",
    "disposition": "disposition",
    "persistentDisposition_set": "disposition",
    "persistentDisposition_unset": "disposition",
}
_TYPES = {"bizTransaction": "bizTransaction", "source": "sourceDest", "destination": "sourceDest"}
_SCHEMES = ("https", "http")
_PLACES = frozenset({"readPoint", "bizLocation", "transformationID"})
# What MATCH_ looks through: the parts things play, and whether they are classes (None: either).
_MATCHED: dict[str, tuple[tuple[str, ...], bool | None]] = {
    "epc": (("object", "child"), False),
    "parentID": (("parent",), None),
    "inputEPC": (("input",), False),
    "outputEPC": (("output",), False),
    "anyEPC": (("object", "child", "parent", "input", "output"), False),
    "epcClass": (("object", "child"), True),
    "inputEPCClass": (("input",), True),
    "outputEPCClass": (("output",), True),
    "anyEPCClass": (("object", "child", "input", "output"), True),
    # A resource of /epcs: an item, a unit or a lot, whatever part it plays.
    "thing": (("object", "child", "parent", "input", "output"), None),
}


def all_of(conditions: Iterable[Condition], named: Naming) -> list[Sql]:
    """One clause per condition. Raises: QueryParameterException for words that are none."""
    return [_clause(condition, named) for condition in conditions]


def naming(session: Session, conditions: Iterable[Condition], base_url: str) -> Naming:
    """How the graph names the things that conditions ask for."""
    matched = (each for each in conditions if each.operator == "MATCH")
    asked = (str(value) for each in matched for value in each.values)
    return spellings.naming(session, asked, base_url)


def _clause(condition: Condition, named: Naming) -> Sql:
    field = condition.field
    if field in _MOMENTS:
        return _compared(_MOMENTS[field], condition)
    if condition.operator == "MATCH":
        return _matching(condition, named)
    if field == "eventID":
        return _named([str(value) for value in condition.values])
    if field in _COLUMNS:
        return _COLUMNS[field].in_(_values(condition, named))
    if field in _WORDS:
        return _said(condition, named)
    if field == "quantity":
        return _amounting(condition)
    if field.startswith("error"):
        return declared.clause(condition)
    return sensed.clause(condition)


def _named(event_ids: list[str]) -> Sql:
    """Events by their ids: declarations that repeat an id stand in an index of their own."""
    is_one = EpcisEvent.event_id.in_(event_ids)
    # As the indexes say it: PostgreSQL takes "IS FALSE" for something else.
    told = select(EpcisEvent.id).where(is_one, ~EpcisEvent.is_error_declaration)
    wrong = select(EpcisEvent.id).where(is_one, EpcisEvent.is_error_declaration)
    return EpcisEvent.id.in_(union_all(told, wrong))


def _compared(column: Any, condition: Condition) -> Sql:
    if condition.operator == "EQ":
        found: Sql = column.in_(condition.values)
        return found
    compared: Sql = _COMPARE[condition.operator](column, condition.values[0])
    return compared


def addresses(condition: Condition, named: Naming) -> list[str]:
    """The addresses a condition names, as they are kept."""
    forms = (form for value in condition.values for form in _forms(str(value), named))
    return list(dict.fromkeys(forms))


def _forms(value: str, named: Naming) -> list[str]:
    """How events may say a place or a party: our own tell ours without a host, partners with it."""
    plain = identifiers.node_address(value, named.hosts)
    forms = [plain, identifiers.canonical(value)]
    if plain.startswith("/"):
        forms += [f"{scheme}://{host}{plain}" for host in named.hosts for scheme in _SCHEMES]
    return forms


def _values(condition: Condition, named: Naming) -> list[str]:
    kind = _KINDS.get(condition.field)
    if kind is not None:
        return [word(kind, str(value)) for value in condition.values]
    if condition.field in _PLACES:
        return addresses(condition, named)
    return [str(value) for value in condition.values]


def word(kind: str, value: str) -> str:
    """A word of the vocabulary, bare, or somebody's own. Raises: QueryParameterException."""
    found = vocabulary.bare(kind, value)
    if ":" not in found and not vocabulary.is_word(kind, found):
        raise QueryParameterException("epcis.word_unknown", kind=kind, word=value[:100])
    return found


def _said(condition: Condition, named: Naming) -> Sql:
    """A paper, party or lasting disposition that an event tells of."""
    kind = _KINDS.get(condition.field)
    if kind is not None:
        values = [word(kind, str(value)) for value in condition.values]
    else:
        values = addresses(condition, named)
    clauses: list[Sql] = [
        EventWord.event_id == EpcisEvent.id,
        EventWord.kind == _WORDS[condition.field],
        EventWord.value.in_([value[:LONGEST_INDEXED] for value in values]),
    ]
    if condition.qualifier:
        kind = _TYPES[condition.field]
        clauses.append(EventWord.type == vocabulary.bare(kind, condition.qualifier))
    return exists().where(*clauses)


def _matching(condition: Condition, named: Naming) -> Sql:
    """Events that name one of these things in one of these parts."""
    roles, is_class = _MATCHED[condition.field]
    clauses: list[Sql] = [EventThing.node_id.in_(_nodes(condition, named))]
    if set(roles) != set(_MATCHED["thing"][0]):
        clauses.append(EventThing.role.in_(roles))
    if is_class is not None:
        clauses.append(EventThing.is_class.is_(is_class))
    return EpcisEvent.id.in_(select(EventThing.event_id).where(*clauses))


def _nodes(condition: Condition, named: Naming) -> Select[Any]:
    texts = [str(value) for value in condition.values]
    one_by_one = [
        form
        for text in texts
        if not patterns.is_pattern(text) or condition.field.endswith("Class")
        # By the place it has, and by the one it had before it was known for ours.
        for form in {named(text), identifiers.node_address(text, named.hosts)}
    ]
    clauses: list[Sql] = [TraceNode.uri.in_(one_by_one)] if one_by_one else []
    for text in texts:
        if patterns.is_pattern(text):
            clauses.append(_like(patterns.read(text)))
    return select(TraceNode.id).where(or_(*clauses))


def _like(shapes: Iterable[patterns.Shape]) -> Sql:
    return or_(*(_shaped(shape) for shape in shapes))


def _shaped(shape: patterns.Shape) -> Sql:
    like = TraceNode.uri.like(shape.like)
    return like if shape.unlike is None else and_(like, TraceNode.uri.not_like(shape.unlike))


def _amounting(condition: Condition) -> Sql:
    clauses: list[Sql] = [
        EventThing.event_id == EpcisEvent.id,
        EventThing.is_class.is_(True),
        _compared(EventThing.quantity, condition),
    ]
    if condition.qualifier:
        clauses.append(EventThing.unit == condition.qualifier)
    return exists().where(*clauses)


def with_places_within(
    session: Session, conditions: Iterable[Condition], named: Naming
) -> list[Condition]:
    """The conditions with the places that lie within those asked for written out."""
    return [
        replace(condition, operator="EQ", values=_within(session, addresses(condition, named)))
        if condition.operator == "WD"
        else condition
        for condition in conditions
    ]


def _within(session: Session, roots: list[str]) -> tuple[str, ...]:
    """Places, and those that lie within them as partners described them; circles end."""
    named = literal(roots, type_=VocabularyElement.children.type)
    tree = select(func.unnest(named).label("uri")).cte("places_within", recursive=True)
    within = select(func.unnest(VocabularyElement.children))
    tree = tree.union(within.where(VocabularyElement.uri == tree.c.uri))
    return tuple(session.scalars(select(tree.c.uri).limit(MOST_PLACES)))
