"""Pictures from outside, kept by the hash of their content in two sizes, free of metadata."""

from __future__ import annotations

import threading
from dataclasses import dataclass
from datetime import datetime
from io import BytesIO
from typing import IO

from sqlalchemy.orm import Session

from foundation import files, pictures
from foundation.errors import Finding, Invalid

MOST_BYTES = 10 * 1024 * 1024
# One picture at a time per process: forty megapixels take half a gigabyte while they are read.
_PICTURES = threading.Lock()


@dataclass(frozen=True)
class KeptPicture:
    """Where a picture's two sizes lie, and how large they are in pixels."""

    full_hash: str
    full_width: int
    full_height: int
    card_hash: str
    card_width: int
    card_height: int


def keep(session: Session, stream: IO[bytes], *, now: datetime) -> KeptPicture:
    """Keep a picture for everybody to see. Raises: Invalid("photo.…") on field ``photo``."""
    content = stream.read(MOST_BYTES + 1)
    if len(content) > MOST_BYTES:
        raise _invalid("photo.too_large", most_mb=MOST_BYTES // 1024 // 1024)
    try:
        with _PICTURES:
            full, card = pictures.read(BytesIO(content))
    except pictures.NoPicture as error:
        raise _invalid(error.code, most_mpx=pictures.MAX_PIXELS // 1_000_000) from None
    full_file = files.keep(session, BytesIO(full.webp), now=now, public=True)
    card_file = files.keep(session, BytesIO(card.webp), now=now, public=True)
    return KeptPicture(
        full_file.digest, full.width, full.height, card_file.digest, card.width, card.height
    )


def _invalid(code: str, **params: int) -> Invalid:
    return Invalid([Finding(code, params, "photo")])
