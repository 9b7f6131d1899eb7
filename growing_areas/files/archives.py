"""Archives: KMZ and zipped Shapefiles, looked into without unpacking to disk.

Each rule an archive can break has its own code, so that whoever sent it knows what to change.
"""

from __future__ import annotations

import stat
import zipfile
import zlib
from pathlib import Path, PurePosixPath, PureWindowsPath

from growing_areas.files.features import Unreadable

MAX_UNPACKED_BYTES = 50 * 1024 * 1024
MAX_MEMBERS = 200
MAX_RATIO = 200
"""Honest map files shrink five- to twenty-fold; a bomb a thousandfold."""
_ARCHIVES = (".zip", ".kmz", ".7z", ".rar", ".gz", ".bz2", ".xz", ".tar", ".tgz")
_BROKEN = (zipfile.BadZipFile, zlib.error, OSError, EOFError, ValueError, NotImplementedError)


def check(path: Path) -> list[zipfile.ZipInfo]:
    """The archive's members. Raises: Unreadable for whatever makes it unsafe to look into."""
    try:
        with zipfile.ZipFile(path) as archive:
            members = archive.infolist()
    except _BROKEN:
        raise Unreadable("file.bad_archive") from None
    if len(members) > MAX_MEMBERS:
        raise Unreadable("file.archive_crowded", count=len(members), most=MAX_MEMBERS)
    for member in members:
        _check_member(member)
    if sum(member.file_size for member in members) > MAX_UNPACKED_BYTES:
        raise Unreadable("file.archive_bomb", most_mb=MAX_UNPACKED_BYTES // 1024 // 1024)
    if len({member.filename for member in members}) < len(members):
        raise Unreadable("file.archive_doubled")
    return members


def _check_member(member: zipfile.ZipInfo) -> None:
    name = member.filename
    path = PurePosixPath(name.replace("\\", "/"))
    climbs = path.is_absolute() or ".." in path.parts or PureWindowsPath(name).drive
    if climbs or "\0" in member.orig_filename or not name.isprintable():
        raise Unreadable("file.unsafe_archive", name=_shown(name))
    if member.flag_bits & 0x1:
        raise Unreadable("file.archive_encrypted")
    if stat.S_ISLNK(member.external_attr >> 16):
        raise Unreadable("file.archive_link", name=_shown(name))
    if member.file_size > MAX_RATIO * max(member.compress_size, 1024):
        raise Unreadable("file.archive_bomb", most_mb=MAX_UNPACKED_BYTES // 1024 // 1024)


def members_ending(path: Path, suffix: str) -> list[str]:
    """The members with a suffix, those a Mac adds beside each file left aside.

    Raises: Unreadable for an unsafe archive, one without such members, one of archives.
    """
    members = [member.filename for member in check(path)]
    found = [
        name
        for name in members
        if name.casefold().endswith(suffix) and "__macosx" not in name.casefold()
    ]
    if not found and any(name.casefold().endswith(_ARCHIVES) for name in members):
        raise Unreadable("file.archive_nested")
    if not found:
        raise Unreadable("file.no_features")
    return found


def content(path: Path, name: str) -> bytes:
    """One member's content, as long as it says it is and no longer."""
    try:
        with zipfile.ZipFile(path) as archive, archive.open(name) as member:
            raw = member.read(MAX_UNPACKED_BYTES + 1)
    except _BROKEN:
        raise Unreadable("file.bad_archive") from None
    if len(raw) > MAX_UNPACKED_BYTES:
        raise Unreadable("file.archive_bomb", most_mb=MAX_UNPACKED_BYTES // 1024 // 1024)
    return raw


def find_content(path: Path, name: str) -> bytes | None:
    """A member's content by its name in any case; None where there is none."""
    wanted = name.casefold()
    found = next((m.filename for m in check(path) if m.filename.casefold() == wanted), None)
    return None if found is None else content(path, found)


def kml_in(path: Path) -> bytes:
    """The main document of a KMZ: doc.kml, else its first .kml."""
    names = members_ending(path, ".kml")
    main = min(names, key=lambda name: (name.casefold() != "doc.kml", names.index(name)))
    return content(path, main)


def _shown(name: str) -> str:
    return "".join(sign if sign.isprintable() else "?" for sign in name)[:80]
