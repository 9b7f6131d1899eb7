"""Input and output shapes of undoing; one input serves form and JSON."""

from marshmallow import Schema, fields
from marshmallow.validate import Length

from foundation.inputs import Choice, InputSchema, Integer, QuerySchema, Text
from foundation.paging import MAX_SIZE
from traceability.undoing.telling import REASONS


class UndoInput(InputSchema):
    """Which recorded step is wrong, and why."""

    event = Text(max=200, required=True)
    reason = Choice(tuple(REASONS), required=True)
    corrective_event_ids = fields.List(Text(max=200), load_default=list, validate=Length(max=20))


class UndoForm(InputSchema):
    """Why a step is wrong."""

    reason = Choice(tuple(REASONS), required=True)


class CorrectionSchema(Schema):
    """That a step was declared wrong, since when and why."""

    declared_at = fields.AwareDateTime(required=True)
    reason = fields.String(required=True, allow_none=True, metadata={"enum": list(REASONS)})


class StepsQuery(QuerySchema):
    """Where to go on, and how many: as many as a page may hold unless asked otherwise."""

    cursor = Text(max=500)
    limit = Integer(low=1, high=MAX_SIZE, load_default=MAX_SIZE)


class StepSchema(Schema):
    """A step of a batch; `kind` null for what cannot be undone, `correction` while it holds."""

    event = fields.String(required=True)
    kind = fields.String(required=True, allow_none=True)
    step = fields.String(required=True, allow_none=True)
    happened_at = fields.AwareDateTime(required=True)
    correction = fields.Nested(CorrectionSchema, required=True, allow_none=True)


class StepListSchema(Schema):
    items = fields.List(fields.Nested(StepSchema), required=True)
    next = fields.String(allow_none=True, required=True)


class UndoneSchema(Schema):
    """What was undone: batches whose stock came back, and batches that are void since."""

    event = fields.String(required=True)
    kind = fields.String(required=True)
    reason = fields.String(required=True)
    given_back = fields.List(fields.String(), required=True)
    voided = fields.List(fields.String(), required=True)
