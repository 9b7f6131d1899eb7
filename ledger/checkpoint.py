"""Signed checkpoints: the log's size and root at a moment, to be kept outside this machine."""

from datetime import datetime

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from sqlalchemy import select
from sqlalchemy.orm import Session

from foundation import paging
from foundation.errors import NotFound
from ledger import note, rotation, sequencing
from ledger.models import Checkpoint


def make(session: Session, key: Ed25519PrivateKey, origin: str, *, now: datetime) -> Checkpoint:
    """Give waiting entries their place, then sign the log as it stands.

    A log that has not grown since its newest checkpoint answers that one.
    Raises: NotFound("ledger.empty") while nothing has been recorded, Conflict("ledger.key_retired")
    for a key that another one replaced meanwhile.
    """
    sequencing.sequence(session)
    frontier = sequencing.current_frontier(session)
    if frontier.size == 0:
        raise NotFound("ledger.empty")
    known = session.get(Checkpoint, frontier.size)
    if known is not None:
        return known
    rotation.refuse_retired(session, key)
    # A signature tells the moment in whole seconds.
    second = now.replace(microsecond=0)
    statement = note.Statement(origin, frontier.size, frontier.root(), second)
    rotation.register(session, key, now=now)
    made = Checkpoint(
        size=statement.size,
        root=statement.root,
        note=note.sign(statement, key),
        public_key=key.public_key().public_bytes_raw(),
        made_at=second,
    )
    session.add(made)
    session.flush()
    return made


def find_newest(session: Session) -> Checkpoint | None:
    """Return the newest checkpoint."""
    return session.scalars(select(Checkpoint).order_by(Checkpoint.size.desc()).limit(1)).first()


def get_newest(session: Session) -> Checkpoint:
    """Return the newest checkpoint. Raises: NotFound("ledger.no_checkpoint")."""
    found = find_newest(session)
    if found is None:
        raise NotFound("ledger.no_checkpoint")
    return found


def get_one(session: Session, size: int) -> Checkpoint:
    """Return the checkpoint signed at a size. Raises: NotFound("ledger.no_such_checkpoint")."""
    found = session.get(Checkpoint, size)
    if found is None:
        raise NotFound("ledger.no_such_checkpoint", size=size)
    return found


def list_page(
    session: Session, *, cursor: str | None = None, size: int = paging.DEFAULT_SIZE
) -> paging.Page[Checkpoint]:
    """Return a page of checkpoints, the newest first. Raises: Invalid on a bad cursor."""
    return paging.fetch(
        session,
        select(Checkpoint),
        [Checkpoint.size],
        cursor=cursor,
        size=size,
        descending=True,
    )


def get_covering(session: Session, sequence: int) -> Checkpoint:
    """Return the newest checkpoint if it holds this entry.

    Raises: NotFound("ledger.no_checkpoint"), NotFound("ledger.not_yet_covered").
    """
    newest = get_newest(session)
    if newest.size < sequence:
        raise NotFound("ledger.not_yet_covered", sequence=sequence)
    return newest
