"""Input and output shapes of holds; one schema serves form and JSON."""

from __future__ import annotations

from marshmallow import Schema, fields

from foundation.inputs import Choice, Flag, InputSchema, Integer, QuerySchema, Text
from foundation.paging import DEFAULT_SIZE, MAX_SIZE
from traceability.quality.models import REASONS


class HoldsQuery(QuerySchema):
    """The filters of a list of holds; open ones unless ``ended`` is asked for."""

    reason = Choice(REASONS)
    show = Choice(("open", "ended"), load_default="open")
    commune_code = Text(max=100)
    cursor = Text(max=500)
    limit = Integer(low=1, high=MAX_SIZE, load_default=DEFAULT_SIZE)


class LiftInput(InputSchema):
    """Why a batch may pass: reason, and evidence or a laboratory result that passed."""

    reason = Text(max=2000, multiline=True, required=True)
    evidence = Text(max=2000, multiline=True, load_default="")
    result = Integer(low=1)
    with_made_of = Flag(load_default=False)


class HoldInput(InputSchema):
    """Why an office holds a batch."""

    reason = Text(max=2000, multiline=True, required=True)


class HoldSchema(Schema):
    """One reason why a batch may not be sold."""

    id = fields.Integer(required=True)
    batch = fields.String(required=True)
    reason = fields.String(required=True, metadata={"enum": list(REASONS)})
    cause = fields.String(required=True)
    details = fields.Dict(required=True)
    placed_at = fields.AwareDateTime(required=True)
    lifted_at = fields.AwareDateTime(required=True, allow_none=True)
    lifted_because = fields.String(required=True, allow_none=True)


class HoldListSchema(Schema):
    items = fields.List(fields.Nested(HoldSchema), required=True)
    next = fields.String(required=True, allow_none=True)
