"""The child process that reads the codes in one photo from outside.

Run as ``python -m traceability.scan.code_reader < PHOTO``; limits its own memory, time and
writing, then answers one JSON object: ``{"texts": [...]}``, largest code first, or ``{"finding"}``.
It knows no database and no secret.
"""

from __future__ import annotations

import json
import resource
import sys
from io import BytesIO
from typing import Any

MEMORY_BYTES = 1024 * 1024 * 1024
CPU_SECONDS = 15
MAX_PIXELS = 40_000_000
EDGES = (1600, 800, 3200)
"""Sizes tried in this order: as most labels are read, blurred ones, small codes in large photos."""
_MOST = 5


def confine() -> None:
    """Bound this process: one gigabyte, fifteen seconds of work, not a byte written."""
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY_BYTES, MEMORY_BYTES))
    resource.setrlimit(resource.RLIMIT_CPU, (CPU_SECONDS, CPU_SECONDS))
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


def answer(content: bytes) -> dict[str, Any]:
    """The codes' texts, or the one finding that says why there are none."""
    try:
        return _read(content)
    except (MemoryError, RecursionError):
        return {"finding": "photo.too_many_pixels"}


def _read(content: bytes) -> dict[str, Any]:
    from PIL import Image, ImageOps

    try:
        with Image.open(BytesIO(content), formats=("JPEG", "PNG", "WEBP")) as image:
            if image.width * image.height > MAX_PIXELS:
                return {"finding": "photo.too_many_pixels"}
            # JPEG can be decoded at a fraction of its size, which saves most of the memory.
            image.draft("L", (max(EDGES), max(EDGES)))
            grey = ImageOps.exif_transpose(_on_white(image)).convert("L")
    except (OSError, ValueError, SyntaxError, EOFError, Image.DecompressionBombError):
        return {"finding": "photo.unreadable"}
    for edge in EDGES:
        if texts := _texts(grey, edge):
            return {"texts": texts}
    return {"finding": "scan.no_code"}


def _on_white(image: Any) -> Any:
    from PIL import Image

    if not image.has_transparency_data:
        return image
    layer = image.convert("RGBA")
    ground = Image.new("RGB", layer.size, "white")
    ground.paste(layer, mask=layer.getchannel("A"))
    return ground


def _texts(grey: Any, edge: int) -> list[str]:
    """What the codes in a picture of this size say, the largest first."""
    import numpy
    import zxingcpp

    sized = grey.copy()
    sized.thumbnail((edge, edge))
    found = zxingcpp.read_barcodes(
        numpy.asarray(sized),
        formats=_formats(),
        text_mode=zxingcpp.TextMode.HRI,
    )
    ordered = sorted(found, key=_size, reverse=True)
    return list(dict.fromkeys(code.text for code in ordered if code.text))[:_MOST]


def _formats() -> Any:
    """The codes that packages and our labels carry."""
    from zxingcpp import BarcodeFormat as Code

    return (Code.QRCode, Code.DataMatrix, Code.EAN13, Code.EAN8, Code.UPCA, Code.Code128)


def _size(code: Any) -> int:
    corners = code.position
    across = abs(corners.bottom_right.x - corners.top_left.x)
    return int(across * abs(corners.bottom_right.y - corners.top_left.y))


if __name__ == "__main__":
    confine()
    json.dump(answer(sys.stdin.buffer.read()), sys.stdout)
