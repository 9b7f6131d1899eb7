"""The months that readings are kept in: a part each, made ahead, dropped as a whole when old.

A reading of a month nobody made in time lies in the default part and moves when the month is made.
"""

from __future__ import annotations

from datetime import UTC, date, datetime

from sqlalchemy import func, select, text
from sqlalchemy.orm import Session

from traceability.sensors.models import DroppedReadings

_BACK, _AHEAD = 2, 2
_DEFAULT = "sensor_readings_default"


def prepare(session: Session, *, now: datetime) -> int:
    """Make the parts from two months back (late readings) to two ahead; answers how many.

    Two that prepare at once take turns.
    """
    wanted = [_month(now, step) for step in range(-_BACK, _AHEAD + 1)]
    missing = [first for first in wanted if not _stands(session, first)]
    if missing:
        _take_turns(session)
    made = [first for first in missing if not _stands(session, first)]
    for first in made:
        _make(session, first)
    return len(made)


def drop_old(session: Session, months_kept: int, *, now: datetime) -> list[DroppedReadings]:
    """Drop the whole months that ended more than so many months ago, and write down which.

    ``months_kept`` 0 keeps everything; late readings of a month or two always have a place.
    """
    if not months_kept:
        return []
    _take_turns(session)
    first_kept = _month(now, -max(months_kept, _BACK))
    dropped = [_drop(session, first, now) for first in _standing(session) if first < first_kept]
    session.add_all(dropped)
    session.flush()
    return dropped


def kept_since(session: Session) -> datetime | None:
    """From when on readings are still there; None while none were ever dropped."""
    last = session.scalar(select(func.max(DroppedReadings.month)))
    return None if last is None else _month(datetime(last.year, last.month, 1, tzinfo=UTC), 1)


def _make(session: Session, first: datetime) -> None:
    """Make a month's part and move into it what waited in the default one."""
    until = _month(first, 1)
    limits = {"since": first, "until": until}
    name = _name(first)
    # Nobody writes there between the move and the joining. Joining takes a weaker lock on the
    # whole table than making a part in place would.
    session.execute(text(f"LOCK TABLE {_DEFAULT} IN ACCESS EXCLUSIVE MODE"))
    session.execute(text(f"CREATE TABLE {name} (LIKE sensor_readings INCLUDING ALL)"))
    session.execute(
        text(
            f"WITH moved AS (DELETE FROM {_DEFAULT} WHERE measured_at >= :since"  # noqa: S608
            " AND measured_at < :until RETURNING *)"
            f" INSERT INTO {name} SELECT * FROM moved"
        ),
        limits,
    )
    session.execute(
        text(
            f"ALTER TABLE sensor_readings ATTACH PARTITION {name}"
            f" FOR VALUES FROM ('{first.isoformat()}') TO ('{until.isoformat()}')"
        )
    )


def _drop(session: Session, first: datetime, now: datetime) -> DroppedReadings:
    name = _name(first)
    readings = session.scalar(text(f"SELECT count(*) FROM {name}")) or 0  # noqa: S608
    session.execute(text(f"DROP TABLE {name}"))
    return DroppedReadings(
        month=date(first.year, first.month, 1), readings=readings, dropped_at=now
    )


def _standing(session: Session) -> list[datetime]:
    """The months that have a part, the earliest first."""
    names = session.scalars(
        text(
            "SELECT c.relname FROM pg_inherits i JOIN pg_class c ON c.oid = i.inhrelid"
            " WHERE i.inhparent = 'sensor_readings'::regclass AND c.relname <> :default"
            " ORDER BY c.relname"
        ),
        {"default": _DEFAULT},
    )
    return [datetime.strptime(name[-6:], "%Y%m").replace(tzinfo=UTC) for name in names]


def _take_turns(session: Session) -> None:
    session.execute(text("SELECT pg_advisory_xact_lock(hashtext('sensor_readings'))"))


def _stands(session: Session, first: datetime) -> bool:
    found = session.scalar(text("SELECT to_regclass(:name)"), {"name": _name(first)})
    return found is not None


def _name(first: datetime) -> str:
    return f"sensor_readings_p{first:%Y%m}"


def _month(moment: datetime, steps: int) -> datetime:
    count = moment.astimezone(UTC).year * 12 + moment.astimezone(UTC).month - 1 + steps
    return datetime(count // 12, count % 12 + 1, 1, tzinfo=UTC)
