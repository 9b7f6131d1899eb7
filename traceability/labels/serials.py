"""Serials: the code of one item, which nobody can guess and nobody gets twice.

A serial is a keyed hash (HMAC-SHA-256, 68 bits kept) of the batch's code and the item's number,
written in characters a person can type, with a check character. The same key and number always
give the same serial, so a job that starts again prints the same labels.
"""

import hmac
from collections.abc import Iterator
from datetime import datetime

from sqlalchemy import func, select, text, update
from sqlalchemy.orm import Session

from foundation import codes
from traceability.models import Batch, LabelJob, Serial

LENGTH = 15
_BODY = LENGTH - 1
_SIZE = len(codes.ALPHABET)
_PAIRS = [first + second for first in codes.ALPHABET for second in codes.ALPHABET]
_ISSUED = (
    "INSERT INTO serials (batch_id, number, code, issued_at)"
    " SELECT :batch_id, :first + place - 1, code, :now"
    " FROM unnest(CAST(:codes AS text[])) WITH ORDINALITY AS given (code, place)"
    " ON CONFLICT (batch_id, number) DO NOTHING"
)


def key_from(secret: str) -> bytes:
    """The key of serials, drawn from the installation's secret."""
    return hmac.digest(secret.encode(), b"nguon serials 1", "sha256")


def serial_code(key: bytes, batch_code: str, number: int) -> str:
    """The serial of one item of a batch."""
    digest = hmac.digest(key, f"{batch_code}:{number}".encode(), "sha256")
    value = int.from_bytes(digest, "big")
    pairs = []
    for _ in range(_BODY // 2):
        value, index = divmod(value, _SIZE * _SIZE)
        pairs.append(_PAIRS[index])
    body = "".join(pairs)
    return body + codes.check_character(body)


def next_number(session: Session, batch: Batch) -> int:
    """The first number no label order of the batch has taken. The batch must be locked."""
    taken = func.max(LabelJob.first_serial + LabelJob.label_count)
    return session.scalar(select(taken).where(LabelJob.batch_id == batch.id)) or 1


def issue(
    session: Session, batch: Batch, first: int, count: int, *, key: bytes, now: datetime
) -> None:
    """Enter a range of serials as printed, in one statement; what was issued before stays."""
    given = [serial_code(key, batch.code, number) for number in range(first, first + count)]
    params = {"batch_id": batch.id, "first": first, "now": now, "codes": given}
    session.execute(text(_ISSUED), params)


def void(session: Session, batch_id: int, first: int, count: int) -> None:
    """Take a range out of use: labels that were never printed, or a roll that was lost."""
    session.execute(
        update(Serial)
        .where(Serial.batch_id == batch_id, Serial.number.between(first, first + count - 1))
        .values(state="void")
        .execution_options(synchronize_session=False)
    )


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
