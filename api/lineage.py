"""Lineage for programs: what a batch was made of, and what became of it."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

from accounts.doors import current_actor
from api.blueprints import Blueprint
from foundation import codes, db, web
from traceability.lineage import chains
from traceability.lineage.schemas import LineageQuery, LineageSchema

blueprint = Blueprint("api_lineage", __name__, url_prefix="/api/v1", description="Lineage")


@blueprint.get("/batches/<code>/lineage")
@web.guarded("batch.read")
@blueprint.arguments(LineageQuery, location="query")
@blueprint.response(200, LineageSchema)
def get_lineage(query: dict[str, Any], code: str) -> dict[str, Any]:
    """What a batch was made of (`up`) or became (`down`), the nearest first.

    Batches of others show product, lot, holder and place one step forward and all the way back;
    further forward only that a step happened. Never persons, prices or buyers.
    """
    with db.reading() as session:
        chain = chains.of_batch(
            session, current_actor(), code, query["direction"], most=query["limit"]
        )
    return {
        "batch": codes.normalise(code),
        "direction": chain.direction,
        "limit": query["limit"],
        "whole": chain.is_whole,
        "nodes": [{**asdict(thing), "id": thing.name} for thing in chain.things],
        "edges": [asdict(step) for step in chain.steps],
    }
