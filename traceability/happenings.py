"""What happened, before it becomes an event: the shape every step of the trade is told in. PURE."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from typing import Any, Literal

EventType = Literal[
    "ObjectEvent",
    "AggregationEvent",
    "TransactionEvent",
    "TransformationEvent",
    "AssociationEvent",
]
Action = Literal["ADD", "OBSERVE", "DELETE"]
# Why an event is declared wrong (CBV 2.0, error reasons).
Reason = Literal["did_not_occur", "incorrect_data"]


@dataclass(frozen=True)
class Portion:
    """An amount of a lot by its canonical name, or (``is_class`` False) one item or unit.

    ``unit`` is UN/CEFACT; None counts pieces. ``quantity`` None: nobody said how much.
    """

    uri: str
    quantity: Decimal | None = None
    unit: str | None = None
    is_class: bool = True


@dataclass(frozen=True)
class Happening:
    """One step, told once: EPCIS 2.0 event fields by their own names.

    ``things`` are an object event's objects, an aggregation's contents (its unit is
    ``parent_uri``) or a transaction's objects; ``inputs`` and ``outputs`` a transformation's.
    ``details`` goes into our own member ``nguon:details``: codes and numbers, never a person.
    """

    event_type: EventType
    biz_step: str
    happened_at: datetime
    action: Action | None = None
    disposition: str | None = None
    things: tuple[Portion, ...] = ()
    inputs: tuple[Portion, ...] = ()
    outputs: tuple[Portion, ...] = ()
    parent_uri: str | None = None
    read_point: str | None = None
    biz_location: str | None = None
    # (type, id) of business documents; (type, place or party) of who gave and who got.
    transactions: tuple[tuple[str, str], ...] = ()
    sources: tuple[tuple[str, str], ...] = ()
    destinations: tuple[tuple[str, str], ...] = ()
    persistent_set: tuple[str, ...] = ()
    persistent_unset: tuple[str, ...] = ()
    sensors: tuple[Mapping[str, Any], ...] = ()
    details: Mapping[str, Any] = field(default_factory=dict)
