"""Input and answer shapes of territory."""

from __future__ import annotations

from marshmallow import Schema, fields, validate

from foundation.inputs import Choice, Day, Integer, QuerySchema, Text
from foundation.paging import DEFAULT_SIZE, MAX_SIZE
from territory.models import LEVELS


class OnQuery(QuerySchema):
    """The day asked about; today when not given."""

    on = Day(metadata={"description": "The day asked about; today by default"})


class UnitsQuery(OnQuery):
    """Which units to list or look for."""

    q = Text(max=100, metadata={"description": "A name, with or without diacritics, or a code"})
    level = Choice(LEVELS)
    parent = Text(max=5, metadata={"description": "The code of a unit above"})
    cursor = Text(max=500)
    limit = Integer(low=1, high=MAX_SIZE, load_default=DEFAULT_SIZE)


class PointQuery(QuerySchema):
    """A point, WGS 84."""

    lon = fields.Float(required=True, validate=validate.Range(-180, 180))
    lat = fields.Float(required=True, validate=validate.Range(-90, 90))


class UnitRefSchema(Schema):
    """A unit by its code."""

    code = fields.String(required=True)
    label = fields.String(required=True)


class UnitSchema(UnitRefSchema):
    """An administrative unit during the days on which it bore this code, name and type."""

    level = Choice(LEVELS)
    unit_type = fields.String()
    name = fields.String()
    full_name = fields.String()
    name_en = fields.String()
    parent_code = fields.String(allow_none=True)
    province_code = fields.String()
    valid_from = fields.Date()
    valid_to = fields.Date(
        allow_none=True, metadata={"description": "The first day it was no longer in force"}
    )
    successors = fields.List(
        fields.Nested(UnitRefSchema),
        metadata={"description": "What a unit of the old order became, as it is called on the day"},
    )


class PredecessorSchema(UnitRefSchema):
    """An old unit that went into this one."""

    extent = Choice(("whole", "part"))


class UnitDetailSchema(UnitSchema):
    """A unit with what it was made from."""

    predecessors = fields.List(fields.Nested(PredecessorSchema))


class UnitListSchema(Schema):
    """A page of units."""

    items = fields.List(fields.Nested(UnitSchema), required=True)
    next = fields.String(required=True, allow_none=True)
