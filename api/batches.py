"""Batches for programs."""

from __future__ import annotations

from typing import Any

from sqlalchemy.orm import Session

from accounts.doors import current_actor
from accounts.permissions import Actor, may
from api.blueprints import Blueprint
from foundation import clock, config, db, web
from foundation.errors import Conflict, Refused
from traceability import batches, releasing
from traceability.batches import BatchFilter
from traceability.handling import answers, closing, markets
from traceability.handling.markets import Destined
from traceability.handling.schemas import MarketInput
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
    """Open a batch from areas, a purchase, other batches or none; released if its caller may.

    `growing_areas` are areas by code, `areas` those whose code is missing or pending, by id.
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
            return one(session, batch)
    # Raised after the commit: the harvest that came too early stays in the diary.
    raise batch


@blueprint.get("/batches")
@web.guarded("batch.read")
@blueprint.arguments(BatchQuery, location="query")
@blueprint.response(200, BatchListSchema)
def list_batches(query: dict[str, Any]) -> dict[str, Any]:
    """The batches the caller may see, newest first; `from` and `to` are days of production."""
    size, cursor = query.pop("limit"), query.pop("cursor", None)
    with db.reading() as session:
        page = batches.list_batches(
            session, current_actor(), BatchFilter(**query), cursor=cursor, size=size
        )
        return {"items": many(session, page.items), "next": page.next_cursor}


@blueprint.get("/batches/<code>")
@web.guarded("batch.read")
@blueprint.response(200, BatchSchema)
def get_batch(code: str) -> dict[str, Any]:
    """One batch, for its organisation, officers of its place, and admins."""
    with db.reading() as session:
        return one(session, batches.get_own_batch(session, current_actor(), code))


@blueprint.post("/batches/<code>/release")
@web.guarded("batch.release")
@blueprint.response(200, BatchSchema)
def release(code: str) -> dict[str, Any]:
    """Declare a batch fit for sale, after checking the diary once more."""
    with db.transaction() as session:
        batch = releasing.release(session, current_actor(), code, now=clock.now())
        return one(session, batch)


@blueprint.post("/batches/<code>/hold")
@web.guarded("batch.release")
@blueprint.response(200, BatchSchema)
def hold(code: str) -> dict[str, Any]:
    """Stop a batch from being sold until somebody has looked at it."""
    with db.transaction() as session:
        return one(session, releasing.hold(session, current_actor(), code, now=clock.now()))


@blueprint.post("/batches/<code>/close")
@web.guarded("batch.write")
@blueprint.response(200, BatchSchema)
def close(code: str) -> dict[str, Any]:
    """Close a batch of which nothing is left; else 409 `batch.close_stock` with the numbers."""
    with db.transaction() as session:
        return one(session, closing.close(session, current_actor(), code, now=clock.now()))


@blueprint.post("/batches/<code>/reopen")
@web.guarded("batch.write")
@blueprint.response(200, BatchSchema)
def reopen(code: str) -> dict[str, Any]:
    """Open a closed batch again; it is released anew before it is sold."""
    with db.transaction() as session:
        return one(session, closing.reopen(session, current_actor(), code, now=clock.now()))


@blueprint.put("/batches/<code>/market")
@web.guarded("batch.write")
@blueprint.arguments(MarketInput)
@blueprint.response(200, BatchSchema)
def declare_market(given: dict[str, Any], code: str) -> dict[str, Any]:
    """Say for which country a batch is meant, while nothing of it was shipped; null: as declared.

    409 `market.shipped` once some of it left.
    """
    wanted = Destined(code, given["market"], given.get("document_number"))
    with db.transaction() as session:
        return one(session, markets.declare(session, current_actor(), wanted, now=clock.now()))


def one(session: Session, batch: Batch) -> dict[str, Any]:
    """A batch as JSON."""
    return many(session, [batch])[0]


def many(session: Session, found: list[Batch]) -> list[dict[str, Any]]:
    """Batches as JSON, however many in the same number of queries."""
    return answers.of_batches(session, found, config.current().base_url)


def let_out(session: Session, actor: Actor, made: list[Batch], sources: list[Batch]) -> None:
    """Release what was made of released goods, as an opening does, where the caller may.

    What the rules do not let out stays open for somebody to look at.
    """
    if not all(batch.state == "released" for batch in sources):
        return
    for batch in made:
        if batch.state != "open" or not batch.organisation.is_verified:
            continue
        if not may(actor, "batch.release", batch):
            continue
        try:
            with session.begin_nested():
                releasing.release(session, actor, batch.code, now=clock.now())
        except (Conflict, Refused):
            continue
