"""PURE. A photo as a telephone took it becomes a small WebP that tells nothing but the picture."""

import struct
from dataclasses import dataclass
from io import BytesIO
from typing import BinaryIO

from PIL import Image, ImageOps

MAX_PIXELS = 40_000_000
FULL_EDGE = 1600
CARD_EDGE = 480
_FORMATS = ("JPEG", "PNG", "WEBP")
# What Pillow raises for files that are cut off, lie about their size or are no picture at all.
_BROKEN = (OSError, ValueError, SyntaxError, EOFError, struct.error, Image.DecompressionBombError)


class NoPicture(Exception):
    """The bytes are not a picture we can read; ``code`` says why."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


@dataclass(frozen=True)
class Picture:
    """A picture ready to be served."""

    webp: bytes
    width: int
    height: int


def read(stream: BinaryIO) -> tuple[Picture, Picture]:
    """A photo in full size and card size, turned upright, without EXIF (its GPS above all).

    Raises: NoPicture("photo.unreadable"), NoPicture("photo.too_many_pixels").
    """
    try:
        # Twelve kilobytes can unpack to a gigabyte: the size is read before any pixel is.
        with Image.open(stream, formats=_FORMATS) as image:
            if image.width * image.height > MAX_PIXELS:
                raise NoPicture("photo.too_many_pixels")
            # JPEG can be decoded at a fraction of its size, which saves most of the memory.
            image.draft("RGB", (FULL_EDGE, FULL_EDGE))
            upright = ImageOps.exif_transpose(image)
            flat = _on_white(upright)
    except _BROKEN:
        raise NoPicture("photo.unreadable") from None
    return _fitted(flat, FULL_EDGE), _fitted(flat, CARD_EDGE)


def _on_white(image: Image.Image) -> Image.Image:
    if not image.has_transparency_data:
        return image.convert("RGB")
    layer = image.convert("RGBA")
    ground = Image.new("RGB", layer.size, "white")
    ground.paste(layer, mask=layer.getchannel("A"))
    return ground


def _fitted(image: Image.Image, edge: int) -> Picture:
    small = image.copy()
    small.thumbnail((edge, edge), Image.Resampling.LANCZOS)
    # A fresh image carries over no metadata of the file it came from.
    clean = Image.new("RGB", small.size)
    clean.paste(small)
    out = BytesIO()
    clean.save(out, "WEBP", quality=80, method=4)
    return Picture(out.getvalue(), clean.width, clean.height)
