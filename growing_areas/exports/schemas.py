"""Input and answer shapes of exports."""

from __future__ import annotations

from marshmallow import Schema, fields

from foundation.inputs import Choice, Day, InputSchema, Text
from growing_areas.kinds import AREA_KINDS
from growing_areas.models import STATUSES
from growing_areas.schemas import AreasQuery, BBox
from growing_areas.writing.formats import FORMATS

_FORMATS = tuple(FORMATS)


class ExportQuery(AreasQuery):
    """The list's filters and a format."""

    format = Choice(_FORMATS, required=True)


class ExportInput(InputSchema):
    """An order: the list's filters and a format."""

    format = Choice(_FORMATS, required=True)
    q = Text(max=200)
    kind = Choice(AREA_KINDS)
    crop = Text(max=40)
    status = Choice(STATUSES)
    commune_code = Text(max=5)
    province_code = Text(max=5)
    organisation = Text(max=20)
    due_before = Day()
    overlap = fields.Boolean()
    amending = fields.Boolean()
    handed_in = fields.Boolean()
    bbox = BBox(metadata={"type": "string", "description": "west,south,east,north"})


class ExportSchema(Schema):
    """Where an order stands."""

    id = fields.Integer()
    format = fields.String()
    state = fields.String()
    done = fields.Integer()
    total = fields.Integer()
    row_count = fields.Integer(allow_none=True)
    size_bytes = fields.Integer(allow_none=True)
    file_url = fields.String(allow_none=True)
