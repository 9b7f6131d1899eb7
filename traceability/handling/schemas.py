"""Input shapes of what is done with batches; one schema serves form and JSON."""

from marshmallow import fields
from marshmallow.validate import Length

from foundation.inputs import (
    Choice,
    Day,
    Flag,
    InputSchema,
    Instant,
    Integer,
    Number,
    QuerySchema,
    Text,
)
from traceability.handling.consigning import MOST_LINES
from traceability.handling.consignments import WAYS
from traceability.handling.counting import REASONS
from traceability.handling.parting import MOST_PARTS

CONSIGNMENT_STATES = ("sent", "received", "refused", "returned", "void")


class PurchaseInput(InputSchema):
    """One purchase of a batch; a private seller's name is never published.

    Who does not say that the seller is an organisation has bought of a person.
    """

    supplier = Text(max=200, required=True)
    is_person = Flag(load_default=True)
    supplier_lot = Text(max=80)
    commune = Text(max=120)
    bought_on = Day()
    document_number = Text(max=80)


class TakenInput(InputSchema):
    """So much of a batch; without a quantity all that is free."""

    batch = Text(max=40, required=True)
    quantity = Number(low=0, above_low=True)
    unit = Text(max=20)


class PartInput(InputSchema):
    """A lot to take out of a batch."""

    quantity = Number(low=0, above_low=True, required=True)
    unit = Text(max=20)
    lot = Text(max=20)


class SplitInput(InputSchema):
    """Parts of a batch; what is not named stays in it."""

    parts = fields.List(
        fields.Nested(PartInput), required=True, validate=Length(min=1, max=MOST_PARTS)
    )
    happened_at = Instant()


class MergeInput(InputSchema):
    """Batches of one product to put together, the one of the address among them."""

    inputs = fields.List(fields.Nested(TakenInput), required=True, validate=Length(1, MOST_LINES))
    lot = Text(max=20)
    market = Text(max=2)
    document_number = Text(max=80)
    happened_at = Instant()


class OutputInput(InputSchema):
    """A lot that came out."""

    product = Text(max=20, required=True)
    quantity = Number(low=0, above_low=True, required=True)
    unit = Text(max=20, required=True)
    lot = Text(max=20)
    expires_on = Day()
    market = Text(max=2)


class MarketInput(InputSchema):
    """The country a batch is meant for; null: as its product is declared."""

    market = Text(max=2, load_default=None, allow_none=True)
    document_number = Text(max=80)


class TransformInput(InputSchema):
    """What went in and what came out."""

    inputs = fields.List(fields.Nested(TakenInput), required=True, validate=Length(1, MOST_LINES))
    outputs = fields.List(fields.Nested(OutputInput), required=True, validate=Length(1, MOST_LINES))
    kind = Choice(("process", "pack"), load_default="process")
    happened_at = Instant()
    loss_because = Text(max=300)
    document_number = Text(max=80)


class PackInput(InputSchema):
    """Goods packed into one unit, the batch of the address among them."""

    contents = fields.List(fields.Nested(TakenInput), required=True, validate=Length(1, MOST_LINES))
    sscc = Text(max=40)
    happened_at = Instant()


class WasteInput(InputSchema):
    """So much of a batch is gone."""

    quantity = Number(low=0, above_low=True, required=True)
    unit = Text(max=20)
    reason = Choice(tuple(REASONS), required=True)
    happened_at = Instant()


class StockTakingInput(InputSchema):
    """What was counted, goods promised to buyers among it."""

    counted = Number(low=0, required=True)
    unit = Text(max=20)
    happened_at = Instant()


class ConsignmentInput(InputSchema):
    """Goods to send: loose, in units, or both."""

    goods = fields.List(
        fields.Nested(TakenInput), load_default=list, validate=Length(max=MOST_LINES)
    )
    units = fields.List(Text(max=40), load_default=list, validate=Length(max=MOST_LINES))
    recipient = Text(max=40)
    recipient_name = Text(max=200)
    recipient_place = Text(max=300)
    market = Text(max=2)
    document_number = Text(max=80)
    happened_at = Instant()


class ArrivalInput(InputSchema):
    """What arrived of one line; without a quantity all of it."""

    line = Integer(low=1, required=True)
    quantity = Number(low=0)
    product = Text(max=20)
    lot = Text(max=20)


class ReceiptInput(InputSchema):
    """What arrived; lines not named arrived whole."""

    lines = fields.List(
        fields.Nested(ArrivalInput), load_default=list, validate=Length(max=MOST_LINES)
    )
    happened_at = Instant()


class ConsignmentRefusalInput(InputSchema):
    """Why goods are refused."""

    reason = Text(max=1000, multiline=True, required=True)


class ConsignmentQueryInput(QuerySchema):
    """Which consignments to list."""

    way = Choice(("", *WAYS), load_default="")
    state = Choice(("", *CONSIGNMENT_STATES), load_default="")
    limit = Integer(low=1, high=200, load_default=50)
    cursor = Text(max=500)


class RecoveryInput(InputSchema):
    """What a product recovers from an input."""

    input = Text(max=20, required=True)
    taken = Number(low=0, above_low=True, required=True)
    taken_unit = Text(max=20, required=True)
    least = Number(low=0)
    most = Number(low=0, above_low=True, required=True)
    given_unit = Text(max=20, required=True)
    source = Text(max=300, required=True)


class MarketsInput(InputSchema):
    """The countries a product is declared for."""

    markets = fields.List(Text(max=2), required=True, validate=Length(max=50))


class YieldNoteInput(InputSchema):
    """An officer's word on an odd yield."""

    note = Text(max=2000, multiline=True, required=True)


class YieldQuery(QuerySchema):
    """Which findings to list."""

    noted = Choice(("", "yes", "no"), load_default="")
    limit = Integer(low=1, high=200, load_default=50)
    cursor = Text(max=500)
