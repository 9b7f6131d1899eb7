"""The proof bundle of a batch: its story, and what proves it to whoever trusts nobody here.

It holds what the public trace page tells and nothing else: of every row only its public columns are
opened. docs/verify/ checks one without us.
"""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from ledger import canonical, checkpoint, keys, note, rotation
from ledger.rows.commitments import Key
from ledger.rows.opening import OpenedRow, open_rows
from products.models import StarCertificate
from traceability import events
from traceability.models import Batch

FORMAT = "nguon-bundle/1"


def make(
    session: Session, batch: Batch, story: Mapping[str, Any], *, now: datetime
) -> dict[str, Any]:
    """Join a batch's story (plain JSON) with the proofs of the rows it is told from.

    Rows that changed since the newest checkpoint are left out until the next one covers them.
    Raises: NotFound("ledger.no_checkpoint").
    """
    rows = open_rows(session, _rows_of(session, batch, story))
    mark = checkpoint.get_newest(session)
    bundle: dict[str, Any] = {
        "format": FORMAT,
        "made_at": canonical.instant(now),
        "story": dict(story),
        "facts": [_fact(row) for row in rows],
        "same": _same(story, rows),
        "checkpoint": mark.note,
        "verifier_key": note.verifier_key(note.read(mark.note).origin, mark.public_key),
        "vouchers": [key.voucher for key in rotation.list_keys(session) if key.voucher],
    }
    return {**bundle, "signature": _signature(bundle)}


def _signature(bundle: Mapping[str, Any]) -> str | None:
    """A signed note over all the rest: who hands it on cannot change a word."""
    key = keys.find()
    if key is None:
        return None
    digest = hashlib.sha256(canonical.document(bundle).encode()).digest()
    text = f"{keys.origin()}/bundle\n{base64.b64encode(digest).decode()}\n"
    return f"{text}\n{note.signed_line(text, keys.origin(), key)}"


def _rows_of(session: Session, batch: Batch, story: Mapping[str, Any]) -> dict[str, list[Key]]:
    """The rows a story is told from."""
    numbers = [told["number"] for told in story["certificates"]]
    stars = session.scalars(
        select(StarCertificate.id).where(
            StarCertificate.product_id == batch.product_id, StarCertificate.number.in_(numbers)
        )
    )
    told = {area["code"] for area in story["growing_areas"]}
    return {
        "batches": [(batch.id,)],
        "products": [(batch.product_id,)],
        "organisations": [(batch.organisation_id,)],
        "growing_areas": [(area.id,) for area in batch.areas if area.code in told],
        "star_certificates": [(number,) for number in stars],
        "epcis_events": [(event.id,) for event in events.list_events(session, batch.id)],
    }


def _fact(row: OpenedRow) -> dict[str, Any]:
    return {
        "table": row.table,
        "key": row.key,
        "values": row.values,
        "salt": row.salt.hex(),
        "form": row.form,
        "kept": row.kept.hex() if row.kept else None,
        "person": row.person.hex() if row.person else None,
        "row_index": row.position,
        "rows": row.rows,
        "row_path": [_base64(step) for step in row.row_path],
        "entry": row.entry,
        "leaf_index": row.sequence - 1,
        "path": [_base64(step) for step in row.path],
    }


def _same(story: Mapping[str, Any], rows: list[OpenedRow]) -> list[dict[str, Any]]:
    """Which words of the story are which proved values."""
    named: dict[str, dict[str, tuple[str, ...]]] = {}
    named["products"] = {"name": ("product", "name"), "gtin": ("product", "gtin")}
    named["organisations"] = {"name": ("producer", "name")}
    named["batches"] = {
        column: (column,)
        for column in ("code", "lot", "state", "produced_on", "harvested_on", "expires_on")
    }
    found = []
    for number, row in enumerate(rows):
        for column, place in named.get(row.table, {}).items():
            found.append({"story": list(place), "fact": number, "column": column})
        for column, member, listed in (
            ("code", "code", "growing_areas"),
            ("number", "number", "certificates"),
        ):
            if row.table in ("growing_areas", "star_certificates"):
                found += [
                    {"story": [listed, at, member], "fact": number, "column": column}
                    for at, told in enumerate(story[listed])
                    if told.get(member) == row.values.get(column)
                ]
    return found


def _base64(value: bytes) -> str:
    return base64.b64encode(value).decode()
