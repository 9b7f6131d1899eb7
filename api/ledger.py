"""The log for programs: checkpoints and proofs, all public."""

from __future__ import annotations

from typing import Any

from api.blueprints import Blueprint
from foundation import db, web
from foundation.inputs import INT64, Integer, QuerySchema
from ledger import checkpoint, proofs, wire

blueprint = Blueprint("api_ledger", __name__, url_prefix="/api/v1", description="Ledger")


class ConsistencyQuery(QuerySchema):
    """The sizes of two checkpoints."""

    first = Integer(required=True, low=1)
    second = Integer(required=True, low=1)


@blueprint.get("/ledger/checkpoint")
@web.public
@blueprint.response(200, wire.CheckpointSchema)
def newest_checkpoint() -> dict[str, Any]:
    """The newest signed checkpoint; 404 while there is none."""
    with db.reading() as session:
        return wire.checkpoint(checkpoint.get_newest(session))


@blueprint.get(f"/ledger/proofs/<int(min=1, max={INT64}):sequence>")
@web.public
@blueprint.response(200, wire.InclusionSchema)
def inclusion_proof(sequence: int) -> dict[str, Any]:
    """The proof that an entry is in the log of the newest checkpoint."""
    with db.reading() as session:
        return wire.inclusion(proofs.prove_inclusion(session, sequence))


@blueprint.get("/ledger/consistency")
@web.public
@blueprint.arguments(ConsistencyQuery, location="query")
@blueprint.response(200, wire.ConsistencySchema)
def consistency_proof(query: dict[str, Any]) -> dict[str, Any]:
    """The proof that one checkpoint's log is the beginning of the other's."""
    with db.reading() as session:
        return wire.consistency(proofs.prove_consistency(session, query["first"], query["second"]))
