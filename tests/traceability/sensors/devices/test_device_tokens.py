"""Keys of devices by the API: told once, and of no more use than to report."""

from __future__ import annotations

from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from accounts import tokens
from foundation import clock
from foundation.job_models import IdempotentAnswer
from tests.accounts.factories import make_member
from tests.traceability.factories import grow
from tests.traceability.sensors.factories import make_sensor
from traceability.sensors.arriving import months


def test_a_program_makes_lists_and_withdraws_keys_and_reads_each_once(
    client: FlaskClient, session: Session
) -> None:
    now = clock.now()
    months.prepare(session, now=now)
    grown = grow(session, now)
    sensor = make_sensor(session, grown, now)
    manager = make_member(session, grown.organisation, now)
    plain = tokens.create(session, manager, "Trạm đo", now=now).plain
    session.commit()
    bearer = {"Authorization": f"Bearer {plain}"}
    keys = f"/api/v1/sensors/{sensor.code}/keys"
    once = {**bearer, "Idempotency-Key": "khoa-1"}

    made, again = (client.post(keys, json={"name": "Nhiệt kế"}, headers=once) for _time in "12")
    assert made.json is not None
    listed = client.get(keys, headers=bearer).json or {}
    reported = client.post(
        f"/api/v1/sensors/{sensor.code}/readings",
        json={"readings": [{"at": now.isoformat(), "value": "4"}]},
        headers={"Authorization": f"Bearer {made.json['key']}"},
    )
    as_device = client.get(keys, headers={"Authorization": f"Bearer {made.json['key']}"})
    withdrawn = [client.delete(f"{keys}/{made.json['id']}", headers=bearer) for _time in range(2)]

    assert (made.status_code, again.json) == (201, made.json)
    kept = session.scalars(select(IdempotentAnswer.body)).one()
    assert made.json["key"].encode() not in kept
    (row,) = listed["items"]
    assert (row["prefix"], "key" in row) == (made.json["key"][:10], False)
    assert (reported.status_code, as_device.status_code) == (200, 403)
    assert [each.status_code for each in withdrawn] == [204, 204]
    assert client.get(keys, headers=bearer).json == {"items": []}
