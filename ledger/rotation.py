"""Changing the log's key: the old key and the new one vouch for each other, for everybody to see.

The new key is written beside the old one, then the change is committed, then the old private key
is destroyed. Whoever is interrupted in between finishes with the next checkpoint.
"""

from __future__ import annotations

from datetime import datetime

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from foundation.errors import Conflict
from ledger import canonical, keys, log, note, sequencing
from ledger.judging import Term
from ledger.models import Leaf, LedgerEntry, SigningKey

_ROTATED = "ledger.key_rotated"


def register(session: Session, key: Ed25519PrivateKey, *, now: datetime) -> None:
    """Enter the key that signs into the public list, if it is the first there is."""
    if session.scalars(select(SigningKey).limit(1)).first() is None:
        session.add(SigningKey(public_key=_public(key), since=now))


def begin(session: Session, *, now: datetime) -> SigningKey:
    """Make a new key, have both vouch for the change; `finish` puts it in place afterwards."""
    sequencing.lock(session)
    old, new = keys.get(), keys.make_next()
    register(session, old, now=now)
    origin = keys.origin()
    text = voucher_text(origin, _public(old), _public(new), now)
    voucher = f"{text}\n{note.signed_line(text, origin, old)}{note.signed_line(text, origin, new)}"
    made = SigningKey(public_key=_public(new), since=now, vouched_by=_public(old), voucher=voucher)
    session.add(made)
    log.append(
        session,
        kind=_ROTATED,
        subject=made.public_key.hex(),
        body={"former": _public(old).hex()},
        now=now,
    )
    return made


def finish(session: Session) -> None:
    """Sign with the new key from now on, if the change was committed."""
    waiting = keys.find_next()
    if waiting is not None and session.get(SigningKey, _public(waiting)) is not None:
        keys.take_next()


def voucher_text(origin: str, old: bytes, new: bytes, at: datetime) -> str:
    """The lines both keys sign: the log, the former key, the new one, the moment."""
    return (
        f"{origin}\n"
        f"key {note.verifier_key(origin, old)}\n"
        f"next {note.verifier_key(origin, new)}\n"
        f"since {canonical.instant(at)}\n"
    )


def list_keys(session: Session) -> list[SigningKey]:
    """Return the keys of the log, newest first."""
    return list(session.scalars(select(SigningKey).order_by(SigningKey.since.desc())))


def terms(session: Session) -> list[Term]:
    """Return every key with the moment at which it was replaced, newest first."""
    until: datetime | None = None
    found = []
    for key in list_keys(session):
        found.append(Term(key.public_key, until))
        until = key.since
    return found


def retirements(session: Session) -> dict[bytes, int]:
    """Return at which place of the log each former key was replaced; no clock plays a part."""
    rows = session.execute(
        select(SigningKey.vouched_by, Leaf.sequence)
        .join(LedgerEntry, LedgerEntry.subject == func.encode(SigningKey.public_key, "hex"))
        .join(Leaf, Leaf.entry_id == LedgerEntry.id)
        .where(LedgerEntry.kind == _ROTATED, SigningKey.vouched_by.is_not(None))
    )
    return {former: sequence for former, sequence in rows if former is not None}


def refuse_retired(session: Session, key: Ed25519PrivateKey) -> None:
    """Let no key sign once another took its place, however late its holder learns of it.

    Raises: Conflict("ledger.key_retired").
    """
    listed = list_keys(session)
    if _public(key) in [each.public_key for each in listed[1:]]:
        raise Conflict("ledger.key_retired")


def trusted_keys(session: Session) -> tuple[set[bytes], bool]:
    """Return this machine's key and every key that leads to it, and whether the list is sound.

    Empty where this machine has no key and cannot judge.
    """
    own = keys.find()
    if own is None:
        return set(), True
    listed = {key.public_key: key for key in list_keys(session)}
    waiting = keys.find_next()
    newest = _public(waiting) if waiting and _public(waiting) in listed else _public(own)
    trusted = {newest}
    current = listed.get(newest)
    while current is not None and current.vouched_by is not None:
        former = listed.get(current.vouched_by)
        if former is None or current.vouched_by in trusted or not _is_vouched(current):
            return trusted, False
        trusted.add(current.vouched_by)
        current = former
    return trusted, set(listed) <= trusted


def _is_vouched(key: SigningKey) -> bool:
    if key.vouched_by is None or key.voucher is None:
        return False
    origin = key.voucher.partition("\n")[0]
    text = voucher_text(origin, key.vouched_by, key.public_key, key.since)
    return key.voucher.startswith(f"{text}\n") and all(
        note.is_signed_by(key.voucher, signer, origin)
        for signer in (key.vouched_by, key.public_key)
    )


def _public(key: Ed25519PrivateKey) -> bytes:
    return key.public_key().public_bytes_raw()
