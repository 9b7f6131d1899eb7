"""The company prefix that GS1 gave an organisation: the digits all its numbers begin with.

Whoever enters one says so of themselves; an officer who has seen GS1's certificate confirms it.
Prefixes of two organisations never overlap: of one number only one can be the giver.
Source: GS1 General Specifications §1.4 (company prefix), §1.4.3 (prefixes no company is given);
EPC Tag Data Standard (six to twelve digits).
"""

from __future__ import annotations

from collections.abc import Iterable

from sqlalchemy import literal, or_, select, text
from sqlalchemy.orm import Session

from accounts.models import Organisation
from foundation.errors import Finding, Invalid

SHORTEST, LONGEST = 6, 12
# Numbers in shops, coupons, refund receipts, serials, books, GTIN-8: nobody's company.
_NOBODYS = (
    "02", "04", "05", "2", "951", *(str(n) for n in range(960, 970)),
    "977", "978", "979", "980", "981", "982", "983", "984", "99",
)  # fmt: skip


def normalise(typed: str) -> str | None:
    """The digits without what people put between them; None when it is no company's prefix."""
    digits = "".join(typed.replace("-", "").replace(".", "").split())
    if not (digits.isascii() and digits.isdigit() and SHORTEST <= len(digits) <= LONGEST):
        return None
    return None if digits.startswith(_NOBODYS) or not digits.strip("0") else digits


def refuse_overlapping(session: Session, organisation: Organisation) -> None:
    """Raises: Invalid when another organisation's prefix begins with this one, or this with it."""
    prefix = organisation.gs1_prefix
    if prefix is None:
        return
    theirs = Organisation.gs1_prefix
    overlapping = or_(
        theirs.startswith(prefix, autoescape=True), literal(prefix).startswith(theirs)
    )
    other = select(Organisation.id).where(overlapping, Organisation.id != organisation.id)
    with session.no_autoflush:
        # Two entered at once wait for each other here.
        session.execute(text("SELECT pg_advisory_xact_lock(hashtext('organisations.gs1_prefix'))"))
        is_taken = session.scalar(other.limit(1)) is not None
    if is_taken:
        raise Invalid([Finding("organisation.prefix_taken", {}, "gs1_prefix")])


def put(organisation: Organisation, prefix: str | None) -> None:
    """Enter a prefix; another one than before is nobody's word but its enterer's."""
    if organisation.gs1_prefix != prefix:
        organisation.gs1_prefix = prefix
        organisation.gs1_prefix_confirmed_at = None
        organisation.gs1_prefix_confirmed_by_id = None


def lengths(session: Session) -> dict[str, int]:
    """How many digits the prefix has of numbers that begin with it, as officers confirmed."""
    confirmed = select(Organisation.gs1_prefix).where(
        Organisation.gs1_prefix_confirmed_at.is_not(None)
    )
    return {prefix: len(prefix) for prefix in session.scalars(confirmed) if prefix is not None}


def is_confirmed_giver(organisation: Organisation, digits: str) -> bool:
    """Whether a number begins with a prefix that an officer confirmed to be the organisation's."""
    prefix = organisation.gs1_prefix
    is_confirmed = organisation.gs1_prefix_confirmed_at is not None
    return prefix is not None and is_confirmed and digits.startswith(prefix)


def find_giver(session: Session, digits: str) -> Organisation | None:
    """The organisation whose confirmed prefix a number begins with; None when nobody is known."""
    beginnings = [digits[:length] for length in range(SHORTEST, LONGEST + 1)]
    is_confirmed = Organisation.gs1_prefix_confirmed_at.is_not(None)
    giver = select(Organisation).where(Organisation.gs1_prefix.in_(beginnings), is_confirmed)
    return session.scalar(giver)


def find_givers(session: Session, numbers: Iterable[str]) -> dict[str, int]:
    """By number, the organisation (its id) whose confirmed prefix it begins with; else left out."""
    wanted = list(numbers)
    beginnings = {each[:length] for each in wanted for length in range(SHORTEST, LONGEST + 1)}
    if not beginnings:
        return {}
    statement = select(Organisation.gs1_prefix, Organisation.id).where(
        Organisation.gs1_prefix.in_(sorted(beginnings)),
        Organisation.gs1_prefix_confirmed_at.is_not(None),
    )
    # Prefixes of two never overlap, so at most one begins a number.
    confirmed = {str(prefix): giver for prefix, giver in session.execute(statement)}
    return {
        each: confirmed[each[:length]]
        for each in wanted
        for length in range(SHORTEST, LONGEST + 1)
        if each[:length] in confirmed
    }
