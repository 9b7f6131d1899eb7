"""Serials as they are entered and found again (`serial_codes` tells how one is drawn)."""

from collections.abc import Iterator, Sequence
from datetime import datetime

from sqlalchemy import func, select, text
from sqlalchemy.orm import Session

from foundation import codes
from traceability.labels.serial_codes import LENGTH, key_from, serial_code
from traceability.models import Batch, LabelJob, Serial

__all__ = ["LENGTH", "key_from", "serial_code"]
_TURNS = 4
_ISSUE = text(
    "INSERT INTO serials (batch_id, number, code, issued_at)"
    " SELECT :batch_id, number, code, :now"
    " FROM unnest(CAST(:numbers AS integer[]), CAST(:codes AS text[])) AS given (number, code)"
    " ON CONFLICT DO NOTHING"
)
_WITHIN = " FROM serials WHERE batch_id = :batch_id AND number BETWEEN :first AND :last"
_COUNT = text("SELECT count(*)" + _WITHIN)
_MISSING = text(
    "SELECT generate_series(CAST(:first AS integer), :last) EXCEPT SELECT number"
    + _WITHIN
    + " ORDER BY 1"
)


def next_number(session: Session, batch: Batch) -> int:
    """The first number no label order of the batch has taken. The batch must be locked."""
    taken = func.max(LabelJob.first_serial + LabelJob.label_count)
    return session.scalar(select(taken).where(LabelJob.batch_id == batch.id)) or 1


def issue(
    session: Session, batch: Batch, first: int, count: int, *, key: bytes, now: datetime
) -> None:
    """Enter a range of codes in one statement; what was issued before stays as it is.

    Two of some 10^20 codes may turn out alike: the later one is drawn anew from the same number.
    """
    left: Sequence[int] = range(first, first + count)
    for turn in range(_TURNS):
        drawn = [serial_code(key, batch.code, number, turn) for number in left]
        params = {"batch_id": batch.id, "numbers": list(left), "now": now, "codes": drawn}
        session.execute(_ISSUE, params)
        left = _missing(session, batch.id, first, count)
        if not left:
            return
    raise RuntimeError("codes of serials keep meeting codes already given out")


def last_issued(session: Session, batch_id: int, first: int, count: int) -> int:
    """The last number of a range that has its code; `first - 1` when none has."""
    found = session.scalar(
        select(func.max(Serial.number)).where(
            Serial.batch_id == batch_id, Serial.number.between(first, first + count - 1)
        )
    )
    return first - 1 if found is None else found


def _missing(session: Session, batch_id: int, first: int, count: int) -> list[int]:
    """The numbers of a range that have no code."""
    within = {"batch_id": batch_id, "first": first, "last": first + count - 1}
    if session.scalar(_COUNT, within) == count:
        return []
    return list(session.scalars(_MISSING, within))


def stream(session: Session, batch_id: int, first: int, count: int) -> Iterator[str]:
    """The codes of a range in order, a few thousand at a time."""
    statement = (
        select(Serial.code)
        .where(Serial.batch_id == batch_id, Serial.number.between(first, first + count - 1))
        .order_by(Serial.number)
        .execution_options(yield_per=5000)
    )
    return iter(session.scalars(statement))


def find_serial(session: Session, code: str) -> Serial | None:
    """The serial of a code, however it was typed, or None."""
    normal = codes.normalise(code)
    # A mistyped code is told from its check character, without a question to the database.
    if len(normal) != LENGTH or not codes.is_valid(normal):
        return None
    return session.scalar(select(Serial).where(Serial.code == normal))
