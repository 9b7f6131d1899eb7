"""Entering an order's serials, part by part, and taking them out of use when it is stopped."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from traceability import batches
from traceability.items import acts
from traceability.items.models import ItemAct
from traceability.labels import serials
from traceability.models import Batch, LabelJob

PART = 20_000
"""Serials entered by one statement: a million of them take no more memory than these."""


def issue_part(session: Session, job: LabelJob, *, key: bytes, now: datetime) -> int:
    """Enter the next part of an order's serials; how many have theirs now.

    A part is one statement. The last one says that the whole range is printed. What was entered
    before stays, so an order taken up again goes on where it was left.
    """
    if job.first_serial is None:
        return job.label_count
    batch = batches.get_locked_batch(session, job.batch.code)
    end = job.first_serial + job.label_count
    next_one = serials.last_issued(session, batch.id, job.first_serial, job.label_count) + 1
    part = min(PART, end - next_one)
    if part:
        serials.issue(session, batch, next_one, part, key=key, now=now)
    if next_one + part == end and not _is_entered(session, job):
        acts.enter(session, _range(job, batch), "printed", now=now)
    return next_one + part - job.first_serial


def withdraw(session: Session, job: LabelJob, *, now: datetime) -> None:
    """What an order set aside is never used: void from now on, printed or not."""
    if job.first_serial is None:
        return
    batch = batches.get_locked_batch(session, job.batch.code)
    asked = _range(job, batch)
    standing = acts.standing_in(session, batch.id, asked.first, asked.last)
    if not standing or any(each.state != "void" for each in standing):
        acts.enter(session, asked, "void", now=now)


def _range(job: LabelJob, batch: Batch) -> acts.Range:
    first = job.first_serial or 0
    last = first + job.label_count - 1
    return acts.Range(batch, first, last, label_job_id=job.id)


def _is_entered(session: Session, job: LabelJob) -> bool:
    made = select(ItemAct.id).where(ItemAct.label_job_id == job.id).limit(1)
    return session.scalar(made) is not None
