"""Public pages of the log: its checkpoints, on the screen and on paper, and proofs.

A browser gets a page, a program what its ``Accept`` asks for: JSON, or the note itself as text.
"""

from __future__ import annotations

from typing import Any

from flask import Blueprint, Response, jsonify, make_response, redirect, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from foundation import clock, config, db, web
from foundation.documents import sending
from foundation.inputs import INT64
from ledger import bringing, checkpoint, printed, proofs, wire, witnesses, witnessing
from ledger.models import Checkpoint

blueprint = Blueprint("ledger", __name__)

SCRIPTS = ("witness.py", "verify_growth.py", "verify_bundle.py")
"""What a witness runs: docs/verify/, one folder."""

_TYPES = ["text/html", "application/json", "text/plain"]


@blueprint.get("/ledger/checkpoint")
@web.public
def show_checkpoint() -> ResponseReturnValue:
    """The newest signed checkpoint, to be copied and kept elsewhere."""
    with db.reading() as session:
        newest = checkpoint.find_newest(session)
        if newest is None and _asked() == "text/html":
            return _varied(web.render("ledger/checkpoint.html", mark=None, is_newest=True))
        return _told(session, newest or checkpoint.get_newest(session), is_newest=True)


@blueprint.get("/ledger")
@web.public
def show_ledger() -> ResponseReturnValue:
    """The log is its newest checkpoint."""
    return redirect(url_for("ledger.show_checkpoint"), 303)


@blueprint.get("/ledger/witnesses")
@web.public
def show_witnesses() -> str:
    """Who keeps and signs the checkpoints besides us, and how to become one."""
    with db.reading() as session:
        roll = witnesses.roll(session, now=clock.now())
    return web.render(
        "ledger/witnesses.html",
        roll=roll,
        scripts=SCRIPTS,
        base_url=config.current().base_url,
    )


@blueprint.get("/ledger/checkpoints")
@web.public
def list_checkpoints() -> str:
    """Every checkpoint that was signed, the newest first."""
    with db.reading() as session:
        page = checkpoint.list_page(session, cursor=request.args.get("cursor"))
        cosigned = witnessing.list_cosignatures(session, [mark.size for mark in page.items])
        return web.render("ledger/checkpoints.html", page=page, cosigned=cosigned)


@blueprint.get(f"/ledger/checkpoints/<int(min=1, max={INT64}):size>")
@web.public
def show_one(size: int) -> ResponseReturnValue:
    """The checkpoint that was signed when the log had so many entries."""
    with db.reading() as session:
        mark = checkpoint.get_one(session, size)
        return _told(session, mark, is_newest=checkpoint.get_newest(session) is mark)


@blueprint.get(f"/ledger/checkpoints/<int(min=1, max={INT64}):size>/print")
@web.public
def print_checkpoint(size: int) -> Response:
    """A checkpoint on paper (A4, PDF): its text, its root, and a QR code that holds it all."""
    with db.reading() as session:
        mark = checkpoint.get_one(session, size)
        cosigned = witnessing.list_cosignatures(session, [size]).get(size, [])
        paper = printed.paper(
            mark, witnessing.cosigned(session, mark), cosigned, config.current().base_url
        )
    return sending.answer(paper)


def _asked() -> str:
    return request.accept_mimetypes.best_match(_TYPES, "text/html") or "text/html"


def _told(session: Session, mark: Checkpoint, *, is_newest: bool) -> Response:
    asked = _asked()
    if asked == "text/plain":
        return _varied(Response(witnessing.cosigned(session, mark), mimetype="text/plain"))
    if asked == "application/json":
        return _varied(jsonify(wire.checkpoint(mark)))
    page = web.render(
        "ledger/checkpoint.html",
        mark=mark,
        told=wire.checkpoint(mark),
        text=witnessing.cosigned(session, mark),
        cosigned=witnessing.list_cosignatures(session, [mark.size]).get(mark.size, []),
        log={"contradictions": bringing.list_contradictions(session)},
        is_newest=is_newest,
    )
    return _varied(page)


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
