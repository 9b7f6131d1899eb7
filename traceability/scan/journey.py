"""The way of a batch as its scan page tells it: its steps, where each was taken, what is hidden."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from accounts.models import Organisation
from foundation import clock
from territory import units
from traceability import told_events
from traceability.epcis import own_documents
from traceability.epcis.models import EpcisEvent
from traceability.handling import markets
from traceability.models import Batch
from traceability.told_events import Told


@dataclass(frozen=True)
class Step:
    """One event of the batch, by its business step (CBV); since when and why it was a mistake.

    ``place`` is the commune of its own house, or the province of another's: whom a house deals with
    is its own matter.
    """

    biz_step: str
    happened_at: datetime
    wrong_since: datetime | None = None
    wrong_because: str | None = None
    place: str = ""


def steps(session: Session, batch: Batch, own_place: str, *, now: datetime) -> tuple[Step, ...]:
    """Its events but strangers' and sensors': what those measured is shown if the owner allows."""
    shown = [
        told
        for told in told_events.list_told(session, batch.id)
        if told.event.biz_step != "sensor_reporting" and is_for_everybody(told.event, batch)
    ]
    places = _places(session, shown, batch, clock.business_day(now))
    return tuple(
        Step(
            told.event.biz_step or "",
            told.event.event_time,
            told.wrong_since,
            told.reason,
            places.get(told.event.organisation_id or 0, own_place),
        )
        for told in shown
    )


def _places(session: Session, shown: Sequence[Told], batch: Batch, today: date) -> dict[int, str]:
    """The provinces of the other houses that told a step."""
    others = {told.event.organisation_id for told in shown} - {batch.organisation_id, None}
    if not others:
        return {}
    rows = session.execute(
        select(Organisation.id, Organisation.province_code).where(Organisation.id.in_(others))
    ).all()
    names = units.labels(session, {row.province_code for row in rows}, today)
    return {row.id: names.get(row.province_code, "") for row in rows}


def is_for_everybody(event: EpcisEvent, batch: Batch) -> bool:
    """Whether the public is told an event: its house told it, or our own program recorded it.

    Whoever captures events may name any batch in the world; a rival's word is not for its page.
    """
    details = own_documents.own_details(event.document)
    if details is not None and details.get("step") == markets.CHANGED:
        # For which country goods are meant is said as it is now, not as it came about.
        return False
    is_ours = details is not None
    return is_ours or event.organisation_id == batch.organisation_id
