"""Codes in photos that people send because their browser reads none: read in a limited child."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import threading
from datetime import datetime
from pathlib import Path
from typing import IO

from foundation import files
from foundation.errors import Finding, Invalid, TooMany
from foundation.workplaces import stepping_aside
from traceability.scan import guessing, limits

MOST_BYTES = 10 * 1024 * 1024
_SECONDS = 30
_PICTURES = ("image/jpeg", "image/png", "image/webp")
_CHILDREN = threading.BoundedSemaphore(1)
"""One at a time per process, as for photos that are kept."""


def take_turn(address: str, now: datetime) -> None:
    """Count one photo of a network: a small file may take seconds to read, and one is read at a
    time. Raises: TooMany("scan.too_many_photos")."""
    network = guessing.network_of(address)
    if network is None:
        return
    within_s = limits.limit("scan_photos_within_s")
    if guessing.recent.seen(b"photo " + network, now, within_s) >= limits.limit("scan_photos"):
        raise TooMany("scan.too_many_photos", retry_after_s=within_s)


def read(stream: IO[bytes]) -> list[str]:
    """What the codes in a photo say, the largest first; nothing of the photo is kept.

    Holds no transaction. Raises: Invalid on ``photo`` ("scan.no_code": none can be read).
    """
    content = stream.read(MOST_BYTES + 1)
    if len(content) > MOST_BYTES:
        raise _invalid("photo.too_large", most_mb=MOST_BYTES // 1024 // 1024)
    if files.sniff(content[:16]) not in _PICTURES:
        raise _invalid("photo.unreadable")
    told = _ask_child(content)
    if "finding" in told:
        raise _invalid(str(told["finding"]), most_mpx=40)
    return [str(text) for text in told["texts"]]


def _ask_child(content: bytes) -> dict[str, list[str]]:
    try:
        with stepping_aside(), _CHILDREN:
            done = subprocess.run(
                [sys.executable, "-m", "traceability.scan.code_reader"],
                input=content,
                capture_output=True,
                timeout=_SECONDS,
                env=_environment(),
                check=False,
            )
    except subprocess.TimeoutExpired:
        raise _invalid("scan.no_code") from None
    if done.returncode != 0:
        raise _invalid("photo.unreadable")
    told: dict[str, list[str]] = json.loads(done.stdout)
    return told


def _environment() -> dict[str, str]:
    """The child's whole environment: whatever a hostile file does there, it finds no secret."""
    return {
        "PATH": os.environ.get("PATH", ""),
        "PYTHONPATH": str(Path(__file__).parents[2]),
        "PYTHONDONTWRITEBYTECODE": "1",
        "MALLOC_ARENA_MAX": "1",
        "OMP_NUM_THREADS": "1",
        "OPENBLAS_NUM_THREADS": "1",
    }


def _invalid(code: str, **params: int) -> Invalid:
    return Invalid([Finding(code, params, "photo")])
