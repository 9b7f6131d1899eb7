"""Input shapes of the registers: one schema serves form and import."""

from marshmallow import fields

from foundation.inputs import Choice, Day, InputSchema, Integer, QuerySchema, Text
from indicators.models import CHANNEL_KINDS, ROSTER_KINDS


class LinkageSchema(InputSchema):
    """A linkage model as an officer enters it."""

    name = Text(required=True, max=200)
    commune_code = Text(required=True, max=100)
    organisation = Text(max=20)
    crop = Text(required=True, max=100)
    buyer = Text(required=True, max=200)
    has_area = fields.Boolean(load_default=False)
    raw_material_area = Text(max=20, metadata={"description": "Code of its raw-material area"})
    digital_means = Text(max=2000, multiline=True, load_default="")
    started_on = Day(required=True)
    ended_on = Day()
    evidence = Text(required=True, max=500)


class ChannelSchema(InputSchema):
    """That an OCOP owner sells through a modern channel."""

    owner_name = Text(required=True, max=200)
    commune_code = Text(required=True, max=100)
    organisation = Text(max=20)
    kind = Choice(CHANNEL_KINDS, required=True)
    channel = Text(required=True, max=200)
    valid_from = Day(required=True)
    valid_to = Day()
    evidence = Text(required=True, max=500)


class RosterSchema(InputSchema):
    """How many there are in all, by an office's dated list."""

    kind = Choice(ROSTER_KINDS, required=True)
    unit_code = Text(required=True, max=5)
    as_of = Day(required=True)
    total = Integer(required=True, low=0, high=10_000_000)
    source = Text(required=True, max=300)


class EndSchema(InputSchema):
    """The last day of something."""

    on = Day(required=True)


class RegisterQuery(QuerySchema):
    """The filter of a register kept by commune."""

    commune_code = Text(max=100)
    cursor = Text(max=500)


class RosterQuery(QuerySchema):
    """The filter of the rosters."""

    kind = Choice(ROSTER_KINDS)
    cursor = Text(max=500)
