"""A witness's own door: the checkpoint it may sign next, and handing in what it signed.

A witness trusts nobody: it keeps what it signed last, asks for the growth since, checks it and
signs (`docs/verify/witness.py`). What it signs proves itself: nobody need sign in to hand it in.
"""

from __future__ import annotations

import base64
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from foundation.errors import Conflict, Finding, Invalid, NotFound
from foundation.inputs import INT64
from ledger import alarms, checkpoint, keys, note, proofs, rotation, witnesses
from ledger.alarms import Brought
from ledger.models import Checkpoint, Cosignature, Witness
from ledger.witnessing import GAP, is_witnessed


@dataclass(frozen=True)
class Growth:
    """The newest checkpoint and the proof that the log of `first` entries (0: none) begins it."""

    mark: Checkpoint
    first: int
    path: list[bytes]


@dataclass(frozen=True)
class HandedIn:
    """What came of a note: the cosignatures kept now, those kept before, or why none can be.

    A note that tells another log is no accident: `alarm` says which, for whoever keeps alarms.
    """

    size: int
    made: Sequence[str]
    known: Sequence[str]
    alarm: Brought | None = None


def next_for(session: Session, first: int) -> Growth:
    """Return what a witness that last signed *first* entries (0: none yet) may sign next.

    Raises: NotFound("ledger.no_checkpoint"), Conflict("ledger.shorter") where this log has fewer.
    """
    mark = checkpoint.get_newest(session)
    if first > mark.size:
        raise Conflict(alarms.SHORTER, size=first, ours=mark.size)
    if not first:
        return Growth(mark, 0, [])
    return Growth(mark, first, proofs.prove_consistency(session, first, mark.size).path)


def request_text(growth: Growth) -> str:
    """Write it as the request that C2SP "tlog-witness" programs take."""
    path = "".join(f"{base64.b64encode(step).decode()}\n" for step in growth.path)
    return f"old {growth.first}\n{path}\n{growth.mark.note}"


def accept(session: Session, signed: str, *, now: datetime) -> HandedIn:
    """Keep the signatures that witnesses put under a checkpoint of ours; again is no harm.

    Raises: Invalid("ledger.outside_unreadable", "ledger.cosignature_wrong" or
    "ledger.cosignature_none"), NotFound("ledger.no_such_checkpoint"),
    Conflict("ledger.witness_suspended").
    """
    try:
        origin, size, root = note.read_tree(signed)
    except ValueError:
        raise Invalid([Finding("ledger.outside_unreadable", {}, "note")]) from None
    mark = session.get(Checkpoint, size) if size <= INT64 else None
    keyed = [each for each in witnesses.list_witnesses(session) if each.verifier_key]
    if mark is None or mark.root != root or note.read(mark.note).origin != origin:
        brought = _contradicting(session, signed, keyed)
        if brought is None:
            raise NotFound("ledger.no_such_checkpoint", size=size)
        return HandedIn(size, (), (), brought)
    _refuse_wrong(mark, signed, keyed)
    return _kept(session, mark, _lines(mark, signed, keyed), now)


def _kept(
    session: Session, mark: Checkpoint, lines: list[tuple[Witness, str]], now: datetime
) -> HandedIn:
    if not lines:
        raise Invalid([Finding("ledger.cosignature_none", {}, "note")])
    for witness, _line in lines:
        if witness.state != "active":
            raise Conflict("ledger.witness_suspended", name=witness.name)
    made: list[str] = []
    known: list[str] = []
    for witness, line in lines:
        # Two deliveries at once: the second finds the first's.
        values = {"size": mark.size, "key_name": witness.verifier_key, "line": line}
        row = insert(Cosignature).values(received_at=now, **values).on_conflict_do_nothing()
        is_new = session.execute(row.returning(Cosignature.size)).first() is not None
        (made if is_new else known).append(line)
    return HandedIn(mark.size, made, known)


def _contradicting(session: Session, signed: str, keyed: Sequence[Witness]) -> Brought | None:
    """What is not of our log and yet bears our signature or a witness's; None for all else."""
    origin, size, root = note.read_tree(signed)
    newest = checkpoint.find_newest(session)
    if newest is None or origin not in (keys.origin(), note.read(newest.note).origin):
        return None
    is_ours = _is_ours(session, signed)
    if size > newest.size:
        is_told = is_ours and size <= INT64
        return Brought(alarms.SHORTER, size, root, signed) if is_told else None
    if size == 0 or proofs.root_at(session, size) == root:
        return None
    if is_ours:
        return Brought(alarms.SPLIT_VIEW, size, root, signed)
    for witness in keyed:
        name, public = note.read_verifier_key(witness.verifier_key or "")
        if is_witnessed(signed, name, public):
            return Brought(alarms.COSIGNED_OTHER, size, root, signed, witness.id)
    return None


def _is_ours(session: Session, signed: str) -> bool:
    """Whether a key of this log signed it while it was in office."""
    try:
        said = note.read(signed)
    except ValueError:
        return False
    return any(
        term.holds(said.made_at) and note.is_signed_by(signed, term.public_key)
        for term in rotation.terms(session)
    )


def _refuse_wrong(mark: Checkpoint, signed: str, keyed: Sequence[Witness]) -> None:
    """Refuse the whole file when a line in a witness's name is not its signature of our text."""
    over_ours = _over(mark, signed)
    findings = []
    for witness in keyed:
        name, public = note.read_verifier_key(witness.verifier_key or "")
        if note.bears(over_ours, name, public) and not is_witnessed(over_ours, name, public):
            findings.append(Finding("ledger.cosignature_wrong", {"name": witness.name}, "note"))
    if findings:
        raise Invalid(findings)


def _lines(mark: Checkpoint, signed: str, keyed: Sequence[Witness]) -> list[tuple[Witness, str]]:
    """The first good line of each witness under a note."""
    found = []
    below = signed.rpartition(GAP)[2].splitlines(keepends=True)
    for witness in keyed:
        name, public = note.read_verifier_key(witness.verifier_key or "")
        for line in below:
            if is_witnessed(_over(mark, f"{GAP}{line}"), name, public):
                found.append((witness, line))
                break
    return found


def _over(mark: Checkpoint, signed: str) -> str:
    """The lines of a file, put under the text that we published."""
    return f"{mark.note.rpartition(GAP)[0]}{GAP}{signed.rpartition(GAP)[2]}"
