"""What a page asks the database does not grow with its rows."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import event
from sqlalchemy.engine import Engine
from sqlalchemy.orm import Session

from accounts.models import Organisation
from accounts.permissions import SYSTEM
from foundation import clock
from growing_areas.models import GrowingArea
from growing_areas.packing import deliveries
from growing_areas.parcels import households, parcels
from growing_areas.parcels.parcels import ParcelTold
from growing_areas.proposals import Household
from tests.accounts import browser
from tests.accounts import factories as people
from tests.growing_areas import factories
from tests.growing_areas.packing import factories as packing


def asked(client: FlaskClient, path: str) -> int:
    """How many statements a page puts to the database; the second time, when caches are warm."""
    client.get(path)
    found: list[str] = []

    def note(_conn: Any, _cursor: Any, statement: str, *_rest: Any) -> None:
        found.append(statement)

    event.listen(Engine, "before_cursor_execute", note)
    try:
        assert client.get(path).status_code == 200
    finally:
        event.remove(Engine, "before_cursor_execute", note)
    return len(found)


def grow(
    session: Session, organisation: Organisation, area: GrowingArea, now: datetime, few: range
) -> None:
    house = packing.make_house(session, now, organisation)
    for number in few:
        lon = 0.02 * number
        more = factories.make_approved_area(
            session, now, organisation, geometry=factories.field(lon=lon)
        )
        deliveries.declare(session, SYSTEM, house.id, [str(more.code)], now=now)
        told = Household(f"Hộ {number}", area_ha=Decimal("0.1"))
        row = households.enter(session, SYSTEM, area.id, told, now=now)
        piece = ParcelTold(area_ha=Decimal("0.1"), household=row.id)
        parcels.add(session, SYSTEM, area.id, piece, now=now)
        packing.make_house(session, now, organisation)


@pytest.mark.parametrize("who", ["cooperative", "office"])
def test_lists_ask_as_much_of_five_rows_as_of_two(
    client: FlaskClient, session: Session, now: datetime, who: str
) -> None:
    organisation = factories.make_organisation(session, now)
    area = factories.make_approved_area(session, now, organisation)
    own, office = f"/workspace/areas/{area.id}", "/office"
    paths = {
        "cooperative": [
            "/workspace/areas", own, f"{own}/parcels", f"{own}/households", f"{own}/dossier",
            "/workspace/packing-houses", "/map", f"/areas/{area.code}",
        ],
        "office": [f"{office}/areas", f"{office}/areas/{area.id}", f"{office}/packing-houses"],
    }[who]  # fmt: skip
    actor = (
        people.make_member(session, organisation, now)
        if who == "cooperative"
        else people.make_official(session, now, scope=factories.PROVINCE)
    )
    browser.sign_in_as(client, session, actor, clock.now())
    grow(session, organisation, area, now, range(1, 3))
    few = {path: asked(client, path) for path in paths}

    grow(session, organisation, area, now, range(3, 6))

    assert {path: asked(client, path) for path in paths} == few
