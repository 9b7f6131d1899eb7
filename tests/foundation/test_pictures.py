"""Photos: what is kept of them, and what is refused."""

import struct
import zlib
from io import BytesIO

import pytest
from PIL import Image

from foundation.pictures import CARD_EDGE, FULL_EDGE, NoPicture, read


def picture(size: tuple[int, int], kind: str = "JPEG", mode: str = "RGB") -> BytesIO:
    out = BytesIO()
    image = Image.new(mode, size, "red")
    exif = Image.Exif()
    exif[0x0112] = 6  # turned by a quarter
    exif.get_ifd(0x8825)[2] = (15.0, 7.0, 12.0)  # GPS latitude
    image.save(out, kind, exif=exif)
    out.seek(0)
    return out


def test_a_photo_is_turned_upright_made_small_and_stripped_of_its_place() -> None:
    full, card = read(picture((4000, 3000)))

    assert (full.width, full.height) == (1200, 1600)
    assert max(card.width, card.height) == CARD_EDGE
    kept = Image.open(BytesIO(full.webp))
    assert kept.format == "WEBP"
    assert not kept.getexif()
    assert b"EXIF" not in full.webp
    assert len(full.webp) < 60_000


@pytest.mark.parametrize(("kind", "mode"), [("PNG", "RGBA"), ("PNG", "P"), ("WEBP", "RGB")])
def test_other_kinds_are_read_too_and_small_ones_stay_small(kind: str, mode: str) -> None:
    full, _card = read(picture((300, 200), kind, mode))

    assert max(full.width, full.height) == 300 < FULL_EDGE


def bomb() -> BytesIO:
    """A PNG of a few bytes that claims 100 million pixels."""

    def chunk(kind: bytes, body: bytes) -> bytes:
        crc = struct.pack(">I", zlib.crc32(kind + body))
        return struct.pack(">I", len(body)) + kind + body + crc

    head = struct.pack(">IIBBBBB", 10_000, 10_000, 8, 0, 0, 0, 0)
    body = chunk(b"IHDR", head) + chunk(b"IDAT", zlib.compress(b"\0")) + chunk(b"IEND", b"")
    return BytesIO(b"\x89PNG\r\n\x1a\n" + body)


def test_a_picture_of_too_many_pixels_is_refused_before_it_is_unpacked() -> None:
    with pytest.raises(NoPicture) as refused:
        read(bomb())

    assert refused.value.code == "photo.too_many_pixels"


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"GIF89a" + bytes(20),
        b"<svg xmlns='http://www.w3.org/2000/svg'/>",
        picture((64, 64)).getvalue()[:200],
        b"\x89PNG\r\n\x1a\n" + bytes(40),
        b"RIFF\x00\x00\x00\x00WEBPVP8 " + bytes(8),
    ],
)
def test_what_is_no_picture_is_refused(content: bytes) -> None:
    with pytest.raises(NoPicture) as refused:
        read(BytesIO(content))

    assert refused.value.code == "photo.unreadable"
