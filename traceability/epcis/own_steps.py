"""Steps our own program recorded: partners and programs may not declare them wrong from outside."""

from __future__ import annotations

from collections.abc import Iterable

from sqlalchemy import select
from sqlalchemy.orm import Session

from traceability.epcis import own_documents
from traceability.epcis.entries import Entry
from traceability.epcis.models import EpcisEvent


def without(told: Iterable[Entry], some: Iterable[Entry]) -> list[Entry]:
    """Some of what is told left out."""
    gone = {id(entry) for entry in some}
    return [entry for entry in told if id(entry) not in gone]


def declarations_of_ours(
    session: Session, told: Iterable[Entry], organisation_id: int | None
) -> list[Entry]:
    """The entries that declare steps wrong which our own program recorded for the teller.

    Such a step is undone where its goods are given back; said from outside alone, the graph and
    the stock would contradict each other.
    """
    declared = {entry.event_id: entry for entry in told if entry.declared is not None}
    if not declared:
        return []
    rows = session.execute(
        select(EpcisEvent.event_id, EpcisEvent.document).where(
            EpcisEvent.event_id.in_(declared),
            ~EpcisEvent.is_error_declaration,
            EpcisEvent.organisation_id.is_not_distinct_from(organisation_id),
        )
    )
    return [
        declared[event_id]
        for event_id, document in rows
        if own_documents.own_details(document) is not None
    ]
