"""What is remembered of serials, read from its rows and written back."""

from __future__ import annotations

import json
from collections.abc import Collection, Mapping
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import text
from sqlalchemy.orm import Session

from traceability.copies.sightings import Leap, Placed, Sightings

Key = tuple[int, int]
"""Batch and number of a serial."""

_KNOWN = text("""
SELECT s.batch_id, s.serial_number, s.scans, s.days, s.first_at, s.last_at, s.places, s.leaps,
    s.leap
FROM unnest(CAST(:batches AS bigint[]), CAST(:numbers AS integer[])) AS g (batch_id, serial_number)
JOIN serial_sightings s ON s.batch_id = g.batch_id AND s.serial_number = g.serial_number
""")
_KEPT = text("""
INSERT INTO serial_sightings
    (batch_id, serial_number, scans, days, first_at, last_at, places, leaps, leap)
SELECT batch_id, serial_number, scans, days, first_at, last_at, places, leaps, leap
FROM json_to_recordset(CAST(:rows AS json)) AS g (
    batch_id bigint, serial_number integer, scans integer, days integer, first_at timestamptz,
    last_at timestamptz, places jsonb, leaps smallint, leap jsonb
)
ON CONFLICT (batch_id, serial_number) DO UPDATE SET scans = excluded.scans, days = excluded.days,
    first_at = excluded.first_at, last_at = excluded.last_at, places = excluded.places,
    leaps = excluded.leaps, leap = excluded.leap
""")
_FORGOTTEN = text("DELETE FROM serial_sightings WHERE last_at < :before")
_MOST_LEAPS = 30_000


def recall(session: Session, keys: Collection[Key]) -> dict[Key, Sightings]:
    """What is remembered of some serials, those of which anything is."""
    given = {"batches": [key[0] for key in keys], "numbers": [key[1] for key in keys]}
    return {
        (row.batch_id, row.serial_number): Sightings(
            row.scans, row.days, row.first_at, row.last_at, _places(row.places), row.leaps,
            _leap(row.leap),
        )
        for row in session.execute(_KNOWN, given)
    }  # fmt: skip


def remember(session: Session, known: Mapping[Key, Sightings]) -> None:
    """Write down what is known of some serials now, in one statement."""
    # One document and not nine arrays: a driver takes longer over those than the database.
    rows = json.dumps([_row(key, seen) for key, seen in sorted(known.items())])
    session.execute(_KEPT, {"rows": rows})


def forget(session: Session, before: datetime) -> int:
    """Forget serials that were last scanned before a moment; how many."""
    found: Any = session.execute(_FORGOTTEN, {"before": before})
    return int(found.rowcount)


def _places(stored: dict[str, list[int]]) -> dict[str, Placed]:
    return {
        code: Placed(scans, datetime.fromtimestamp(first, UTC), datetime.fromtimestamp(last, UTC))
        for code, (scans, first, last) in stored.items()
    }


def _row(key: Key, seen: Sightings) -> dict[str, Any]:
    return {
        "batch_id": key[0],
        "serial_number": key[1],
        "scans": seen.scans,
        "days": seen.days,
        "first_at": seen.first_at and seen.first_at.isoformat(),
        "last_at": seen.last_at and seen.last_at.isoformat(),
        "places": {
            code: [each.scans, int(each.first_at.timestamp()), int(each.last_at.timestamp())]
            for code, each in seen.places.items()
        },
        "leaps": min(seen.leaps, _MOST_LEAPS),
        "leap": seen.leap and _leap_row(seen.leap),
    }


def _leap(stored: list[Any] | None) -> Leap | None:
    if stored is None:
        return None
    left, left_at, reached, reached_at = stored
    return Leap(
        left, datetime.fromtimestamp(left_at, UTC), reached, datetime.fromtimestamp(reached_at, UTC)
    )


def _leap_row(leap: Leap) -> list[Any]:
    ends = (int(leap.left_at.timestamp()), int(leap.reached_at.timestamp()))
    return [leap.left, ends[0], leap.reached, ends[1]]
