"""The verdict as it stands on the page, drawn once for all labels that stand alike."""

from __future__ import annotations

from datetime import date
from functools import lru_cache
from typing import NamedTuple

from jinja2 import Environment

from foundation import clock, codes, i18n
from traceability.scan import first_places, verdict_words
from traceability.scan.verdicts import Kind, SerialSeen, Verdict

_SERIAL_HERE = "(serial here)"
_TOLD_BY_COUNT = ("scanned", "scanned_often")


def draw(pages: Environment, verdict: Verdict, expires_on: date | None, language: str) -> bytes:
    """The verdict in a reader's language; ``pages`` are the application's templates."""
    serial, days = verdict.serial, _Days(expires_on, verdict.recall_ended_on)
    if serial is None:
        return _drawn(pages, verdict.kind, None, days, language).encode()
    drawn = _drawn(pages, verdict.kind, _alike(verdict.kind, serial), days, language)
    return drawn.replace(_SERIAL_HERE, codes.grouped(serial.code)).encode()


class _Days(NamedTuple):
    expires_on: date | None
    recall_ended_on: date | None


class _Alike(NamedTuple):
    """What its verdict tells of a serial, but for its code."""

    scans: int
    first_on: date | None
    first_place: str | None = None
    sighting: str | None = None


_UNTOLD = _Alike(0, None)


def _alike(kind: str, serial: SerialSeen) -> _Alike:
    if kind not in _TOLD_BY_COUNT or serial.first_at is None:
        return _UNTOLD
    first_on = clock.business_day(serial.first_at)
    return _Alike(serial.scans, first_on, serial.first_place, serial.sighting)


@lru_cache(maxsize=2048)
def _drawn(pages: Environment, kind: Kind, alike: _Alike | None, days: _Days, language: str) -> str:
    serial, place = None, ""
    if alike is not None:
        first_at = None if alike.first_on is None else clock.start_of_day(alike.first_on)
        serial = SerialSeen(_SERIAL_HERE, "", alike.scans, first_at, sighting=alike.sighting)
        place = first_places.name_of(alike.first_place, language)
    with i18n.speaking(language):
        verdict = Verdict(kind, serial, days.recall_ended_on)
        words = verdict_words.tell(verdict, days.expires_on, place)
        code = None if serial is None else serial.code
        return pages.get_template("traceability/verdict.html").render(words=words, serial=code)
