"""Handing vouchers out: to whom a row is about, or by an admin, who says to whom and why.

A voucher opens what the ledger closes: name, telephone, address. Nobody else ever gets it.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from accounts import audit, permissions
from accounts.models import Organisation
from accounts.permissions import Actor
from foundation.errors import NotFound
from foundation.i18n import N_
from ledger import bundling
from ledger.rows.commitments import Key
from ledger.rows.forms import in_use

ACTION = "voucher.hand_out"
TABLES = {
    "organisations": N_("Người đại diện, mã số thuế của tổ chức"),
    "cooperative_profiles": N_("Người đại diện trong hồ sơ hợp tác xã"),
    "order_buyers": N_("Người mua trong đơn hàng"),
    "consignments": N_("Nơi nhận chuyến hàng"),
    "growing_plot_households": N_("Hộ trên thửa đất"),
    "diary_persons": N_("Người làm trong nhật ký"),
    "batch_purchases": N_("Người bán nguyên liệu"),
}


@dataclass(frozen=True)
class OwnRow:
    """A row about its reader: its table and key, and what names it (an order's code)."""

    table: str
    key: int
    name: str


OwnRows = Callable[[Session, Actor], Sequence[OwnRow]]

own_rows: list[OwnRows] = []
"""What higher rooms know to be about a reader; `app` fills it."""


def list_own(session: Session, actor: Actor) -> list[OwnRow]:
    """Return the rows about the reader that a voucher may open: theirs, and of whom they manage."""
    managed = select(Organisation.id, Organisation.name).where(
        Organisation.id.in_(actor.organisation_ids("manager"))
    )
    found = [
        OwnRow("organisations", row.id, row.name)
        for row in session.execute(managed.order_by(Organisation.id))
    ]
    for rows in own_rows:
        found += rows(session, actor)
    return found


def take_own(
    session: Session, actor: Actor, table: str, key: int, *, now: datetime
) -> dict[str, Any]:
    """Hand the reader the voucher of a row of their own.

    Raises: NotFound("ledger.no_voucher") for any other row, for one without a place under a
    checkpoint yet, and for what was erased.
    """
    if not any((row.table, row.key) == (table, key) for row in list_own(session, actor)):
        raise NotFound("ledger.no_voucher")
    return bundling.vouch(session, table, (key,), now=now)


def hand_out(
    session: Session, actor: Actor, table: str, written: str, reason: str, *, now: datetime
) -> dict[str, Any]:
    """Hand out the voucher of any row, its key written as "12" or "12,3", saying to whom and why.

    Raises: Forbidden, NotFound("ledger.no_voucher" or "ledger.no_checkpoint").
    """
    permissions.require(actor, ACTION)
    made = bundling.vouch(session, table, _key(written), now=now)
    audit.record(session, actor, "voucher.handed_out", f"{table}/{written}"[:100], reason, now=now)
    return made


def tables() -> dict[str, str]:
    """Return the tables whose rows hold what may be erased, and what each is called."""
    return {table: name for table, name in TABLES.items() if table in in_use()}


def _key(written: str) -> Key:
    parts = [part.strip() for part in written.split(",")]
    return tuple(int(part) if _is_number(part) else part for part in parts)


def _is_number(part: str) -> bool:
    return part.isascii() and part.isdecimal() and len(part) <= 18
