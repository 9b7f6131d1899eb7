"""Input and output shapes of claims; one schema serves form and JSON."""

from __future__ import annotations

from marshmallow import Schema, fields

from foundation.inputs import Choice, InputSchema, Integer, QuerySchema, Text
from foundation.paging import DEFAULT_SIZE, MAX_SIZE
from traceability.lineage.models import CLAIM_STATES


class ClaimsQuery(QuerySchema):
    """What to list: undecided claims unless a state is named."""

    state = Choice(CLAIM_STATES, load_default="")
    cursor = Text(max=500)
    limit = Integer(low=1, high=MAX_SIZE, load_default=DEFAULT_SIZE)


class AskInput(InputSchema):
    """Words of the officer's to the owner."""

    words = Text(max=1000, multiline=True, load_default="")


class ConfirmInput(InputSchema):
    """Why it is so, where there is something to add."""

    reason = Text(max=1000, multiline=True, load_default="")


class DenyInput(InputSchema):
    """Why it is not so."""

    reason = Text(max=1000, multiline=True, required=True)


class ClaimedGoodsSchema(Schema):
    """Goods as a claim names them; an address alone where nobody here keeps them as a batch."""

    uri = fields.String(required=True)
    code = fields.String(required=True, allow_none=True)
    lot = fields.String(required=True, allow_none=True)
    product = fields.String(required=True, allow_none=True)
    holder = fields.String(required=True, allow_none=True)
    quantity = fields.Decimal(required=True, allow_none=True, as_string=True)
    unit = fields.String(required=True, allow_none=True)


class ClaimSchema(Schema):
    """Somebody says that goods went into another's; `urgent` while what went in is held."""

    id = fields.Integer(required=True)
    state = fields.String(required=True, metadata={"enum": list(CLAIM_STATES)})
    event_id = fields.String(required=True)
    happened_at = fields.AwareDateTime(required=True)
    claimed_at = fields.AwareDateTime(required=True)
    teller = fields.String(required=True)
    owner = fields.String(required=True, allow_none=True)
    goods = fields.Nested(ClaimedGoodsSchema, required=True)
    went_in = fields.List(fields.Nested(ClaimedGoodsSchema), required=True)
    urgent = fields.Boolean(required=True)
    asked_at = fields.AwareDateTime(required=True, allow_none=True)
    denied_at = fields.AwareDateTime(required=True, allow_none=True)
    decided_at = fields.AwareDateTime(required=True, allow_none=True)
    decided_as = fields.String(required=True, allow_none=True)
    taken_back_at = fields.AwareDateTime(required=True, allow_none=True)
    taken_back_as = fields.String(required=True, allow_none=True)
    reason = fields.String(
        required=True, allow_none=True, metadata={"description": "Null for who told the step"}
    )


class ClaimListSchema(Schema):
    items = fields.List(fields.Nested(ClaimSchema), required=True)
    next = fields.String(required=True, allow_none=True)
