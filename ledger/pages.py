"""Public pages of the log: the newest checkpoint, and the proof of one entry.

A browser gets a page, a program what its ``Accept`` asks for: JSON, or the note itself as text.
"""

from __future__ import annotations

from typing import Any

from flask import Blueprint, Response, jsonify, make_response, request
from flask.typing import ResponseReturnValue

from foundation import db, web
from foundation.inputs import INT64
from ledger import checkpoint, proofs, wire

blueprint = Blueprint("ledger", __name__)

_TYPES = ["text/html", "application/json", "text/plain"]


@blueprint.get("/ledger/checkpoint")
@web.public
def show_checkpoint() -> ResponseReturnValue:
    """The newest signed checkpoint, to be copied and kept elsewhere."""
    asked = request.accept_mimetypes.best_match(_TYPES, "text/html")
    with db.reading() as session:
        if asked == "text/html":
            newest = checkpoint.find_newest(session)
            told = wire.checkpoint(newest) if newest else None
            return _varied(web.render("ledger/checkpoint.html", mark=newest, told=told))
        newest = checkpoint.get_newest(session)
        if asked == "text/plain":
            return _varied(Response(newest.note, mimetype="text/plain"))
        return _varied(jsonify(wire.checkpoint(newest)))


@blueprint.get(f"/ledger/proof/<int(min=1, max={INT64}):sequence>")
@web.public
def show_proof(sequence: int) -> ResponseReturnValue:
    """The proof that an entry is in the log of the newest checkpoint."""
    asked = request.accept_mimetypes.best_match(_TYPES[:2], "text/html")
    with db.reading() as session:
        proof = proofs.prove_inclusion(session, sequence)
        told = wire.inclusion(proof)
    if asked == "text/html":
        return _varied(web.render("ledger/proof.html", proof=proof, told=told))
    return _varied(jsonify(told))


@blueprint.get(
    f"/ledger/proof/consistency/<int(min=1, max={INT64}):first>/<int(min=1, max={INT64}):second>"
)
@web.public
def show_consistency(first: int, second: int) -> ResponseReturnValue:
    """The proof that the log of one size is the beginning of the other's."""
    asked = request.accept_mimetypes.best_match(_TYPES[:2], "text/html")
    with db.reading() as session:
        proof = proofs.prove_consistency(session, first, second)
        told = wire.consistency(proof)
    if asked == "text/html":
        return _varied(web.render("ledger/consistency.html", proof=proof, told=told))
    return _varied(jsonify(told))


def _varied(answer: Any) -> Response:
    response = make_response(answer)
    response.vary.add("Accept")
    return response
