"""Owning: whose a crate is by its number, whoever names it first.

Whoever packs a unit numbers it (SSCC) out of the company prefix GS1 gave them, and an officer who
saw the paper confirmed the prefix: a unit with such a number is theirs. Numbers are easy to guess:
first naming alone would give a packer's next crate to whoever is quicker.
Source: GS1 General Specifications §2.2.1 (SSCC).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime

from sqlalchemy import select, text
from sqlalchemy.orm import Session

from accounts import company_prefixes
from accounts.models import Organisation
from foundation import jobs
from traceability.lineage import claiming
from traceability.lineage.models import TraceNode

UNIT = "https://id.gs1.org/00/"
JOB = "traceability.own_units"
_AT_ONCE = 500

# Prefix by prefix along the index: left to itself PostgreSQL reads every place for every prefix.
_OF_ANOTHER = (
    "SELECT n.uri, o.id FROM organisations o CROSS JOIN generate_series(0, 9) extension"
    " CROSS JOIN LATERAL (SELECT t.uri, t.batch_id, t.organisation_id FROM trace_nodes t"
    " WHERE t.uri ~>=~ (:unit || extension || o.gs1_prefix)"
    # A colon comes after all digits.
    " AND t.uri ~<~ (:unit || extension || o.gs1_prefix || ':') OFFSET 0) n"
    " WHERE o.gs1_prefix_confirmed_at IS NOT NULL AND n.batch_id IS NULL"
    " AND n.organisation_id IS DISTINCT FROM o.id"
    " AND o.id = coalesce(CAST(:giver AS bigint), o.id) LIMIT :most"
)


def givers(session: Session, uris: Iterable[str]) -> dict[str, int]:
    """Of units among things, whose confirmed company prefix their number begins with."""
    numbers = {uri.removeprefix(UNIT)[1:]: uri for uri in uris if uri.startswith(UNIT)}
    found = company_prefixes.find_givers(session, numbers)
    return {numbers[number]: giver for number, giver in found.items()}


def hand_over(session: Session, owners: Mapping[str, int], *, now: datetime) -> None:
    """Let units be those of their numbers' givers; what others told of them are claims from now on.

    What the giver itself told, and another denied, counts.
    """
    if not owners:
        return
    wanted = select(TraceNode).where(
        TraceNode.uri.in_(sorted(owners)), TraceNode.batch_id.is_(None)
    )
    for unit in session.scalars(wanted.order_by(TraceNode.id).with_for_update()):
        if unit.organisation_id != owners[unit.uri]:
            unit.organisation_id = owners[unit.uri]
            session.flush()
            claiming.take_over(session, unit, now=now)


def prefix_confirmed(session: Session, organisation: Organisation) -> None:
    """Have units handed over that others named before an organisation's prefix was confirmed."""
    jobs.defer(session, JOB, {"organisation": organisation.id})


def hand_over_some(session: Session, giver: int | None, *, now: datetime) -> int:
    """Hand over some units that were named before their prefix was confirmed; answers how many.

    Those of one giver, or of all.
    """
    asked = {"unit": UNIT, "giver": giver, "most": _AT_ONCE}
    owners = {str(uri): int(found) for uri, found in session.execute(text(_OF_ANOTHER), asked)}
    hand_over(session, owners, now=now)
    return len(owners)
