"""The proof bundle of a batch: its story, and what proves it to whoever trusts nobody here.

It holds what the public trace page tells and nothing else: of every row only its public columns are
opened. docs/verify/ checks one without us.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from foundation.errors import NotFound
from ledger import bundling
from ledger.rows.commitments import Key
from ledger.rows.opening import OpenedRow, open_rows
from products.models import StarCertificate
from traceability import batches, events
from traceability.models import Batch
from traceability.scan import lookup, story, story_json
from traceability.scan.journey import is_for_everybody
from traceability.scan.schemas import TraceSchema
from traceability.sensors.drawing import day_records


def of_batch(
    session: Session, code: str, base_url: str, *, now: datetime, since: int | None = None
) -> dict[str, Any]:
    """The proof bundle of the batch with a code; `since` as `ledger.bundling` has it.

    Raises: NotFound("batch.not_found", "ledger.no_checkpoint" or "ledger.no_such_tree").
    """
    found = lookup.find_by_code(code, None)
    if found is None:
        raise NotFound("batch.not_found")
    batch = story.load(session, found.batch_id)
    told = {
        **story_json.plain(story.tell_of(session, batch, now=now)),
        "trace_url": base_url + batches.trace_path(batch, None),
    }
    return make(
        session, batch, TraceSchema(exclude=["verdict", "proof"]).dump(told), now=now, since=since
    )


def make(
    session: Session,
    batch: Batch,
    story: Mapping[str, Any],
    *,
    now: datetime,
    since: int | None = None,
) -> dict[str, Any]:
    """Join a batch's story (plain JSON) with the proofs of the rows it is told from.

    Rows that changed since the newest checkpoint are left out until the next one covers them.
    Raises: NotFound("ledger.no_checkpoint").
    """
    rows = open_rows(session, rows_of(session, batch, story), at_least=since or 0)
    return bundling.make(session, story, rows, _same(story, rows), now=now, since=since)


def rows_of(session: Session, batch: Batch, story: Mapping[str, Any]) -> dict[str, list[Key]]:
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
        "epcis_events": [
            (event.id,)
            for event in events.list_events(session, batch.id)
            if is_for_everybody(event, batch)
        ],
        "sensor_day_records": day_records.newest_keys(session, batch.id),
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
