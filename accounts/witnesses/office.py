"""Keeping the roll of witnesses: admins alone, each act told in the ledger and in the audit."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from accounts import audit, permissions
from accounts.permissions import Actor
from ledger import alarms, witnesses
from ledger.alarms import Shown
from ledger.models import Witness
from ledger.witnesses import Standing

ACTION = "witness.manage"


@dataclass(frozen=True)
class Registration:
    """A witness to be: the name shown to everybody, where it is written to, its key if it signs."""

    name: str
    email: str
    verifier_key: str | None = None


# What is done to a witness, and what the audit calls it.
_ACTS: dict[str, tuple[Callable[..., Witness], str]] = {
    "suspend": (witnesses.suspend, "witness.suspended"),
    "resume": (witnesses.resume, "witness.resumed"),
    "withdraw": (witnesses.withdraw, "witness.withdrawn"),
}


def register(session: Session, actor: Actor, given: Registration, *, now: datetime) -> Witness:
    """Register a witness. Raises: Forbidden, and as `ledger.witnesses.appoint`."""
    permissions.require(actor, ACTION)
    made = witnesses.appoint(session, given.name, given.email, given.verifier_key, now=now)
    audit.record(session, actor, "witness.registered", _subject(made.id), now=now)
    return made


def act(
    session: Session, actor: Actor, witness_id: int, what: str, reason: str, *, now: datetime
) -> Witness:
    """`suspend`, `resume` or `withdraw` a witness, with a reason that only admins read.

    Raises: Forbidden, NotFound("ledger.no_witness"), Conflict("ledger.witness_state").
    """
    permissions.require(actor, ACTION)
    change, called = _ACTS[what]
    changed = change(session, witness_id, now=now)
    audit.record(session, actor, called, _subject(witness_id), reason, now=now)
    return changed


def list_roll(session: Session, actor: Actor, *, now: datetime) -> list[Standing]:
    """Return everybody who witnesses or did. Raises: Forbidden."""
    permissions.require(actor, ACTION)
    return witnesses.roll(session, now=now)


def get(session: Session, actor: Actor, witness_id: int) -> Witness:
    """Return a witness with its address. Raises: Forbidden, NotFound("ledger.no_witness")."""
    permissions.require(actor, ACTION)
    return witnesses.get(session, witness_id)


def get_alarm(session: Session, actor: Actor, alarm_id: int) -> Shown:
    """Return an alarm. Raises: Forbidden, NotFound("ledger.no_alarm")."""
    permissions.require(actor, ACTION)
    return alarms.get(session, alarm_id)


def settle(session: Session, actor: Actor, alarm_id: int, reason: str, *, now: datetime) -> None:
    """Close an alarm, saying what it was. Raises: Forbidden, and as `ledger.alarms.settle`."""
    permissions.require(actor, ACTION)
    alarms.settle(session, alarm_id, now=now)
    audit.record(session, actor, "ledger.alarm_settled", f"alarm/{alarm_id}", reason, now=now)


def _subject(witness_id: int) -> str:
    return f"witness/{witness_id}"
