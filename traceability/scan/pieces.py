"""A scan page in three pieces, packed once and put together for each reader. PURE.

The story before and after the verdict is compressed when it is built; the verdict, which is each
serial's own, goes between them as it is. Together they are one gzip stream (RFC 1952), since
deflate (RFC 1951) lets blocks that end on whole bytes stand side by side.
"""

from __future__ import annotations

import hashlib
import struct
import zlib
from dataclasses import dataclass
from functools import lru_cache

from werkzeug.http import parse_etags

_LEVEL = 6
_RAW = -zlib.MAX_WBITS
# Magic, deflate, no flags, no time, no hint, unknown system.
_HEAD = b"\x1f\x8b\x08\x00\x00\x00\x00\x00\x00\xff"
_MOST_STORED = 0xFFFF
_ZEROS = memoryview(bytes(1 << 17))


@dataclass(frozen=True, slots=True)
class Piece:
    """Compressed bytes, with checksum and length of what they hold."""

    packed: bytes
    checksum: int
    length: int


Fitted = tuple[bytes, bytes]
"""Block and end of a stream, for whoever puts the same verdict in many times."""


@dataclass(frozen=True, slots=True)
class Pieces:
    """The page around its verdict; ``digest`` names what it says."""

    before: Piece
    after: Piece
    digest: bytes

    @property
    def size(self) -> int:
        """Bytes held."""
        return len(self.before.packed) + len(self.after.packed)

    def etag(self, verdict: bytes) -> str:
        """What an answer with this verdict is known by, however it is packed."""
        return hashlib.blake2b(verdict, digest_size=12, key=self.digest).hexdigest()

    def plain(self, verdict: bytes) -> bytes:
        """The page as it is read."""
        return b"".join((_unpacked(self.before), verdict, _unpacked(self.after)))

    def gzipped(self, verdict: bytes) -> bytes:
        """The page as one gzip stream."""
        return self.joined(self.fitted(verdict))

    def joined(self, fitted: Fitted) -> bytes:
        """The page as one gzip stream, its verdict fitted in before."""
        told, tail = fitted
        return b"".join((_HEAD, self.before.packed, told, self.after.packed, tail))

    def fitted(self, verdict: bytes) -> Fitted:
        """A verdict as it stands in the stream, and the stream's end with it."""
        after = self.after
        checksum = zlib.crc32(verdict, self.before.checksum)
        length = self.before.length + len(verdict) + after.length
        # The checksum of two texts one after the other, from those of each.
        whole = _moved(checksum, after.length)
        tail = struct.pack("<II", whole ^ after.checksum, length & 0xFFFFFFFF)
        return _stored(verdict), tail


def pack(before: bytes, after: bytes) -> Pieces:
    """Compress what stands before and after the verdict."""
    digest = hashlib.blake2b(before + b"\0" + after, digest_size=32).digest()
    return Pieces(_packed(before, zlib.Z_FULL_FLUSH), _packed(after, zlib.Z_FINISH), digest)


def is_known(if_none_match: str | None, etag: str) -> bool:
    """Whether a reader says that it has this very answer (RFC 9110, 13.1.2)."""
    return bool(if_none_match) and parse_etags(if_none_match).contains_weak(etag)


@lru_cache(maxsize=256)
def takes_gzip(accept_encoding: str | None) -> bool:
    """Whether a reader unpacks gzip; one that does not say so gets the page as it is."""
    for part in (accept_encoding or "").split(","):
        name, _, rest = part.strip().partition(";")
        if name.strip().lower() in ("gzip", "x-gzip"):
            quality = rest.strip().lower().removeprefix("q=")
            return quality.strip("0.") != "" or quality == ""
    return False


def _packed(plain: bytes, end: int) -> Piece:
    packer = zlib.compressobj(_LEVEL, zlib.DEFLATED, _RAW)
    packed = packer.compress(plain) + packer.flush(end)
    return Piece(packed, zlib.crc32(plain), len(plain))


def _unpacked(piece: Piece) -> bytes:
    return zlib.decompressobj(_RAW).decompress(piece.packed)


def _stored(plain: bytes) -> bytes:
    """Deflate's block of bytes as they are; empty text needs none."""
    blocks = []
    for start in range(0, len(plain), _MOST_STORED):
        part = plain[start : start + _MOST_STORED]
        blocks.append(struct.pack("<BHH", 0, len(part), len(part) ^ 0xFFFF) + part)
    return b"".join(blocks)


def _moved(checksum: int, length: int) -> int:
    """A checksum as so many bytes after it move it on: by tables, a twentieth of counting zeros."""
    moved = 0
    for at, table in enumerate(_tables(length)):
        moved ^= table[checksum >> 4 * at & 15]
    return moved


@lru_cache(maxsize=1024)
def _tables(length: int) -> tuple[tuple[int, ...], ...]:
    """What each half byte of a checksum comes to; it is linear in its bits."""
    zeros = _ZEROS[:length] if length <= len(_ZEROS) else memoryview(bytes(length))
    none = zlib.crc32(zeros)
    bits = [zlib.crc32(zeros, 1 << bit) ^ none for bit in range(32)]
    return tuple(
        tuple(_together(bits[4 * at : 4 * at + 4], value) for value in range(16)) for at in range(8)
    )


def _together(bits: list[int], value: int) -> int:
    found = 0
    for at, bit in enumerate(bits):
        if value >> at & 1:
            found ^= bit
    return found
