"""What is done with batches, for programs: split, merge, transform, pack, count, write off."""

from __future__ import annotations

from typing import Any

from sqlalchemy.orm import Session

from accounts.doors import current_actor
from api import batches as api_batches
from api.blueprints import Blueprint
from foundation import clock, codes, db, web
from foundation.errors import Finding, Invalid
from foundation.inputs import Integer, QuerySchema, Text
from traceability import batches
from traceability.cartons import pallets
from traceability.handling import answers, counting, history, packing, parting, processing, yields
from traceability.handling.acting import Taken
from traceability.handling.answer_shapes import (
    CountedSchema,
    LogisticUnitSchema,
    MovementListSchema,
    YieldFindingListSchema,
    YieldFindingSchema,
)
from traceability.handling.counting import StockTaking, Waste
from traceability.handling.packing import Packing
from traceability.handling.parting import Merge, Part, Split
from traceability.handling.processing import Output, Processing
from traceability.handling.schemas import (
    MergeInput,
    PackInput,
    SplitInput,
    StockTakingInput,
    TransformInput,
    WasteInput,
    YieldNoteInput,
    YieldQuery,
)
from traceability.schemas import BatchSchema, MadeSchema

blueprint = Blueprint(
    "api_handling", __name__, url_prefix="/api/v1", description="What is done with batches"
)


class MovementQuery(QuerySchema):
    """A page of movements."""

    limit = Integer(low=1, high=200, load_default=50)
    cursor = Text(max=500)


@blueprint.post("/batches/<code>/split")
@web.guarded("batch.write")
@blueprint.arguments(SplitInput)
@blueprint.response(201, MadeSchema)
def split(given: dict[str, Any], code: str) -> dict[str, Any]:
    """Part a batch into lots of their own; 409 `batch.short` when less is free."""
    parts = tuple(Part(**part) for part in given["parts"])
    wanted = Split(code, parts, given.get("happened_at"))
    with db.transaction() as session:
        made = parting.split(session, current_actor(), wanted, now=clock.now())
        return _made(api_batches.many(session, batches.fresh(session, made)))


@blueprint.post("/batches/<code>/merge")
@web.guarded("batch.write")
@blueprint.arguments(MergeInput)
@blueprint.made_at(BatchSchema, "/batches/{code}")
def merge(given: dict[str, Any], code: str) -> dict[str, Any]:
    """Put batches of one product together under one lot."""
    with db.transaction() as session:
        inputs = _inputs(session, code, given["inputs"], "inputs")
        wanted = Merge(inputs, given.get("lot"), given.get("happened_at"))
        made = parting.merge(session, current_actor(), wanted, now=clock.now())
        return api_batches.one(session, batches.fresh(session, [made])[0])


@blueprint.post("/batches/<code>/transform")
@web.guarded("batch.write")
@blueprint.arguments(TransformInput)
@blueprint.response(201, MadeSchema)
def transform(given: dict[str, Any], code: str) -> dict[str, Any]:
    """Make lots of other products out of batches; 409 `batch.balance` names the numbers.

    What comes out of released goods is released too where the caller may release it.
    """
    outputs = tuple(Output(**each) for each in given.pop("outputs"))
    actor = current_actor()
    with db.transaction() as session:
        inputs = _inputs(session, code, given.pop("inputs"), "inputs")
        wanted = Processing(inputs, outputs, **given)
        done = processing.process(session, actor, wanted, now=clock.now())
        made = batches.fresh(session, done.batches)
        sources = [batches.get_batch(session, each.batch) for each in inputs]
        api_batches.let_out(session, actor, made, sources)
        lost = done.weighing.lost
        told = _made(api_batches.many(session, batches.fresh(session, made)))
        return told | {
            "lost": None if lost is None else answers.told(lost),
            "lost_unit": None if lost is None else done.weighing.unit,
        }


@blueprint.post("/batches/<code>/pack")
@web.guarded("batch.write")
@blueprint.arguments(PackInput)
@blueprint.made_at(LogisticUnitSchema, "/packed-units/{code}")
def pack(given: dict[str, Any], code: str) -> dict[str, Any]:
    """Pack goods into a unit that travels as one, under an SSCC or a code of ours."""
    with db.transaction() as session:
        contents = _inputs(session, code, given["contents"], "contents")
        wanted = Packing(contents, given.get("sscc"), given.get("happened_at"))
        unit = packing.pack(session, current_actor(), wanted, now=clock.now())
        return answers.of_unit(unit)


@blueprint.get("/packed-units/<code>")
@web.guarded("batch.read")
@blueprint.response(200, LogisticUnitSchema)
def get_unit(code: str) -> dict[str, Any]:
    """A packed unit by its code or SSCC, and what is in it."""
    with db.reading() as session:
        return answers.of_unit(packing.get_own_unit(session, current_actor(), code))


@blueprint.post("/packed-units/<code>/unpack")
@web.guarded("batch.write")
@blueprint.response(200, LogisticUnitSchema)
def unpack(code: str) -> dict[str, Any]:
    """Take everything out of a unit: goods back on the shelf, a pallet's cartons off it."""
    with db.transaction() as session:
        return answers.of_unit(pallets.take_apart(session, current_actor(), code, now=clock.now()))


@blueprint.post("/batches/<code>/waste")
@web.guarded("batch.write")
@blueprint.arguments(WasteInput)
@blueprint.response(200, BatchSchema)
def waste(given: dict[str, Any], code: str) -> dict[str, Any]:
    """Write off a part of a batch, with the reason."""
    with db.transaction() as session:
        found = counting.waste(session, current_actor(), Waste(code, **given), now=clock.now())
        return api_batches.one(session, found)


@blueprint.post("/batches/<code>/stock-takings")
@web.guarded("batch.write")
@blueprint.arguments(StockTakingInput)
@blueprint.response(200, CountedSchema)
def take_stock(given: dict[str, Any], code: str) -> dict[str, Any]:
    """Set the books to what was counted; the difference stays as a movement."""
    with db.transaction() as session:
        wanted = StockTaking(code, **given)
        return answers.of_counted(
            counting.take_stock(session, current_actor(), wanted, now=clock.now())
        )


@blueprint.get("/batches/<code>/movements")
@web.guarded("batch.read")
@blueprint.arguments(MovementQuery, location="query")
@blueprint.response(200, MovementListSchema)
def list_movements(query: dict[str, Any], code: str) -> dict[str, Any]:
    """Every step that moved a batch's stock, the newest first."""
    with db.reading() as session:
        batch = batches.get_own_batch(session, current_actor(), code)
        page = history.movements(
            session, batch.id, cursor=query.get("cursor"), size=query["limit"]
        ).map(answers.of_movement)
        return {"items": page.items, "next": page.next_cursor}


@blueprint.get("/yield-findings")
@web.guarded("batch.note")
@blueprint.arguments(YieldQuery, location="query")
@blueprint.response(200, YieldFindingListSchema)
def list_yield_findings(query: dict[str, Any]) -> dict[str, Any]:
    """Harvests larger than their ground can well give, in the officer's territory."""
    with db.reading() as session:
        page = yields.list_odd(
            session, current_actor(), noted=query["noted"],
            cursor=query.get("cursor"), size=query["limit"],
        ).map(lambda odd: answers.of_finding(odd.batch.code, odd.finding))  # fmt: skip
        return {"items": page.items, "next": page.next_cursor}


@blueprint.post("/batches/<code>/yield-note")
@web.guarded("batch.note")
@blueprint.arguments(YieldNoteInput)
@blueprint.response(200, YieldFindingSchema)
def note_yield(given: dict[str, Any], code: str) -> dict[str, Any]:
    """An officer's word on a harvest larger than its ground can well give."""
    with db.transaction() as session:
        found = yields.note(session, current_actor(), code, given["note"], now=clock.now())
        return answers.of_finding(codes.normalise(code), found)


def _inputs(
    session: Session, code: str, given: list[dict[str, Any]], field: str
) -> tuple[Taken, ...]:
    """What goes in; the batch of the address is among it. Raises: NotFound, Invalid."""
    batches.get_own_batch(session, current_actor(), code)
    inputs = tuple(Taken(**each) for each in given)
    if codes.normalise(code) not in {codes.normalise(each.batch) for each in inputs}:
        raise Invalid([Finding("batch.input_absent", {"lot": code[:40]}, field)])
    return inputs


def _made(items: list[dict[str, Any]]) -> dict[str, Any]:
    return {"items": items, "next": None}
