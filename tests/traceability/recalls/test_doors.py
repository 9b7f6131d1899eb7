"""Recalls through the API, the pages and the command line, and what the public sees of them."""

from __future__ import annotations

import urllib.request
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from datetime import datetime
from io import BytesIO
from threading import Thread
from typing import Any

import pytest
from click.testing import CliRunner
from flask import Flask
from flask.testing import FlaskClient
from openpyxl import load_workbook
from sqlalchemy import select
from sqlalchemy.orm import Session
from werkzeug.serving import make_server

from accounts import tokens
from accounts.permissions import Actor
from app.factory import create_app
from foundation import clock, db
from foundation.config import Config
from foundation.i18n import vn_date
from tests.accounts.browser import post, sign_in_as, text_of
from tests.accounts.factories import make_member, make_official
from tests.api.test_growing_areas import caller
from tests.traceability.factories import Grown, grow, make_batch
from tests.traceability.lineage.factories import make_of
from traceability.models import Batch
from traceability.recalls import commands
from traceability.recalls.models import Recall


@pytest.fixture(autouse=True)
def _still(monkeypatch: pytest.MonkeyPatch, now: datetime) -> None:
    monkeypatch.setattr(clock, "now", lambda: now)


@pytest.fixture
def farm(session: Session, now: datetime) -> Grown:
    return grow(session, now, name="Gạo Thanh Trà")


@pytest.fixture
def rice(session: Session, now: datetime, farm: Grown) -> Batch:
    rice = make_batch(session, farm, now, lot="GAO-1")
    cakes = make_batch(session, grow(session, now, name="Bánh"), now, lot="BANH-1")
    make_of(session, cakes, rice, now=now)
    session.commit()
    return rice


@pytest.fixture
def manager(session: Session, now: datetime, farm: Grown) -> Actor:
    return make_member(session, farm.organisation, now)


def test_the_contracts_call_recalls_and_counts(
    client: FlaskClient, session: Session, now: datetime, rice: Batch, manager: Actor
) -> None:
    call = caller(client, session, manager, now)
    body = {"batch": rice.code, "reason": "Dư lượng thuốc", "scope": "Toàn tỉnh"}

    answer = call("post", "/recalls", json=body)

    assert answer.status_code == 201
    told = answer.json
    assert (told["state"], told["batches"], told["orders"], told["buyers"]) == ("recalled", 2, 0, 0)
    one = call("get", f"/recalls/{told['code']}").json
    assert (one["scope"], one["batches"], one["origin_key"]) == ("Toàn tỉnh", 2, rice.code)
    trace: Any = client.get(f"/api/v1/trace/{rice.code}").json
    assert trace["verdict"]["kind"] == "recalled"
    assert trace["recall"]["code"] == told["code"]


def test_a_hold_is_decided_lifted_and_listed_through_the_api(
    client: FlaskClient, session: Session, now: datetime, rice: Batch, manager: Actor
) -> None:
    call = caller(client, session, manager, now)
    body = {"batch": rice.code, "reason": "Nghi", "scope": "batch", "hold_only": True}
    held = call("post", "/recalls", json=body).json
    assert (held["state"], held["batches"], held["notice_url"]) == ("held", 1, None)
    assert client.get(f"/recalls/{held['code']}").status_code == 404

    notice = {"reason": "Có dư lượng", "instructions": "Trả lại"}
    announced = call("post", f"/recalls/{held['code']}/announce", json=notice)
    again = call("post", f"/recalls/{held['code']}/announce", json=notice)
    noted = call(
        "post", f"/recalls/{held['code']}/effects", json={"batch": rice.code, "found": "12.5"}
    )
    lifted = call("post", f"/recalls/{held['code']}/lift", json={"reason": "Nhầm"})

    assert (announced.status_code, again.status_code) == (200, 409)
    assert noted.json["items"][0]["found"] == "12.500"
    assert lifted.json["state"] == "lifted"
    assert [each["code"] for each in call("get", "/recalls?state=lifted").json["items"]] == [
        held["code"]
    ]


def test_a_drill_through_the_api_changes_nothing(
    client: FlaskClient, session: Session, now: datetime, rice: Batch, manager: Actor
) -> None:
    call = caller(client, session, manager, now)

    answer = call("post", "/recalls/drill", json={"batch": rice.code})

    assert answer.status_code == 200
    assert answer.json["batches"] == 2
    assert session.scalar(select(Recall.id)) is None


@pytest.mark.parametrize("body", [{}, {"batch": "A", "material": "B"}])
def test_not_exactly_one_suspicion_is_refused(
    client: FlaskClient, session: Session, now: datetime, manager: Actor, body: dict[str, str]
) -> None:
    call = caller(client, session, manager, now)

    answer = call("post", "/recalls", json={**body, "reason": "Nghi"})

    assert answer.status_code == 422
    assert "recall.one_suspicion" in answer.text


def test_a_recall_goes_from_hold_to_close_on_the_pages(
    client: FlaskClient, session: Session, now: datetime, rice: Batch, manager: Actor
) -> None:
    sign_in_as(client, session, manager, now)
    form = {"origin": "batch", "key": rice.code, "reason": "Nghi dư lượng"}
    drilled = post(client, "/workspace/recalls", **form, do="drill")
    assert "Diễn tập xong" in text_of(drilled)

    post(client, "/workspace/recalls", **form, do="hold")
    recall = session.scalars(select(Recall)).one()
    address = f"/workspace/recalls/{recall.code}"
    again = post(client, "/workspace/recalls", **form, only_the_lot="on", do="hold")
    assert again.status_code == 409
    assert f'href="{address}"' in again.text
    notice = {"reason": "Có dư lượng", "instructions": "Trả lại nơi mua"}
    post(client, f"{address}/announce", **notice)
    post(client, f"{address}/effects", batch=rice.code, returned="30")
    shown = text_of(client.get(address))
    post(client, f"{address}/close", reason="Đã thu đủ")

    assert "Gạo Thanh Trà" in shown
    assert "30" in shown
    assert "BANH-1" not in shown
    session.expire_all()
    assert recall.state == "closed"
    assert recall.code in text_of(client.get("/workspace/recalls"))


def test_a_wrong_key_keeps_the_form_as_typed(
    client: FlaskClient, session: Session, now: datetime, manager: Actor
) -> None:
    sign_in_as(client, session, manager, now)
    form = {"origin": "material", "key": "Thuốc lạ", "reason": "Nghi", "do": "hold"}

    answer = post(client, "/workspace/recalls", **form)

    assert answer.status_code == 422
    assert "Thuốc lạ" in answer.text
    assert "Không có lô hàng nào liên quan" in text_of(answer)


def test_the_officers_file_names_every_lot(
    client: FlaskClient, session: Session, now: datetime, rice: Batch, manager: Actor
) -> None:
    call = caller(client, session, manager, now)
    code = call("post", "/recalls", json={"batch": rice.code, "reason": "Nghi"}).json["code"]
    sign_in_as(client, session, make_official(session, now, role="officer", scope=""), now)

    answer = client.get(f"/workspace/recalls/{code}?format=xlsx")

    sheet = load_workbook(BytesIO(answer.data)).worksheets[0]
    lots = [row[3].value for row in sheet.iter_rows(min_row=3)]
    assert lots == ["GAO-1", "BANH-1"]


def test_everybody_reads_the_notice_and_the_list(
    client: FlaskClient, session: Session, now: datetime, rice: Batch, manager: Actor
) -> None:
    call = caller(client, session, manager, now)
    body = {"batch": rice.code, "reason": "Dư lượng", "instructions": "Mang trả"}
    code = call("post", "/recalls", json=body).json["code"]
    public = client.application.test_client()

    listed, notice = public.get("/recalls"), public.get(f"/recalls/{code}")

    assert code in text_of(listed)
    told = text_of(notice)
    assert all(word in told for word in ("GAO-1", "BANH-1", "Mang trả", "Dư lượng"))


def test_a_closed_recall_says_when_it_ended_wherever_its_lots_stand(
    client: FlaskClient, session: Session, now: datetime, rice: Batch, manager: Actor
) -> None:
    call = caller(client, session, manager, now)
    body = {"batch": rice.code, "reason": "Dư lượng", "scope": "Toàn bộ lô GAO-1"}
    code = call("post", "/recalls", json=body).json["code"]
    public = client.application.test_client()
    trace, ended = f"/t/{rice.code}", f"kết thúc ngày {vn_date(now)}"
    official = make_official(session, now, role="officer", scope="")
    under = text_of(public.get(trace))
    call("post", f"/recalls/{code}/close", json={"reason": "Đã thu đủ"})

    told = public.get(trace)
    sign_in_as(client, session, manager, now)
    batch = text_of(client.get(f"/workspace/batches/{rice.code}"))
    sign_in_as(client, session, official, now)
    holds = [text_of(client.get(f"/office/holds?show={show}")) for show in ("open", "ended")]
    notice = text_of(public.get(f"/recalls/{code}"))

    assert "đang bị thu hồi" in under
    assert 'Phạm vi: <span lang="vi">Toàn bộ lô GAO-1</span>' in under
    assert "đang bị thu hồi" not in text_of(told)
    assert f"Lô hàng đã bị thu hồi ({ended})" in text_of(told)
    assert f'href="/recalls/{code}"' in told.text
    assert batch.count(f"Đã thu hồi ({ended})") == 1
    assert "Đang thu hồi" not in batch
    assert "GAO-1" not in holds[0]
    assert f"Đã thu hồi ({ended})" in holds[1]
    assert f"Đã {ended}" in notice
    assert "Thông báo giữ nguyên như khi công bố lúc" in notice


def test_a_hold_in_force_says_what_it_is_for(
    client: FlaskClient, session: Session, now: datetime, rice: Batch, manager: Actor
) -> None:
    call = caller(client, session, manager, now)
    body = {"batch": rice.code, "reason": "Nghi dư lượng", "hold_only": True}
    code = call("post", "/recalls", json=body).json["code"]
    official = make_official(session, now, role="officer", scope="")
    sign_in_as(client, session, official, now)

    before = text_of(client.get("/office/holds"))
    notice = {"reason": "Có dư lượng", "instructions": "Trả lại"}
    call("post", f"/recalls/{code}/announce", json=notice)
    sign_in_as(client, session, official, now)
    after = text_of(client.get("/office/holds"))

    assert "Tạm giữ để xem xét thu hồi" in before
    assert f"Đợt {code}: Nghi dư lượng" in before
    assert "Đang thu hồi" in after
    assert f"Đợt {code}: Có dư lượng" in after


def test_a_material_of_the_catalogue_is_recalled_by_its_id(
    client: FlaskClient, session: Session, now: datetime, manager: Actor
) -> None:
    call = caller(client, session, manager, now)

    unknown = call("post", "/recalls/drill", json={"material_id": 2**62})
    both = call("post", "/recalls/drill", json={"material_id": 1, "material": "Abamec"})

    assert (unknown.status_code, both.status_code) == (404, 422)


@contextmanager
def _served(app: Flask) -> Iterator[str]:
    server = make_server("127.0.0.1", 0, app, threaded=True)
    thread = Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        thread.join()


def _read(address: str, **headers: str) -> str:
    request = urllib.request.Request(address, headers={"User-Agent": "Mozilla/5.0", **headers})
    with urllib.request.urlopen(request, timeout=60) as answer:
        return str(answer.read().decode())


def test_every_trace_page_says_so_from_the_answer_on(
    own_database: db.Database, test_config: Config, now: datetime
) -> None:
    served = create_app(test_config)
    served.testing = True

    with db.transaction() as session:
        farm = grow(session, now)
        rice = make_batch(session, farm, now, lot="GAO-1")
        cakes = make_batch(session, grow(session, now), now, lot="BANH-1")
        make_of(session, cakes, rice, now=now)
        actor = make_member(session, farm.organisation, now)
        bearer = tokens.create(session, actor, "thử", now=now).plain
    body = f'{{"batch": "{rice.code}", "reason": "Nghi"}}'.encode()
    with _served(served) as base:
        pages = [f"{base}/t/{batch.code}" for batch in (rice, cakes)]
        before = [_read(page) for page in pages]
        request = urllib.request.Request(
            f"{base}/api/v1/recalls",
            data=body,
            headers={"Authorization": f"Bearer {bearer}", "Content-Type": "application/json"},
        )
        with urllib.request.urlopen(request, timeout=60) as answer:
            assert answer.status == 201
        after = [_read(page) for page in pages]

    assert all("đang bị thu hồi" not in page for page in before)
    assert all("đang bị thu hồi" in page and "/recalls/TH" in page for page in after)


def test_sixteen_requests_at_once_open_one_recall(
    own_database: db.Database, test_config: Config, now: datetime
) -> None:
    app = create_app(test_config)
    with db.transaction() as session:
        farm = grow(session, now)
        code = make_batch(session, farm, now).code
        bearer = tokens.create(
            session, make_member(session, farm.organisation, now), "thử", now=now
        )
        headers = {"Authorization": f"Bearer {bearer.plain}"}
    body = {"batch": code, "reason": "Nghi"}

    def ask(_turn: int) -> Any:
        return app.test_client().post("/api/v1/recalls", json=body, headers=headers)

    with ThreadPoolExecutor(16) as together:
        answers = list(together.map(ask, range(16)))

    opened = [each.json["code"] for each in answers if each.status_code == 201]
    refused = [each.json for each in answers if each.status_code != 201]
    assert len(opened) == 1
    assert {(each["status"], each["code"]) for each in refused} == {(409, "recall.open_already")}
    url = f"/api/v1/recalls/{opened[0]}"
    assert [each["params"] for each in refused] == [{"recall": opened[0], "url": url}] * 15
    assert app.test_client().get(url, headers=headers).status_code == 200


def test_the_command_drills(
    own_database: db.Database, now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    @contextmanager
    def same() -> Iterator[Any]:
        yield None

    monkeypatch.setattr(commands, "connected", same)
    with db.transaction() as session:
        rice = make_batch(session, grow(session, now), now)

    done = CliRunner().invoke(commands.recall, ["drill", rice.code])

    assert done.exit_code == 0
    assert done.output.startswith("batches 1, orders 0, buyers 0")
    with db.reading() as session:
        assert session.scalar(select(Batch.state)) == "released"
        assert session.scalar(select(Recall.id)) is None
