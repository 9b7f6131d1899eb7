"""Output shapes of what is done with batches."""

from marshmallow import Schema, fields

from traceability.handling.schemas import CONSIGNMENT_STATES


class StockSchema(Schema):
    """How much of a batch there is, in its unit."""

    made = fields.String(required=True)
    used = fields.String(required=True)
    promised = fields.String(required=True)
    free = fields.String(required=True)


class UncodedAreaSchema(Schema):
    """An area whose code is missing or pending."""

    id = fields.Integer(required=True)
    name = fields.String(required=True)
    status = fields.String(required=True)


class PurchaseSchema(Schema):
    """One purchase; the supplier is null where a private seller's name was erased."""

    id = fields.Integer(required=True)
    supplier = fields.String(required=True, allow_none=True)
    is_person = fields.Boolean(required=True)
    supplier_lot = fields.String(allow_none=True)
    commune_code = fields.String(allow_none=True)
    bought_on = fields.Date(allow_none=True)
    document_number = fields.String(allow_none=True)
    has_paper = fields.Boolean(required=True)


class YieldFindingSchema(Schema):
    """A harvest larger than its ground can well give in a year."""

    batch = fields.String(required=True)
    crop = fields.String(required=True)
    harvested_kg = fields.String(required=True)
    area_ha = fields.String(required=True)
    ceiling_kg = fields.String(required=True)
    found_at = fields.AwareDateTime(required=True)
    note = fields.String(allow_none=True)
    noted_at = fields.AwareDateTime(allow_none=True)


class YieldFindingListSchema(Schema):
    items = fields.List(fields.Nested(YieldFindingSchema), required=True)
    next = fields.String(allow_none=True, required=True)


class CountedSchema(Schema):
    """What the books said and what was counted."""

    batch = fields.String(required=True)
    expected = fields.String(required=True)
    counted = fields.String(required=True)
    difference = fields.String(required=True)


class MovementSchema(Schema):
    """A step that moved a batch's stock; the amount is signed."""

    kind = fields.String(required=True)
    amount = fields.String(required=True)
    happened_at = fields.AwareDateTime(required=True)
    event = fields.String(required=True)


class MovementListSchema(Schema):
    items = fields.List(fields.Nested(MovementSchema), required=True)
    next = fields.String(allow_none=True, required=True)


class ContentSchema(Schema):
    """So much of a batch."""

    batch = fields.String(required=True)
    lot = fields.String(required=True)
    quantity = fields.String(required=True)
    unit = fields.String(required=True)


class LogisticUnitSchema(Schema):
    """A packed unit."""

    code = fields.String(required=True)
    sscc = fields.String(required=True, allow_none=True)
    state = fields.String(required=True)
    contents = fields.List(fields.Nested(ContentSchema), required=True)


class ConsignmentLineSchema(Schema):
    """A line of a consignment; `received` null until its recipient says."""

    line = fields.Integer(required=True)
    lot = fields.String(required=True)
    product = fields.String(required=True)
    logistic_unit = fields.String(allow_none=True)
    quantity = fields.String(required=True)
    unit = fields.String(required=True)
    received = fields.String(allow_none=True)
    received_batch = fields.String(allow_none=True)


class ConsignmentSchema(Schema):
    """Goods on their way from one organisation to another."""

    code = fields.String(required=True)
    state = fields.String(required=True, metadata={"enum": list(CONSIGNMENT_STATES)})
    sender = fields.String(required=True)
    recipient = fields.String(required=True, allow_none=True)
    recipient_name = fields.String(required=True)
    recipient_place = fields.String(allow_none=True)
    market = fields.String(allow_none=True)
    document_number = fields.String(allow_none=True)
    sent_at = fields.AwareDateTime(required=True)
    settled_at = fields.AwareDateTime(allow_none=True)
    refused_because = fields.String(allow_none=True)
    lines = fields.List(fields.Nested(ConsignmentLineSchema), required=True)


class ConsignmentListSchema(Schema):
    items = fields.List(fields.Nested(ConsignmentSchema), required=True)
    next = fields.String(allow_none=True, required=True)


class RecoverySchema(Schema):
    """What a product recovers from an input."""

    id = fields.Integer(required=True)
    input = fields.String(required=True)
    taken = fields.String(required=True)
    taken_unit = fields.String(required=True)
    least = fields.String(allow_none=True)
    most = fields.String(required=True)
    given_unit = fields.String(required=True)
    source = fields.String(required=True)
    stated_at = fields.AwareDateTime(required=True)


class StatementsSchema(Schema):
    """Everything stated of a product: its recoveries in force and its countries."""

    recoveries = fields.List(fields.Nested(RecoverySchema), required=True)
    markets = fields.List(fields.String(), required=True)
