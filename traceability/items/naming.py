"""Which item is meant: its number, its code as typed, or what a scanner read of its label."""

from __future__ import annotations

import re
from urllib.parse import unquote

from sqlalchemy import select
from sqlalchemy.orm import Session

from foundation import codes
from foundation.addresses import parted
from foundation.errors import Finding, NotFound
from traceability.labels import serials
from traceability.labels.serials import LENGTH
from traceability.models import Batch, Serial

_MOST_DIGITS = 9
# Article, lot and serial as scanners type what a Data Matrix says: no brackets, and the separator
# is seldom sent, or lost in a form.
_ELEMENTS = re.compile(
    rf"(?:\]d2)?\x1d?01[0-9]{{14}}10[!-~]{{1,20}}?\x1d?21([0-9A-Za-z]{{{LENGTH}}})"
)


def code_in(typed: str) -> str | None:
    """The serial in what was typed or scanned, in its stored form; None when there is none.

    A scanner types the whole address of a label, a Data Matrix its element string.
    """
    text = typed.strip()
    if "://" in text:
        text = unquote(parted(text).path).rstrip("/").rpartition("/")[2]
    elif typed_by_scanner := _ELEMENTS.fullmatch(text):
        text = typed_by_scanner[1]
    elif "(21)" in text:
        text = text.rpartition("(21)")[2].partition("(")[0]
    normal = codes.normalise(text)
    return normal if len(normal) == LENGTH and codes.is_valid(normal) else None


def find_number(session: Session, batch_id: int, typed: str) -> int | None:
    """The number of a batch's item, by number, code or address; None when it is none of them."""
    digits = typed.strip().replace(".", "").replace("\u00a0", "")
    if digits.isascii() and digits.isdigit() and 0 < len(digits) <= _MOST_DIGITS:
        return int(digits)
    code = code_in(typed)
    if code is None:
        return None
    return session.scalar(
        select(Serial.number).where(Serial.batch_id == batch_id, Serial.code == code)
    )


def find_batch(session: Session, typed: str) -> tuple[Batch, int] | None:
    """The batch and the number of the item whose label was typed or scanned."""
    code = code_in(typed)
    serial = serials.find_serial(session, code) if code else None
    batch = session.get(Batch, serial.batch_id) if serial else None
    return (batch, serial.number) if batch and serial else None


def number_findings(number: int | None, typed: str, field: str) -> list[Finding]:
    """What is wrong with a number that was looked for."""
    if number is not None and number > 0:
        return []
    return [Finding("item.not_of_batch", {"typed": typed[:60]}, field)]


def get_batch(session: Session, typed: str) -> tuple[Batch, int]:
    """As ``find_batch``. Raises: NotFound("item.not_found")."""
    found = find_batch(session, typed)
    if found is None:
        raise NotFound("item.not_found")
    return found
