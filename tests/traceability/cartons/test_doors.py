"""The packing crew packs, prints and loads on the telephone; a program does the same."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from accounts import tokens
from foundation import clock
from tests.accounts.browser import post, sign_in_as, text_of
from tests.accounts.factories import make_member
from tests.traceability.cartons.test_filling import numbered

HOME = "/workspace/cartons"


@pytest.fixture(autouse=True)
def _still(monkeypatch: pytest.MonkeyPatch, now: datetime) -> None:
    monkeypatch.setattr(clock, "now", lambda: now)


def test_a_lot_is_packed_printed_put_on_a_pallet_and_taken_off(
    session: Session, client: FlaskClient, now: datetime
) -> None:
    grown, batch = numbered(session, now)
    sign_in_as(client, session, make_member(session, grown.organisation, now), now)
    session.commit()

    assert "TS-26A" in client.get(f"{HOME}/new?batch={batch.code}").text
    short = post(client, f"{HOME}/new", batch=batch.code, each="1000", count="2")
    packed = post(client, f"{HOME}/new", batch=batch.code, each="12", count="2")
    run = packed.location
    labels = client.get(f"{run}/labels?paper=a5")
    crates = [f"0893000100000000{end}" for end in ("01", "18")]
    loaded = post(client, "/workspace/pallets", scanned=f"https://x/00/{crates[0]}\n{crates[1]}")
    pallet = client.get(loaded.location)
    unknown = post(client, "/workspace/pallets", scanned="389300010000000019")
    taken = post(client, f"{loaded.location}/take-apart")

    assert (short.status_code, packed.status_code) == (409, 303)
    assert (labels.mimetype, labels.data[:5]) == ("application/pdf", b"%PDF-")
    assert all(crate in pallet.text for crate in crates)
    assert unknown.status_code == 404
    assert taken.status_code == 303
    listed = text_of(client.get(HOME))
    assert all(crate in listed for crate in crates)
    assert "Trong kho" in listed


def test_a_program_packs_loads_and_prints(
    session: Session, client: FlaskClient, now: datetime
) -> None:
    grown, batch = numbered(session, now)
    actor = make_member(session, grown.organisation, now)
    token = tokens.create(session, actor, "Máy đóng gói", now=now)
    session.commit()
    client.environ_base["HTTP_AUTHORIZATION"] = f"Bearer {token.plain}"

    wanted = {"each": "12", "count": 2}
    made: Any = client.post(f"/api/v1/batches/{batch.code}/cartons", json=wanted)
    names = [unit["sscc"] for unit in made.json["items"]]
    pallet: Any = client.post("/api/v1/pallets", json={"cartons": names})
    label = client.get(f"/api/v1/packed-units/{pallet.json['code']}/label?format=zpl")
    on_it: Any = client.get(f"/api/v1/packed-units/{pallet.json['code']}/cartons").json

    assert made.status_code == pallet.status_code == 201
    run: Any = client.get(made.location).json
    assert run["items"][0]["sscc"] == names[0]
    assert pallet.json["contents"][0]["quantity"] == "24.000"
    assert label.data.startswith(b"^XA^PW800")
    assert [unit["sscc"] for unit in on_it["items"]] == names
    listed: Any = client.get("/api/v1/packed-units?state=loaded").json
    assert {unit["sscc"] for unit in listed["items"]} == set(names)
