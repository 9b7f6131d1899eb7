"""Deadlines: what is due next for an area and by when, kept on its row so that lists can sort.

Whose turn it is follows from the status, the open amendment, the yearly monitoring and the end
of the code's validity; of several the earliest is told.
"""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from foundation import clock
from growing_areas.dossiers import terms
from growing_areas.dossiers.models import OPEN_AMENDMENT, Amendment
from growing_areas.models import GrowingArea

Due = tuple[date, str]


def day_of(now: datetime) -> date:
    """The business day of an instant."""
    return clock.business_day(now)


def refresh(session: Session, area: GrowingArea, action: str, *, now: datetime) -> None:
    """Keep an area's deadline true after a step was taken."""
    today = day_of(now)
    if area.code is None:
        steps = {"submitted": "inspect", "inspected": "decide"}
        step = "mend" if action == "send_back" else steps.get(area.status)
        due = terms.due_after(step, today) if step else None
        area.due_step, area.due_on = (step, due) if due else (None, None)
        return
    found = [*_own_dues(area), *_amendment_dues(session, area)]
    area.due_on, area.due_step = min(found) if found else (None, None)


def start_terms(area: GrowingArea, day: date) -> None:
    """Begin a code's validity and its year of monitoring, as the rules of the day say."""
    area.valid_until = end_of_term(area, day)
    area.monitor_on = next_monitoring(area, day)


def end_of_term(area: GrowingArea, day: date) -> date | None:
    """The last day of a term that begins on ``day``; None where no rule ends it."""
    months = terms.code_term(area.market, day).validity_months
    return terms.months_after(day, months) if months is not None else None


def next_monitoring(area: GrowingArea, visited_on: date) -> date:
    """By when an area is to be monitored again."""
    return terms.months_after(
        visited_on, terms.code_term(area.market, visited_on).monitoring_months
    )


def _own_dues(area: GrowingArea) -> list[Due]:
    found: list[Due] = []
    if area.status == "approved" and area.monitor_on is not None:
        found.append((area.monitor_on, "monitor"))
    if area.status in ("approved", "suspended") and area.valid_until is not None:
        found.append((area.valid_until, "renew"))
    return found


def _amendment_dues(session: Session, area: GrowingArea) -> list[Due]:
    if area.status not in ("approved", "suspended"):
        return []
    session.flush()
    statement = select(Amendment.status, Amendment.status_changed_at).where(
        Amendment.area_id == area.id, Amendment.status.in_(OPEN_AMENDMENT)
    )
    steps = {"submitted": "amend_inspect", "inspected": "amend_decide"}
    dues = [
        (terms.due_after(steps[status], day_of(changed_at)), steps[status])
        for status, changed_at in session.execute(statement)
    ]
    return [(due, step) for due, step in dues if due is not None]
