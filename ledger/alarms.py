"""Alarms: signed notes that tell another log than this house's, kept as they were signed.

`ledger.split_view`: our own key signed two logs of one size. `ledger.shorter`: our key signed more
entries than there are. `ledger.cosigned_other`: a witness signed another root than ours, so that
somebody showed it another log, or it errs. Whoever brings one proves it by its signature.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from foundation import paging
from foundation.errors import Conflict, NotFound
from ledger.models import Alarm, Contradiction, Witness

SPLIT_VIEW = "ledger.split_view"
SHORTER = "ledger.shorter"
COSIGNED_OTHER = "ledger.cosigned_other"
_MOST_OPEN = 20


@dataclass(frozen=True)
class Brought:
    """A note that tells another log; `witness_id` where a witness's signature is what counts."""

    code: str
    size: int
    root: bytes
    note: str
    witness_id: int | None = None


@dataclass(frozen=True)
class Shown:
    """An alarm as admins see it; `witness` is the name of who signed, if not our own key alone."""

    alarm: Alarm
    witness: str | None


def keep(session: Session, brought: Brought, *, now: datetime) -> bool:
    """Keep a note; answers whether to tell about it: it is new, and no other like it is open.

    Of one witness and kind at most twenty are kept open: a witness gone mad fills no disk.
    """
    is_open = Alarm.settled_at.is_(None)
    like = (Alarm.code == brought.code, Alarm.witness_id.is_not_distinct_from(brought.witness_id))
    count = select(func.count()).select_from(Alarm).where(is_open, *like)
    known = session.scalar(count) or 0
    if known >= _MOST_OPEN:
        return False
    row = insert(Alarm).values(
        code=brought.code,
        size=brought.size,
        root=brought.root,
        note=brought.note,
        witness_id=brought.witness_id,
        seen_at=now,
    )
    is_new = session.execute(row.on_conflict_do_nothing().returning(Alarm.id)).first() is not None
    if is_new and brought.code == SPLIT_VIEW:
        keep_contradiction(session, brought, now=now)
    return is_new and not known


def keep_contradiction(session: Session, brought: Brought, *, now: datetime) -> None:
    """Show a note that a key of ours signed and that tells another log to everybody."""
    row = insert(Contradiction).values(
        size=brought.size, root=brought.root, note=brought.note, seen_at=now
    )
    session.execute(row.on_conflict_do_nothing())


def list_page(session: Session, *, cursor: str | None = None) -> paging.Page[Shown]:
    """Return a page of alarms, the newest first."""
    page = paging.fetch(session, select(Alarm), [Alarm.id], cursor=cursor, descending=True)
    wanted = {alarm.witness_id for alarm in page.items}
    rows = session.execute(select(Witness.id, Witness.name).where(Witness.id.in_(wanted)))
    names = {row.id: row.name for row in rows}
    items = [Shown(alarm, names.get(alarm.witness_id or 0)) for alarm in page.items]
    return paging.Page(items, page.next_cursor, page.total)


def get(session: Session, alarm_id: int) -> Shown:
    """Return an alarm. Raises: NotFound("ledger.no_alarm")."""
    found = session.get(Alarm, alarm_id)
    if found is None:
        raise NotFound("ledger.no_alarm")
    witness = session.get(Witness, found.witness_id) if found.witness_id else None
    return Shown(found, witness.name if witness else None)


def count_open(session: Session) -> int:
    """Return how many alarms nobody has settled."""
    count = select(func.count()).select_from(Alarm).where(Alarm.settled_at.is_(None))
    return session.scalar(count) or 0


def settle(session: Session, alarm_id: int, *, now: datetime) -> Alarm:
    """Close an alarm that was looked into; the note stays.

    Raises: NotFound("ledger.no_alarm"), Conflict("ledger.alarm_settled").
    """
    found = session.get(Alarm, alarm_id, with_for_update=True, populate_existing=True)
    if found is None:
        raise NotFound("ledger.no_alarm")
    if found.settled_at is not None:
        raise Conflict("ledger.alarm_settled")
    found.settled_at = now
    return found
