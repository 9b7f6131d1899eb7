"""Numbers for crates and pallets (SSCC) out of the company prefix of whoever packs them.

An extension digit, the prefix, a serial reference and a check digit: together 18. The extension
digit has no meaning of its own and is counted along as the first digit of the serial.
Source: GS1 General Specifications §2.2.1 (SSCC), §4.3.1 (whoever packs the unit numbers it; no
number is given again within a year of its unit's end: here none ever is).
"""

from __future__ import annotations

from collections.abc import Sequence

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
    drawn = draw_many(session, organisation, 1)
    return drawn[0] if drawn else None


def draw_many(session: Session, organisation: Organisation, count: int) -> list[str]:
    """The next numbers of an organisation for cartons packed alike; all of them or none."""
    prefix = organisation.gs1_prefix
    if prefix is None or not company_prefixes.is_confirmed_giver(organisation, prefix):
        return []
    found: list[str] = []
    for _ in range(_MOST_TRIES):
        lacking = count - len(found)
        first = _next(session, prefix, lacking)
        numbers = [sscc(prefix, number) for number in range(first, first + lacking)]
        given = [number for number in numbers if number is not None]
        told = _told_of(session, given)
        found += [number for number in given if number not in told]
        if len(found) == count:
            return found
        if len(given) < lacking:
            break
    return []


def sscc(prefix: str, number: int) -> str | None:
    """The SSCC of a company's number, counted from 0; None when there are no such numbers."""
    serial = str(number).zfill(_LENGTH - len(prefix))
    if len(serial) + len(prefix) > _LENGTH:
        return None
    body = serial[0] + prefix + serial[1:]
    return f"{body}{gtin.check_digit(body)}"


def _next(session: Session, prefix: str, count: int) -> int:
    """Count on, in one statement: two who pack at once wait for each other and get two numbers."""
    given = insert(UnitNumbers).values(prefix=prefix, given=count)
    counted = given.on_conflict_do_update(
        index_elements=[UnitNumbers.prefix], set_={"given": UnitNumbers.given + count}
    )
    return session.scalars(counted.returning(UnitNumbers.given)).one() - count


def _told_of(session: Session, numbers: Sequence[str]) -> set[str]:
    """Those that any event, ours or a partner's, named a unit by."""
    named = [f"https://id.gs1.org/00/{number}" for number in numbers]
    found = session.scalars(select(TraceNode.uri).where(TraceNode.uri.in_(named)))
    return {uri.rpartition("/")[2] for uri in found}
