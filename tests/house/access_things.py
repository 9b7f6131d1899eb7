"""What the access matrix names: organisation A's things by key, and the words that give them away.

Whatever the public may know of A bears ``KNOWN`` in its name; whatever it may not, ``SECRET``.
"""

from __future__ import annotations

import io
from dataclasses import dataclass, field
from typing import Any

from PIL import Image

from tests.accounts import factories as accounts

KNOWN = "Quexanhlan"
SECRET = "Kinmatdao"
HERE, HERE_PROVINCE = accounts.THANG_BINH, "48"
ELSEWHERE, ELSEWHERE_PROVINCE = accounts.VE_GIANG, accounts.QUANG_NGAI
GTIN = "08930001000018"
BASE = "https://nguon.vn"


def _picture() -> bytes:
    drawn = io.BytesIO()
    Image.new("RGB", (640, 640), "green").save(drawn, "PNG")
    return drawn.getvalue()


PICTURE = _picture()


@dataclass
class World:
    """Everybody with a way in, and everything a path or a body may name."""

    cookies: dict[str, str] = field(default_factory=dict)
    bearers: dict[str, str] = field(default_factory=dict)
    things: dict[str, Any] = field(default_factory=dict)

    def fill(self, wish: Any) -> Any:
        """``wish`` with every ``@key`` in it replaced by the thing of that key."""
        if isinstance(wish, str) and wish.startswith("@"):
            return self.things[wish[1:]]
        if isinstance(wish, dict):
            return {key: self.fill(value) for key, value in wish.items()}
        if isinstance(wish, list):
            return [self.fill(value) for value in wish]
        return wish
