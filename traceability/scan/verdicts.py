"""The first thing a scan page says, in one word. PURE.

It never says that goods are genuine, nor that they are fake: a code can be copied, and a record
proves what was written, not what is in the bag. It says what is known and what was seen.
"""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Literal

Kind = Literal[
    "known",
    "first_scan",
    "scanned",
    "scanned_often",
    "copied",
    "expired",
    "held",
    "recalled",
    "draft",
    "void",
    "mistaken",
]
OFTEN = 10


@dataclass(frozen=True)
class SerialSeen:
    """One item's own state; `scans` counts the one being answered, `first_at` is the earliest.

    `first_place`: the province of the first look, by its code.
    `standing`: what became of a suspicion of it (`copies.models.STATES`); None: there is none.
    `sighting`: the gravest thing seen of it (`copies.weighing.CODES`) while nobody has looked.
    """

    code: str
    state: str
    scans: int
    first_at: datetime | None
    standing: str | None = None
    first_place: str | None = None
    sighting: str | None = None


@dataclass(frozen=True)
class Verdict:
    """`recall_ended_on`: of a recalled batch, when the last recall of it did its work."""

    kind: Kind
    serial: SerialSeen | None
    recall_ended_on: date | None = None


def judge(
    *,
    state: str,
    expires_on: date | None,
    serial: SerialSeen | None,
    on: date,
    recall_ended_on: date | None = None,
    is_copied: bool = False,
) -> Verdict:
    """Weigh a batch and, when the label has its own code, that code; the gravest comes first.

    `is_copied`: somebody looked and found labels copied that name the lot alone.
    """
    kind = _kind(state, expires_on, serial, on)
    if kind == "known" and is_copied:
        kind = "copied"
    return Verdict(kind, serial, recall_ended_on)


def _kind(state: str, expires_on: date | None, serial: SerialSeen | None, on: date) -> Kind:
    if state == "mistaken":
        return "mistaken"
    if state == "recalled":
        return "recalled"
    if serial is not None and serial.state == "void":
        return "void"
    if state == "held":
        return "held"
    if expires_on is not None and expires_on < on:
        return "expired"
    if state == "open":
        return "draft"
    if serial is None:
        return "known"
    if serial.standing == "confirmed":
        return "copied"
    if serial.scans <= 1:
        return "first_scan"
    return "scanned_often" if _is_often(serial) else "scanned"


def _is_often(serial: SerialSeen) -> bool:
    """Whoever looked at a suspicion and found it explained knows more than a count does."""
    if serial.standing == "explained":
        return False
    return serial.standing is not None or serial.scans >= OFTEN
