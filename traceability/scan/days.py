"""The days that scans are kept in: a part each, made ahead, dropped as a whole when old.

A scan of a day nobody made in time lies in the default part and moves when the day is made.
Days are Vietnam's.
"""

from __future__ import annotations

from datetime import date, datetime, timedelta

from sqlalchemy import text
from sqlalchemy.orm import Session

from foundation import clock

_BACK, _AHEAD = 1, 7
_DEFAULT = "scans_default"


def prepare(session: Session, *, now: datetime) -> int:
    """Make the parts from yesterday (late journals) to a week ahead, and of days that wait.

    Answers how many were made. Two that prepare at once take turns.
    """
    today = clock.business_day(now)
    wanted = {today + timedelta(days=step) for step in range(-_BACK, _AHEAD + 1)}
    waiting = session.scalars(
        text(f"SELECT DISTINCT (scanned_at AT TIME ZONE 'Asia/Ho_Chi_Minh')::date FROM {_DEFAULT}")  # noqa: S608
    )
    missing = sorted((wanted | set(waiting)) - set(_standing(session)))
    if missing:
        _take_turns(session)
        missing = sorted(set(missing) - set(_standing(session)))
    for day in missing:
        _make(session, day)
    return len(missing)


def drop_old(session: Session, days_kept: int, *, now: datetime) -> int:
    """Drop the days that lie more than so many back; 0 keeps everything. Answers how many.

    What was counted of them stays (`serial_scans`, `scan_tallies`).
    """
    if not days_kept:
        return 0
    _take_turns(session)
    first_kept = clock.business_day(now) - timedelta(days=max(days_kept, _BACK))
    old = [day for day in _standing(session) if day < first_kept]
    for day in old:
        session.execute(text(f"DROP TABLE {_name(day)}"))
    session.execute(
        text(f"DELETE FROM {_DEFAULT} WHERE scanned_at < :before"),  # noqa: S608
        {"before": clock.start_of_day(first_kept)},
    )
    return len(old)


def _make(session: Session, day: date) -> None:
    """Make a day's part and move into it what waited in the default one."""
    limits = {
        "since": clock.start_of_day(day),
        "until": clock.start_of_day(day + timedelta(days=1)),
    }
    name = _name(day)
    # Nobody writes there between the move and the joining.
    session.execute(text(f"LOCK TABLE {_DEFAULT} IN ACCESS EXCLUSIVE MODE"))
    session.execute(text(f"CREATE TABLE {name} (LIKE scans INCLUDING ALL)"))
    session.execute(
        text(
            f"WITH moved AS (DELETE FROM {_DEFAULT} WHERE scanned_at >= :since"  # noqa: S608
            f" AND scanned_at < :until RETURNING *) INSERT INTO {name} SELECT * FROM moved"
        ),
        limits,
    )
    session.execute(
        text(
            f"ALTER TABLE scans ATTACH PARTITION {name} FOR VALUES"
            f" FROM ('{limits['since'].isoformat()}') TO ('{limits['until'].isoformat()}')"
        )
    )


def _standing(session: Session) -> list[date]:
    """The days that have a part, the earliest first."""
    names = session.scalars(
        text(
            "SELECT c.relname FROM pg_inherits i JOIN pg_class c ON c.oid = i.inhrelid"
            " WHERE i.inhparent = 'scans'::regclass AND c.relname <> :default ORDER BY c.relname"
        ),
        {"default": _DEFAULT},
    )
    return [date.fromisoformat(name[-8:]) for name in names]


def _take_turns(session: Session) -> None:
    session.execute(text("SELECT pg_advisory_xact_lock(hashtext('scans'))"))


def _name(day: date) -> str:
    return f"scans_p{day:%Y%m%d}"
