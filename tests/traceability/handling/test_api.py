"""The same steps by program."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from accounts import tokens
from foundation import clock
from tests.accounts.factories import make_member
from tests.traceability.factories import grow, make_batch
from tests.traceability.handling.factories import another_product

V1 = "/api/v1"


@pytest.fixture(autouse=True)
def _still(monkeypatch: pytest.MonkeyPatch, now: datetime) -> None:
    monkeypatch.setattr(clock, "now", lambda: now)


def _json(answer: Any) -> Any:
    return answer.json


def test_goods_are_split_transformed_sent_and_received(
    client: FlaskClient, session: Session, now: datetime
) -> None:
    giver, taker = grow(session, now), grow(session, now)
    batch = make_batch(session, giver, now)
    dried = another_product(session, giver, now)
    auths = []
    for grown in (giver, taker):
        person = make_member(session, grown.organisation, now)
        token = tokens.create(session, person, "Máy", now=now)
        auths.append({"Authorization": f"Bearer {token.plain}"})
    session.commit()
    ours, theirs = auths
    path = f"{V1}/batches/{batch.code}"

    parts = client.post(
        f"{path}/split", json={"parts": [{"quantity": "200"}, {"quantity": "0.5", "unit": "TNE"}]},
        headers=ours,
    )  # fmt: skip
    body = {
        "inputs": [{"batch": batch.code, "quantity": "100"}],
        "outputs": [{"product": dried.code, "quantity": "40", "unit": "KGM"}],
        "happened_at": now.isoformat(),
    }
    made = client.post(f"{path}/transform", json=body, headers=ours)
    body["outputs"] = [{"product": dried.code, "quantity": "100.001", "unit": "KGM"}]
    over = client.post(f"{path}/transform", json=body, headers=ours)
    stranger = client.post(f"{path}/transform", json=body, headers=theirs)
    sent = client.post(
        f"{V1}/consignments",
        json={
            "goods": [{"batch": batch.code, "quantity": "50"}],
            "recipient": taker.organisation.code,
        },
        headers=ours,
    )
    code = _json(sent)["code"]
    received = client.post(f"{V1}/consignments/{code}/receive", json={}, headers=theirs)
    moved = client.get(f"{path}/movements", headers=ours)
    told = client.get(path, headers=ours)

    assert parts.status_code == 201, parts.text
    assert [each["quantity"] for each in _json(parts)["items"]] == ["200.000", "500.000"]
    assert made.status_code == 201, made.text
    assert _json(made)["lost"] == "60.000"
    assert _json(made)["items"][0]["state"] == "released"
    assert (over.status_code, _json(over)["code"]) == (409, "batch.balance")
    assert "E" not in _json(over)["params"]["possible"]
    assert stranger.status_code == 404
    assert received.status_code == 200, received.text
    assert _json(received)["lines"][0]["received"] == "50.000"
    assert [each["kind"] for each in _json(moved)["items"]] == ["ship", "process", "split"]
    assert _json(told)["stock"] == {
        "made": "1200.000", "used": "850.000", "promised": "0.000", "free": "350.000",
    }  # fmt: skip


def test_a_batch_is_opened_from_a_purchase_and_from_handicraft(
    client: FlaskClient, session: Session, now: datetime
) -> None:
    grown = grow(session, now)
    made = tokens.create(session, make_member(session, grown.organisation, now), "Máy", now=now)
    session.commit()
    auth = {"Authorization": f"Bearer {made.plain}"}
    body = {
        "product": grown.product.code, "quantity": "5", "unit": "KGM",
        "produced_on": "2026-11-12",
    }  # fmt: skip

    bought = client.post(
        f"{V1}/batches", json={**body, "purchases": [{"supplier": "Công ty Chè"}]}, headers=auth
    )
    craft = client.post(f"{V1}/batches", json={**body, "origin": "none"}, headers=auth)
    nowhere = client.post(f"{V1}/batches", json=body, headers=auth)

    assert (bought.status_code, _json(bought)["origin"]) == (201, "purchase")
    assert _json(bought)["purchases"][0]["supplier"] == "Công ty Chè"
    assert (craft.status_code, _json(craft)["growing_areas"]) == (201, [])
    assert nowhere.status_code == 422
