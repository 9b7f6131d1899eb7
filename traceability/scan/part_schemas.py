"""The parts of a story as JSON."""

from marshmallow import Schema, fields


class TraceProductSchema(Schema):
    name = fields.String(required=True)
    name_en = fields.String(allow_none=True)
    gtin = fields.String(allow_none=True)
    stars = fields.Integer(allow_none=True)
    brand = fields.String(allow_none=True)
    net_content = fields.Decimal(as_string=True, allow_none=True)
    net_unit = fields.String(allow_none=True)
    ingredients = fields.String(allow_none=True)
    storage = fields.String(allow_none=True)
    warnings = fields.String(allow_none=True)
    portal_url = fields.String(allow_none=True)
    picture = fields.String(allow_none=True)


class TraceProducerSchema(Schema):
    """`number`: GLN, else the tax code of the public register; never a household's."""

    name = fields.String(required=True)
    place = fields.String(required=True)
    number = fields.String(allow_none=True)
    verified_at = fields.AwareDateTime(allow_none=True)


class TraceAreaSchema(Schema):
    code = fields.String(required=True)
    name = fields.String(required=True)
    crop = fields.String(required=True)
    place = fields.String(required=True)
    status = fields.String(required=True)
    approved_at = fields.AwareDateTime(allow_none=True)
    cell = fields.List(
        fields.Float(),
        required=True,
        allow_none=True,
        metadata={"description": "west, south, east, north; none while the area has no code"},
    )


class TraceWorkSchema(Schema):
    activity = fields.String(required=True)
    count = fields.Integer(required=True)
    first_on = fields.Date(required=True)
    last_on = fields.Date(required=True)


class TraceRunSchema(Schema):
    """Works of one kind with no other between them."""

    activity = fields.String(required=True)
    count = fields.Integer(required=True)
    first_on = fields.Date(required=True)
    last_on = fields.Date(required=True)


class TraceDeclaredSchema(Schema):
    """A field that legal profiles in force want consumers told, and whether it is told."""

    field = fields.String(required=True)
    documents = fields.List(fields.String(), required=True)
    is_told = fields.Boolean(required=True)


class TraceProofSchema(Schema):
    """The lot's newest entry in the ledger and the newest checkpoint over it, if there is one."""

    entry = fields.Integer(required=True, allow_none=True)
    recorded_at = fields.AwareDateTime(required=True)
    checkpoint = fields.Integer(required=True, allow_none=True)
    signed_at = fields.AwareDateTime(required=True, allow_none=True)


class TraceIntervalSchema(Schema):
    state = fields.String(
        required=True, metadata={"enum": ["kept", "unknown", "unsprayed", "unrecorded", "broken"]}
    )
    last_sprayed_on = fields.Date(allow_none=True)
    days_waited = fields.Integer(allow_none=True)
    activity = fields.String(
        allow_none=True, metadata={"description": "The work it speaks of, as in the diary"}
    )
    done_on = fields.Date(allow_none=True)


class TraceCertificateSchema(Schema):
    stars = fields.Integer(required=True)
    number = fields.String(required=True)
    valid_from = fields.Date(required=True)
    valid_to = fields.Date(required=True)


class TraceVoucherSchema(Schema):
    """A certificate of the product, the batch or an area it comes from."""

    standard = fields.String(required=True)
    number = fields.String(required=True)
    issuer = fields.String(required=True)
    scope = fields.String(required=True)
    valid_from = fields.Date(required=True)
    valid_to = fields.Date(required=True)
    state = fields.String(
        required=True,
        metadata={"enum": ["valid", "ending", "ended", "not_yet", "withdrawn"]},
    )
    subject = fields.String(required=True, metadata={"enum": ["product", "batch", "area"]})


class TraceReadingSchema(Schema):
    """`value` null: below detection."""

    parameter = fields.String(required=True)
    value = fields.Decimal(required=True, allow_none=True, as_string=True)
    unit = fields.String(required=True)
    most = fields.Decimal(required=True, allow_none=True, as_string=True)
    outcome = fields.String(required=True, metadata={"enum": ["passed", "failed", "unjudged"]})


class TraceResultSchema(Schema):
    """A laboratory's report."""

    laboratory = fields.String(required=True)
    accreditation = fields.String(required=True)
    number = fields.String(required=True)
    sampled_on = fields.Date(required=True)
    outcome = fields.String(required=True, metadata={"enum": ["passed", "failed", "unjudged"]})
    subject = fields.String(required=True, metadata={"enum": ["product", "batch", "area"]})
    readings = fields.List(fields.Nested(TraceReadingSchema), required=True)


class TraceBoughtSchema(Schema):
    """Bought material; people who sold are not named."""

    supplier = fields.String(required=True, allow_none=True)
    place = fields.String(required=True)
    bought_on = fields.Date(required=True, allow_none=True)


class TraceMadeOfSchema(Schema):
    """A lot that went in, at any level."""

    code = fields.String(required=True)
    lot = fields.String(required=True)
    product = fields.String(required=True)
    producer = fields.String(required=True)


class TraceStepSchema(Schema):
    """A step; `wrong_since` and `wrong_because` when it was declared wrong, else null."""

    biz_step = fields.String(required=True)
    happened_at = fields.AwareDateTime(required=True)
    place = fields.String(
        required=True,
        metadata={"description": "The commune of the lot's own house, the province of another"},
    )
    wrong_since = fields.AwareDateTime(allow_none=True)
    wrong_because = fields.String(allow_none=True)


class TraceOfferSchema(Schema):
    label = fields.String(required=True)
    href = fields.String(required=True)
    price_vnd = fields.Integer(required=True)


class TraceRecallSchema(Schema):
    """The recall the lot is under; its notice stands at /recalls/{code}."""

    code = fields.String(required=True)
    reason = fields.String(required=True)
    instructions = fields.String(required=True)
    recalled_at = fields.AwareDateTime(required=True)
    scope = fields.String(required=True)
    ended_at = fields.AwareDateTime(required=True, allow_none=True)


class TraceMeasuredSchema(Schema):
    """What a sensor measured beside the batch, shown because its owner allows it."""

    measures = fields.String(required=True, metadata={"enum": ["temperature", "humidity"]})
    unit = fields.String(required=True, metadata={"description": "UN/CEFACT: CEL, P1"})
    began_at = fields.AwareDateTime(required=True)
    ended_at = fields.AwareDateTime(required=True)
    readings = fields.Integer(required=True)
    lowest = fields.Decimal(as_string=True, required=True)
    highest = fields.Decimal(as_string=True, required=True)
    mean = fields.Decimal(as_string=True, required=True)
    low = fields.Decimal(as_string=True, required=True, allow_none=True)
    high = fields.Decimal(as_string=True, required=True, allow_none=True)
    alarms = fields.Integer(required=True)
    outside_s = fields.Integer(
        required=True,
        metadata={
            "description": "Seconds outside the limits of their moment. Readings are not in the"
            " ledger; closed days of them are (`sensor_day_records` in the bundle)."
        },
    )
