"""The forms of handling: one step each, made for a telephone."""

from marshmallow import fields
from marshmallow.validate import Length

from foundation.inputs import Choice, Day, InputSchema, Number, Text
from traceability.handling.consigning import MOST_LINES
from traceability.handling.counting import REASONS


class DoneForm(InputSchema):
    """A step, and the day it was done."""

    done_on = Day()


class MergeForm(DoneForm):
    """Other batches to put this one together with."""

    batches = fields.List(Text(max=40), load_default=list, validate=Length(max=MOST_LINES))
    lot = Text(max=20)
    market = Text(max=2)
    document_number = Text(max=80)


class ProcessForm(DoneForm):
    """What of this batch goes in; the rows tell the rest."""

    quantity = Number(low=0, above_low=True, required=True)
    unit = Text(max=20)
    loss_because = Text(max=300)
    document_number = Text(max=80)


class UnitForm(DoneForm):
    """How much goes into a crate or pallet."""

    quantity = Number(low=0, above_low=True, required=True)
    unit = Text(max=20)
    sscc = Text(max=40)


class ShipForm(DoneForm):
    """What is sent and to whom."""

    quantity = Number(low=0, above_low=True)
    unit = Text(max=20)
    units = fields.List(Text(max=40), load_default=list, validate=Length(max=MOST_LINES))
    recipient = Text(max=200)
    outside = Text(max=200)
    recipient_place = Text(max=300)
    market = Text(max=2)
    document_number = Text(max=80)
    confirmed = Text(max=1)


class WasteForm(DoneForm):
    """How much is gone, and why."""

    quantity = Number(low=0, above_low=True, required=True)
    unit = Text(max=20)
    reason = Choice(tuple(REASONS), required=True)
    confirmed = Text(max=1)


class CountForm(DoneForm):
    """What was counted."""

    counted = Number(low=0, required=True)
    unit = Text(max=20)


class ReceiveForm(DoneForm):
    """The day goods arrived; the rows tell how much of each line."""
