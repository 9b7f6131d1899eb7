"""Parcels through the API: drawn, named by the diary, and harvested apart from a sprayed one."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from tests.accounts import factories as people
from tests.api.test_growing_areas import Call, caller
from tests.growing_areas.parcels.factories import EAST, WEST
from tests.traceability.factories import Grown, grow


@pytest.fixture
def as_admin(client: FlaskClient, session: Session, now: datetime) -> Call:
    return caller(client, session, people.make_official(session, now, role="admin"), now)


@pytest.fixture
def grown(session: Session, now: datetime) -> Grown:
    made = grow(session, now)
    session.commit()
    return made


def shape(grown: Grown, place: int) -> dict[str, Any]:
    """A strip of the grown field, whichever degree it was moved to."""
    west, south = grown.area.version.centroid_lon - 0.0012, grown.area.version.centroid_lat
    left = west + place * (EAST - WEST) / 4
    right, north = left + (EAST - WEST) / 4, south + 0.0008
    ring = [[left, south], [right, south], [right, north], [left, north], [left, south]]
    return {"type": "Polygon", "coordinates": [ring]}


def test_one_households_spray_does_not_hold_up_its_neighbours_harvest(
    as_admin: Call, grown: Grown
) -> None:
    path = f"/growing-areas/{grown.area.id}"
    first, second = (
        as_admin("POST", f"{path}/parcels", json={"geometry": shape(grown, place)}).json["id"]
        for place in (0, 1)
    )
    spray = {
        "activity": "spraying", "done_on": "2026-11-05", "product_name": "Trebon",
        "pre_harvest_days": 14, "parcels": [first],
    }  # fmt: skip
    written = as_admin("POST", f"{path}/diary", json=spray)
    assert written.json["parcels"] == [first]
    batch = {
        "product": grown.product.code, "growing_areas": [grown.area_code], "quantity": "100",
        "unit": "KGM", "produced_on": "2026-11-12",
    }  # fmt: skip

    whole = as_admin("POST", "/batches", json=batch)
    sprayed = as_admin("POST", "/batches", json={**batch, "parcels": [first]})
    clean = as_admin("POST", "/batches", json={**batch, "parcels": [second]})

    assert (whole.status_code, whole.json["code"]) == (409, "batch.pre_harvest_interval")
    assert sprayed.status_code == 409
    assert clean.status_code == 201, clean.json
    assert clean.json["parcels"] == [second]
    assert clean.json["state"] == "released"
    told = as_admin("GET", f"/trace/{clean.json['code']}")
    assert "spraying" not in str(told.json)


def test_a_parcel_is_listed_changed_and_removed(as_admin: Call, grown: Grown) -> None:
    path = f"/growing-areas/{grown.area.id}/parcels"
    made = as_admin("POST", path, json={"label": "Ruộng Trên", "area_ha": "0,25"})
    assert made.status_code == 201
    assert made.json["geometry"] is None

    drawn = as_admin("PUT", f"{path}/{made.json['id']}", json={"geometry": shape(grown, 0)})
    assert drawn.json["label"] == "Ruộng Trên"
    assert drawn.json["drawn"] is True
    assert as_admin("GET", path).json["items"][0]["geometry"]["type"] == "Polygon"

    assert as_admin("DELETE", f"{path}/{made.json['id']}").status_code == 200
    assert as_admin("GET", path).json == {"items": [], "next": None}


def test_a_parcel_outside_its_plot_names_the_rule_and_the_place(
    as_admin: Call, grown: Grown
) -> None:
    answer = as_admin(
        "POST", f"/growing-areas/{grown.area.id}/parcels", json={"geometry": shape(grown, 8)}
    )

    assert answer.status_code == 422
    (error,) = answer.json["errors"]
    assert error["code"] == "parcel.outside_plot"
    assert len(error["coordinate"]) == 2
