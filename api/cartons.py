"""Cartons and pallets for programs: pack many alike, load, take apart, print logistic labels."""

from __future__ import annotations

from typing import Any

from flask import Response

from accounts.doors import current_actor
from api.blueprints import Blueprint, file_answer
from foundation import clock, db, web
from traceability.cartons import filling, listing, pallets
from traceability.cartons.filling import Filling
from traceability.cartons.pages import label_file
from traceability.cartons.pallets import Loading
from traceability.cartons.schemas import (
    CartonRunSchema,
    CartonsInput,
    CartonsQuery,
    LabelQuery,
    LogisticUnitListSchema,
    PalletInput,
)
from traceability.handling import answers, packing
from traceability.handling.answer_shapes import LogisticUnitSchema

blueprint = Blueprint(
    "api_cartons", __name__, url_prefix="/api/v1", description="Cartons, pallets, logistic labels"
)

_FILE = file_answer("The labels", "application/pdf", "application/zpl")


@blueprint.post("/batches/<code>/cartons")
@web.guarded("batch.write")
@blueprint.arguments(CartonsInput)
@blueprint.made_at(CartonRunSchema, "/carton-runs/{run}")
def fill(given: dict[str, Any], code: str) -> dict[str, Any]:
    """Pack a lot into cartons all alike; 409 `batch.short` when less is free."""
    actor = current_actor()
    with db.transaction() as session:
        run = filling.fill(session, actor, Filling(code, **given), now=clock.now())
        return _run(run, listing.units_of_run(session, actor, run))


@blueprint.get("/carton-runs/<run>")
@web.guarded("batch.read")
@blueprint.response(200, CartonRunSchema)
def get_run(run: str) -> dict[str, Any]:
    """The cartons packed in one go."""
    with db.reading() as session:
        return _run(run, listing.units_of_run(session, current_actor(), run))


@blueprint.get("/carton-runs/<run>/labels")
@web.guarded("batch.read")
@blueprint.arguments(LabelQuery, location="query")
@blueprint.doc(responses=_FILE)
def run_labels(query: dict[str, Any], run: str) -> Response:
    """Their logistic labels as PDF or ZPL."""
    with db.reading() as session:
        return label_file(session, listing.units_of_run(session, current_actor(), run))


@blueprint.get("/packed-units")
@web.guarded("batch.read")
@blueprint.arguments(CartonsQuery, location="query")
@blueprint.response(200, LogisticUnitListSchema)
def list_units(query: dict[str, Any]) -> dict[str, Any]:
    """Cartons and pallets, the newest first."""
    with db.reading() as session:
        page = listing.page_units(
            session, current_actor(), state=query["state"], q=query["q"],
            cursor=query.get("cursor"), size=query["limit"],
        ).map(answers.of_unit)  # fmt: skip
        return {"items": page.items, "next": page.next_cursor}


@blueprint.get("/packed-units/<code>/cartons")
@web.guarded("batch.read")
@blueprint.response(200, LogisticUnitListSchema)
def list_cartons(code: str) -> dict[str, Any]:
    """The cartons that stand on a pallet."""
    with db.reading() as session:
        unit = packing.get_own_unit(session, current_actor(), code)
        found = pallets.cartons_on(session, unit.id)
        return {"items": [answers.of_unit(each) for each in found], "next": None}


@blueprint.get("/packed-units/<code>/label")
@web.guarded("batch.read")
@blueprint.arguments(LabelQuery, location="query")
@blueprint.doc(responses=_FILE)
def label(query: dict[str, Any], code: str) -> Response:
    """The logistic label of a carton or pallet as PDF or ZPL."""
    with db.reading() as session:
        return label_file(session, [packing.get_own_unit(session, current_actor(), code)])


@blueprint.post("/pallets")
@web.guarded("batch.write")
@blueprint.arguments(PalletInput)
@blueprint.made_at(LogisticUnitSchema, "/packed-units/{code}")
def load(given: dict[str, Any]) -> dict[str, Any]:
    """Put packed cartons on a new pallet, which is then sent like any other unit."""
    wanted = Loading(tuple(given["cartons"]), given.get("sscc"), given.get("happened_at"))
    with db.transaction() as session:
        return answers.of_unit(pallets.load(session, current_actor(), wanted, now=clock.now()))


def _run(run: str, units: list[Any]) -> dict[str, Any]:
    return {"run": run, "items": [answers.of_unit(unit) for unit in units], "next": None}
