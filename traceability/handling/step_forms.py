"""What people typed into the forms of handling, as the commands of the trade."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import replace
from datetime import datetime
from typing import Any, Literal

from marshmallow import Schema
from sqlalchemy.orm import Session
from werkzeug.datastructures import MultiDict

from foundation import inputs
from foundation.errors import Invalid, NguonError
from foundation.spoken_amounts import with_amount
from traceability.handling import acting, recipients, typed
from traceability.handling.acting import Taken
from traceability.handling.consigning import Shipment
from traceability.handling.counting import StockTaking, Waste
from traceability.handling.markets import Destined
from traceability.handling.packing import Packing
from traceability.handling.page_schemas import (
    CountForm,
    DoneForm,
    MergeForm,
    ProcessForm,
    ReceiveForm,
    ShipForm,
    UnitForm,
    WasteForm,
)
from traceability.handling.parting import Merge, Part, Split
from traceability.handling.processing import Output, Processing
from traceability.handling.receiving import Arrival, Receipt
from traceability.handling.schemas import (
    ArrivalInput,
    MarketInput,
    OutputInput,
    PartInput,
    TakenInput,
)

Form = MultiDict[str, str]


def split(code: str, form: Form, now: datetime) -> Split:
    """The parts to take out."""
    rows = {"parts": (PartInput, ("quantity", "lot"))}
    given, done_at = _load(DoneForm, form, now, rows, asked=("parts",))
    return Split(code, tuple(Part(**part) for part in given["parts"]), done_at)


def merge(code: str, form: Form, now: datetime) -> Merge:
    """This batch and the others chosen, all that is free of each."""
    given, done_at = _load(MergeForm, form, now)
    taken = tuple(Taken(each) for each in (code, *given["batches"]))
    market, document = given.get("market"), given.get("document_number")
    return Merge(taken, given.get("lot"), done_at, market, document)


def market(code: str, form: Form) -> Destined:
    """The country the batch is meant for."""
    given = inputs.load(MarketInput, form)
    return Destined(code, given["market"], given.get("document_number"))


def process(code: str, form: Form, kind: Literal["process", "pack"], now: datetime) -> Processing:
    """What goes in of this batch and of others, and what came out."""
    rows: typed.RowSchemas = {
        "inputs": (TakenInput, ("batch", "quantity")),
        "outputs": (OutputInput, ("product", "quantity", "lot")),
    }
    given, done_at = _load(ProcessForm, with_amount(form), now, rows, asked=("outputs",))
    first = Taken(code, given["quantity"], given.get("unit"))
    return Processing(
        inputs=(first, *(Taken(**each) for each in given["inputs"])),
        outputs=tuple(Output(**each) for each in given["outputs"]),
        kind=kind,
        happened_at=done_at,
        loss_because=given.get("loss_because"),
        document_number=given.get("document_number"),
    )


def unit(code: str, form: Form, now: datetime) -> Packing:
    """How much of this batch goes into a unit."""
    given, done_at = _load(UnitForm, with_amount(form), now)
    content = Taken(code, given["quantity"], given.get("unit"))
    return Packing((content,), given.get("sscc"), done_at)


def ship(session: Session, code: str, form: Form, now: datetime) -> Shipment:
    """What is sent of this batch and which units, to whom."""
    given, done_at = _load(ShipForm, with_amount(form), now)
    loose = "quantity" in given or not given["units"]
    goods = (Taken(code, given.get("quantity"), given.get("unit")),) if loose else ()
    return Shipment(
        goods=goods,
        units=tuple(given["units"]),
        recipient=recipients.code_of(session, given.get("recipient")),
        recipient_name=given.get("outside"),
        recipient_place=given.get("recipient_place"),
        market=given.get("market"),
        document_number=given.get("document_number"),
        happened_at=done_at,
    )


def waste(code: str, form: Form, now: datetime) -> Waste:
    """How much is gone, and why."""
    given, done_at = _load(WasteForm, with_amount(form), now)
    return Waste(code, given["quantity"], given["reason"], given.get("unit"), done_at)


def count(code: str, form: Form, now: datetime) -> StockTaking:
    """What was counted."""
    given, done_at = _load(CountForm, with_amount(form, "counted"), now)
    return StockTaking(code, given["counted"], given.get("unit"), done_at)


def receive(code: str, form: Form, now: datetime) -> Receipt:
    """What arrived of each line."""
    rows = {"lines": (ArrivalInput, ("line",))}
    given, done_at = _load(ReceiveForm, form, now, rows)
    arrivals = tuple(Arrival(**each) for each in given["lines"])
    return Receipt(code, arrivals, done_at)


def told_by_day(error: NguonError) -> NguonError:
    """The same error, what is wrong with the time of a step told of the day the form asks for."""
    if not isinstance(error, Invalid):
        return error
    return Invalid(
        [
            replace(each, field="done_on") if each.field == "happened_at" else each
            for each in error.findings
        ]
    )


def _load(
    schema: type[Schema],
    form: Form,
    now: datetime,
    rows: typed.RowSchemas | None = None,
    asked: Collection[str] = (),
) -> tuple[dict[str, Any], datetime]:
    given = typed.load(schema, form, row_schemas=rows, asked=asked)
    return given, acting.done_at(given.get("done_on"), now)
