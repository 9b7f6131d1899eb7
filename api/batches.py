"""Batches for programs."""

from __future__ import annotations

from typing import Any

from accounts.doors import current_actor
from accounts.permissions import may
from api.blueprints import Blueprint
from foundation import clock, config, db, quantity, web
from traceability import batches, releasing
from traceability.models import Batch
from traceability.opening import new_batch
from traceability.quality import early
from traceability.schemas import BatchInput, BatchListSchema, BatchQuery, BatchSchema

blueprint = Blueprint(
    "api_batches", __name__, url_prefix="/api/v1", description="Production batches"
)


@blueprint.post("/batches")
@web.guarded("batch.write")
@blueprint.arguments(BatchInput)
@blueprint.made_at(BatchSchema, "/batches/{code}")
def open_batch(given: dict[str, Any]) -> dict[str, Any]:
    """Open a batch on coded areas; it is released at once when its caller may release it.

    `harvested_on` defaults to `produced_on`. Inside a pre-harvest interval: 409
    `batch.pre_harvest_interval` naming spray, area and first permitted day; the harvest stays in
    the diary.
    """
    now = clock.now()
    actor = current_actor()
    new = new_batch(given)
    with db.transaction() as session:
        batch = early.open_unless_early(session, actor, new, now=now)
        if isinstance(batch, Batch):
            may_release = may(actor, "batch.release", batch) and batch.organisation.is_verified
            if batch.state == "open" and may_release:
                batch = releasing.release(session, actor, batch.code, now=now)
            return as_json(batch)
    # Raised after the commit: the harvest that came too early stays in the diary.
    raise batch


@blueprint.get("/batches")
@web.guarded("batch.read")
@blueprint.arguments(BatchQuery, location="query")
@blueprint.response(200, BatchListSchema)
def list_batches(query: dict[str, Any]) -> dict[str, Any]:
    """The batches the caller may see, newest first."""
    with db.reading() as session:
        page = batches.list_batches(
            session,
            current_actor(),
            state=query["state"],
            product=query["product"],
            cursor=query.get("cursor"),
            size=query["limit"],
        )
        return {"items": [as_json(batch) for batch in page.items], "next": page.next_cursor}


@blueprint.get("/batches/<code>")
@web.guarded("batch.read")
@blueprint.response(200, BatchSchema)
def get_batch(code: str) -> dict[str, Any]:
    """One batch, for its organisation, officers of its place, and admins."""
    with db.reading() as session:
        return as_json(batches.get_own_batch(session, current_actor(), code))


@blueprint.post("/batches/<code>/release")
@web.guarded("batch.release")
@blueprint.response(200, BatchSchema)
def release(code: str) -> dict[str, Any]:
    """Declare a batch fit for sale, after checking the diary once more."""
    with db.transaction() as session:
        return as_json(releasing.release(session, current_actor(), code, now=clock.now()))


@blueprint.post("/batches/<code>/hold")
@web.guarded("batch.release")
@blueprint.response(200, BatchSchema)
def hold(code: str) -> dict[str, Any]:
    """Stop a batch from being sold until somebody has looked at it."""
    with db.transaction() as session:
        return as_json(releasing.hold(session, current_actor(), code, now=clock.now()))


def as_json(batch: Batch) -> dict[str, Any]:
    return {
        "code": batch.code,
        "lot": batch.lot,
        "trace_url": batches.trace_url(batch, config.current().base_url),
        "state": batch.state,
        "product": batch.product.code,
        "organisation": batch.organisation.code,
        "growing_areas": [area.code for area in batch.areas],
        "parcels": list(batch.parcel_ids),
        "quantity": str(quantity.stored(batch.quantity)),
        "unit": batch.unit,
        "produced_on": batch.produced_on,
        "origin": batch.origin,
        "harvested_on": batch.harvested_on,
        "expires_on": batch.expires_on,
        "opened_at": batch.opened_at,
        "released_at": batch.released_at,
    }
