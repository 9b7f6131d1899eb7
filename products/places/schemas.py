"""Input and answer shapes of rural-tourism places; form and JSON end in one `PlaceDetails`."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any
from urllib.parse import urlsplit

from marshmallow import Schema, fields

from foundation.errors import Finding, Invalid
from foundation.inputs import Choice, InputSchema, Number, Problem, QuerySchema, Text
from foundation.inputs import Integer as WholeNumber
from foundation.paging import DEFAULT_SIZE, MAX_SIZE
from products.places import hours
from products.places.details import PlaceDetails
from products.places.kinds import kinds
from products.places.models import STATUSES

KIND_CODES = tuple(kinds())
_EAST, _NORTH = (102.0, 118.0), (6.0, 24.0)
_NUMBER = re.compile(r"-?\d{1,3}(?:\.\d+)?")


class WebAddress(Text):
    """An http(s) address with a host; anything else is no link we would print."""

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> str:
        text = super()._deserialize(value, attr, data, **kwargs)
        try:
            parts = urlsplit(text)
            sound = parts.scheme in ("https", "http") and "." in (parts.hostname or "")
        except ValueError:
            sound = False
        if not sound or re.search(r"[\s<>\"'`\\]", text):
            raise Problem("place.bad_website")
        return text


class _PlaceWords(InputSchema):
    kind = Choice(KIND_CODES, required=True)
    name = Text(max=200, required=True)
    name_en = Text(max=200)
    organisation = Text(max=20)
    address = Text(max=300)
    description = Text(max=5000, multiline=True)
    description_en = Text(max=5000, multiline=True)
    season = Text(max=300)
    to_buy = Text(max=2000, multiline=True)
    website = WebAddress(max=300)


class PlaceInput(_PlaceWords):
    """A place as programs tell it: `lon`, `lat` in WGS 84, hours by day as text."""

    commune_code = Text(max=100, required=True, metadata={"description": "Code or name"})
    lon = Number(low=102, high=118, digits=9)
    lat = Number(low=6, high=24, digits=9)
    opening_hours = fields.Dict(
        keys=Choice(hours.DAYS),
        values=Text(max=100),
        metadata={"description": 'by day: {"mo": "07:30-11:30, 13:30-17:00"}'},
    )
    products = fields.List(Text(max=200), load_default=list)


class PlaceForm(_PlaceWords):
    """The page's form: the position as a map program copies it, hours day by day."""

    commune = Text(max=100, required=True)
    position = Text(max=60)
    products = Text(max=4000, multiline=True)
    hours_all = Text(max=100)
    hours_mo = Text(max=100)
    hours_tu = Text(max=100)
    hours_we = Text(max=100)
    hours_th = Text(max=100)
    hours_fr = Text(max=100)
    hours_sa = Text(max=100)
    hours_su = Text(max=100)


class PlaceQuery(QuerySchema):
    """What to list."""

    q = Text(max=200, load_default="")
    kind = Choice(KIND_CODES, load_default="")
    province_code = Text(max=8, load_default="")
    commune_code = Text(max=8, load_default="")
    cursor = Text(max=500)


class OfficePlaceQuery(PlaceQuery):
    """What an officer lists: also by state."""

    status = Choice(STATUSES, load_default="")


class PlaceListQuery(PlaceQuery):
    """The same for programs, which say how long a page is."""

    limit = WholeNumber(low=1, high=MAX_SIZE, load_default=DEFAULT_SIZE)


class PlaceReason(InputSchema):
    """Why a place closes."""

    reason = Text(max=1000, multiline=True, required=True)


class PlacePhotoSchema(Schema):
    """A photo of a place."""

    url = fields.String(required=True)
    caption = fields.String(allow_none=True)


class PlaceSchema(Schema):
    """A place as programs see it."""

    code = fields.String(required=True)
    slug = fields.String(required=True)
    kind = fields.String(required=True)
    status = fields.String(required=True)
    name = fields.String(required=True)
    name_en = fields.String(allow_none=True)
    organisation = fields.String(allow_none=True)
    commune_code = fields.String(required=True)
    province_code = fields.String(required=True)
    address = fields.String(allow_none=True)
    lon = fields.Float(allow_none=True)
    lat = fields.Float(allow_none=True)
    description = fields.String(allow_none=True)
    description_en = fields.String(allow_none=True)
    opening_hours = fields.List(fields.String(), required=True)
    season = fields.String(allow_none=True)
    to_buy = fields.String(allow_none=True)
    website = fields.String(allow_none=True)
    products = fields.List(fields.String(), required=True)
    photos = fields.List(fields.Nested(PlacePhotoSchema), required=True)
    confirmed_on = fields.Date(required=True)


class PlaceListSchema(Schema):
    """One page of places."""

    items = fields.List(fields.Nested(PlaceSchema), required=True)
    next = fields.String(allow_none=True, required=True)


def details_of_json(given: Mapping[str, Any]) -> PlaceDetails:
    """What a program told. Raises: Invalid."""
    told = dict(given)
    lon, lat = told.pop("lon", None), told.pop("lat", None)
    if (lon is None) != (lat is None):
        raise Invalid([Finding("place.bad_position", {}, "lat" if lat is None else "lon")])
    week = hours.read_week(told.pop("opening_hours", {}))
    position = None if lon is None or lat is None else (float(lon), float(lat))
    commune = told.pop("commune_code")
    return PlaceDetails(commune=commune, position=position, opening_hours=week, **told)


def details_of_form(given: Mapping[str, Any]) -> PlaceDetails:
    """What a person typed. Raises: Invalid with all that is wrong."""
    told = dict(given)
    written = {day: told.pop(f"hours_{day}", "") for day in hours.DAYS}
    findings: list[Finding] = []
    week: hours.Week = {}
    try:
        week = hours.read_week(written, told.pop("hours_all", ""))
    except Invalid as error:
        findings += error.findings
    typed = told.pop("position", "")
    position = _position(typed)
    if typed and position is None:
        findings.append(Finding("place.bad_position", {}, "position"))
    products = tuple(told.pop("products", "").splitlines())
    if findings:
        raise Invalid(findings)
    return PlaceDetails(position=position, opening_hours=week, products=products, **told)


def _position(typed: str) -> tuple[float, float] | None:
    """(lon, lat) from "21.1236, 105.2812" in either order: in Vietnam the two never overlap."""
    numbers = [float(text) for text in _NUMBER.findall(typed)]
    if len(numbers) != 2:
        return None
    lat, lon = sorted(numbers)
    sound = _EAST[0] <= lon <= _EAST[1] and _NORTH[0] <= lat <= _NORTH[1]
    return (lon, lat) if sound else None
