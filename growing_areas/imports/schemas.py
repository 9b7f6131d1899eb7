"""Input and answer shapes of imports."""

from __future__ import annotations

from marshmallow import Schema, fields

from foundation.inputs import Choice, InputSchema, Integer, QuerySchema, Text
from foundation.paging import DEFAULT_SIZE, MAX_SIZE
from growing_areas.models import DOMESTIC
from growing_areas.schemas import Market


class WishesInput(InputSchema):
    """What all shapes of a file have in common, and which of its columns say the rest."""

    organisation = Text(max=20, required=True)
    name = Text(max=180, load_default="Vùng")
    crop = Text(max=120, required=True)
    commune_code = Text(max=100, required=True)
    market = Market(max=8, load_default=DOMESTIC)
    name_column = Text(max=60)
    crop_column = Text(max=60)
    commune_code_column = Text(max=60)


class ImportsQuery(QuerySchema):
    """Pages of the list of imports."""

    cursor = Text(max=400)
    limit = Integer(low=1, high=MAX_SIZE, load_default=DEFAULT_SIZE)


class PreviewQuery(QuerySchema):
    """A page of a preview: of all its shapes, or of the faulty ones."""

    page = Integer(low=1, high=1_000, load_default=1)
    show = Choice(("all", "faulty"), load_default="all")


class AreaImportSchema(Schema):
    """An import: whose, of which file, how many areas, and whether it was undone."""

    id = fields.Integer(required=True)
    organisation = fields.String()
    file_name = fields.String()
    state = fields.String(metadata={"description": "waiting, stored, refused or undone"})
    area_count = fields.Integer()
    ordered_at = fields.AwareDateTime()
    stored_at = fields.AwareDateTime(allow_none=True)
    undone_at = fields.AwareDateTime(allow_none=True)


class AreaImportListSchema(Schema):
    items = fields.List(fields.Nested(AreaImportSchema))
    next = fields.String(allow_none=True)
