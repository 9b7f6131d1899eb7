"""Input and answer shapes of raw-material areas."""

from __future__ import annotations

from marshmallow import Schema, fields
from marshmallow.validate import Length

from foundation.inputs import Day, InputSchema, Integer, QuerySchema, Text
from foundation.paging import DEFAULT_SIZE, MAX_SIZE


class RawMaterialForm(InputSchema):
    """What a lead says about a raw-material area."""

    name = Text(max=200, required=True)
    crops = fields.List(Text(max=40), required=True, validate=Length(1, 40))
    buyer = Text(max=20, metadata={"description": "The buying organisation's code"})
    buyer_name = Text(max=200, load_default="", metadata={"description": "Where it has no code"})
    contract = Text(max=2000, multiline=True, load_default="")
    started_on = Day()


class RawMaterialInput(RawMaterialForm):
    """The same with the lead, and registrations to begin with."""

    organisation = Text(max=20, required=True, metadata={"description": "The lead"})
    growing_areas = fields.List(Text(max=40), load_default=list, validate=Length(max=500))


class InvitedInput(InputSchema):
    """Registrations to invite, by code."""

    growing_areas = fields.List(Text(max=40), required=True, validate=Length(1, 500))


class InvitedForm(InputSchema):
    """The same as typed: codes parted by spaces, commas or lines."""

    growing_areas = Text(max=5000, required=True, multiline=True)


class EndInput(InputSchema):
    on = Day(required=True)


class RawMaterialsQuery(QuerySchema):
    q = Text(max=200, load_default="")
    cursor = Text(max=500)
    limit = Integer(low=1, high=MAX_SIZE, load_default=DEFAULT_SIZE)


class PublicRawMaterialsQuery(RawMaterialsQuery):
    """The same for everybody: also by crop and province."""

    crop = Text(max=40, metadata={"description": "A code of GET /crops"})
    province_code = Text(max=2, metadata={"description": "Of the 34 provinces of today"})


class MemberSchema(Schema):
    """A registration in a raw-material area."""

    id = fields.Integer(required=True)
    growing_area = fields.String(allow_none=True)
    organisation = fields.String()
    state = fields.String(metadata={"enum": ["invited", "joined", "declined", "left"]})
    joined_on = fields.Date(allow_none=True)
    left_on = fields.Date(allow_none=True)


class RawMaterialSchema(Schema):
    """A raw-material area as everybody may know it; members for those inside."""

    code = fields.String(required=True)
    name = fields.String(required=True)
    organisation = fields.String(metadata={"description": "The lead"})
    crops = fields.List(fields.String())
    buyer = fields.String(allow_none=True)
    commune_code = fields.String()
    province_code = fields.String()
    started_on = fields.Date()
    ended_on = fields.Date(allow_none=True)
    area_ha = fields.Decimal(as_string=True, metadata={"description": "Ground, no plot twice"})
    growing_areas = fields.List(fields.String())
    members = fields.List(fields.Nested(MemberSchema))


class RawMaterialListSchema(Schema):
    items = fields.List(fields.Nested(RawMaterialSchema), required=True)
    next = fields.String(allow_none=True)
