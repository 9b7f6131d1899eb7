"""The log for programs: checkpoints and proofs, all public."""

from __future__ import annotations

from typing import Any

from flask import Response, request

from api.blueprints import Blueprint
from foundation import db, web
from foundation.inputs import INT64, Integer, QuerySchema, Text
from ledger import checkpoint, keys, proofs, rotation, wire, witnessing

blueprint = Blueprint("api_ledger", __name__, url_prefix="/api/v1", description="Ledger")

_FRESH_S = 60


class InclusionQuery(QuerySchema):
    """How many entries the log had; the newest checkpoint's unless told."""

    size = Integer(load_default=None, low=1)


class ConsistencyQuery(QuerySchema):
    """How many entries the log had, at two moments."""

    first = Integer(required=True, low=1)
    second = Integer(required=True, low=1)


class CheckpointsQuery(QuerySchema):
    """A page of checkpoints."""

    cursor = Text(load_default=None)
    limit = Integer(low=1, high=200, load_default=50)


@blueprint.after_request
def keep_a_while(answer: Response) -> Response:
    """Everything here is public: shared caches may keep it for a minute, and ask with its ETag."""
    if answer.status_code == 200:
        answer.headers["Cache-Control"] = f"public, max-age={_FRESH_S}"
        answer.add_etag()
        answer.make_conditional(request)
    return answer


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


@blueprint.get("/ledger/checkpoints")
@web.public
@blueprint.arguments(CheckpointsQuery, location="query")
@blueprint.response(200, wire.CheckpointListSchema)
def list_checkpoints(query: dict[str, Any]) -> dict[str, Any]:
    """Every checkpoint that was signed, the newest first."""
    with db.reading() as session:
        page = checkpoint.list_page(session, cursor=query["cursor"], size=query["limit"])
        items = [wire.checkpoint(mark) for mark in page.items]
        return {"items": items, "next": page.next_cursor}


@blueprint.get(f"/ledger/checkpoints/<int(min=1, max={INT64}):size>")
@web.public
@blueprint.response(200, wire.CosignedSchema)
def one_checkpoint(size: int) -> dict[str, Any]:
    """The checkpoint signed when the log had so many entries, with every witness's signature."""
    with db.reading() as session:
        mark = checkpoint.get_one(session, size)
        cosigned = witnessing.list_cosignatures(session, [size]).get(size, [])
        return wire.cosigned(mark, witnessing.cosigned(session, mark), cosigned)


@blueprint.get(f"/ledger/entries/<int(min=1, max={INT64}):sequence>")
@web.public
@blueprint.response(200, wire.LedgerEntrySchema)
def one_entry(sequence: int) -> dict[str, Any]:
    """An entry of the log: its kind, moment and hash; its text where everybody may read it."""
    with db.reading() as session:
        return wire.entry(proofs.get_entry(session, sequence))
