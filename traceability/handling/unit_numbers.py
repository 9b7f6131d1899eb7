"""Numbers for crates and pallets (SSCC) out of the company prefix of whoever packs them.

An extension digit, the prefix, a serial reference and a check digit: together 18. The extension
digit has no meaning of its own and is counted along as the first digit of the serial.
Source: GS1 General Specifications §2.2.1 (SSCC), §4.3.1 (whoever packs the unit numbers it; no
number is given again within a year of its unit's end: here none ever is).
"""

from __future__ import annotations

from sqlalchemy import select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from accounts import company_prefixes
from accounts.models import Organisation
from products import gtin
from traceability.handling.trade_models import UnitNumbers
from traceability.lineage.models import TraceNode

_LENGTH = 17
_MOST_TRIES = 1_000
"""Numbers already on crates from before the house counted, passed over in one packing."""


def draw(session: Session, organisation: Organisation) -> str | None:
    """The next number of an organisation, given to no unit before or after.

    None without a confirmed prefix, and when all its numbers are given: the unit then goes by a
    code of ours. Numbers that somebody printed and told of already are passed over.
    """
    prefix = organisation.gs1_prefix
    if prefix is None or not company_prefixes.is_confirmed_giver(organisation, prefix):
        return None
    for _ in range(_MOST_TRIES):
        number = _next(session, prefix)
        found = sscc(prefix, number)
        if found is None or not _is_told(session, found):
            return found
    return None


def sscc(prefix: str, number: int) -> str | None:
    """The SSCC of a company's number, counted from 0; None when there are no such numbers."""
    serial = str(number).zfill(_LENGTH - len(prefix))
    if len(serial) + len(prefix) > _LENGTH:
        return None
    body = serial[0] + prefix + serial[1:]
    return f"{body}{gtin.check_digit(body)}"


def _next(session: Session, prefix: str) -> int:
    """Count on, in one statement: two who pack at once wait for each other and get two numbers."""
    given = insert(UnitNumbers).values(prefix=prefix, given=1)
    counted = given.on_conflict_do_update(
        index_elements=[UnitNumbers.prefix], set_={"given": UnitNumbers.given + 1}
    )
    return session.scalars(counted.returning(UnitNumbers.given)).one() - 1


def _is_told(session: Session, number: str) -> bool:
    """Whether any event, ours or a partner's, named a unit of this number."""
    named = select(TraceNode.id).where(TraceNode.uri == f"https://id.gs1.org/00/{number}")
    return session.scalar(named) is not None
