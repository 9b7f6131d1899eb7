"""Labels after printing, through pages and API."""

from __future__ import annotations

from datetime import datetime

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from accounts.permissions import SYSTEM
from foundation import clock
from tests.accounts.browser import post, sign_in_as, text_of
from tests.accounts.factories import make_member
from tests.api.test_growing_areas import caller
from tests.traceability.factories import GTIN, grow, make_batch
from tests.traceability.items.factories import KEY, print_labels, states
from traceability.items import handouts, naming
from traceability.items.handouts import Handing
from traceability.items.models import ItemAct
from traceability.labels import orders, serials
from traceability.models import Batch, LabelJob


@pytest.fixture
def batch(session: Session, now: datetime, monkeypatch: pytest.MonkeyPatch) -> Batch:
    monkeypatch.setattr(clock, "now", lambda: now)
    made = make_batch(session, grow(session, now, gtin=GTIN), now, lot="BUOI-26A")
    orders.queue(session, print_labels(session, made, now, 1_200))
    return made


def test_a_roll_goes_to_a_line_and_a_lost_rest_is_voided_by_hand(
    client: FlaskClient, session: Session, now: datetime, batch: Batch
) -> None:
    sign_in_as(client, session, make_member(session, batch.organisation, now), now)
    home = f"/workspace/batches/{batch.code}/items"
    assert "BUOI-26A" in client.get("/workspace/labels").text

    handed = post(client, f"/workspace/batches/{batch.code}/handouts", line="Tổ 2", count="1.000")
    assert handed.headers["Location"].endswith(home)
    page = text_of(client.get(home))
    assert "Đã giao tem số 1 đến 1.000 cho chuyền Tổ 2" in page
    (roll,) = [
        part.split('"')[0]
        for part in client.get("/workspace/labels/handouts?state=open&q=tổ").text.split('href="')
        if part.startswith("/workspace/labels/handouts/")
    ]
    assert post(client, roll, used="800", left_over="kept").status_code == 303
    assert "800" in text_of(client.get(roll))

    # Seen before it is done, and nothing is done by looking.
    lost = {"state": "void", "first": "801", "last": "1.000", "reason": "mất cuộn"}
    shown = post(client, home, **lost)
    assert "200 tem, số 801 đến 1.000: từ “Đã in, chưa dán” thành “Đã hủy”" in text_of(shown)
    assert states(session, batch)[-1] == (801, 1_200, "printed")
    assert post(client, home, **lost, confirmed="1").status_code == 303
    session.expire_all()
    assert states(session, batch) == [
        (1, 800, "activated"), (801, 1_000, "void"), (1_001, 1_200, "printed"),
    ]  # fmt: skip

    page = client.get(home).text
    (undo, *_) = [part.split('"')[0] for part in page.split('action="') if "/undo" in part[:90]]
    assert post(client, undo).status_code == 303
    assert states(session, batch)[-1] == (801, 1_200, "printed")
    assert "mất cuộn" in client.get(f"{home}/history").text


def test_what_is_wrong_stands_beside_its_field(
    client: FlaskClient, session: Session, now: datetime, batch: Batch
) -> None:
    sign_in_as(client, session, make_member(session, batch.organisation, now), now)
    home = f"/workspace/batches/{batch.code}/items"

    beyond = post(client, home, state="activated", first="1", last="9.999")
    sold = post(client, home, state="sold", first="1")
    unknown = client.get("/workspace/labels/find?code=ZZZZ")

    assert (beyond.status_code, sold.status_code, unknown.status_code) == (422, 409, 404)
    assert "Tem từ số 1201 đến 9999 chưa in." in text_of(beyond)
    assert "mới in, chưa dán vào hàng" in text_of(sold)


def test_programs_do_the_same(
    client: FlaskClient, session: Session, now: datetime, batch: Batch
) -> None:
    call = caller(client, session, make_member(session, batch.organisation, now), now)
    code = serials.serial_code(KEY, batch.code, 3)
    at = f"/batches/{batch.code}"

    pasted = call("post", f"{at}/item-acts", json={"state": "activated", "first": "1", "last": "9"})
    sold = call("post", f"{at}/item-acts", json={"state": "sold", "first": code})
    handed = call("post", f"{at}/item-handouts", json={"line": "Máy 1", "count": 50})
    settled = call("post", f"/item-handouts/{handed.json['id']}/settle", json={"used": 20})
    item = call("get", f"/items/{code}").json
    undone = call("post", f"/item-acts/{sold.json['id']}/undo")

    assert (pasted.status_code, sold.json["count"], handed.json["first"]) == (200, 1, 10)
    assert (settled.json["used"], settled.json["left_over"]) == (20, "kept")
    assert (item["number"], item["state"]) == (3, "sold")
    assert [act["state"] for act in item["acts"]] == ["sold", "activated", "printed"]
    assert undone.json["undoes"] == sold.json["id"]
    standing = call("get", f"{at}/items").json
    assert standing["counts"] == {"activated": 29, "printed": 1171}
    assert call("post", f"{at}/item-acts", json={"state": "lost"}).status_code == 422
    assert len(call("get", f"{at}/item-acts").json["items"]) == 5
    assert call("get", "/item-handouts").json["items"][0]["line"] == "Máy 1"


@pytest.mark.parametrize("typed", ["http://[", "http://[x]/21/1", "//\u2100://", "(21)"])
def test_what_is_no_label_is_refused_by_pages_and_programs(
    client: FlaskClient, session: Session, now: datetime, batch: Batch, typed: str
) -> None:
    person = make_member(session, batch.organisation, now)
    call = caller(client, session, person, now)
    body = {"state": "activated", "first": typed}
    assert call("POST", f"/batches/{batch.code}/item-acts", json=body).status_code == 422

    sign_in_as(client, session, person, now)
    home = f"/workspace/batches/{batch.code}/items"
    assert post(client, home, state="activated", first=typed).status_code == 422


def test_a_label_is_known_by_all_that_scanners_type_of_it(batch: Batch) -> None:
    code = serials.serial_code(KEY, batch.code, 7)
    link = f"https://nguon.vn/01/{GTIN}/10/BUOI-26A/21/{code}"
    for typed in (code, link, f"(01){GTIN}(10)BUOI-26A(21){code}"):
        assert naming.code_in(typed) == code
    for front in ("", "]d2", "\x1d"):
        for between in ("\x1d", ""):
            assert naming.code_in(f"{front}01{GTIN}10BUOI-26A{between}21{code}") == code


def test_a_strangers_labels_are_not_there_for_programs(
    client: FlaskClient, session: Session, now: datetime, batch: Batch
) -> None:
    order = session.scalars(select(LabelJob)).one()
    act = session.scalars(select(ItemAct)).first()
    assert act is not None
    handed = handouts.hand_out(session, SYSTEM, Handing(batch.code, "Tổ 1", 5), now=now)
    code = serials.serial_code(KEY, batch.code, 1)
    call = caller(client, session, make_member(session, grow(session, now).organisation, now), now)
    void = {"state": "void", "first": "1", "last": "9", "reason": "x"}

    for method, path, body in (
        ("POST", f"/batches/{batch.code}/item-acts", void),
        ("POST", f"/item-acts/{act.id}/undo", {}),
        ("GET", f"/items/{code}", None),
        ("POST", f"/batches/{batch.code}/item-handouts", {"line": "Tổ", "count": 1}),
        ("GET", f"/item-handouts/{handed.id}", None),
        ("POST", f"/item-handouts/{handed.id}/settle", {"used": 1}),
        ("GET", f"/label-jobs/{order.id}", None),
        ("GET", f"/label-jobs/{order.id}/file", None),
        ("POST", f"/label-jobs/{order.id}/cancel", {}),
        ("POST", "/label-jobs", {"batch": batch.code, "count": 1, "layout": "a4-24"}),
    ):
        assert (path, call(method, path, json=body).status_code) == (path, 404)
