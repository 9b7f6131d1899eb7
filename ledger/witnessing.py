"""Witnesses: who is mailed the checkpoints, and what they sign in their turn.

A checkpoint is worth what others keep of it. Each witness gets a checkpoint at most once, by the
outbox; a witness with a key of its own may send it back with its signature under it.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from foundation import mail
from foundation.errors import Conflict, Finding, Invalid, NotFound
from foundation.i18n import _
from ledger import note
from ledger.models import Checkpoint, Cosignature, Mailing, Witness


def appoint(
    session: Session, name: str, email: str, verifier_key: str | None = None, *, now: datetime
) -> Witness:
    """Mail every day's checkpoint to somebody from now on.

    Raises: Invalid("ledger.witness_address" or "ledger.witness_key"), Conflict.
    """
    findings = []
    if "@" not in email.strip("@") or any(sign.isspace() for sign in email) or len(email) > 254:
        findings.append(Finding("ledger.witness_address", {"email": email}))
    if verifier_key is not None and not _is_key(verifier_key):
        findings.append(Finding("ledger.witness_key", {"key": verifier_key}))
    if findings:
        raise Invalid(findings)
    if any(known.email == email for known in list_witnesses(session)):
        raise Conflict("ledger.witness_known", email=email)
    witness = Witness(name=name, email=email, verifier_key=verifier_key, since=now)
    session.add(witness)
    session.flush()
    return witness


def dismiss(session: Session, email: str, *, now: datetime) -> None:
    """Mail no more to a witness. Raises: NotFound("ledger.no_witness")."""
    for witness in list_witnesses(session):
        if witness.email == email:
            witness.until = now
            return
    raise NotFound("ledger.no_witness", email=email)


def list_witnesses(session: Session) -> Sequence[Witness]:
    """Return who is mailed checkpoints now."""
    statement = select(Witness).where(Witness.until.is_(None)).order_by(Witness.id)
    return session.scalars(statement).all()


def mail_out(session: Session, mark: Checkpoint, *, now: datetime) -> int:
    """Put a checkpoint into the outbox for every witness that was not sent it; answers how many."""
    sent = 0
    for witness in list_witnesses(session):
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


def accept(session: Session, signed: str, *, now: datetime) -> list[Cosignature]:
    """Keep the signatures that witnesses put under a checkpoint of ours.

    Raises: Invalid("ledger.outside_unreadable", "ledger.cosignature_none"), NotFound.
    """
    try:
        said = note.read(signed)
    except ValueError:
        raise Invalid([Finding("ledger.outside_unreadable")]) from None
    mark = session.get(Checkpoint, said.size)
    if mark is None or mark.root != said.root:
        raise NotFound("ledger.no_such_checkpoint", size=said.size)
    made = [
        row
        for witness in list_witnesses(session)
        if witness.verifier_key and (row := _cosignature(session, mark, signed, witness, now))
    ]
    if not made:
        raise Invalid([Finding("ledger.cosignature_none")])
    return made


def cosigned(session: Session, mark: Checkpoint) -> str:
    """Return a checkpoint with every witness's signature under it."""
    lines = session.scalars(
        select(Cosignature.line).where(Cosignature.size == mark.size).order_by(Cosignature.key_name)
    )
    return mark.note + "".join(lines)


def _cosignature(
    session: Session, mark: Checkpoint, signed: str, witness: Witness, now: datetime
) -> Cosignature | None:
    key_name = witness.verifier_key or ""
    if session.get(Cosignature, (mark.size, key_name)) is not None:
        return None
    text = mark.note.partition("\n\n")[0]
    below = signed.partition("\n\n")[2]
    for line in below.splitlines(keepends=True):
        if line.endswith("\n") and is_witnessed(f"{text}\n\n{line}", key_name):
            row = Cosignature(size=mark.size, key_name=key_name, line=line, received_at=now)
            session.add(row)
            return row
    return None


def is_witnessed(signed: str, verifier_key: str) -> bool:
    """Say whether a note bears a signature of this key, with or without a moment."""
    name, public = note.read_verifier_key(verifier_key)
    plain = note.is_signed_by(signed, public, name)
    return plain or note.signed_at(signed, name, public) is not None


def _is_key(written: str) -> bool:
    try:
        note.read_verifier_key(written)
    except ValueError:
        return False
    return len(written) <= 200
