"""Uploads of a dossier: papers (PDF, JPEG, PNG) and photos, judged in a limited child process."""

from __future__ import annotations

import base64
import json
import os
import subprocess
import sys
import threading
from dataclasses import dataclass
from datetime import datetime
from io import BytesIO
from pathlib import Path
from typing import IO, Any, Literal

from sqlalchemy.orm import Session

from foundation import files
from foundation.errors import Finding, Invalid
from foundation.workplaces import stepping_aside

MOST_BYTES = 10 * 1024 * 1024
SECONDS = 60
_PICTURES = ("image/jpeg", "image/png", "image/webp")
_TYPES = {"paper": ("application/pdf", *_PICTURES[:2]), "photo": _PICTURES}
_CHILDREN = threading.BoundedSemaphore(1)
"""One at a time per process: a photo of forty megapixels takes half a gigabyte to read."""


@dataclass(frozen=True)
class Judged:
    """A file fit to be kept. Pictures come in two sizes, stripped of all but the picture."""

    media_type: str
    full: bytes
    card: bytes | None
    position: tuple[float, float] | None


@dataclass(frozen=True)
class Kept:
    """Where a judged photo lies: digests of its content and of its small picture."""

    digest: str
    card_digest: str


def judge(stream: IO[bytes], kind: Literal["paper", "photo"], field: str) -> Judged:
    """Read an upload; raises Invalid naming what keeps it from being kept.

    Holds no transaction: call it before one is opened.
    """
    content = stream.read(MOST_BYTES + 1)
    if not content:
        raise _invalid("paper.empty", field)
    if len(content) > MOST_BYTES:
        raise _invalid("paper.too_large", field, most_mb=MOST_BYTES // 1024 // 1024)
    if files.sniff(content[:16]) not in (
        "application/pdf",
        "image/jpeg",
        "image/png",
        "image/webp",
    ):
        raise _invalid("paper.unknown_type", field)
    told = _ask_child(kind, content, field)
    if "finding" in told:
        raise _invalid(told["finding"], field, most_mpx=40)
    if told["media_type"] == "application/pdf":
        return Judged("application/pdf", content, None, None)
    position = told["position"]
    return Judged(
        told["media_type"],
        base64.b64decode(told["full"]),
        base64.b64decode(told["card"]),
        (position[0], position[1]) if position else None,
    )


def keep_paper(session: Session, judged: Judged, *, now: datetime) -> str:
    """Keep a judged paper, privately, under the hash of its content; papers have no small size."""
    return files.keep(session, BytesIO(judged.full), now=now).digest


def keep_photo(session: Session, judged: Judged, *, now: datetime) -> Kept:
    """Keep a judged photo in both sizes, privately, under the hashes of their contents."""
    full = files.keep(session, BytesIO(judged.full), now=now)
    if judged.card is None:
        return Kept(full.digest, full.digest)
    return Kept(full.digest, files.keep(session, BytesIO(judged.card), now=now).digest)


def _ask_child(kind: str, content: bytes, field: str) -> dict[str, Any]:
    command = [sys.executable, "-m", "growing_areas.dossiers.file_reader", kind]
    try:
        with stepping_aside(), _CHILDREN:
            done = subprocess.run(
                command,
                input=content,
                capture_output=True,
                timeout=SECONDS,
                env=_environment(),
                check=False,
            )
    except subprocess.TimeoutExpired:
        raise _invalid("paper.too_heavy", field) from None
    if done.returncode != 0:
        raise _invalid("paper.too_heavy", field)
    told: dict[str, Any] = json.loads(done.stdout)
    return told


def _environment() -> dict[str, str]:
    """The child's whole environment: whatever a hostile file does there, it finds no secret."""
    return {
        "PATH": os.environ.get("PATH", ""),
        "PYTHONPATH": str(Path(__file__).parents[2]),
        "PYTHONDONTWRITEBYTECODE": "1",
        "MALLOC_ARENA_MAX": "1",
        "OMP_NUM_THREADS": "1",
    }


def _invalid(code: str, field: str, **params: int) -> Invalid:
    return Invalid([Finding(code, params, field)])
