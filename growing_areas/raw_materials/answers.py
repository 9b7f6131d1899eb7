"""Raw-material areas as programs get them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from growing_areas.raw_materials.facts import Land
from growing_areas.raw_materials.grouping import RawMaterialTold
from growing_areas.raw_materials.models import RawMaterialArea, RawMaterialMember

_TOLD = ("name", "crops", "buyer", "buyer_name", "contract", "started_on")


def told_of(given: Mapping[str, Any]) -> RawMaterialTold:
    """A checked input as what a lead says."""
    return RawMaterialTold(**{name: given[name] for name in _TOLD if name in given})


def public_json(area: RawMaterialArea, land: Land) -> dict[str, Any]:
    """What everybody may know; no buyer, whom the lead names without its word."""
    return {
        "code": area.code,
        "name": area.name,
        "organisation": area.organisation.code,
        "crops": list(area.crop_codes),
        "commune_code": area.commune_code,
        "province_code": area.province_code,
        "started_on": area.started_on,
        "ended_on": area.ended_on,
        "area_ha": land.area_ha,
    }


def inside_json(
    area: RawMaterialArea, land: Land, members: Iterable[RawMaterialMember]
) -> dict[str, Any]:
    """The same for those inside, with every registration that was ever asked."""
    rows = [member_json(member) for member in members]
    joined = [row["growing_area"] for row in rows if row["state"] == "joined"]
    return {
        **public_json(area, land),
        "buyer": area.buyer.code if area.buyer is not None else None,
        "growing_areas": joined,
        "members": rows,
    }


def member_json(member: RawMaterialMember) -> dict[str, Any]:
    """A registration's place in a raw-material area."""
    return {
        "id": member.id,
        "growing_area": member.area.code,
        "organisation": member.organisation.code,
        "state": member.state,
        "joined_on": member.joined_on,
        "left_on": member.left_on,
    }
