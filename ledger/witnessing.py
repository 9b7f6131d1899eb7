"""Witnesses at work: what they are mailed, and whose signatures stand under our checkpoints.

A checkpoint is worth what others keep of it. Each witness gets a checkpoint at most once, by the
outbox; a witness with a key of its own hands back its signature (`cosigning`).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from foundation import mail
from foundation.i18n import _
from ledger import note, witnesses
from ledger.models import Checkpoint, Cosignature, Mailing, Witness

GAP = "\n\n"
"""What stands between the text of a note and its signatures."""


@dataclass(frozen=True)
class Cosigned:
    """Who signed a checkpoint besides us, with which key, and the moment it tells."""

    name: str
    verifier_key: str
    at: datetime


def mail_out(session: Session, mark: Checkpoint, *, now: datetime) -> int:
    """Put a checkpoint into the outbox for every witness that was not sent it; answers how many."""
    sent = 0
    for witness in witnesses.list_active(session):
        claimed = session.execute(
            insert(Mailing)
            .values(size=mark.size, witness_id=witness.id, mailed_at=now)
            .on_conflict_do_nothing()
            .returning(Mailing.size)
        ).first()
        if claimed is not None:
            subject = _("Mốc ký sổ truy xuất: %(size)s mục", size=mark.size)
            mail.enqueue(session, witness.email, subject, _letter(mark))
            sent += 1
    return sent


def _letter(mark: Checkpoint) -> str:
    return (
        _(
            "Xin giữ thư này: ai giữ mốc ký dưới đây chứng minh được về sau sổ có bị sửa hay"
            " không. Không cần làm gì thêm."
        )
        + f"\n\n{mark.note}\n"
    )


def cosigned(session: Session, mark: Checkpoint) -> str:
    """Return a checkpoint with every witness's signature under it."""
    lines = session.scalars(
        select(Cosignature.line).where(Cosignature.size == mark.size).order_by(Cosignature.key_name)
    )
    return mark.note + "".join(lines)


def list_cosignatures(session: Session, sizes: Sequence[int]) -> dict[int, list[Cosigned]]:
    """Return who signed some checkpoints besides us, and when, by their sizes."""
    names = {
        witness.verifier_key: witness.name
        for witness in session.scalars(select(Witness).order_by(Witness.id))
    }
    rows = session.execute(
        select(Cosignature, Checkpoint.note)
        .join(Checkpoint, Checkpoint.size == Cosignature.size)
        .where(Cosignature.size.in_(sizes))
        .order_by(Cosignature.size, Cosignature.received_at, Cosignature.key_name)
    )
    found: dict[int, list[Cosigned]] = {}
    for row, text in rows:
        name, public = note.read_verifier_key(row.key_name)
        at = note.signed_at(f"{text.rpartition(GAP)[0]}{GAP}{row.line}", name, public)
        told = Cosigned(names.get(row.key_name, name), row.key_name, at or row.received_at)
        found.setdefault(row.size, []).append(told)
    return found


def signers_of(session: Session, signed: str) -> list[str]:
    """Return the names of the witnesses, today's and former, that signed a note."""
    found = []
    for witness in session.scalars(select(Witness).order_by(Witness.id)):
        if witness.verifier_key is not None:
            name, public = note.read_verifier_key(witness.verifier_key)
            if is_witnessed(signed, name, public):
                found.append(witness.name)
    return found


def find_newest_cosigned(session: Session) -> Checkpoint | None:
    """Return the newest checkpoint that bears a witness's signature."""
    sizes = select(func.max(Cosignature.size)).scalar_subquery()
    return session.scalars(select(Checkpoint).where(Checkpoint.size == sizes)).first()


def is_witnessed(signed: str, name: str, public_key: bytes) -> bool:
    """Say whether a note bears a signature of this key, with or without a moment."""
    plain = note.is_signed_by(signed, public_key, name)
    return plain or note.signed_at(signed, name, public_key) is not None
