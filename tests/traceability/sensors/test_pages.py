"""A cooperative's sensors at its desk."""

from __future__ import annotations

import json
import re
from datetime import timedelta
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from accounts import tokens
from accounts.permissions import SYSTEM
from foundation import clock
from tests.accounts.browser import post, sign_in_as
from tests.accounts.factories import make_member
from tests.traceability.factories import Grown, grow, make_batch
from tests.traceability.sensors.factories import make_sensor
from tests.traceability.sensors.factories import send as send_readings
from traceability.handling import closing, stock
from traceability.sensors import register
from traceability.sensors.arriving import keeping, months
from traceability.sensors.arriving.keeping import Message
from traceability.sensors.devices.device_models import SensorToken
from traceability.sensors.drawing import history
from traceability.sensors.models import Sensor
from traceability.sensors.register import NewSensor


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
    assert "40 – 62,5&nbsp;%" in client.get(made.location).text
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


def test_a_device_s_key_posts_its_readings_and_opens_nothing_else(
    client: FlaskClient, session: Session, grown: Grown
) -> None:
    form = {"measures": "temperature", "room": "Tủ 1"}
    made = [post(client, "/workspace/sensors/new", name=name, **form) for name in ("Một", "Hai")]
    own, other = session.scalars(select(Sensor).order_by(Sensor.id))
    page = post(client, f"{made[0].location}/tokens", name="Nhiệt kế", scope="one").text
    (key,) = re.findall(r"ngs_[\w-]{43}", page)
    bearer = {"Authorization": f"Bearer {key}"}
    body = {"readings": [{"at": clock.now().isoformat(), "value": "5"}]}

    def send(code: str) -> int:
        return client.post(
            f"/api/v1/sensors/{code}/readings", json=body, headers=bearer
        ).status_code

    own_code, other_code = own.code, other.code
    sent, astray = send(own_code), send(other_code)
    read = {
        path: client.get(path, headers=bearer).status_code
        for path in (
            f"/api/v1/sensors/{own_code}", f"/api/v1/sensors/{own_code}/readings",
            "/api/v1/sensors", "/api/v1/me", "/api/v1/batches", "/epcis/events",
        )
    }  # fmt: skip
    moved = client.post(
        f"/api/v1/sensors/{own_code}/move", json={"room": "X"}, headers=bearer
    ).status_code
    session.expire_all()
    (token,) = session.scalars(select(SensorToken))
    used_on = token.last_used_on
    listed = client.get(f"{made[0].location}/tokens").text
    post(client, f"{made[0].location}/tokens/{token.id}/revoke")

    assert (sent, astray, moved) == (200, 404, 403)
    assert set(read.values()) == {403}
    assert used_on == clock.today()
    assert "Nhiệt kế" in listed
    assert key not in listed
    assert send(own_code) == 401


def test_a_program_registers_moves_limits_answers_and_ends_a_sensor(
    client: FlaskClient, session: Session, grown: Grown
) -> None:
    now = clock.now()
    manager = make_member(session, grown.organisation, now)
    made = tokens.create(session, manager, "Trạm đo", now=now)
    bearer = {"Authorization": f"Bearer {made.plain}"}
    batch = make_batch(session, grown, now)
    session.commit()

    def ask(path: str, **body: object) -> dict[str, Any]:
        answer = client.post(f"/api/v1{path}", json=body, headers=bearer)
        assert answer.status_code < 300, answer.text
        return dict(answer.json or {})

    new = ask(
        "/sensors", organisation=grown.organisation.code, name="Tủ", measures="temperature",
        room="Tủ 1", high="8", begin_minutes=0, begin_readings=1,
    )  # fmt: skip
    address = f"/sensors/{new['code']}"
    ask(f"{address}/readings", readings=[{"at": now.isoformat(), "value": "9"}])
    alarms = client.get("/api/v1/sensor-alarms", headers=bearer).json or {}
    (alarm,) = alarms["items"]
    answered = ask(f"/sensor-alarms/{alarm['id']}/answers", done="Đóng cửa")
    moved = ask(f"{address}/move", batch=batch.code)
    limited = ask(f"{address}/limits", low="1", high="6")
    day = clock.today().isoformat()
    product = ask("/sensor-limits", product=grown.product.code, measures="temperature",
        valid_from=day, high="5")  # fmt: skip
    ended = ask(f"{address}/retire")

    assert answered["done"] == "Đóng cửa"
    assert (moved["batch"], moved["room"]) == (batch.code, None)
    assert (limited["low"], limited["high"]) == ("1.000", "6.000")
    assert (product["high"], product["valid_from"]) == ("5.000", day)
    assert ended["retired_at"]


def test_a_batch_that_closes_lets_its_sensor_go_and_takes_no_other(
    client: FlaskClient, session: Session, grown: Grown
) -> None:
    now = clock.now()
    batch = make_batch(session, grown, now)
    beside = NewSensor(grown.organisation.code, "Tủ", "temperature", batch=batch.code)
    sensor = register.register(session, SYSTEM, beside, now=now)
    stock.use(session, batch.id, batch.quantity)

    closing.close(session, SYSTEM, batch.code, now=now + timedelta(hours=1))
    session.commit()
    refused = post(client, f"/workspace/sensors/{sensor.code}/move", place=f"batch:{batch.code}")

    session.refresh(sensor)
    assert (sensor.batch_id, sensor.area_id, sensor.room) == (None, None, None)
    assert refused.status_code == 422
    assert "đã đóng hoặc đã hủy" in refused.text
    assert "chưa đặt ở đâu" in client.get("/workspace/sensors").text


def test_a_file_of_too_many_readings_is_refused_naming_how_many_it_holds(
    client: FlaskClient, session: Session, grown: Grown, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(history, "MOST_ROWS", 2)
    sensor = make_sensor(session, grown, clock.now())
    send_readings(session, sensor, [(clock.now(), n) for n in (4, 5, 6)], now=clock.now())
    session.commit()

    answer = client.get(f"/workspace/sensors/{sensor.code}?format=xlsx")

    assert answer.status_code == 409
    assert "nhiều nhất 2 số đo" in answer.text
