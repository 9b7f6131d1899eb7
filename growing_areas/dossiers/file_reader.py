"""The child process that opens one paper or photo from outside, and tells what it is.

Run as ``python -m growing_areas.dossiers.file_reader KIND < FILE``; limits its own memory, time
and writing, then answers one JSON object: ``{"media_type", "full", "card", "position"}`` with
pictures as base64 WebP (upright, without EXIF), or ``{"finding"}``. It knows no database and no
secret. A PDF passes as it is when it holds nothing that acts by itself.
"""

from __future__ import annotations

import base64
import json
import re
import resource
import sys
import zlib
from io import BytesIO
from typing import Any

MEMORY_BYTES = 1024 * 1024 * 1024
CPU_SECONDS = 20
MOST_UNPACKED = 64 * 1024 * 1024
_GPS = 0x8825
# What makes a PDF do something: scripts, programs, forms sent away, files inside, other media.
_ACTIVE = re.compile(
    rb"/(?:JavaScript|JS|Launch|SubmitForm|ImportData|EmbeddedFile|RichMedia|XFA)(?![A-Za-z])"
)
_STREAM = re.compile(rb"stream\r?\n(.*?)endstream", re.S)
_HEX = re.compile(rb"#([0-9A-Fa-f]{2})")


def confine() -> None:
    """Bound this process: one gigabyte, twenty seconds of work, not a byte written."""
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY_BYTES, MEMORY_BYTES))
    resource.setrlimit(resource.RLIMIT_CPU, (CPU_SECONDS, CPU_SECONDS))
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


def answer(kind: str, content: bytes) -> dict[str, Any]:
    """What a file is, or the one finding that keeps it from being kept."""
    try:
        if kind == "paper" and content.startswith(b"%PDF-"):
            return _pdf(content)
        return _picture(content)
    except (MemoryError, RecursionError):
        return {"finding": "paper.too_heavy"}


def _picture(content: bytes) -> dict[str, Any]:
    from foundation import pictures

    try:
        full, card = pictures.read(BytesIO(content))
    except pictures.NoPicture as error:
        return {"finding": error.code}
    return {
        "media_type": "image/webp",
        "full": base64.b64encode(full.webp).decode(),
        "card": base64.b64encode(card.webp).decode(),
        "position": _position(content),
    }


def _pdf(content: bytes) -> dict[str, Any]:
    if b"%%EOF" not in content[-2048:] or b"startxref" not in content:
        return {"finding": "paper.damaged"}
    if b"/Encrypt" in content:
        return {"finding": "paper.encrypted"}
    left = MOST_UNPACKED
    if _acts(content):
        return {"finding": "paper.active"}
    for packed in _STREAM.findall(content):
        unpacked = _inflated(packed, left)
        left -= len(unpacked)
        if left <= 0:
            return {"finding": "paper.too_heavy"}
        if _acts(unpacked):
            return {"finding": "paper.active"}
    return {"media_type": "application/pdf"}


def _acts(text: bytes) -> bool:
    """Whether a part of a PDF names something that acts, spelled plainly or with #xx."""
    plain = _HEX.sub(lambda found: bytes([int(found[1], 16)]), text)
    return _ACTIVE.search(plain) is not None


def _inflated(packed: bytes, most: int) -> bytes:
    """A stream unpacked, nothing when it is packed in another way."""
    try:
        return zlib.decompressobj().decompress(packed, most)
    except zlib.error:
        return b""


def _position(content: bytes) -> list[float] | None:
    """Where a photo says it was taken, as (lon, lat); None when it does not say."""
    from PIL import Image

    try:
        with Image.open(BytesIO(content)) as image:
            gps = image.getexif().get_ifd(_GPS)
        lat = _degrees(gps[2]) * (-1 if str(gps.get(1, "N")).upper().startswith("S") else 1)
        lon = _degrees(gps[4]) * (-1 if str(gps.get(3, "E")).upper().startswith("W") else 1)
    except (KeyError, TypeError, ValueError, ZeroDivisionError, OSError, SyntaxError):
        return None
    inside = -180 <= lon <= 180 and -90 <= lat <= 90
    return [lon, lat] if inside and (lon, lat) != (0, 0) else None


def _degrees(parts: Any) -> float:
    degrees, minutes, seconds = (float(part) for part in parts)
    return degrees + minutes / 60 + seconds / 3600


if __name__ == "__main__":
    confine()
    json.dump(answer(sys.argv[1], sys.stdin.buffer.read()), sys.stdout)
