"""Input and answer shapes of parcels and households; one schema serves form, JSON and import."""

from __future__ import annotations

from marshmallow import Schema, fields
from marshmallow.validate import Length

from foundation.inputs import Choice, Day, InputSchema, Integer, Number, QuerySchema, Text
from foundation.tables import FORMATS
from growing_areas.parcels.models import AGREED_HOW
from growing_areas.schemas import GeoJson, HouseholdInput, Phone


class ParcelInput(InputSchema):
    """A piece of an area's plot: drawn, or listed with its size."""

    label = Text(max=120, metadata={"description": "Default: Thửa and its number"})
    geometry = GeoJson(metadata={"type": "object", "description": "GeoJSON, WGS 84, lon first"})
    area_ha = Number(above_low=True, digits=4, high=100_000)
    household = Integer(low=1, metadata={"description": "A household of the area, by id"})


class HouseholdForm(HouseholdInput):
    """One household on its own page."""


class CutInput(InputSchema):
    """Several parcels at once."""

    parcels = fields.List(Integer(low=1), required=True, validate=Length(1, 1000))


class ManyInput(CutInput):
    """The same, and the household to give them to."""

    household = Integer(low=1)


class AgreedInput(InputSchema):
    """Several households that agreed on one day."""

    households = fields.List(Integer(low=1), required=True, validate=Length(1, 1000))
    agreed_on = Day(required=True)
    agreed_how = Choice(AGREED_HOW, required=True)


class AgreementInput(InputSchema):
    """The day a household signed; may be left out where it is known already."""

    agreed_on = Day(metadata={"description": "Needed unless the household's day is known"})


class HouseholdLine(InputSchema):
    """A household as a sheet brings it."""

    name = Text(max=200, required=True)
    phone = Phone(max=30)
    area_ha = Number(digits=4, high=100_000)
    agreed_on = Day()
    agreed_how = Choice(AGREED_HOW)
    parcel = Text(max=120)


class ParcelColumns(InputSchema):
    """Which columns of a file tell label and household; without them they are guessed."""

    label_column = Text(max=60, load_default="")
    household_column = Text(max=60, load_default="")


class ParcelSurroundingsQuery(QuerySchema):
    """What stands around a parcel that is drawn: all but the parcel itself."""

    parcel = Integer(low=1)


class YieldQuery(QuerySchema):
    """The season a yield table tells of."""

    year = Integer(low=1900, high=2100)


class YieldExport(YieldQuery):
    format = Choice(FORMATS, load_default="xlsx")


class ParcelSchema(Schema):
    """A parcel; its household by number, never by name."""

    id = fields.Integer(required=True)
    number = fields.Integer(required=True)
    label = fields.String(required=True)
    area_ha = fields.Float(required=True)
    drawn = fields.Boolean(required=True)
    household = fields.Integer(allow_none=True)
    geometry = fields.Dict(allow_none=True)
    findings = fields.List(fields.Dict())


class HouseholdSchema(Schema):
    """A household as its cooperative lists it; personal data."""

    id = fields.Integer(required=True)
    name = fields.String(required=True)
    phone = fields.String(allow_none=True)
    area_ha = fields.Decimal(as_string=True, allow_none=True)
    agreed_on = fields.Date(allow_none=True)
    agreed_how = fields.String(allow_none=True)
    has_agreement = fields.Boolean(
        required=True, metadata={"description": "Whether the signed paper is kept"}
    )


class HouseholdListSchema(Schema):
    items = fields.List(fields.Nested(HouseholdSchema), required=True)
    next = fields.String(allow_none=True)


class ParcelListSchema(Schema):
    items = fields.List(fields.Nested(ParcelSchema), required=True)
    next = fields.String(allow_none=True)
