"""Witnesses: who is mailed the checkpoints, and what they sign in their turn.

A checkpoint is worth what others keep of it. Each witness gets a checkpoint at most once, by the
outbox; a witness with a key of its own may send it back with its signature under it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from foundation import mail
from foundation.errors import Conflict, Finding, Invalid, NotFound
from foundation.i18n import _
from ledger import note, rotation
from ledger.models import Checkpoint, Cosignature, Mailing, Witness

GAP = "\n\n"
"""What stands between the text of a note and its signatures."""


@dataclass(frozen=True)
class Cosigned:
    """Who signed a checkpoint besides us, with which key, and the moment it tells."""

    name: str
    verifier_key: str
    at: datetime


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

    Raises: Invalid("ledger.outside_unreadable", "ledger.cosignature_wrong" or
    "ledger.cosignature_none"), NotFound("ledger.no_such_checkpoint"),
    Conflict("ledger.split_view") for one of our own that tells another log.
    """
    try:
        said = note.read(signed)
    except ValueError:
        raise Invalid([Finding("ledger.outside_unreadable")]) from None
    mark = session.get(Checkpoint, said.size)
    if mark is None or mark.root != said.root or note.read(mark.note).origin != said.origin:
        if mark is not None and any(
            note.is_signed_by(signed, key.public_key) for key in rotation.list_keys(session)
        ):
            raise Conflict("ledger.split_view", size=said.size)
        raise NotFound("ledger.no_such_checkpoint", size=said.size)
    keyed = [witness for witness in list_witnesses(session) if witness.verifier_key]
    _refuse_wrong(mark, signed, keyed)
    made = [row for each in keyed if (row := _cosignature(session, mark, signed, each, now))]
    if not made:
        raise Invalid([Finding("ledger.cosignature_none")])
    return made


def _refuse_wrong(mark: Checkpoint, signed: str, witnesses: Sequence[Witness]) -> None:
    """Refuse the whole file when a line in a witness's name is not its signature of our text."""
    over_ours = _over(mark, signed)
    findings = []
    for witness in witnesses:
        name, public = note.read_verifier_key(witness.verifier_key or "")
        if note.bears(over_ours, name, public) and not is_witnessed(over_ours, name, public):
            findings.append(Finding("ledger.cosignature_wrong", {"name": witness.name}))
    if findings:
        raise Invalid(findings)


def _over(mark: Checkpoint, signed: str) -> str:
    """The lines of a file, put under the text that we published."""
    return f"{mark.note.rpartition(GAP)[0]}{GAP}{signed.rpartition(GAP)[2]}"


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


def _cosignature(
    session: Session, mark: Checkpoint, signed: str, witness: Witness, now: datetime
) -> Cosignature | None:
    key_name = witness.verifier_key or ""
    if session.get(Cosignature, (mark.size, key_name)) is not None:
        return None
    name, public = note.read_verifier_key(key_name)
    for line in signed.rpartition(GAP)[2].splitlines(keepends=True):
        alone = _over(mark, f"{GAP}{line}")
        if note.bears(alone, name, public) and is_witnessed(alone, name, public):
            row = Cosignature(size=mark.size, key_name=key_name, line=line, received_at=now)
            session.add(row)
            return row
    return None


def is_witnessed(signed: str, name: str, public_key: bytes) -> bool:
    """Say whether a note bears a signature of this key, with or without a moment."""
    plain = note.is_signed_by(signed, public_key, name)
    return plain or note.signed_at(signed, name, public_key) is not None


def _is_key(written: str) -> bool:
    try:
        note.read_verifier_key(written)
    except ValueError:
        return False
    return len(written) <= 200
