"""Input and output shapes of certificates and laboratory results; one serves form and JSON."""

from __future__ import annotations

from flask_smorest.fields import Upload
from marshmallow import Schema, fields
from marshmallow.validate import Length

from foundation.inputs import Choice, Day, InputSchema, Integer, Number, QuerySchema, Text
from foundation.paging import DEFAULT_SIZE, MAX_SIZE
from traceability.certifying.judging import OUTCOMES, UNITS
from traceability.certifying.laboratory import MOST_READINGS


class GoodsCertificateInput(InputSchema):
    """A certificate of a product or a batch: name exactly one."""

    product = Text(max=20)
    batch = Text(max=40)
    standard = Text(max=40, required=True, metadata={"description": "haccp, iso_22000, halal …"})
    number = Text(max=80, required=True)
    issuer = Text(max=200, required=True)
    scope = Text(max=300, load_default="")
    valid_from = Day(required=True)
    valid_to = Day(required=True)


class CertificateWithdrawalInput(InputSchema):
    """That an issuer took its certificate back."""

    withdrawn_on = Day(required=True)
    reason = Text(max=2000, multiline=True, required=True)


class PaperRemovalInput(InputSchema):
    """Why a paper is taken off."""

    reason = Text(max=2000, multiline=True, required=True)


class LaboratoryReadingInput(InputSchema):
    """One reading; without `value` it is below detection (KPH)."""

    parameter = Text(max=80, required=True, metadata={"description": "A known code, or words"})
    value = Number(high=10**12, digits=9)
    unit = Choice(UNITS, required=True)
    detection_limit = Number(high=10**12, digits=9)
    stated_limit = Number(high=10**12, digits=9)
    method = Text(max=120, load_default="")


class LaboratoryReportInput(InputSchema):
    """A laboratory's report about a product, a batch or a growing area (id): name exactly one."""

    product = Text(max=20)
    batch = Text(max=40)
    area = Integer(low=1)
    laboratory = Text(max=200, required=True)
    accreditation = Text(max=80, load_default="")
    number = Text(max=80, required=True)
    sampled_on = Day(required=True)
    reported_on = Day()
    applies_from = Day(metadata={"description": "Goods from that day on; default: the sample's"})
    food_group = Text(max=40, required=True)
    retest_of = Integer(low=1)
    readings = fields.List(
        fields.Nested(LaboratoryReadingInput), required=True, validate=Length(max=MOST_READINGS)
    )


class PaperFiles(Schema):
    """The private original, a public copy with names covered, or both (PDF, JPEG, PNG)."""

    file = Upload()
    public_file = Upload()


class PapersQuery(QuerySchema):
    """What to list."""

    product = Text(max=20)
    batch = Text(max=40)
    cursor = Text(max=500)
    limit = Integer(low=1, high=MAX_SIZE, load_default=DEFAULT_SIZE)


class GoodsCertificateSchema(Schema):
    """A certificate as recorded."""

    id = fields.Integer(required=True)
    product = fields.String(required=True, allow_none=True)
    batch = fields.String(required=True, allow_none=True)
    standard = fields.String(required=True)
    number = fields.String(required=True)
    issuer = fields.String(required=True)
    scope = fields.String(required=True)
    valid_from = fields.Date(required=True)
    valid_to = fields.Date(required=True)
    withdrawn_on = fields.Date(required=True, allow_none=True)
    has_file = fields.Boolean(required=True)
    public_file = fields.String(required=True, allow_none=True, metadata={"description": "Path"})
    state = fields.String(
        required=True, metadata={"enum": ["valid", "ending", "ended", "not_yet", "withdrawn"]}
    )


class GoodsCertificateListSchema(Schema):
    items = fields.List(fields.Nested(GoodsCertificateSchema), required=True)
    next = fields.String(required=True, allow_none=True)


class LaboratoryReadingSchema(Schema):
    """A reading and how it was judged; `most` is the limit it was held to."""

    parameter = fields.String(required=True)
    value = fields.Decimal(required=True, allow_none=True, as_string=True)
    unit = fields.String(required=True)
    detection_limit = fields.Decimal(required=True, allow_none=True, as_string=True)
    most = fields.Decimal(required=True, allow_none=True, as_string=True)
    limit_source = fields.String(required=True, allow_none=True)
    method = fields.String(required=True)
    outcome = fields.String(required=True, metadata={"enum": list(OUTCOMES)})


class LaboratoryResultSchema(Schema):
    """A laboratory's report as judged."""

    id = fields.Integer(required=True)
    product = fields.String(required=True, allow_none=True)
    batch = fields.String(required=True, allow_none=True)
    area = fields.Integer(required=True, allow_none=True)
    laboratory = fields.String(required=True)
    accreditation = fields.String(required=True)
    number = fields.String(required=True)
    sampled_on = fields.Date(required=True)
    reported_on = fields.Date(required=True)
    applies_from = fields.Date(required=True)
    food_group = fields.String(required=True)
    outcome = fields.String(required=True, metadata={"enum": list(OUTCOMES)})
    retest_of = fields.Integer(required=True, allow_none=True)
    has_file = fields.Boolean(required=True)
    public_file = fields.String(required=True, allow_none=True, metadata={"description": "Path"})
    readings = fields.List(fields.Nested(LaboratoryReadingSchema), required=True)


class LaboratoryResultListSchema(Schema):
    items = fields.List(fields.Nested(LaboratoryResultSchema), required=True)
    next = fields.String(required=True, allow_none=True)
