"""The paper of a purchase (invoice, weighing slip): kept in the house, let go when not needed.

It may name a private seller, so it is never public and goes with the seller's name.
"""

from __future__ import annotations

from datetime import datetime
from io import BytesIO

from sqlalchemy.orm import Session

from accounts import permissions
from accounts.permissions import Actor
from foundation import files
from foundation.errors import NotFound
from foundation.models import StoredFile
from growing_areas.dossiers.uploads import Judged
from ledger import log
from traceability import batches
from traceability.handling.trade_models import BatchPurchase


def check(session: Session, actor: Actor, code: str, purchase_id: int) -> None:
    """Refuse whoever may not add a paper, before what they sent is looked at.

    Raises: NotFound, Forbidden.
    """
    _purchase(session, actor, code, purchase_id, "batch.write")


def add(
    session: Session,
    actor: Actor,
    code: str,
    purchase_id: int,
    judged: Judged,
    *,
    now: datetime,
) -> BatchPurchase:
    """Keep the paper of a purchase in place of the one before. Raises: NotFound, Forbidden."""
    row = _locked(session, actor, code, purchase_id)
    row.file_digest = files.keep(session, BytesIO(judged.full), now=now, public=False).digest
    _note(session, row, code, "batch.purchase_paper_added", now)
    return row


def remove(
    session: Session, actor: Actor, code: str, purchase_id: int, *, now: datetime
) -> BatchPurchase:
    """Let the paper of a purchase go: it is erased after its time of grace.

    Raises: NotFound, Forbidden.
    """
    row = _locked(session, actor, code, purchase_id)
    if row.file_digest is None:
        raise NotFound("file.not_found")
    row.file_digest = None
    _note(session, row, code, "batch.purchase_paper_removed", now)
    return row


def read(session: Session, actor: Actor, code: str, purchase_id: int) -> StoredFile:
    """The paper itself, for those who may see the batch inside. Raises: NotFound, Forbidden."""
    row = _purchase(session, actor, code, purchase_id, "batch.read")
    if row.file_digest is None:
        raise NotFound("file.not_found")
    return files.get_file(session, row.file_digest)


def _purchase(
    session: Session, actor: Actor, code: str, purchase_id: int, action: str
) -> BatchPurchase:
    batch = batches.get_batch(session, code)
    permissions.require(actor, action, batch)
    row = session.get(BatchPurchase, purchase_id)
    if row is None or row.batch_id != batch.id:
        raise NotFound("batch.purchase_not_found")
    return row


def _locked(session: Session, actor: Actor, code: str, purchase_id: int) -> BatchPurchase:
    row = _purchase(session, actor, code, purchase_id, "batch.write")
    session.refresh(row, with_for_update=True)
    return row


def _note(session: Session, row: BatchPurchase, code: str, kind: str, now: datetime) -> None:
    session.flush()
    log.append(session, kind=kind, subject=code, body={"purchase": row.id}, now=now)
