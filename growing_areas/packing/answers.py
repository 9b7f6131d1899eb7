"""Answers: packing houses as programs get them, and inputs as commands."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import Any

from marshmallow import Schema, fields

from foundation import inputs
from foundation.errors import Finding, Invalid
from growing_areas.answer_shapes import FoundSchema
from growing_areas.answers import finding_json
from growing_areas.packing.approval import HouseDecision
from growing_areas.packing.codes import OfficialCode
from growing_areas.packing.models import STATUSES, PackingDelivery, PackingHouse
from growing_areas.packing.proposals import Certified, HouseProposal
from growing_areas.packing.rules import standards
from growing_areas.packing.schemas import CertifiedInput

_OFFICIAL = ("official_code", "decision_number", "agency", "decided_on")
_POSITION = re.compile(r"\s*(-?\d{1,3}(?:[.,]\d+)?)[\s;]+(-?\d{1,3}(?:[.,]\d+)?)\s*")


class HouseSchema(Schema):
    """A packing house as those entitled to its inside see it."""

    id = fields.Integer(required=True)
    status = fields.String(metadata={"enum": list(STATUSES)})
    code = fields.String(allow_none=True)
    name = fields.String()
    organisation = fields.String()
    commune_code = fields.String()
    province_code = fields.String()
    address = fields.String()
    lon = fields.Float(allow_none=True)
    lat = fields.Float(allow_none=True)
    crops = fields.List(fields.String())
    products = fields.String()
    markets = fields.List(fields.String())
    capacity_kg = fields.Decimal(as_string=True, allow_none=True)
    equipment = fields.String()
    valid_until = fields.Date(allow_none=True)
    approved_at = fields.AwareDateTime(allow_none=True)
    findings = fields.List(fields.Nested(FoundSchema))


class HouseListSchema(Schema):
    items = fields.List(fields.Nested(HouseSchema))
    next = fields.String(allow_none=True)


class HouseDeliverySchema(Schema):
    """A growing area said to deliver to a house."""

    id = fields.Integer(required=True)
    area = fields.String()
    organisation = fields.String()
    confirmed = fields.Boolean()


class HouseDeliveryListSchema(Schema):
    items = fields.List(fields.Nested(HouseDeliverySchema))
    next = fields.String(allow_none=True)


def house_json(house: PackingHouse, findings: Iterable[Finding] = ()) -> dict[str, Any]:
    """A house with everything its operator said of it."""
    told = (
        "id", "status", "code", "name", "commune_code", "province_code", "address", "lon", "lat",
        "crops", "products", "markets", "capacity_kg", "equipment", "valid_until", "approved_at",
    )  # fmt: skip
    return {
        **{name: getattr(house, name) for name in told},
        "organisation": house.organisation.code,
        "findings": [finding_json(finding) for finding in findings],
    }


def delivery_json(delivery: PackingDelivery) -> dict[str, Any]:
    """A delivering area, by its code."""
    return {
        "id": delivery.id,
        "area": delivery.area.code,
        "organisation": delivery.area.organisation.code,
        "confirmed": delivery.confirmed_at is not None,
    }


def proposal_of(given: Mapping[str, Any]) -> HouseProposal:
    """A checked JSON input as a proposal."""
    told = {key: value for key, value in given.items() if key != "standards"}
    for name in ("lon", "lat"):
        told[name] = float(told[name]) if told.get(name) is not None else None
    listed = tuple(Certified(**row) for row in given.get("standards") or ())
    return HouseProposal(**told, standards=listed)


def proposal_of_form(given: Mapping[str, Any]) -> HouseProposal:
    """A checked form as a proposal; raises Invalid naming a bad position or line of standards."""
    told = dict(given)
    position, lines = told.pop("position", None), told.pop("standards", "")
    found: list[Finding] = []
    lon, lat = _position(position, found)
    listed = _standards(lines, found)
    if found:
        raise Invalid(found)
    return HouseProposal(**told, lon=lon, lat=lat, standards=listed)


def decision_of(given: Mapping[str, Any]) -> HouseDecision:
    """A checked input as an officer's decision; an official code needs its whole decision."""
    valid_until = given.get("valid_until")
    told = {name: given.get(name) for name in _OFFICIAL}
    if not any(told.values()):
        return HouseDecision(valid_until=valid_until)
    absent = [name for name, value in told.items() if not value]
    if absent:
        raise Invalid([Finding("input.required", {}, name) for name in absent])
    official = OfficialCode(
        given["official_code"].upper(),
        given["decision_number"],
        given["agency"],
        given["decided_on"],
        given.get("in_normal_form", False),
    )
    return HouseDecision(official, valid_until)


def position_text(house: PackingHouse) -> str:
    """A house's position as the form's one line."""
    return "" if house.lon is None else f"{house.lon} {house.lat}"


def _position(text: str | None, found: list[Finding]) -> tuple[float | None, float | None]:
    if not text:
        return None, None
    match = _POSITION.fullmatch(text.replace(", ", " ") if "." in text else text)
    if match is None:
        found.append(Finding("packing.not_a_position", {}, "position"))
        return None, None
    lon, lat = (float(part.replace(",", ".")) for part in match.groups())
    return lon, lat


def _standards(text: str, found: list[Finding]) -> tuple[Certified, ...]:
    """Lines "VietGAP; number; certifier; day" as certificates."""
    listed = []
    by_name = {each.name_vi.casefold(): code for code, each in standards().items()}
    by_name |= {each.name_en.casefold(): code for code, each in standards().items()}
    for number, line in enumerate(filter(str.strip, text.splitlines()), start=1):
        name, *rest = [part.strip() for part in line.split(";")]
        row = dict(zip(("certificate_number", "certifier", "valid_until"), rest, strict=False))
        code = by_name.get(name.casefold(), name.casefold())
        try:
            given = inputs.load(CertifiedInput, {"standard": code, **row})
        except Invalid:
            found.append(Finding("packing.bad_standard_line", {"line": number}, "standards"))
        else:
            listed.append(Certified(**given))
    return tuple(listed)
