"""What somebody brings to be checked: judged in a child process, compared with the log as it is.

A note that this log's own key signed and that tells another history than ours is the gravest thing
there can be: two readers were told two logs. It is kept with its signature and shown to everybody.
"""

from __future__ import annotations

import base64
import json
import os
import subprocess
import sys
import threading
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from foundation.errors import Finding, Invalid
from foundation.workplaces import stepping_aside
from ledger import canonical, checkpoint, proofs
from ledger.alarms import Brought
from ledger.judging import Judgement, Proved, Term
from ledger.models import Contradiction

MOST_BYTES = 4 * 1024 * 1024
_PATIENCE_SECONDS = 30
_CHILDREN = threading.BoundedSemaphore(2)


@dataclass(frozen=True)
class Standing:
    """How a signed size and root stand to this log.

    `agrees`; `contradicts` (another root at that size); `longer` (we have fewer entries than that).
    """

    what: str
    size: int
    ours: int


def judge_file(data: bytes, trusted: Sequence[Term]) -> Judgement:
    """Judge an uploaded bundle or checkpoint; hold no transaction meanwhile.

    Raises: Invalid("bundle.empty", "bundle.too_large" or "bundle.too_heavy").
    """
    if not data.strip():
        raise Invalid([Finding("bundle.empty", {}, "file")])
    if len(data) > MOST_BYTES:
        raise Invalid(
            [Finding("bundle.too_large", {"most_mb": MOST_BYTES // 1024 // 1024}, "file")]
        )
    return _judgement(_ask_child(_keys_line(trusted) + data))


def stand(session: Session, size: int, root: bytes) -> Standing:
    """Compare a signed root with this log's at the same size."""
    newest = checkpoint.find_newest(session)
    ours = newest.size if newest else 0
    if size > ours:
        return Standing("longer", size, ours)
    if size > 0 and proofs.root_at(session, size) != root:
        return Standing("contradicts", size, ours)
    return Standing("agrees", size, ours)


def stands(session: Session, judgement: Judgement) -> Standing | None:
    """Compare what a judged file says with this log; None where nothing signed was found in it."""
    if not judgement.root:
        return None
    return stand(session, judgement.size, base64.b64decode(judgement.root))


def brought(judgement: Judgement, code: str) -> Brought:
    """A judged note that a key of ours signed and that tells another log, as alarms are kept."""
    return Brought(code, judgement.size, base64.b64decode(judgement.root), judgement.note)


def list_contradictions(session: Session) -> Sequence[Contradiction]:
    """Return the notes of ours that tell another log, the newest first."""
    statement = select(Contradiction).order_by(Contradiction.seen_at.desc()).limit(20)
    return session.scalars(statement).all()


def _keys_line(trusted: Sequence[Term]) -> bytes:
    told = [
        (term.public_key.hex(), canonical.instant(term.until) if term.until else None)
        for term in trusted
    ]
    return json.dumps(told).encode() + b"\n"


def _ask_child(given: bytes) -> dict[str, Any]:
    command = [sys.executable, "-m", "ledger.bundle_reader"]
    try:
        with stepping_aside(), _CHILDREN:
            done = subprocess.run(
                command,
                input=given,
                capture_output=True,
                timeout=_PATIENCE_SECONDS,
                env=_environment(),
                check=False,
            )
    except subprocess.TimeoutExpired:
        raise Invalid([Finding("bundle.too_heavy", {}, "file")]) from None
    if done.returncode != 0:
        raise Invalid([Finding("bundle.too_heavy", {}, "file")])
    told: dict[str, Any] = json.loads(done.stdout)
    return told


def _judgement(told: dict[str, Any]) -> Judgement:
    facts = tuple(Proved(**fact) for fact in told.pop("facts"))
    return Judgement(**told, facts=facts)


def _environment() -> dict[str, str]:
    """The child's whole environment: whatever a hostile file does there, it finds no secret."""
    return {
        "PATH": os.environ.get("PATH", ""),
        "PYTHONPATH": str(Path(__file__).parents[1]),
        "PYTHONDONTWRITEBYTECODE": "1",
        "MALLOC_ARENA_MAX": "1",
    }
