"""Orders of long lists: a worker writes the file, whoever asked fetches it within some days."""

from __future__ import annotations

import tempfile
from dataclasses import asdict
from datetime import date, datetime, timedelta
from typing import Any, BinaryIO, cast

from sqlalchemy import select
from sqlalchemy.orm import Session

from accounts import actors, permissions
from accounts.permissions import Actor
from foundation import clock, files, jobs
from foundation.errors import Conflict, Finding, Invalid, NotFound
from foundation.files import Store
from foundation.inputs import INT64
from foundation.jobs import Cancelled, JobState
from growing_areas.exports import listing
from growing_areas.exports.listing import Progress
from growing_areas.exports.models import AreaExport
from growing_areas.registration import AreaQuery
from growing_areas.writing.formats import FORMATS

JOB = "growing_areas.export"
KEPT = timedelta(days=7)
MOST_BYTES = 8 * 1024 * 1024 * 1024
_ENDED = ("finished_at", "digest")
_PAGING = ("cursor", "size")


def shelf() -> Store:
    """Where finished files lie until they are removed."""
    return files.shelf("area-exports")


def place(
    session: Session, actor: Actor, query: AreaQuery, format_: str, *, now: datetime
) -> AreaExport:
    """Ask for a list as a file; a worker writes it as soon as this transaction commits.

    Raises: Forbidden; Invalid("table.format"); Conflict("export.nobody") for a caller who is no
    person and so could not fetch it.
    """
    permissions.require(actor, "area.read")
    if format_ not in FORMATS:
        params = {"format": format_[:20], "formats": ", ".join(FORMATS)}
        raise Invalid([Finding("table.format", params, field="format")])
    if actor.person_id is None:
        raise Conflict("export.nobody")
    told = {
        key: value.isoformat() if isinstance(value, date) else value
        for key, value in asdict(query).items()
        if key not in _PAGING and value
    }
    order = AreaExport(
        person_id=actor.person_id,
        format=format_,
        query=told,
        expected_rows=listing.count(session, actor, query),
        ordered_at=now,
    )
    session.add(order)
    session.flush()
    order.queue_id = jobs.defer(session, JOB, {"export": order.id})
    session.flush()
    return order


def get_order(session: Session, actor: Actor, order_id: int) -> AreaExport:
    """One's own order. Raises: NotFound, also for other people's; Forbidden.

    Whoever lost a role since is to order anew: the file may hold what is no longer theirs to see.
    """
    permissions.require(actor, "area.read")
    order = session.get(AreaExport, order_id) if 0 < order_id <= INT64 else None
    if order is None or order.person_id != actor.person_id:
        raise NotFound("export.not_found")
    if actors.has_lost_since(session, order.person_id, order.ordered_at):
        raise NotFound("export.not_found")
    return order


def state_of(session: Session, order: AreaExport) -> JobState:
    """How far the writing is; told by the order itself once its file is there."""
    if order.digest is None and order.queue_id is not None:
        return jobs.state(session, order.queue_id)
    rows = order.row_count or 0
    return JobState(order.queue_id or 0, JOB, "done", rows, rows, 1, None, {}, order.finished_at)


def cancel(session: Session, actor: Actor, order_id: int, *, now: datetime) -> AreaExport:
    """Stop an order. Raises: NotFound; Conflict("export.finished")."""
    order = get_order(session, actor, order_id)
    session.refresh(order, _ENDED, with_for_update=True)
    if order.finished_at is not None or order.queue_id is None:
        raise Conflict("export.finished")
    order.finished_at = now
    jobs.cancel(session, order.queue_id)
    return order


def write_to_shelf(session: Session, order_id: int, progress: Progress, *, now: datetime) -> None:
    """Write an order's file as whoever asked for it sees the list now; a second call does nothing.

    Raises: Cancelled when somebody stopped it, or when who asked may no longer see any list.
    """
    order = session.get(AreaExport, order_id)
    if order is None or order.digest is not None:
        return
    actor = actors.find_actor(session, order.person_id)
    if actor is None or not permissions.may_anywhere(actor, "area.read"):
        raise Cancelled
    with tempfile.TemporaryFile() as file:
        rows = _write(session, actor, order, cast(BinaryIO, file), progress, now=now)
        file.seek(0)
        content = shelf().put(cast(BinaryIO, file), most_bytes=MOST_BYTES)
    order = session.get_one(AreaExport, order_id, with_for_update=True, populate_existing=True)
    if order.finished_at is not None:
        raise Cancelled
    order.row_count, order.digest, order.size_bytes = rows, content.digest, content.size_bytes
    order.finished_at = now


def forget_before(session: Session, before: datetime) -> list[str]:
    """Forget orders placed before an instant; answers contents that nothing names any more."""
    old = session.scalars(select(AreaExport).where(AreaExport.ordered_at < before)).all()
    digests = {order.digest for order in old if order.digest}
    for order in old:
        session.delete(order)
    session.flush()
    named = session.scalars(select(AreaExport.digest).where(AreaExport.digest.in_(digests)))
    return sorted(digests - set(named))


def query_of(order: AreaExport) -> AreaQuery:
    """The filters of an order's list."""
    told: dict[str, Any] = dict(order.query)
    if "bbox" in told:
        told["bbox"] = tuple(told["bbox"])
    if "due_before" in told:
        told["due_before"] = date.fromisoformat(told["due_before"])
    return AreaQuery(**told)


def _write(
    session: Session,
    actor: Actor,
    order: AreaExport,
    file: BinaryIO,
    progress: Progress,
    *,
    now: datetime,
) -> int:
    pieces, written = listing.write(
        session, actor, query_of(order), order.format,
        on=clock.business_day(now), progress=progress, total=order.expected_rows,
    )  # fmt: skip
    for piece in pieces:
        file.write(piece)
    return written.rows
