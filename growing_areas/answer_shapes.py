"""Answer shapes of growing areas, as the OpenAPI document tells them."""

from __future__ import annotations

from marshmallow import Schema, fields

from growing_areas.kinds import AREA_KINDS
from growing_areas.models import STATUSES


class FoundSchema(Schema):
    """A finding: warnings and notices come with what was stored."""

    code = fields.String(required=True)
    message = fields.String(required=True)
    severity = fields.String()
    field = fields.String()
    coordinate = fields.List(fields.Float())


class AreaSchema(Schema):
    """A registration as those entitled to its inside see it."""

    id = fields.Integer(required=True)
    status = fields.String(metadata={"enum": list(STATUSES)})
    code = fields.String(allow_none=True)
    name = fields.String()
    organisation = fields.String()
    plot = fields.Integer()
    version = fields.Integer()
    kind = fields.String(metadata={"enum": list(AREA_KINDS)})
    crop = fields.String()
    market = fields.String()
    variety = fields.String(allow_none=True)
    planting_year = fields.Integer(allow_none=True)
    commune_code = fields.String()
    province_code = fields.String()
    area_ha = fields.Float()
    outline_public = fields.Boolean(
        metadata={"description": "Whether everybody may see the exact outline"}
    )
    approved_at = fields.AwareDateTime(allow_none=True)
    valid_until = fields.Date(allow_none=True)
    monitor_on = fields.Date(allow_none=True)
    due_step = fields.String(allow_none=True)
    due_on = fields.Date(allow_none=True)
    findings = fields.List(fields.Nested(FoundSchema))


class AreaDetailSchema(AreaSchema):
    """A registration with its outline and its history."""

    geometry = fields.Dict()
    households = fields.Integer(metadata={"description": "How many are listed"})
    missing = fields.List(fields.Nested(FoundSchema))
    events = fields.List(fields.Dict())


class AreaListSchema(Schema):
    items = fields.List(fields.Nested(AreaSchema))
    next = fields.String(allow_none=True)


class ImportedSchema(Schema):
    import_ = fields.Integer(
        data_key="import", attribute="import", metadata={"description": "Undoes all of it as one"}
    )
    created = fields.List(fields.Nested(AreaSchema))
    findings = fields.List(fields.Nested(FoundSchema))


class CropSchema(Schema):
    """A crop with its names."""

    code = fields.String(required=True)
    name_vi = fields.String()
    name_en = fields.String()
    scientific_name = fields.String()
    kind = fields.String()
    area_kind = fields.String(metadata={"enum": list(AREA_KINDS)})
    hs_code = fields.String(allow_none=True)
    eppo_code = fields.String(allow_none=True)
    eudr = fields.Boolean()


class CropListSchema(Schema):
    items = fields.List(fields.Nested(CropSchema))
    next = fields.String(allow_none=True)
