"""The log for programs: checkpoints and proofs, all public."""

from __future__ import annotations

from typing import Any

from api.blueprints import Blueprint
from foundation import db, web
from foundation.inputs import INT64, Integer, QuerySchema
from ledger import checkpoint, keys, proofs, rotation, wire

blueprint = Blueprint("api_ledger", __name__, url_prefix="/api/v1", description="Ledger")


class InclusionQuery(QuerySchema):
    """How many entries the log had; the newest checkpoint's unless told."""

    size = Integer(load_default=None, low=1)


class ConsistencyQuery(QuerySchema):
    """How many entries the log had, at two moments."""

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
@blueprint.arguments(InclusionQuery, location="query")
@blueprint.response(200, wire.InclusionSchema)
def inclusion_proof(query: dict[str, Any], sequence: int) -> dict[str, Any]:
    """The proof that an entry is in the log of any size up to the newest checkpoint's."""
    with db.reading() as session:
        return wire.inclusion(proofs.prove_inclusion(session, sequence, query["size"]))


@blueprint.get("/ledger/consistency")
@web.public
@blueprint.arguments(ConsistencyQuery, location="query")
@blueprint.response(200, wire.ConsistencySchema)
def consistency_proof(query: dict[str, Any]) -> dict[str, Any]:
    """The proof that the log of one size is the beginning of the other's."""
    with db.reading() as session:
        return wire.consistency(proofs.prove_consistency(session, query["first"], query["second"]))


@blueprint.get("/ledger/keys")
@web.public
@blueprint.response(200, wire.KeysSchema)
def signing_keys() -> dict[str, Any]:
    """The keys that sign or signed checkpoints, newest first, and what vouches for each."""
    with db.reading() as session:
        return wire.keys(rotation.list_keys(session), keys.origin())
