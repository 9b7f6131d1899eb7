"""Input and answer shapes of vouchers."""

from __future__ import annotations

from marshmallow import Schema, fields

from accounts.vouchers.handing_out import TABLES
from foundation.inputs import Choice, InputSchema, Text


class VoucherForm(InputSchema):
    """Which row, and to whom its voucher goes and why."""

    table = Choice(tuple(TABLES), required=True)
    key = Text(max=80, required=True)
    reason = Text(max=2000, multiline=True, required=True)


class OwnRowSchema(Schema):
    """A row about the caller of which there may be a voucher."""

    table = fields.String(required=True)
    key = fields.Integer(required=True)
    name = fields.String(required=True)


class OwnRowListSchema(Schema):
    """The rows about the caller."""

    items = fields.List(fields.Nested(OwnRowSchema), required=True)


class VoucherSchema(Schema):
    """A voucher, as docs/verify/verify_bundle.py checks it; to be shown to nobody else."""

    class Meta:
        unknown = "include"

    format = fields.String(required=True)
    made_at = fields.String(required=True)
    story = fields.Dict(required=True)
    facts = fields.List(fields.Dict(), required=True)
    same = fields.List(fields.Dict(), required=True)
    checkpoint = fields.String(required=True)
    verifier_key = fields.String(required=True)
    witnesses = fields.List(fields.Dict(), required=True)
    vouchers = fields.List(fields.String(), required=True)
    signature = fields.String(required=True, allow_none=True)
