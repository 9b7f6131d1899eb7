"""What was seen a moment ago, without remembering by whom.

A table in memory that all processes of a server share (made before they part), never on a disk.
It holds shortened keyed hashes and the second they were last seen at; the key is drawn anew each
day and nowhere else kept, so that nothing here tells an address, today or later.
"""

from __future__ import annotations

import hashlib
import mmap
import secrets
import struct
from datetime import datetime

from foundation.clock import VIETNAM

_SLOTS = 1 << 16
_SLOT = struct.Struct("<QII")
_HEAD = struct.Struct("<I16s")
_HEAD_SIZE = 32
_DAY_S = 86_400
_AHEAD_S = int(VIETNAM.utcoffset(None).total_seconds())


class Recent:
    """Marks that fade. Processes may overwrite each other's: at worst something counts twice."""

    def __init__(self) -> None:
        self._memory = mmap.mmap(-1, _HEAD_SIZE + _SLOTS * _SLOT.size)

    def seen(self, what: bytes, now: datetime, within_s: int) -> int:
        """How often this was seen before, since a time without it of so many seconds.

        What was seen within the time is counted on; the time begins anew with the first only.
        """
        second = int(now.timestamp())
        mark, place = self._place(what, second)
        kept, since, count = _SLOT.unpack_from(self._memory, place)
        before = count if kept == mark and 0 <= second - since < within_s else 0
        began = since if before else second
        _SLOT.pack_into(self._memory, place, mark, began, min(before + 1, 0xFFFFFFFF))
        return before

    def count(self, what: bytes, now: datetime, within_s: int) -> int:
        """How often it was seen, without seeing it."""
        second = int(now.timestamp())
        mark, place = self._place(what, second)
        kept, since, count = _SLOT.unpack_from(self._memory, place)
        return count if kept == mark and 0 <= second - since < within_s else 0

    def forget(self) -> None:
        """Begin with nothing (tests)."""
        self._memory[:] = bytes(len(self._memory))

    def _place(self, what: bytes, second: int) -> tuple[int, int]:
        digest = hashlib.blake2b(what, digest_size=8, key=self._key(second)).digest()
        mark = int.from_bytes(digest, "little") or 1
        return mark, _HEAD_SIZE + (mark % _SLOTS) * _SLOT.size

    def _key(self, second: int) -> bytes:
        """The day's key; who comes first on a day draws it, and all older marks mean nothing."""
        today = (second + _AHEAD_S) // _DAY_S
        day, key = _HEAD.unpack_from(self._memory, 0)
        if day != today:
            key = secrets.token_bytes(16)
            _HEAD.pack_into(self._memory, 0, today, key)
        return bytes(key)
