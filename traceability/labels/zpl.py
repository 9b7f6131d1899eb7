"""Label runs for thermal printers, as ZPL II: one format a label, as fast as the head moves.

Words are a graphic sent once: the printers' own fonts lack Vietnamese letters. The symbol is a
graphic too, so that what is printed is what was checked, whatever the firmware makes of a barcode
command. The typed code is plain text in the printer's font.

Source: Zebra, ZPL II Programming Guide: ~DG, ^XG, ^GF (ASCII compression), ^CI28 (UTF-8), ^PQ.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import BinaryIO

from PIL import Image

from traceability.labels.raster import Press
from traceability.labels.sheet import Progress, Run, check

DOTS_PER_MM = {"zpl": 8.0, "zpl300": 300 / 25.4}
"""203 and 300 dots an inch, as thermal heads have them."""
_TOLD_EVERY = 500


def render(run: Run, stream: BinaryIO, progress: Progress, dots_per_mm: float) -> None:
    """Write a run to `stream`; `progress(done, total)` now and then and at the end."""
    check(run)
    press = Press(run, dots_per_mm)
    stream.write(_graphic(press.shared()))
    if run.serials is None:
        stream.write(_label(press, "", copies=run.count))
    else:
        for done, serial in enumerate(run.serials, 1):
            stream.write(_label(press, serial))
            if done % _TOLD_EVERY == 0:
                progress(done, run.count)
    # Gone from the printer's memory when the run is through.
    stream.write(b"^XA^IDR:NGUON.GRF^FS^XZ\n")
    progress(run.count, run.count)


def _label(press: Press, serial: str, copies: int = 1) -> bytes:
    width, height = press.size
    code = press.code(serial)
    row_bytes = (code.width + 7) // 8
    total = row_bytes * code.height
    size = round(press.words_dots)
    return (
        b"^XA^CI28^PW%d^LL%d^LH0,0^FO0,0^XGR:NGUON.GRF,1,1^FS"
        b"^FO%d,%d^GFA,%d,%d,%d,%b^FS"
        b"^FO%d,%d^A0N,%d,%d^FD%b^FS^PQ%d^XZ\n"
        % (
            width, height,
            *press.code_at, total, total, row_bytes, compressed(code),
            press.words_at[0], press.words_at[1] - size, size, size,
            press.shown(serial).encode(), copies,
        )
    )  # fmt: skip


def _graphic(image: Image.Image) -> bytes:
    row_bytes = (image.width + 7) // 8
    return b"~DGR:NGUON.GRF,%d,%d,%b\n" % (row_bytes * image.height, row_bytes, compressed(image))


def compressed(image: Image.Image) -> bytes:
    """A one-bit image in the printers' own shorthand: runs counted, equal rows as a colon."""
    row_bytes = (image.width + 7) // 8
    # A set bit is a burnt dot; the padding of a row stays light.
    burnt = image.point(lambda bit: not bit).tobytes()
    parts, before = [], b""
    for start in range(0, len(burnt), row_bytes):
        row = burnt[start : start + row_bytes]
        parts.append(b":" if row == before else _row(row.hex().upper()))
        before = row
    return b"".join(parts)


def _row(digits: str) -> bytes:
    """One row: its zeros to the end as a comma, runs as letters before the digit they repeat."""
    kept = digits.rstrip("0")
    body = "".join(_run(digit, count) for digit, count in _runs(kept))
    return (body + ("," if len(kept) < len(digits) else "")).encode()


def _runs(digits: str) -> Iterator[tuple[str, int]]:
    start = 0
    for place in range(1, len(digits) + 1):
        if place == len(digits) or digits[place] != digits[start]:
            yield digits[start], place - start
            start = place


def _run(digit: str, count: int) -> str:
    """G to Y count one to nineteen, g to z twenty to four hundred by twenties."""
    said = ""
    while count > 419:
        said += f"z{digit}"
        count -= 400
    if count == 1:
        return said + digit
    twenties, ones = divmod(count, 20)
    letters = (chr(ord("g") + twenties - 1) if twenties else "") + (
        chr(ord("G") + ones - 1) if ones else ""
    )
    return said + letters + digit
