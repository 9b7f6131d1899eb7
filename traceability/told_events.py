"""What happened to a batch as its people read it: every event, struck out where it was wrong."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cache

from sqlalchemy import Select, select
from sqlalchemy.orm import Session, aliased

from foundation import paging
from foundation.paging import Page
from traceability import events
from traceability.epcis import declared
from traceability.epcis.index_models import ErrorDeclaration
from traceability.epcis.models import EpcisEvent


@dataclass(frozen=True)
class Told:
    """An event that names a batch; when and why it was declared wrong, if it was."""

    event: EpcisEvent
    wrong_since: datetime | None
    reason: str | None


def list_told(session: Session, batch_id: int) -> list[Told]:
    """The events that name a batch, the first first, each with its correction if it has one."""
    rows = session.scalars(_telling(batch_id).order_by(EpcisEvent.event_time, EpcisEvent.id))
    return _with_corrections(session, rows.all())


def page_told(
    session: Session, batch_id: int, *, cursor: str | None = None, size: int = paging.DEFAULT_SIZE
) -> Page[Told]:
    """The same a page at a time. Raises: Invalid on a bad cursor."""
    key = (EpcisEvent.event_time, EpcisEvent.id)
    page: Page[EpcisEvent] = paging.fetch(
        session, _telling(batch_id), key, cursor=cursor, size=size, count=False
    )
    return Page(_with_corrections(session, page.items), page.next_cursor, page.total)


def _telling(batch_id: int) -> Select[EpcisEvent]:
    named = EpcisEvent.id.in_(events.naming(batch_id))
    return select(EpcisEvent).where(named, ~EpcisEvent.is_error_declaration, ~events.about_items())


@cache
def _corrections() -> Select[int, datetime, str | None]:
    """Made once: an alias of so wide a table takes longer than the question itself."""
    declaration = aliased(EpcisEvent)
    return (
        select(EpcisEvent.id, ErrorDeclaration.declared_at, ErrorDeclaration.reason)
        .join(declaration, declared.declares(declaration))
        .join(ErrorDeclaration, ErrorDeclaration.event_id == declaration.id)
        .order_by(declaration.id.desc())
    )


def _with_corrections(session: Session, told: Sequence[EpcisEvent]) -> list[Told]:
    """Declared wrong twice, a step is so since the first time; one statement."""
    ids = [event.id for event in told]
    rows = session.execute(_corrections().where(EpcisEvent.id.in_(ids)))
    wrong = {row.id: (row.declared_at, row.reason) for row in rows}
    return [Told(event, *wrong.get(event.id, (None, None))) for event in told]
