"""Input and answer shapes of growing areas; one schema serves form, JSON and import."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any

from flask_smorest.fields import Upload
from marshmallow import Schema, fields, pre_load, validates_schema

from accounts import phone
from foundation.inputs import (
    Choice,
    Day,
    InputSchema,
    Integer,
    Number,
    Problem,
    QuerySchema,
    Text,
)
from foundation.paging import DEFAULT_SIZE, MAX_SIZE
from growing_areas import reference_systems
from growing_areas.files.features import json_of
from growing_areas.kinds import AREA_KINDS
from growing_areas.models import DOMESTIC, STATUSES
from growing_areas.parcels.models import AGREED_HOW
from growing_areas.registration import SORTS
from growing_areas.shapes.repairs import REPAIRS


class Market(Text):
    """A market: VN, another country's two letters, or EU."""

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> str:
        text = super()._deserialize(value, attr, data, **kwargs).upper()
        if not (len(text) == 2 and text.isascii() and text.isalpha()):
            raise Problem("area.unknown_market")
        return text


class GeoJson(fields.Raw):
    """GeoJSON as an object, or as text in a form field; judged by `geometry.read`."""

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> Any:
        if not isinstance(value, str):
            return value
        try:
            return json_of(value)
        except (ValueError, RecursionError):
            raise Problem("area.not_json") from None


class BBox(fields.Field[tuple[float, float, float, float]]):
    """A rectangle "west,south,east,north" in degrees."""

    def _deserialize(
        self, value: Any, attr: str | None, data: Any, **kwargs: Any
    ) -> tuple[float, float, float, float]:
        try:
            west, south, east, north = (float(part) for part in str(value).split(","))
        except ValueError:
            raise Problem("area.bad_bbox") from None
        corners = (west, south, east, north)
        on_earth = max(abs(west), abs(east)) <= 180 and max(abs(south), abs(north)) <= 90
        if not all(map(math.isfinite, corners)) or not on_earth or west > east or south > north:
            raise Problem("area.bad_bbox")
        return corners


class Phone(Text):
    """A telephone number as people write it, kept in its international form."""

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> str:
        number = phone.normalise(super()._deserialize(value, attr, data, **kwargs))
        if number is None:
            raise Problem("household.bad_phone")
        return number


class HouseholdInput(InputSchema):
    """A household farming part of an area; personal data, never shown in public."""

    name = Text(max=200, required=True)
    phone = Phone(max=30)
    area_ha = Number(digits=4, high=100_000)
    agreed_on = Day(metadata={"description": "The day it agreed to be registered"})
    agreed_how = Choice(AGREED_HOW)

    @validates_schema
    def _agreed(self, given: dict[str, Any], **_: Any) -> None:
        if bool(given.get("agreed_on")) != bool(given.get("agreed_how")):
            raise Problem("household.agreement_half")


class AreaDetailsInput(InputSchema):
    """What is said about an area, whatever its outline comes from."""

    name = Text(max=200, required=True)
    crop = Text(max=40, required=True, metadata={"description": "A code of GET /crops"})
    commune_code = Text(max=100, required=True, metadata={"description": "Code or name"})
    market = Market(max=8, load_default=DOMESTIC, metadata={"description": "VN, CN, EU …"})
    variety = Text(max=120)
    planting_year = Integer(low=1900, high=2100)
    expected_yield_kg = Number(high=10**12)


class AreaInput(AreaDetailsInput):
    """One registration: plot × crop × market. ``plot`` reuses an earlier outline."""

    organisation = Text(max=20, required=True)
    geometry = GeoJson(metadata={"type": "object", "description": "GeoJSON, WGS 84, lon first"})
    plot = Integer(low=1)
    households = fields.List(fields.Nested(HouseholdInput), load_default=list)


class AreaForm(AreaDetailsInput):
    """The page's form: the outline drawn or pasted as text; households one a line."""

    crs = Choice(tuple(reference_systems.systems()))

    organisation = Text(max=20)
    geometry = GeoJson()
    households = Text(max=10_000, multiline=True)


class ImportInput(AreaDetailsInput):
    """What all shapes of a file have in common; their names come from the file."""

    organisation = Text(max=20, required=True)
    name = Text(max=180, load_default="Vùng")
    repairs = fields.List(Choice(tuple(REPAIRS)), load_default=list)
    crs = Choice(tuple(reference_systems.systems()))

    @pre_load
    def _one_or_many(self, data: Any, **_: Any) -> Any:
        # A form sends one repair as text, several as a list.
        if isinstance(data, Mapping) and isinstance(data.get("repairs"), str):
            return {**data, "repairs": [data["repairs"]]}
        return data


class ImportFile(Schema):
    """The file itself."""

    file = Upload(required=True)


class ApprovalInput(InputSchema):
    """An approval; the official code and its decision only where an authority issued one."""

    overlap_reason = Text(max=2000, multiline=True, load_default="")
    official_code = Text(max=40)
    decision_number = Text(max=80)
    agency = Text(max=200)
    decided_on = Day()


class AreaReasonInput(InputSchema):
    """Why something is held up, restored, ended or sent back."""

    reason = Text(max=2000, multiline=True, required=True)


class AreaNoteInput(InputSchema):
    """A word about a step that needs none."""

    reason = Text(max=2000, multiline=True, load_default="")


class AreasQuery(QuerySchema):
    """The filters of a list of areas."""

    q = Text(max=200)
    kind = Choice(AREA_KINDS)
    crop = Text(max=40)
    status = Choice(STATUSES)
    commune_code = Text(max=5)
    province_code = Text(max=5)
    organisation = Text(max=20)
    due_before = Day(metadata={"description": "Something is due before this day"})
    overlap = fields.Boolean(metadata={"description": "Lay over ground with a code when counted"})
    amending = fields.Boolean(metadata={"description": "With a change under review"})
    handed_in = fields.Boolean(metadata={"description": "Handed in at least once"})
    bbox = BBox(metadata={"type": "string", "description": "west,south,east,north"})
    sort = Choice(SORTS, load_default="-changed")
    cursor = Text(max=500)
    limit = Integer(low=1, high=MAX_SIZE, load_default=DEFAULT_SIZE)


class SurroundingsQuery(QuerySchema):
    """What to show around a drawing: the rectangle drawn, and the area being drawn anew."""

    bbox = BBox(metadata={"type": "string", "description": "west,south,east,north"})
    area = Integer(low=1)


class PositionQuery(QuerySchema):
    """A typed position and the reference system its numbers are in."""

    text = Text(max=200, required=True)
    crs = Text(max=40)
