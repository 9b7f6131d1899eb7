"""Witnesses of the ledger for programs: who they are, and the door at which they sign."""

from __future__ import annotations

from typing import Any

from flask import Response, request

from accounts.doors import current_actor
from accounts.witnesses import alerting, office
from accounts.witnesses.office import Registration
from accounts.witnesses.schemas import (
    CosignatureForm,
    GrowthSchema,
    HandedInSchema,
    NextQuery,
    WitnessActForm,
    WitnessForm,
    WitnessListSchema,
    WitnessSchema,
)
from api import pacing
from api.blueprints import Blueprint
from foundation import clock, db, web
from ledger import cosigning, rotation, wire, witnesses, witnessing

blueprint = Blueprint(
    "api_witnesses", __name__, url_prefix="/api/v1/ledger", description="Witnesses of the ledger"
)


@blueprint.get("/witnesses")
@web.public
@blueprint.response(200, WitnessListSchema)
def list_witnesses() -> dict[str, Any]:
    """Everybody who keeps or signs the log's checkpoints, or did; those in office first."""
    with db.reading() as session:
        return {"items": [wire.witness(each) for each in witnesses.roll(session, now=clock.now())]}


@blueprint.post("/witnesses")
@web.guarded("witness.manage")
@blueprint.arguments(WitnessForm)
@blueprint.made_at(WitnessSchema, "/ledger/witnesses/{id}")
def register(given: dict[str, Any]) -> dict[str, Any]:
    """Register a witness: mailed every day's checkpoint, and may sign with its own key."""
    now = clock.now()
    with db.transaction() as session:
        made = office.register(session, current_actor(), Registration(**given), now=now)
        return wire.witness(witnesses.standing(session, made, now=now))


@blueprint.get("/witnesses/<int:witness_id>")
@web.public
@blueprint.response(200, WitnessSchema)
def show(witness_id: int) -> dict[str, Any]:
    """One of them."""
    with db.reading() as session:
        found = witnesses.get(session, witness_id)
        return wire.witness(witnesses.standing(session, found, now=clock.now()))


@blueprint.post("/witnesses/<int:witness_id>/<any(suspend, resume, withdraw):act>")
@web.guarded("witness.manage")
@blueprint.arguments(WitnessActForm)
@blueprint.response(200, WitnessSchema)
def change(given: dict[str, Any], witness_id: int, act: str) -> dict[str, Any]:
    """Suspend a witness, take it up again, or withdraw it for good; 409 where it stands otherwise.

    What it signed stays.
    """
    now = clock.now()
    with db.transaction() as session:
        done = office.act(session, current_actor(), witness_id, act, given["reason"], now=now)
        return wire.witness(witnesses.standing(session, done, now=now))


@blueprint.get("/cosignatures/next")
@web.public
@blueprint.arguments(NextQuery, location="query")
@blueprint.response(200, GrowthSchema)
def next_checkpoint(query: dict[str, Any]) -> dict[str, Any] | Response:
    """The checkpoint a witness may sign next, with the proof of growth since the one it signed.

    409 where this log has fewer entries than `since`: raise the alarm.
    As text (`Accept: text/plain`) it is the request that C2SP "tlog-witness" programs take.
    """
    with db.reading() as session:
        growth = cosigning.next_for(session, query["since"])
        if request.accept_mimetypes.best_match(["application/json", "text/plain"]) == "text/plain":
            return Response(cosigning.request_text(growth), mimetype="text/plain")
        return wire.growth(growth, rotation.list_keys(session))


@blueprint.post("/cosignatures")
@web.public
@blueprint.arguments(CosignatureForm)
@blueprint.made_at(HandedInSchema, "/ledger/checkpoints/{size}")
def hand_in(given: dict[str, Any]) -> dict[str, Any]:
    """Hand in a checkpoint with a witness's signature under it; again does no harm.

    409 where the note tells another log: it is kept as an alarm and told to every admin. The
    signature itself says who signs, so nobody need be signed in; a network that hands in too many
    at once waits (429).
    """
    pacing.take(request.remote_addr or "", now=clock.now())
    signed = given["note"].replace("\r\n", "\n") + "\n"
    with db.transaction() as session:
        handed, refusal = alerting.hand_in(session, signed, now=clock.now())
        signers = witnessing.list_cosignatures(session, [handed.size]).get(handed.size, [])
    if refusal is not None:
        raise refusal
    told = [wire.cosigner(each) for each in signers]
    return {"size": handed.size, "new": bool(handed.made), "cosigned": told}
