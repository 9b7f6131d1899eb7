"""The verdict as it stands on the page, drawn once for all labels that stand alike."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from functools import lru_cache

from jinja2 import Environment

from foundation import clock, codes, i18n
from traceability.scan import verdict_words
from traceability.scan.verdicts import SerialSeen, Verdict

_SERIAL_HERE = "(serial here)"
_TOLD_BY_COUNT = ("scanned", "scanned_often")


def draw(pages: Environment, verdict: Verdict, expires_on: date | None, language: str) -> bytes:
    """The verdict in a reader's language; ``pages`` are the application's templates."""
    serial = verdict.serial
    if serial is None:
        return _drawn(pages, verdict, expires_on, language).encode()
    alike = replace(verdict, serial=_alike(verdict.kind, serial))
    drawn = _drawn(pages, alike, expires_on, language)
    return drawn.replace(_SERIAL_HERE, codes.grouped(serial.code)).encode()


def _alike(kind: str, serial: SerialSeen) -> SerialSeen:
    """The serial without what its verdict does not tell."""
    if kind not in _TOLD_BY_COUNT or serial.first_at is None:
        return SerialSeen(_SERIAL_HERE, "", 0, None)
    day = clock.start_of_day(clock.business_day(serial.first_at))
    return SerialSeen(_SERIAL_HERE, "", serial.scans, day)


@lru_cache(maxsize=2048)
def _drawn(pages: Environment, verdict: Verdict, expires_on: date | None, language: str) -> str:
    with i18n.speaking(language):
        words = verdict_words.tell(verdict, expires_on)
        serial = None if verdict.serial is None else verdict.serial.code
        return pages.get_template("traceability/verdict.html").render(words=words, serial=serial)
