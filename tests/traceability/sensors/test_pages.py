"""A cooperative's sensors at its desk."""

from __future__ import annotations

import json
from datetime import timedelta
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from accounts import tokens
from foundation import clock
from tests.accounts.browser import post, sign_in_as
from tests.accounts.factories import make_member
from tests.traceability.factories import Grown, grow, make_batch
from traceability.sensors import keeping, months
from traceability.sensors.keeping import Message
from traceability.sensors.models import Sensor


@pytest.fixture
def grown(session: Session, client: FlaskClient) -> Grown:
    now = clock.now()
    months.prepare(session, now=now)
    grown = grow(session, now)
    sign_in_as(client, session, make_member(session, grown.organisation, now), now)
    return grown


def test_a_sensor_is_registered_read_limited_and_retired(
    client: FlaskClient, session: Session, grown: Grown
) -> None:
    assert "Chưa có cảm biến nào" in client.get("/workspace/sensors").text
    form = {"name": "Ẩm kế", "measures": "humidity", "place": f"area:{grown.area_code}"}
    made = post(client, "/workspace/sensors/new", **form)
    sensor = session.scalars(select(Sensor)).one()
    now = clock.now()
    bodies = [
        {"at": (now - timedelta(minutes=20 * n)).isoformat(), "value": 60 + n} for n in range(9)
    ]
    sent = [Message(sensor.topic, json.dumps(body).encode()) for body in bodies]
    keeping.keep(session, [*sent, Message(sensor.topic, b"?")], now=now)
    session.commit()

    page = client.get(made.location).text
    csv = client.get(made.location, query_string={"format": "csv", "span": "week"})
    wrong = post(client, f"{made.location}/limits", low="80", high="70")
    right = post(client, f"{made.location}/limits", low="40", high="62,5")
    asked = client.get(f"{made.location}/retire").text
    post(client, f"{made.location}/retire")

    assert sensor.topic in page
    assert "<polyline" in page
    assert "tin không phải JSON" in page
    assert csv.headers["X-Row-Count"] == "9"
    assert "Giới hạn dưới phải thấp hơn" in wrong.text
    assert right.status_code == 303
    assert "40 – 62,5 %" in client.get(made.location).text
    assert "Ngừng dùng Ẩm kế?" in asked
    assert "Ẩm kế" not in client.get("/workspace/sensors").text
    assert "Ẩm kế" in client.get("/workspace/sensors?retired=1").text


def test_a_form_without_a_place_comes_back_with_its_words(
    client: FlaskClient, grown: Grown
) -> None:
    again = post(client, "/workspace/sensors/new", name="Góc", measures="temperature")

    assert again.status_code == 422
    assert "Chọn vùng trồng hoặc lô" in again.text
    assert 'value="Góc"' in again.text


def test_a_sensor_is_moved_shown_and_limited_by_product(
    client: FlaskClient, session: Session, grown: Grown
) -> None:
    batch = make_batch(session, grown, clock.now())
    session.commit()
    form = {"name": "Tủ mát", "measures": "temperature", "room": "Tủ 1", "high": "8"}
    made = post(client, "/workspace/sensors/new", **form)
    sensor = session.scalars(select(Sensor)).one()
    limits = {"product": grown.product.code, "measures": "temperature", "high": "6"}
    limits |= {"begin_minutes": "0", "begin_readings": "1"}

    moved = post(client, f"{made.location}/move", place=f"batch:{batch.code}")
    limited = post(client, "/workspace/sensors/limits", valid_from="01/01/2026", **limits)
    now = clock.now()
    reading = Message(sensor.topic, json.dumps({"at": now.isoformat(), "value": 7}).encode())
    keeping.keep(session, [reading], now=now + timedelta(seconds=2))
    session.commit()
    before = client.get(f"/t/{batch.code}").text
    shown = post(client, f"{made.location}/publish")
    after = client.get(f"/t/{batch.code}").text

    assert [each.status_code for each in (moved, limited, shown)] == [303, 303, 303]
    page = client.get(made.location).text
    assert "Đang quá cao" in page
    assert "Đã từng đặt ở" in page
    assert "đang áp dụng" in client.get("/workspace/sensors/limits").text
    assert "Tủ mát" in client.get("/workspace/sensors/alarms").text
    assert "<polygon" not in before
    assert "<polygon" in after
    assert "Vượt giới hạn 1 lần" in after
    assert "sensor_reporting" not in before


def test_programs_send_and_read_readings(
    client: FlaskClient, session: Session, grown: Grown
) -> None:
    form = {"name": "Tủ mát", "measures": "temperature", "room": "Tủ 1", "high": "8"}
    post(client, "/workspace/sensors/new", **form)
    sensor = session.scalars(select(Sensor)).one()
    manager = make_member(session, grown.organisation, clock.now())
    made = tokens.create(session, manager, "Trạm đo", now=clock.now())
    bearer = {"Authorization": f"Bearer {made.plain}"}
    session.commit()
    address = f"/api/v1/sensors/{sensor.code}/readings"
    now = clock.now()
    told = [
        {"at": (now - timedelta(minutes=n)).isoformat(), "value": "5", "sequence": n + 1}
        for n in range(3)
    ]
    old = {"at": "2020-01-01T00:00:00Z", "value": 5}

    sent = client.post(address, json={"readings": [*told, old]}, headers=bearer)
    again = client.post(address, json={"readings": told}, headers=bearer)
    since = (now - timedelta(minutes=1, seconds=1)).isoformat()

    def asked(at: str, **query: object) -> dict[str, Any]:
        answer = client.get(at, query_string=query, headers=bearer).json
        assert answer is not None
        return dict(answer)

    first = asked(address, since=since, limit=1)
    rest = asked(address, since=since, cursor=first["next"])

    assert sent.json == {"new": 3, "known": 0, "refused": {"time_out_of_range": 1}}
    assert again.json == {"new": 0, "known": 3, "refused": {}}
    assert [each["sequence"] for each in [*first["items"], *rest["items"]]] == [2, 1]
    listed = asked("/api/v1/sensors")
    assert [each["code"] for each in listed["items"]] == [sensor.code]
    assert asked("/api/v1/sensor-alarms")["items"] == []
