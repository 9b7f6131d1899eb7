"""Input shapes of the diary: one schema serves form and JSON."""

from __future__ import annotations

from typing import Any

from flask_smorest.fields import Upload
from marshmallow import Schema, fields, pre_load
from marshmallow.validate import Length

from foundation.inputs import (
    Choice,
    Day,
    Flag,
    InputSchema,
    Integer,
    Number,
    QuerySchema,
    Text,
)
from foundation.paging import DEFAULT_SIZE, MAX_SIZE
from growing_areas.fieldbook.lines import FLAGS
from growing_areas.fieldbook.models import ACTIVITIES, DOSE_PER, WASTE_KINDS, WEATHERS

_PARCELS = {"description": "Default: whole area"}
_KEY = {"description": "Names this telling: sent twice it is written once; photos carry it too"}


class WorkInput(InputSchema):
    """One line of the farm diary."""

    activity = Choice(ACTIVITIES, required=True)
    done_on = Day(required=True)
    product_name = Text(max=200)
    active_ingredient = Text(max=200)
    pre_harvest_days = Integer(low=0, high=1000)
    dose = Text(max=120)
    target = Text(max=200)
    equipment = Text(max=200)
    water_source = Text(max=200)
    treated_ha = Number(digits=4, high=100_000)
    quantity = Number(above_low=True)
    unit = Text(max=20)
    notes = Text(max=4000, multiline=True)
    parcels = fields.List(Integer(low=1), validate=Length(max=500), metadata=_PARCELS)
    worker = Text(max=200, metadata={"description": "A name: personal, kept apart, erasable"})
    material = Integer(low=1, metadata={"description": "An id of GET /materials"})
    dose_amount = Number(digits=4, high=1_000_000, above_low=True)
    dose_unit = Text(max=20, metadata={"description": "A unit of mass, volume or count"})
    dose_per_amount = Number(digits=4, high=1_000_000, above_low=True)
    dose_per = Choice(DOSE_PER)
    weather = Choice(WEATHERS)
    head_count = Integer(low=1, high=100_000_000)
    waste_kind = Choice(WASTE_KINDS)
    disposal = Text(max=200)
    work_key = fields.UUID(metadata=_KEY)


class CorrectionInput(WorkInput):
    """A line that takes the place of an earlier one."""

    reason = Text(max=2000, multiline=True, required=True)


class TellingCorrectionInput(CorrectionInput):
    """Lines that take the place of a whole telling; each area keeps the parcels it named."""

    class Meta(CorrectionInput.Meta):
        exclude = ("parcels",)


class GroundInput(InputSchema):
    """An area that work was done on."""

    area = Integer(low=1, required=True)
    parcels = fields.List(Integer(low=1), validate=Length(max=500), metadata=_PARCELS)


class WorkOnAreasInput(WorkInput):
    """Work done on several areas of one organisation at once; amounts are of all of them."""

    class Meta(WorkInput.Meta):
        exclude = ("parcels",)

    areas = fields.List(fields.Nested(GroundInput), required=True, validate=Length(min=1, max=50))


class DiaryQuery(QuerySchema):
    cursor = Text(max=500)
    limit = Integer(low=1, high=MAX_SIZE, load_default=DEFAULT_SIZE)


class BookQueryInput(QuerySchema):
    """The filters of the diary across areas."""

    q = Text(max=100, metadata={"description": "Part of a product's name or active ingredient"})
    organisation = Text(max=20)
    area = Integer(low=1)
    parcel = Integer(low=1)
    household = Integer(low=1)
    crop = Text(max=40)
    activity = Choice(ACTIVITIES)
    since = Day()
    until = Day()
    flag = Choice(("any", *FLAGS))
    cursor = Text(max=500)
    limit = Integer(low=1, high=MAX_SIZE, load_default=DEFAULT_SIZE)


class StrikeInput(InputSchema):
    """Why a line or a slip is struck out."""

    reason = Text(max=2000, multiline=True, required=True)


class PhotoFields(InputSchema):
    """What a photo belongs to."""

    work_key = fields.UUID(required=True, metadata=_KEY)


class PhotoFile(Schema):
    """The photo itself."""

    file = Upload(required=True)


class RepeatForm(InputSchema):
    """A work to be done again, in one tap."""

    work_key = fields.UUID()


class WorkForm(WorkInput):
    """The page's form; areas as ticked, photos and acts beside it."""

    class Meta(WorkInput.Meta):
        exclude = ("material",)

    areas = fields.List(Integer(low=1), validate=Length(max=50))

    @pre_load
    def _one_or_many(self, data: Any, **_: Any) -> Any:
        # One ticked box is text where several are a list.
        if isinstance(data, dict) and isinstance(data.get("areas"), str):
            return {**data, "areas": [data["areas"]]}
        return data


class CorrectionForm(CorrectionInput):
    """The page's form of a correction: which photos stay beside it."""

    class Meta(CorrectionInput.Meta):
        exclude = ("material",)

    keep_photos = fields.List(Integer(low=1), load_default=list)
    has_photos = Flag(load_default=False)
    whole = Flag(load_default=False)
