"""Who witnesses: registered, suspended, taken up again, withdrawn; each is a fact of the log.

The log tells the witness's key and number, never its name or address: a witness may be a person.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import Select, func, select, text
from sqlalchemy.orm import Session

from foundation.errors import Conflict, Finding, Invalid, NotFound
from ledger import log, note, rotation
from ledger.models import Checkpoint, Cosignature, Witness

QUIET_AFTER = timedelta(hours=48)
"""A witness with a key that signed nothing for so long is said to be quiet."""

_MOST_KEY = 200
_LOCK = 0x57697473
"""Advisory lock of whoever registers a witness ("Wits")."""


@dataclass(frozen=True)
class Standing:
    """A witness as everybody may know it; `size` and `at` tell the last checkpoint it signed.

    `state` is `active`, `quiet` (has a key and signed nothing of late), `suspended`, `withdrawn`.
    """

    id: int
    name: str
    verifier_key: str | None
    since: datetime
    until: datetime | None
    state: str
    size: int | None
    at: datetime | None


def appoint(
    session: Session, name: str, email: str, verifier_key: str | None = None, *, now: datetime
) -> Witness:
    """Register a witness: it is mailed every day's checkpoint, and may sign with its own key.

    Raises: Invalid("ledger.witness_address", "ledger.witness_key" or "ledger.witness_own_key"),
    Conflict("ledger.witness_known" or "ledger.witness_key_known").
    """
    findings = []
    if "@" not in email.strip("@") or any(sign.isspace() for sign in email) or len(email) > 254:
        findings.append(Finding("ledger.witness_address", {"email": email[:254]}, "email"))
    if verifier_key is not None:
        findings += _wrong_key(session, verifier_key)
    if findings:
        raise Invalid(findings)
    _refuse_known(session, email, verifier_key)
    witness = Witness(name=name, email=email, verifier_key=verifier_key, since=now)
    session.add(witness)
    session.flush()
    _note(session, witness, "ledger.witness_registered", now)
    return witness


def suspend(session: Session, witness_id: int, *, now: datetime) -> Witness:
    """Send a witness nothing and take no signature of it until it is taken up again.

    Raises: NotFound("ledger.no_witness"), Conflict("ledger.witness_state").
    """
    witness = _locked(session, witness_id, "active")
    witness.suspended_at = now
    _note(session, witness, "ledger.witness_suspended", now)
    return witness


def resume(session: Session, witness_id: int, *, now: datetime) -> Witness:
    """Take up a suspended witness again. Raises: as `suspend`."""
    witness = _locked(session, witness_id, "suspended")
    witness.suspended_at = None
    _note(session, witness, "ledger.witness_resumed", now)
    return witness


def withdraw(session: Session, witness_id: int, *, now: datetime) -> Witness:
    """End a witness's office for good; what it signed stays. Raises: as `suspend`."""
    witness = _locked(session, witness_id, "active", "suspended")
    witness.until = now
    _note(session, witness, "ledger.witness_withdrawn", now)
    return witness


def dismiss(session: Session, email: str, *, now: datetime) -> None:
    """Withdraw the witness with an address. Raises: NotFound("ledger.no_witness")."""
    for witness in list_witnesses(session):
        if witness.email == email:
            withdraw(session, witness.id, now=now)
            return
    raise NotFound("ledger.no_witness", email=email)


def get(session: Session, witness_id: int) -> Witness:
    """Return a witness of any state. Raises: NotFound("ledger.no_witness")."""
    found = session.get(Witness, witness_id)
    if found is None:
        raise NotFound("ledger.no_witness", email="")
    return found


def list_witnesses(session: Session) -> Sequence[Witness]:
    """Return who is in office now, suspended or not."""
    statement = select(Witness).where(Witness.until.is_(None)).order_by(Witness.id)
    return session.scalars(statement).all()


def list_active(session: Session) -> Sequence[Witness]:
    """Return who is mailed checkpoints and may sign them now."""
    return [witness for witness in list_witnesses(session) if witness.state == "active"]


def roll(session: Session, *, now: datetime) -> list[Standing]:
    """Return everybody who witnesses or did, those in office first."""
    ordered = _with_last().order_by(Witness.until.is_not(None), Witness.since, Witness.id)
    return [_standing(who, size, at, now) for who, size, at in session.execute(ordered)]


def standing(session: Session, witness: Witness, *, now: datetime) -> Standing:
    """Return a witness as everybody may know it."""
    who, size, at = session.execute(_with_last().where(Witness.id == witness.id)).one()
    return _standing(who, size, at, now)


def _with_last() -> Select[Witness, int | None, datetime | None]:
    last = (
        select(Cosignature.key_name, func.max(Cosignature.size).label("size"))
        .group_by(Cosignature.key_name)
        .subquery()
    )
    return (
        select(Witness, last.c.size, Checkpoint.made_at)
        .outerjoin(last, last.c.key_name == Witness.verifier_key)
        .outerjoin(Checkpoint, Checkpoint.size == last.c.size)
    )


def _standing(witness: Witness, size: int | None, at: datetime | None, now: datetime) -> Standing:
    state = witness.state
    if state == "active" and witness.verifier_key and (at or witness.since) < now - QUIET_AFTER:
        state = "quiet"
    return Standing(
        witness.id,
        witness.name,
        witness.verifier_key,
        witness.since,
        witness.until,
        state,
        size,
        at,
    )


def _locked(session: Session, witness_id: int, *states: str) -> Witness:
    found = session.get(Witness, witness_id, with_for_update=True, populate_existing=True)
    if found is None:
        raise NotFound("ledger.no_witness", email="")
    if found.state not in states:
        raise Conflict("ledger.witness_state")
    return found


def _wrong_key(session: Session, written: str) -> list[Finding]:
    try:
        _, public = note.read_verifier_key(written)
    except ValueError:
        public = None
    if public is None or len(written) > _MOST_KEY:
        return [Finding("ledger.witness_key", {"key": written[:_MOST_KEY]}, "verifier_key")]
    if any(key.public_key == public for key in rotation.list_keys(session)):
        return [Finding("ledger.witness_own_key", {}, "verifier_key")]
    return []


def _refuse_known(session: Session, email: str, verifier_key: str | None) -> None:
    # One at a time: two could otherwise both find the address and the key unknown.
    session.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": _LOCK})
    for known in session.scalars(select(Witness)):
        if known.email == email and known.until is None:
            raise Conflict("ledger.witness_known", email=email)
        if verifier_key is not None and known.verifier_key == verifier_key:
            raise Conflict("ledger.witness_key_known")


def _note(session: Session, witness: Witness, kind: str, now: datetime) -> None:
    body = {"witness": witness.id, "verifier_key": witness.verifier_key}
    log.append(session, kind=kind, subject=f"witness/{witness.id}", body=body, now=now)
