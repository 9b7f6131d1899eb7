"""What a cooperative says of its sensors."""

from marshmallow import Schema, fields
from marshmallow.validate import Length

from foundation.inputs import (
    Choice,
    Day,
    Flag,
    InputSchema,
    Instant,
    Integer,
    Number,
    QuerySchema,
    Text,
)
from foundation.paging import DEFAULT_SIZE, MAX_SIZE
from foundation.tables import MEDIA_TYPES
from traceability.sensors.judging import patience
from traceability.sensors.measures import CODES

SPANS = ("day", "week", "month", "season", "year")
MOST_READINGS = 500
ALARM_STATES = ("all", "lasting", "open")
_MOST = 10**5


class PatienceInput(InputSchema):
    """How patient an alarm is; what is left empty is the house's rule."""

    begin_minutes = Integer(low=0, high=patience.MOST_MINUTES)
    begin_readings = Integer(low=1, high=patience.MOST_READINGS)
    margin = Number(low=0, high=100)
    end_minutes = Integer(low=0, high=patience.MOST_MINUTES)


class SensorInput(PatienceInput):
    """``place`` is ``area:<code>`` or ``batch:<code>``; without it ``room`` names a room."""

    organisation = Text(max=20, required=True)
    name = Text(max=80, required=True)
    measures = Choice(CODES, required=True)
    place = Text(max=60)
    room = Text(max=80)
    low = Number(low=-_MOST, high=_MOST)
    high = Number(low=-_MOST, high=_MOST)


class LimitsInput(PatienceInput):
    """The limits from now on; one left empty is none."""

    low = Number(low=-_MOST, high=_MOST)
    high = Number(low=-_MOST, high=_MOST)


class MoveInput(InputSchema):
    """Where the sensor stands from now on, as in ``SensorInput``."""

    place = Text(max=60)
    room = Text(max=80)


class ProductLimitsInput(PatienceInput):
    """Between which limits a product is to be kept from a day on; both empty: none any more."""

    product = Text(max=20, required=True)
    measures = Choice(CODES, required=True)
    valid_from = Day(required=True)
    low = Number(low=-_MOST, high=_MOST)
    high = Number(low=-_MOST, high=_MOST)
    source = Text(max=200)


class AnswerInput(InputSchema):
    """What was done about an alarm."""

    done = Text(max=500, required=True)


class TokenInput(InputSchema):
    """A key of a device: its name, and whether it may report for one sensor or for all."""

    name = Text(max=80, required=True)
    scope = Choice(("one", "all"), load_default="one")


class LettersQuery(QuerySchema):
    """Which page of the messages that were set aside."""

    cursor = Text(max=500)


class SensorMadeInput(PatienceInput):
    """A sensor to be registered: exactly one of `area`, `batch` (codes) and `room` (a name)."""

    organisation = Text(max=20, required=True)
    name = Text(max=80, required=True)
    measures = Choice(CODES, required=True)
    area = Text(max=60)
    batch = Text(max=16)
    room = Text(max=80)
    low = Number(low=-_MOST, high=_MOST)
    high = Number(low=-_MOST, high=_MOST)


class SensorPlaceInput(InputSchema):
    """Where a sensor stands from now on: exactly one of the three."""

    area = Text(max=60)
    batch = Text(max=16)
    room = Text(max=80)


class ListQuery(QuerySchema):
    """Which sensors a list shows, and which page of it."""

    retired = Flag(load_default=False)
    cursor = Text(max=500)


class AlarmsQuery(QuerySchema):
    """Which alarms a list shows: `lasting`, `open` (nobody has answered yet) or all."""

    state = Choice(ALARM_STATES, load_default="all")
    cursor = Text(max=500)


class ReadingsQuery(QuerySchema):
    """How far back, or for a file from which day to which, and as which file."""

    span = Choice(SPANS, load_default="day")
    start = Day()
    end = Day()
    format = Choice(("", *MEDIA_TYPES), load_default="")


class SensorsQuery(QuerySchema):
    """Which sensors, and which page of them."""

    retired = Flag(load_default=False)
    cursor = Text(max=500)
    limit = Integer(low=1, high=MAX_SIZE, load_default=DEFAULT_SIZE)


class StretchQuery(QuerySchema):
    """Readings measured at `since` or later and before `until`, the earliest first."""

    since = Instant()
    until = Instant()
    cursor = Text(max=500)
    limit = Integer(low=1, high=MAX_SIZE, load_default=DEFAULT_SIZE)


class ReadingInput(InputSchema):
    """One reading, as it would be sent over MQTT."""

    at = Instant(required=True)
    value = Number(low=-_MOST, high=_MOST, required=True)
    sequence = Integer(load_default=0, metadata={"description": "the device's own count"})


class ReadingsInput(InputSchema):
    """Up to 500 readings; one that is known already is kept once."""

    readings = fields.List(
        fields.Nested(ReadingInput), required=True, validate=Length(min=1, max=MOST_READINGS)
    )


class SensorSchema(Schema):
    """A sensor: where it stands, its limits, its last reading."""

    code = fields.String(required=True)
    name = fields.String(required=True)
    organisation = fields.String(required=True)
    measures = fields.String(required=True, metadata={"enum": list(CODES)})
    unit = fields.String(required=True, metadata={"description": "UN/CEFACT: CEL, P1"})
    area = fields.String(required=True, allow_none=True)
    batch = fields.String(required=True, allow_none=True)
    room = fields.String(required=True, allow_none=True)
    low = fields.Decimal(as_string=True, required=True, allow_none=True)
    high = fields.Decimal(as_string=True, required=True, allow_none=True)
    is_public = fields.Boolean(required=True)
    topic = fields.String(required=True)
    registered_at = fields.AwareDateTime(required=True)
    retired_at = fields.AwareDateTime(required=True, allow_none=True)
    last_at = fields.AwareDateTime(required=True, allow_none=True)
    last_value = fields.Decimal(as_string=True, required=True, allow_none=True)


class SensorListSchema(Schema):
    """A page of sensors."""

    items = fields.List(fields.Nested(SensorSchema), required=True)
    next = fields.String(required=True, allow_none=True)


class ReadingSchema(Schema):
    """A reading that is kept."""

    at = fields.AwareDateTime(required=True)
    sequence = fields.Integer(required=True)
    value = fields.Decimal(as_string=True, required=True)
    received_at = fields.AwareDateTime(required=True)


class ReadingListSchema(Schema):
    """A page of readings, the earliest first; `kept_since`: older ones were deleted."""

    items = fields.List(fields.Nested(ReadingSchema), required=True)
    next = fields.String(required=True, allow_none=True)
    kept_since = fields.AwareDateTime(required=True, allow_none=True)


class KeptSchema(Schema):
    """What became of readings: new, known already, refused by reason."""

    new = fields.Integer(required=True)
    known = fields.Integer(required=True)
    refused = fields.Dict(keys=fields.String(), values=fields.Integer(), required=True)


class AlarmSchema(Schema):
    """One excursion; without `ended_at` it lasts.

    `is_late`: the house heard of it, at `heard_at`, long after it was measured. `overtaken_at`:
    since when readings that came late say that it was none of its own, but part of the alarm
    `part_of`, or none; it counts no more.
    """

    id = fields.Integer(required=True)
    sensor = fields.String(required=True)
    is_above = fields.Boolean(required=True)
    limit = fields.Decimal(as_string=True, required=True)
    worst = fields.Decimal(as_string=True, required=True)
    began_at = fields.AwareDateTime(required=True)
    ended_at = fields.AwareDateTime(required=True, allow_none=True)
    heard_at = fields.AwareDateTime(required=True, allow_none=True)
    is_late = fields.Boolean(required=True)
    overtaken_at = fields.AwareDateTime(required=True, allow_none=True)
    part_of = fields.Integer(required=True, allow_none=True)


class AlarmAnsweredSchema(Schema):
    """What was done about an alarm."""

    answered_at = fields.AwareDateTime(required=True)
    done = fields.String(required=True)


class ProductLimitsSchema(Schema):
    """Between which limits a product is to be kept from a day on, as it was said at a moment."""

    product = fields.String(required=True)
    measures = fields.String(required=True, metadata={"enum": list(CODES)})
    valid_from = fields.Date(required=True)
    low = fields.Decimal(as_string=True, required=True, allow_none=True)
    high = fields.Decimal(as_string=True, required=True, allow_none=True)
    source = fields.String(required=True, allow_none=True)
    set_at = fields.AwareDateTime(required=True)


class AlarmListSchema(Schema):
    """A page of alarms, the latest first."""

    items = fields.List(fields.Nested(AlarmSchema), required=True)
    next = fields.String(required=True, allow_none=True)


class DeviceKeySchema(Schema):
    """A key of a device: of one sensor, or of all of an organisation's; `prefix` tells it apart."""

    id = fields.Integer(required=True)
    name = fields.String(required=True)
    prefix = fields.String(required=True)
    scope = fields.String(required=True, metadata={"enum": ["one", "all"]})
    created_at = fields.AwareDateTime(required=True)
    last_used_on = fields.Date(required=True, allow_none=True)


class DeviceKeyMadeSchema(DeviceKeySchema):
    """A new key; `key` cannot be read again."""

    key = fields.String(required=True)


class DeviceKeyListSchema(Schema):
    """Living keys, the newest first."""

    items = fields.List(fields.Nested(DeviceKeySchema), required=True)
