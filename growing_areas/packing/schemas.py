"""Input shapes of packing houses; one schema serves form and JSON as far as both can be one."""

from __future__ import annotations

from marshmallow import fields

from foundation.inputs import Choice, Day, Flag, InputSchema, Integer, Number, QuerySchema, Text
from foundation.paging import DEFAULT_SIZE, MAX_SIZE
from growing_areas.models import DOMESTIC
from growing_areas.packing.models import STATUSES
from growing_areas.schemas import Market


class HouseDetails(InputSchema):
    """What is said of a packing house, however it comes."""

    name = Text(max=200, required=True)
    commune_code = Text(max=100, required=True, metadata={"description": "Code or name"})
    address = Text(max=300, load_default="")
    crops = fields.List(Text(max=40), load_default=list)
    products = Text(max=500, load_default="")
    markets = fields.List(Market(max=8), load_default=lambda: [DOMESTIC])
    capacity_kg = Number(above_low=True, metadata={"description": "Packed in a day, kg"})
    equipment = Text(max=4000, multiline=True, load_default="")


class CertifiedInput(InputSchema):
    """A standard the house is certified to."""

    standard = Text(max=40, required=True)
    certificate_number = Text(max=80, required=True)
    certifier = Text(max=200, required=True)
    valid_until = Day()


class HouseInput(HouseDetails):
    """A packing house as programs send it; ``lon`` and ``lat`` are its gate, WGS 84."""

    organisation = Text(max=20, required=True)
    lon = Number(low=-180, high=180, digits=9)
    lat = Number(low=-180, high=180, digits=9)
    standards = fields.List(fields.Nested(CertifiedInput), load_default=list)


class HouseForm(HouseDetails):
    """The page's form: the position as one line, standards one a line."""

    organisation = Text(max=20)
    position = Text(max=60)
    standards = Text(max=4000, multiline=True, load_default="")


class HouseVisitInput(InputSchema):
    """A visit's outcome; ``answers``: key of a checklist point → met, not_met, not_applicable."""

    passed = Flag(required=True)
    inspected_on = Day(required=True)
    answers = fields.Dict(keys=Text(max=40), values=Text(max=20), load_default=dict)
    notes = Text(max=4000, multiline=True, load_default="")


class HouseApprovalInput(InputSchema):
    """An approval; the official code and its decision only where an authority issued one."""

    official_code = Text(max=40)
    in_normal_form = Flag(load_default=False)
    decision_number = Text(max=80)
    agency = Text(max=200)
    decided_on = Day()
    valid_until = Day()


class RenewalInput(InputSchema):
    """Until when a code is to hold."""

    valid_until = Day(required=True)


class DeliveriesInput(InputSchema):
    """Codes of growing areas that deliver to the house."""

    areas = fields.List(Text(max=40), required=True)


class HousesQuery(QuerySchema):
    """The filters of a list of houses."""

    q = Text(max=200)
    status = Choice(STATUSES)
    crop = Text(max=40)
    commune_code = Text(max=100)
    province_code = Text(max=5)
    organisation = Text(max=20)
    cursor = Text(max=500)
    limit = Integer(low=1, high=MAX_SIZE, load_default=DEFAULT_SIZE)
