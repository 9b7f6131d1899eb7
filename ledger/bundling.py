"""Proof bundles: opened rows with the checkpoint they lead to, signed as a whole.

The form is told in docs/ledger.md; docs/verify/ checks one without us, `ledger.judging` for whoever
brings one to our page.
"""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from ledger import canonical, checkpoint, keys, note, proofs, rotation, witnessing
from ledger.models import Checkpoint
from ledger.rows.commitments import Key
from ledger.rows.opening import OpenedRow, open_person

FORMAT = "nguon-bundle/1"
VOUCHER = "nguon-voucher/1"


def make(
    session: Session,
    story: Mapping[str, Any],
    rows: Sequence[OpenedRow],
    same: Sequence[Mapping[str, Any]],
    *,
    now: datetime,
    form: str = FORMAT,
    since: int | None = None,
) -> dict[str, Any]:
    """Join a story (plain JSON) with the rows that prove it; `same` says which words are which.

    `since` is the size of a checkpoint that the reader kept: the bundle then proves that its log
    grew out of that one. Raises: NotFound("ledger.no_checkpoint" or "ledger.no_such_tree").
    """
    mark = checkpoint.get_one(session, rows[0].size) if rows else checkpoint.get_newest(session)
    bundle: dict[str, Any] = {
        "format": form,
        "made_at": canonical.instant(now),
        "story": dict(story),
        "facts": [fact(row) for row in rows],
        "same": [dict(each) for each in same],
        "checkpoint": witnessing.cosigned(session, mark),
        "verifier_key": note.verifier_key(note.read(mark.note).origin, mark.public_key),
        "witnesses": _witnesses(session, mark),
        "vouchers": [key.voucher for key in rotation.list_keys(session) if key.voucher],
    }
    if since is not None:
        proof = proofs.prove_consistency(session, since, mark.size)
        path = [_base64(step) for step in proof.path]
        bundle["consistency"] = {"first": since, "second": mark.size, "path": path}
    return {**bundle, "signature": sign_off(bundle)}


def _witnesses(session: Session, mark: Checkpoint) -> list[dict[str, str]]:
    """Whose signatures stand under the checkpoint, with the key that checks each."""
    listed = witnessing.list_cosignatures(session, [mark.size]).get(mark.size, [])
    return [{"name": each.name, "verifier_key": each.verifier_key} for each in listed]


def vouch(session: Session, table: str, key: Key, *, now: datetime) -> dict[str, Any]:
    """The voucher of a row's erasable part, for the person it is about and nobody else.

    Who keeps it proves what was recorded of them even after we have erased it.
    Raises: NotFound("ledger.no_voucher" or "ledger.no_checkpoint").
    """
    return make(session, {}, [open_person(session, table, key)], [], now=now, form=VOUCHER)


def fact(row: OpenedRow) -> dict[str, Any]:
    """An opened row as a bundle tells it."""
    return {
        "group": row.group,
        "table": row.table,
        "key": row.key,
        "values": row.values,
        "salt": row.salt.hex(),
        "form": row.form,
        **{group: digest.hex() if digest else None for group, digest in row.closed.items()},
        "row_index": row.position,
        "rows": row.rows,
        "row_path": [_base64(step) for step in row.row_path],
        "entry": row.entry,
        "leaf_index": row.sequence - 1,
        "path": [_base64(step) for step in row.path],
    }


def sign_off(bundle: Mapping[str, Any]) -> str | None:
    """A signed note over all the rest: who hands it on cannot change a word."""
    key = keys.find()
    if key is None:
        return None
    digest = hashlib.sha256(canonical.document(bundle).encode()).digest()
    text = f"{keys.origin()}/bundle\n{_base64(digest)}\n"
    return f"{text}\n{note.signed_line(text, keys.origin(), key)}"


def _base64(value: bytes) -> str:
    return base64.b64encode(value).decode()
