"""Input and output shapes of cartons and pallets; one schema serves form and JSON."""

from __future__ import annotations

from marshmallow import Schema, fields
from marshmallow.validate import Length

from foundation.inputs import Choice, InputSchema, Instant, Integer, Number, QuerySchema, Text
from foundation.paging import DEFAULT_SIZE, MAX_SIZE
from traceability.cartons import files, filling, pallets
from traceability.cartons.papers import PAPERS
from traceability.handling.answer_shapes import LogisticUnitSchema

_MOST_ITEMS = 100_000
UNIT_STATES = ("packed", "loaded", "shipped", "received", "unpacked", "void")


class CartonsInput(InputSchema):
    """So many cartons of so much of the lot each; `items_each` labelled items are counted in."""

    each = Number(low=0, above_low=True, required=True)
    unit = Text(max=20)
    count = Integer(low=1, high=filling.MOST_CARTONS, required=True)
    items_each = Integer(low=1, high=_MOST_ITEMS)
    first_item = Integer(low=1)
    happened_at = Instant()


class CartonsForm(InputSchema):
    """The same for people: the lot is chosen, what was done was done now."""

    batch = Text(max=40, required=True)
    each = Number(low=0, above_low=True, required=True)
    count = Integer(low=1, high=filling.MOST_CARTONS, required=True)
    items_each = Integer(low=1, high=_MOST_ITEMS)
    first_item = Integer(low=1)


class PalletInput(InputSchema):
    """Packed cartons by code or number; `sscc` as printed on the pallet already."""

    cartons = fields.List(Text(max=40), required=True, validate=Length(1, pallets.MOST_CARTONS))
    sscc = Text(max=40)
    happened_at = Instant()


class PalletForm(InputSchema):
    """Cartons ticked, and more of them scanned or typed one below the other."""

    cartons = fields.List(Text(max=40), load_default=list)
    scanned = Text(max=20_000, multiline=True, load_default="")


class LabelQuery(QuerySchema):
    """Paper and kind of file of logistic labels."""

    paper = Choice(tuple(paper.code for paper in PAPERS), load_default=PAPERS[0].code)
    format = Choice(files.FORMATS, load_default="pdf")


class CartonsQuery(QuerySchema):
    """A page of cartons and pallets, by state and by words of number, lot or product."""

    state = Choice(UNIT_STATES, load_default="")
    q = Text(max=100, load_default="")
    cursor = Text(max=500)
    limit = Integer(low=1, high=MAX_SIZE, load_default=DEFAULT_SIZE)


class NewQuery(QuerySchema):
    """The lot to begin with."""

    batch = Text(max=40, load_default="")


class CartonRunSchema(Schema):
    """Cartons packed alike in one go."""

    run = fields.String(required=True)
    items = fields.List(fields.Nested(LogisticUnitSchema), required=True)
    next = fields.String(allow_none=True, required=True)


class LogisticUnitListSchema(Schema):
    """Cartons and pallets."""

    items = fields.List(fields.Nested(LogisticUnitSchema), required=True)
    next = fields.String(allow_none=True, required=True)
