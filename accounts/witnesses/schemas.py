"""Input and answer shapes of witnesses."""

from __future__ import annotations

from marshmallow import Schema, fields

from foundation.inputs import InputSchema, Integer, QuerySchema, Text
from ledger.wire import CheckpointSchema, CosignerSchema


class WitnessForm(InputSchema):
    """A witness to be registered; ``name`` is shown to everybody, ``email`` to nobody."""

    name = Text(max=200, required=True)
    email = Text(max=254, required=True)
    verifier_key = Text(max=200, load_default=None)


class WitnessActForm(InputSchema):
    """Why a witness is suspended, taken up again or withdrawn; only admins read it."""

    reason = Text(max=2000, multiline=True, required=True)


class AlarmsQuery(QuerySchema):
    """A page of alarms."""

    cursor = Text(load_default=None)


class NextQuery(QuerySchema):
    """How many entries the checkpoint had that the witness signed last; 0 where there is none."""

    since = Integer(low=0, load_default=0)


class CosignatureForm(InputSchema):
    """A checkpoint as it was published, with the witness's own signature line under it."""

    note = Text(max=10_000, multiline=True, required=True)


class LastSignedSchema(Schema):
    """The newest checkpoint a witness signed."""

    size = fields.Integer(required=True)
    made_at = fields.String(required=True)


class WitnessSchema(Schema):
    """Who keeps checkpoints, and signs them where ``verifier_key`` is told.

    ``state``: active, quiet (signed nothing of late), suspended, withdrawn.
    """

    id = fields.Integer(required=True)
    name = fields.String(required=True)
    verifier_key = fields.String(required=True, allow_none=True)
    since = fields.String(required=True)
    until = fields.String(required=True, allow_none=True)
    state = fields.String(required=True)
    last_cosigned = fields.Nested(LastSignedSchema, required=True, allow_none=True)


class WitnessListSchema(Schema):
    """Everybody who witnesses or did."""

    items = fields.List(fields.Nested(WitnessSchema), required=True)


class GrowthSchema(Schema):
    """The newest checkpoint, and the proof that the log of ``since`` entries is its beginning.

    ``vouchers`` lead from a former key of the log to today's, the newest first.
    """

    checkpoint = fields.Nested(CheckpointSchema, required=True)
    since = fields.Integer(required=True)
    path = fields.List(fields.String(), required=True)
    vouchers = fields.List(fields.String(), required=True)


class HandedInSchema(Schema):
    """Whose signatures stand under the checkpoint now; ``new`` says whether this call added any."""

    size = fields.Integer(required=True)
    new = fields.Boolean(required=True)
    cosigned = fields.List(fields.Nested(CosignerSchema), required=True)
