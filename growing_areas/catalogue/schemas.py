"""Input and answer shapes of the catalogue of permitted inputs."""

from __future__ import annotations

from typing import Any

from flask_smorest.fields import Upload
from marshmallow import Schema, fields

from foundation.inputs import Choice, Day, InputSchema, Integer, Problem, QuerySchema, Text
from foundation.paging import DEFAULT_SIZE, MAX_SIZE
from foundation.vietnamese import fold
from growing_areas.answer_shapes import FoundSchema
from growing_areas.catalogue.models import MATERIAL_KINDS, PermittedMaterial

_SPELLINGS = {
    "thuoc bao ve thuc vat": "pesticide",
    "thuoc bvtv": "pesticide",
    "thuoc tru sau": "pesticide",
    "thuoc tru benh": "pesticide",
    "thuoc tru co": "pesticide",
    "phan bon": "fertiliser",
    "phan": "fertiliser",
    "thuoc thu y": "veterinary",
    "thu y": "veterinary",
    "thuc an": "feed",
    "thuc an chan nuoi": "feed",
    "thuc an thuy san": "feed",
}


class MaterialKind(fields.String):
    """A kind of product, by its code or as Vietnamese lists call it."""

    def __init__(self, **more: Any) -> None:
        super().__init__(metadata={"enum": list(MATERIAL_KINDS)}, **more)

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> str:
        text = str(value).strip()
        found = text if text in MATERIAL_KINDS else _SPELLINGS.get(fold(text))
        if found is None:
            raise Problem("input.not_a_choice", choices=list(MATERIAL_KINDS))
        return found


class MaterialLine(InputSchema):
    """One row of a yearly list."""

    name = Text(max=200, required=True)
    kind = MaterialKind(required=True)
    active_ingredient = Text(max=200, load_default="")
    crop = Text(max=400, load_default="")
    pre_harvest_days = Integer(low=0, high=1000)
    registration_number = Text(max=80, load_default="")
    target = Text(max=200, load_default="")
    valid_from = Day(required=True)
    valid_to = Day()
    source = Text(max=300, required=True)
    verified = Choice(("yes", "no"), load_default="yes")


class MaterialsQuery(QuerySchema):
    """The filters of the catalogue."""

    q = Text(max=100, metadata={"description": "Name, active ingredient, registration number"})
    kind = Choice(MATERIAL_KINDS)
    crop = Text(max=40, metadata={"description": "A code of GET /crops"})
    on = Day(metadata={"description": "Permitted on this day"})
    cursor = Text(max=500)
    limit = Integer(low=1, high=MAX_SIZE, load_default=DEFAULT_SIZE)


class MaterialsFile(Schema):
    """The list itself."""

    file = Upload(required=True, metadata={"description": "CSV or XLSX"})


class MaterialSchema(Schema):
    """A product permitted for a crop in a span of days."""

    id = fields.Integer(required=True)
    kind = fields.String(metadata={"enum": list(MATERIAL_KINDS)})
    name = fields.String()
    active_ingredient = fields.String()
    registration_number = fields.String()
    crop = fields.String(allow_none=True, metadata={"description": "A code of GET /crops"})
    crop_name = fields.String(metadata={"description": "As the list writes it; empty: every crop"})
    target = fields.String()
    pre_harvest_days = fields.Integer(allow_none=True, metadata={"description": "null: unknown"})
    valid_from = fields.Date()
    valid_to = fields.Date(allow_none=True, metadata={"description": "The last day"})
    source = fields.String()
    verified = fields.Boolean()


class MaterialListSchema(Schema):
    items = fields.List(fields.Nested(MaterialSchema))
    next = fields.String(allow_none=True)


class MaterialsImportedSchema(Schema):
    import_ = fields.Integer(
        data_key="import", attribute="import", metadata={"description": "Undoes all of it as one"}
    )
    state = fields.String(metadata={"enum": ["applied", "undone"]})
    created = fields.Integer(metadata={"description": "Rows added"})
    findings = fields.List(fields.Nested(FoundSchema))


def material_json(row: PermittedMaterial) -> dict[str, Any]:
    """A row of the catalogue."""
    return {
        "id": row.id,
        "kind": row.kind,
        "name": row.name,
        "active_ingredient": row.active_ingredient,
        "registration_number": row.registration_number,
        "crop": row.crop_code,
        "crop_name": row.crop_name,
        "target": row.target,
        "pre_harvest_days": row.pre_harvest_days,
        "valid_from": row.valid_from,
        "valid_to": row.valid_to,
        "source": row.source,
        "verified": row.verified,
    }
