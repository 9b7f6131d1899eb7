"""Guessing is slow: tries are counted in the database before they are judged.

A try is written (and committed by the door) first and marked right afterwards, so neither a
crash nor many guesses at once buys an extra one. Counted are failures:

- per account, from devices its owner has never used: ten an hour;
- per known device of that account, apart: so guessing strangers do not lock the owner out;
- per address, over all accounts: two hundred an hour. Sign-ins that succeed do not count, so
  a whole village behind one address gets in.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from ipaddress import ip_address, ip_network

from sqlalchemy import delete, func, select, text
from sqlalchemy.orm import Session

from accounts.access_models import LoginAttempt
from accounts.sealing import keyed_hash
from foundation.errors import TooMany

WINDOW = timedelta(hours=1)
PER_ACCOUNT = 10
PER_DEVICE = 10
PER_ADDRESS = 200


@dataclass(frozen=True)
class Caller:
    """Where a try comes from; ``device_id`` only for a device known to that very account."""

    address: str
    device_id: int | None = None


def take_try(session: Session, kind: str, account: str, caller: Caller, *, now: datetime) -> int:
    """Count a try at ``account`` and return its id; raises TooMany when there were too many."""
    account_key = keyed_hash("account", account)
    address_key = keyed_hash("address", line_of(caller.address))
    # Two guesses at one account count one after the other, or both would see the same number.
    session.execute(
        text("SELECT pg_advisory_xact_lock(:key)"),
        {"key": int.from_bytes(account_key[:8], signed=True)},
    )
    failed = select(func.count(), func.min(LoginAttempt.tried_at)).where(
        LoginAttempt.tried_at > now - WINDOW, LoginAttempt.succeeded.is_(False)
    )
    mine = failed.where(
        LoginAttempt.account_key == account_key,
        LoginAttempt.device_id.is_(None)
        if caller.device_id is None
        else LoginAttempt.device_id == caller.device_id,
    )
    limits = [(mine, PER_ACCOUNT if caller.device_id is None else PER_DEVICE)]
    if caller.device_id is None:
        near = failed.where(
            LoginAttempt.address_key == address_key, LoginAttempt.device_id.is_(None)
        )
        limits.append((near, PER_ADDRESS))
    for statement, limit in limits:
        count, first_at = session.execute(statement).one()
        if count >= limit:
            wait_s = int((first_at + WINDOW - now).total_seconds()) + 1
            raise TooMany("sign_in.too_many", retry_after_s=wait_s, minutes=-(-wait_s // 60))
    row = LoginAttempt(
        account_key=account_key,
        address_key=address_key,
        device_id=caller.device_id,
        kind=kind,
        tried_at=now,
        succeeded=False,
    )
    session.add(row)
    session.flush()
    return row.id


def mark_right(session: Session, try_id: int) -> None:
    """The try was right after all: it no longer counts."""
    row = session.get(LoginAttempt, try_id)
    if row is not None:
        row.succeeded = True


def line_of(address: str) -> str:
    """Whose line an address is: in IPv6 a household is given 2^64 of them, and may use each."""
    try:
        parsed = ip_address(address)
    except ValueError:
        return address
    if parsed.version == 4:
        return address
    if parsed.ipv4_mapped is not None:
        return str(parsed.ipv4_mapped)
    return str(ip_network((parsed, 64), strict=False))


def forget_before(session: Session, before: datetime) -> int:
    """Delete old tries; returns how many."""
    result = session.execute(delete(LoginAttempt).where(LoginAttempt.tried_at < before))
    return int(result.rowcount)  # type: ignore[attr-defined]
