"""Input and answer shapes of buying slips."""

from __future__ import annotations

from typing import Any

from marshmallow import Schema, fields
from marshmallow.validate import Length

from foundation.errors import Finding
from foundation.inputs import Choice, Day, InputSchema, Integer, Number, QuerySchema, Text
from foundation.paging import DEFAULT_SIZE, MAX_SIZE
from growing_areas.answer_shapes import FoundSchema
from growing_areas.answers import finding_json
from growing_areas.slips.listing import SlipLine

PAPER_SIZES = ("a5", "80mm")


class SlipInput(InputSchema):
    """A buying slip; its harvest is written into the diary with it."""

    bought_on = Day(required=True)
    quantity = Number(above_low=True, required=True)
    unit = Text(max=20, required=True, metadata={"description": "kg, tạ, tấn or a code"})
    price_vnd = Integer(low=0, high=10**12, required=True)
    price_unit = Text(max=20, metadata={"description": "Default: a kilogram of what is weighed"})
    household = Integer(low=1, metadata={"description": "Of the area's household list"})
    seller = Text(max=200, metadata={"description": "A name where the household is on no list"})
    buyer = Text(max=200, metadata={"description": "A name: personal, kept apart, erasable"})
    parcels = fields.List(
        Integer(low=1),
        validate=Length(max=500),
        metadata={"description": "Default: the household's parcels"},
    )
    grade = Text(max=80)
    notes = Text(max=2000, multiline=True)
    work_key = fields.UUID(metadata={"description": "Sent twice the slip is written once"})


class SlipCorrectionInput(SlipInput):
    """A slip that takes the place of an earlier one."""

    reason = Text(max=2000, multiline=True, required=True)


class SlipsQueryInput(QuerySchema):
    """The filters of a list of slips."""

    organisation = Text(max=20)
    area = Integer(low=1)
    household = Integer(low=1)
    since = Day()
    until = Day()
    cursor = Text(max=500)
    limit = Integer(low=1, high=MAX_SIZE, load_default=DEFAULT_SIZE)


class SlipPaperQuery(QuerySchema):
    """How large a slip is printed."""

    size = Choice(PAPER_SIZES, load_default="a5")


class SlipSchema(Schema):
    """A buying slip; names for members of its organisation only."""

    id = fields.Integer(required=True)
    number = fields.Integer(allow_none=True, metadata={"description": "Of the year"})
    year = fields.Integer()
    area = fields.Integer()
    entry = fields.Integer(metadata={"description": "Its harvest in the diary"})
    bought_on = fields.Date()
    quantity = fields.Decimal(as_string=True)
    unit = fields.String()
    price_vnd = fields.Integer()
    price_unit = fields.String()
    amount_vnd = fields.Integer()
    grade = fields.String(allow_none=True)
    early = fields.Boolean(metadata={"description": "Harvested inside a pre-harvest interval"})
    household = fields.Integer(allow_none=True)
    seller = fields.String(allow_none=True)
    buyer = fields.String(allow_none=True)
    corrects = fields.Integer(allow_none=True)
    void = fields.Boolean()
    reason = fields.String(allow_none=True)
    recorded_at = fields.AwareDateTime()
    findings = fields.List(fields.Nested(FoundSchema))


class SlipListSchema(Schema):
    items = fields.List(fields.Nested(SlipSchema))
    next = fields.String(allow_none=True)


def slip_json(line: SlipLine, findings: tuple[Finding, ...] = ()) -> dict[str, Any]:
    """A slip."""
    slip = line.slip
    names = (
        "id", "number", "year", "bought_on", "quantity", "unit", "price_vnd", "price_unit",
        "amount_vnd", "grade", "void", "reason", "recorded_at",
    )  # fmt: skip
    return {
        **{name: getattr(slip, name) for name in names},
        "area": slip.area_id,
        "entry": slip.entry_id,
        "early": slip.is_early,
        "household": slip.household_id,
        "seller": line.seller,
        "buyer": line.buyer,
        "corrects": slip.corrects_id,
        "findings": [finding_json(finding) for finding in findings],
    }
