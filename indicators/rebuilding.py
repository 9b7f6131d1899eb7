"""Building the facts of days: rerunnable for any span, the same however often it is done."""

from collections import defaultdict
from datetime import date, datetime, timedelta
from decimal import Decimal

from sqlalchemy import delete, insert, text
from sqlalchemy.dialects.postgresql import insert as upsert
from sqlalchemy.orm import Session

from indicators.models import BuiltDay, DayFact
from indicators.sources import FEEDS

_LOCK = 0x46616374
"""Advisory lock of whoever rebuilds ("Fact"): two at once would both delete, then both insert."""

Sums = dict[tuple[str, date, str], Decimal]


def rebuild(session: Session, first: date, last: date, *, now: datetime) -> int:
    """Build the facts of a span of days anew from the rooms' rows; returns how many there are."""
    session.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": _LOCK})
    sums = _sums(session, first, last)
    session.execute(delete(DayFact).where(DayFact.day.between(first, last)))
    facts = [
        {"measure": measure, "day": day, "commune_code": commune, "value": value}
        for (measure, day, commune), value in sorted(sums.items())
    ]
    if facts:
        session.execute(insert(DayFact), facts)
    built = [{"day": day, "built_at": now} for day in _days(first, last)]
    statement = upsert(BuiltDay)
    session.execute(
        statement.on_conflict_do_update(index_elements=["day"], set_={"built_at": now}), built
    )
    return len(facts)


def _sums(session: Session, first: date, last: date) -> Sums:
    sums: Sums = defaultdict(Decimal)
    days = _days(first, last)
    for feed in FEEDS:
        spans = [(day, day) for day in days] if feed.nature == "stock" else [(first, last)]
        for start, end in spans:
            for measure, row in feed.rows(session, start, end):
                sums[measure, row.day, row.commune_code] += row.value
    return sums


def _days(first: date, last: date) -> list[date]:
    return [first + timedelta(days=number) for number in range((last - first).days + 1)]
