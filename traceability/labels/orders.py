"""Label orders: so many labels of a batch on this paper, with or without their own serials."""

import tempfile
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import BinaryIO

from sqlalchemy import func, select
from sqlalchemy.orm import Session, joinedload

from accounts import permissions, verification
from accounts.permissions import Actor
from foundation import clock, files, jobs
from foundation.errors import Conflict, NotFound
from foundation.jobs import Cancelled, JobState
from ledger import log
from traceability import batches
from traceability.labels import carriers, frozen, issuing, printing, runs, serial_keys, serials
from traceability.labels.colours import Colours
from traceability.labels.frozen import Frozen
from traceability.labels.layouts import get_layout
from traceability.labels.runs import LabelOrder as LabelOrder
from traceability.labels.sheet import Progress, Run
from traceability.labels.wording_on_label import Told, compose_text
from traceability.models import Batch, LabelJob

RENDER = "labels.render"
_ENDED = ("finished_at", "file_digest")
MOST_LABELS = max(printing.MOST.values())
MOST_FILE_BYTES = 512 * 1024 * 1024
MOST_WAITING = 20
"""Orders of one organisation that wait for a worker or are being printed: others print, too."""
_WAITS_FOR = timedelta(days=1)


def place(
    session: Session, actor: Actor, order: LabelOrder, *, base_url: str, now: datetime
) -> LabelJob:
    """Take an order and set its range of serials aside.

    Raises: Forbidden, NotFound, Invalid with all findings, Refused("organisation.unverified"),
    Conflict("label.batch_not_printable").
    """
    batch = batches.get_locked_batch(session, order.batch)
    permissions.require(actor, "label.issue", batch)
    verification.require_verified(session, batch.organisation_id)
    if batch.state in ("held", "closed"):
        raise Conflict("label.batch_not_printable", lot=batch.lot)
    prepared = runs.prepare(session, batch, order, base_url=base_url, today=clock.business_day(now))
    prepared.check()
    run, design = prepared.run, prepared.design
    first = serials.next_number(session, batch) if order.serialised else None
    job = LabelJob(
        batch_id=batch.id,
        organisation_id=batch.organisation_id,
        commune_code=batch.commune_code,
        province_code=batch.province_code,
        layout=order.layout,
        label_count=order.count,
        start_place=order.start,
        language=order.language,
        carrier=order.carrier,
        format=order.format,
        first_serial=first,
        serial_key=serial_keys.newest(session) if order.serialised else None,
        address=run.address,
        design_id=design.id if design else None,
        design_version=design.version if design else None,
        printed=frozen.freeze(Frozen(run.layout, run.text, run.colours)),
        ordered_at=now,
    )
    job.batch = batch
    session.add(job)
    session.flush()
    body = {"layout": order.layout, "count": order.count, "first_serial": first}
    log.append(session, kind="labels.issued", subject=batch.code, body=body, now=now)
    return job


def queue(session: Session, job: LabelJob) -> None:
    """Let a worker print the order as soon as this transaction commits.

    Raises: Conflict("label.too_many_waiting") where the organisation has enough of them waiting.
    """
    if _count_waiting(session, job) >= MOST_WAITING:
        raise Conflict("label.too_many_waiting", most=MOST_WAITING)
    job.queue_id = jobs.defer(session, RENDER, {"label_job": job.id})
    session.flush()


def _count_waiting(session: Session, job: LabelJob) -> int:
    waiting = select(func.count()).where(
        LabelJob.organisation_id == job.organisation_id,
        LabelJob.queue_id.is_not(None),
        LabelJob.finished_at.is_(None),
        # What failed for good does not stand in the way for ever.
        LabelJob.ordered_at > job.ordered_at - _WAITS_FOR,
    )
    return session.scalar(waiting) or 0


def get_job(session: Session, actor: Actor, job_id: int) -> LabelJob:
    """An order, for those who may print for its organisation. Raises: NotFound."""
    job = load(session, job_id)
    permissions.require(actor, "label.issue", job)
    return job


def list_jobs(session: Session, batch_id: int) -> list[LabelJob]:
    """The latest orders of a batch that a worker printed or is to print, newest first."""
    statement = select(LabelJob).where(
        LabelJob.batch_id == batch_id, LabelJob.queue_id.is_not(None)
    )
    return list(session.scalars(statement.order_by(LabelJob.id.desc()).limit(50)))


def state_of(session: Session, job: LabelJob) -> JobState:
    """How far the printing is; told by the order itself once its sheets are kept.

    Raises: NotFound when it was never queued.
    """
    if job.queue_id is None:
        raise NotFound("job.not_found")
    if job.file_digest is None:
        return jobs.state(session, job.queue_id)
    return JobState(
        id=job.queue_id,
        name=RENDER,
        state="done",
        done=job.label_count,
        total=job.label_count,
        attempts=1,
        error=None,
        payload={},
        updated_at=job.finished_at,
    )


def states_of(session: Session, found: Sequence[LabelJob]) -> dict[int, str]:
    """How queued orders stand, by id; one statement however many."""
    told = jobs.states(session, [job.queue_id for job in found if job.queue_id is not None])
    return {
        job.id: "done" if job.file_digest is not None else told.get(job.queue_id or 0, "done")
        for job in found
    }


def cancel(session: Session, actor: Actor, job_id: int, *, now: datetime) -> LabelJob:
    """Stop an order; serials set aside for it are never used for anything else.

    Raises: Forbidden, NotFound, Conflict("label.job_finished").
    """
    job = get_job(session, actor, job_id)
    # Printing ends under the same lock: either the sheets are kept or the serials are void.
    session.refresh(job, _ENDED, with_for_update=True)
    if job.finished_at is not None or job.queue_id is None:
        raise Conflict("label.job_finished")
    job.finished_at = now
    jobs.cancel(session, job.queue_id)
    issuing.withdraw(session, job, now=now)
    return job


def issue_serials(session: Session, job_id: int, *, key: bytes, now: datetime) -> LabelJob:
    """Enter all of an order's serials: a label scanned the moment it is printed is known."""
    job = load(session, job_id)
    while issuing.issue_part(session, job, key=key, now=now) < job.label_count:
        continue
    return job


def render(session: Session, job: LabelJob, stream: BinaryIO, progress: Progress) -> None:
    """Print an order whose serials are issued to `stream`, as the kind of file it asks for."""
    codes = None
    if job.first_serial is not None:
        codes = serials.stream(session, job.batch_id, job.first_serial, job.label_count)
    kept = _kept(job)
    run = Run(
        layout=kept.layout,
        text=kept.text,
        address=job.address,
        count=job.label_count,
        code=job.batch.code,
        serials=codes,
        serial_length=serials.LENGTH if job.is_serialised else 0,
        start=job.start_place,
        carrier=job.carrier,
        language=job.language,
        colours=kept.colours,
    )
    printing.write(run, job.format, stream, progress)


def _kept(job: LabelJob) -> Frozen:
    """What the order's labels say: as it was ordered, whatever was changed since."""
    if job.printed is not None:
        return frozen.thaw(job.printed)
    # Orders of before designs kept no words: theirs are the standard ones.
    text = compose_text(Told(job.batch), job.language, opens_page=carriers.opens_page(job.carrier))
    return Frozen(get_layout(job.layout), text, Colours())


def print_to_store(session: Session, job_id: int, progress: Progress, *, now: datetime) -> None:
    """Print an order into the file store; done once, a second call changes nothing.

    Raises: Cancelled when somebody stopped the order meanwhile.
    """
    job = load(session, job_id)
    if job.file_digest is not None:
        return
    with tempfile.TemporaryFile() as sheets:
        render(session, job, sheets, progress)
        sheets.seek(0)
        kept = files.keep(session, sheets, now=now, most_bytes=MOST_FILE_BYTES)
    session.refresh(job, _ENDED, with_for_update=True)
    if job.finished_at is not None:
        raise Cancelled
    job.file_digest = kept.digest
    job.finished_at = now


def load(session: Session, job_id: int) -> LabelJob:
    """An order with all that printing reads of it. Raises: NotFound("label.job_not_found")."""
    statement = (
        select(LabelJob)
        .where(LabelJob.id == job_id)
        .options(
            joinedload(LabelJob.batch).joinedload(Batch.product),
            joinedload(LabelJob.batch).joinedload(Batch.organisation),
            joinedload(LabelJob.batch).selectinload(Batch.areas),
        )
    )
    job = session.scalar(statement)
    if job is None:
        raise NotFound("label.job_not_found")
    return job
