"""Input and output shapes of items; one schema serves form and JSON."""

from __future__ import annotations

from marshmallow import Schema, fields

from foundation.inputs import Choice, InputSchema, Integer, QuerySchema, Text
from foundation.paging import DEFAULT_SIZE, MAX_SIZE
from traceability.items.spans import BECOME, STATES
from traceability.labels.orders import MOST_LABELS

_TYPED = 500


class ChangeInput(InputSchema):
    """What became of a range: numbers, codes, or addresses as scanned from the labels."""

    state = Choice(BECOME, required=True)
    first = Text(max=_TYPED, required=True)
    last = Text(max=_TYPED, load_default="")
    reason = Text(max=500, load_default=None, allow_none=True)


class HandingInput(InputSchema):
    """Labels handed to a packing line; `start` empty takes the next free ones."""

    line = Text(max=60, required=True)
    count = Integer(low=1, high=MOST_LABELS, required=True)
    start = Text(max=_TYPED, load_default="")


class SettlingInput(InputSchema):
    """How many of the handed labels were pasted, in order, and what became of the rest."""

    used = Integer(low=0, high=MOST_LABELS, required=True)
    left_over = Choice(("kept", "void"), load_default="kept")
    reason = Text(max=500, load_default=None, allow_none=True)


class FindQuery(QuerySchema):
    """A label as scanned or typed."""

    code = Text(max=_TYPED, load_default="")


class ListQuery(QuerySchema):
    cursor = Text(max=500)
    limit = Integer(low=1, high=MAX_SIZE, load_default=DEFAULT_SIZE)


class HandoutsQuery(ListQuery):
    """Ranges lines hold, or all there ever were."""

    state = Choice(("open", "settled"), load_default="")
    q = Text(max=100, load_default="")


class OrdersQuery(ListQuery):
    """Orders of labels, by words of lot, product or line of print."""

    q = Text(max=100, load_default="")


class SpanSchema(Schema):
    """Items in one state since one act."""

    first = fields.Integer(required=True)
    last = fields.Integer(required=True)
    count = fields.Integer(required=True)
    state = fields.String(required=True, metadata={"enum": list(STATES)})
    act = fields.Integer(required=True)


class SpanListSchema(Schema):
    """How a batch's items stand: by number, and how many of each state."""

    items = fields.List(fields.Nested(SpanSchema), required=True)
    counts = fields.Dict(keys=fields.String(), values=fields.Integer(), required=True)
    next = fields.String(required=True, allow_none=True)


class ActSchema(Schema):
    """Something done to a range of items; `state` is what they became, or "undone"."""

    id = fields.Integer(required=True)
    batch = fields.String(required=True)
    state = fields.String(required=True)
    first = fields.Integer(required=True)
    last = fields.Integer(required=True)
    count = fields.Integer(required=True)
    reason = fields.String(required=True, allow_none=True)
    handout = fields.Integer(required=True, allow_none=True)
    undoes = fields.Integer(required=True, allow_none=True)
    acted_at = fields.AwareDateTime(required=True)


class ActListSchema(Schema):
    items = fields.List(fields.Nested(ActSchema), required=True)
    next = fields.String(required=True, allow_none=True)


class HandoutSchema(Schema):
    """Labels a packing line was handed; `used` is null until it is settled."""

    id = fields.Integer(required=True)
    batch = fields.String(required=True)
    line = fields.String(required=True)
    first = fields.Integer(required=True)
    last = fields.Integer(required=True)
    count = fields.Integer(required=True)
    handed_at = fields.AwareDateTime(required=True)
    used = fields.Integer(required=True, allow_none=True)
    left_over = fields.String(required=True, allow_none=True)
    settled_at = fields.AwareDateTime(required=True, allow_none=True)


class HandoutListSchema(Schema):
    items = fields.List(fields.Nested(HandoutSchema), required=True)
    next = fields.String(required=True, allow_none=True)


class ItemSchema(Schema):
    """One item: its batch and number, how it stands, and what was done to it."""

    code = fields.String(required=True)
    batch = fields.String(required=True)
    number = fields.Integer(required=True)
    state = fields.String(required=True, metadata={"enum": list(STATES)})
    acts = fields.List(fields.Nested(ActSchema), required=True)
