"""Archives: KMZ and zipped Shapefiles, looked into without unpacking to disk."""

from __future__ import annotations

import zipfile
import zlib
from pathlib import Path, PurePosixPath

from growing_areas.files.features import Unreadable

MAX_UNPACKED_BYTES = 50 * 1024 * 1024
MAX_MEMBERS = 200
MAX_RATIO = 200
"""Honest map files shrink five- to twenty-fold; a bomb a thousandfold."""


def check(path: Path) -> list[zipfile.ZipInfo]:
    """The archive's members; raises Unreadable for bombs and for names that climb out."""
    try:
        with zipfile.ZipFile(path) as archive:
            members = archive.infolist()
    except (zipfile.BadZipFile, OSError, ValueError, NotImplementedError):
        raise Unreadable("file.bad_archive") from None
    if len(members) > MAX_MEMBERS or any(member.flag_bits & 0x1 for member in members):
        raise Unreadable("file.unsafe_archive")
    for member in members:
        name = PurePosixPath(member.filename.replace("\\", "/"))
        if name.is_absolute() or ".." in name.parts:
            raise Unreadable("file.unsafe_archive")
        if member.file_size > MAX_RATIO * max(member.compress_size, 1024):
            raise Unreadable("file.unsafe_archive")
    if sum(member.file_size for member in members) > MAX_UNPACKED_BYTES:
        raise Unreadable("file.unsafe_archive")
    return members


def kml_in(path: Path) -> bytes:
    """The main document of a KMZ: doc.kml, else its first .kml."""
    names = [m.filename for m in check(path) if m.filename.casefold().endswith(".kml")]
    if not names:
        raise Unreadable("file.no_features")
    chosen = min(names, key=lambda name: (name.casefold() != "doc.kml", names.index(name)))
    try:
        with zipfile.ZipFile(path) as archive, archive.open(chosen) as member:
            raw = member.read(MAX_UNPACKED_BYTES + 1)
    except (zipfile.BadZipFile, zlib.error, OSError, EOFError, NotImplementedError):
        raise Unreadable("file.bad_archive") from None
    if len(raw) > MAX_UNPACKED_BYTES:
        raise Unreadable("file.unsafe_archive")
    return raw
