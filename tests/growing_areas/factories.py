"""Makers of growing areas for tests: real communes, uneven fields."""

from __future__ import annotations

import itertools
import random
from datetime import date, datetime
from typing import Any

from sqlalchemy.orm import Session

from accounts import permissions
from accounts.models import Organisation
from accounts.permissions import Actor, Held
from foundation import codes
from growing_areas import registration
from growing_areas.dossiers import approval, inspection
from growing_areas.models import GrowingArea
from growing_areas.proposals import Household, Proposal

COMMUNE, PROVINCE = "08674", "25"  # Thanh Thủy, Phú Thọ
_numbers = itertools.count(1)

FIELD = [
    (105.2800, 21.1200), (105.2822, 21.1196), (105.2843, 21.1203), (105.2855, 21.1219),
    (105.2849, 21.1238), (105.2826, 21.1246), (105.2807, 21.1239), (105.2796, 21.1220),
]  # fmt: skip


def admin() -> Actor:
    """A platform admin."""
    return Actor(None, "Quản trị", (Held("admin"),), system=True)


def officer(scope: str = PROVINCE) -> Actor:
    """An officer over a province or commune."""
    return Actor(9_000_001, "Cán bộ", (Held("officer", scope),))


def manager(organisation: Organisation, person_id: int = 9_000_002) -> Actor:
    """A manager of a cooperative."""
    return Actor(person_id, "Giám đốc", (Held("manager", organisation_id=organisation.id),))


def field(lon: float = 0.0, lat: float = 0.0) -> dict[str, Any]:
    """An uneven field of about 25 ha in Thanh Thủy, moved by some degrees."""
    ring = [[x + lon, y + lat] for x, y in [*FIELD, FIELD[0]]]
    return {"type": "Polygon", "coordinates": [ring]}


def make_organisation(session: Session, now: datetime, **changes: Any) -> Organisation:
    """A verified cooperative in Thanh Thủy."""
    number = next(_numbers)
    row: dict[str, Any] = {
        "code": codes.new_code(8, random.SystemRandom()),
        "slug": f"htx-vung-trong-{number}",
        "name": f"HTX Bưởi Đoan Hùng {number}",
        "name_key": f"htx buoi doan hung {number}",
        "sort_key": f"{number:04d}",
        "kind": "cooperative",
        "tax_type": "cooperative",
        "commune_code": COMMUNE,
        "province_code": PROVINCE,
        "representative": "Nguyễn Văn An",
        "introduction": "",
        "status": "verified",
        "created_at": now,
    }
    organisation = Organisation(**{**row, **changes})
    session.add(organisation)
    session.flush()
    return organisation


def make_proposal(**changes: Any) -> Proposal:
    """A proposal for a pomelo field."""
    row: dict[str, Any] = {
        "name": "Vùng bưởi Đoan Hạ",
        "crop": "pomelo",
        "commune_code": COMMUNE,
        "geometry": field(),
        "households": (Household("Trần Thị Bình", "+84901234567"),),
    }
    return Proposal(**{**row, **changes})


def make_area(
    session: Session, now: datetime, organisation: Organisation | None = None, **changes: Any
) -> GrowingArea:
    """A draft."""
    organisation = organisation or make_organisation(session, now)
    actor = permissions.SYSTEM
    return registration.propose(
        session, actor, organisation.code, make_proposal(**changes), now=now
    ).area


def make_approved_area(
    session: Session, now: datetime, organisation: Organisation | None = None, **changes: Any
) -> GrowingArea:
    """An area in force, with its code."""
    area = make_area(session, now, organisation, **changes)
    actor = permissions.SYSTEM
    registration.submit(session, actor, area.id, now=now)
    inspection.record(session, actor, area.id, inspection.Visit(True, date(2026, 11, 20)), now=now)
    return approval.approve(session, actor, area.id, now=now)
