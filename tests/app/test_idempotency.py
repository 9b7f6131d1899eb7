"""The same write asked twice is carried out once."""

from __future__ import annotations

import os
import signal
import time
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import Any

import pytest
from flask import Flask, Response
from sqlalchemy import func, select, text, update

from app import idempotency
from app.factory import create_app
from foundation import clock, db, web
from foundation.config import Config
from foundation.job_models import IdempotentAnswer, JobProgress

PATH = "/api/v1/test-rows"


@pytest.fixture
def counting_app(test_config: Config, own_database: db.Database) -> Flask:
    """The application with one write that counts its effects."""
    app = create_app(test_config)

    @web.public
    def write() -> Any:
        with db.transaction() as session:
            number = session.scalar(select(func.count()).select_from(JobProgress)) or 0
            session.add(JobProgress(job_id=number + 1, updated_at=clock.now()))
        return {"row": number + 1}, 201, {"Location": f"{PATH}/{number + 1}"}

    @web.public
    def fail() -> Any:
        return {"no": 1}, 422

    app.add_url_rule(PATH, "test_rows", write, methods=["POST"])

    @web.public
    def keep_and_refuse() -> Any:
        with db.transaction() as session:
            number = session.scalar(select(func.count()).select_from(JobProgress)) or 0
            session.add(JobProgress(job_id=number + 1, updated_at=clock.now()))
        return {"kept": number + 1}, 409

    @web.public
    def overtaken() -> Any:
        with db.transaction() as session:
            session.add(JobProgress(job_id=1, updated_at=clock.now()))
            with own_database.primary.begin() as other:
                # As a retry does that finds the key abandoned while this call still works.
                other.execute(update(IdempotentAnswer).values(created_at=clock.now()))
        return {"row": 1}, 201

    @web.public
    def lose() -> Any:
        with db.transaction() as session:
            session.add(JobProgress(job_id=1, updated_at=clock.now()))
            session.flush()
            backend = session.scalar(text("SELECT pg_backend_pid()"))
        with own_database.primary.connect() as other:
            other.execute(text("SELECT pg_terminate_backend(:pid, 5000)"), {"pid": backend})
        return {"row": 1}, 201

    @web.public
    def write_and_read() -> Any:
        with db.transaction() as session:
            session.add(JobProgress(job_id=1, updated_at=clock.now()))
        return {"rows": _rows()}, 201

    app.add_url_rule(f"{PATH}/lost", "test_lost", lose, methods=["POST"])
    app.add_url_rule(f"{PATH}/twice", "test_twice", write_and_read, methods=["POST"])
    app.add_url_rule(f"{PATH}/overtaken", "test_overtaken", overtaken, methods=["POST"])
    app.add_url_rule(f"{PATH}/fail", "test_fail", fail, methods=["POST"])
    app.add_url_rule(f"{PATH}/half", "test_half", keep_and_refuse, methods=["POST"])
    return app


def _rows() -> int:
    with db.reading() as session:
        return session.scalar(select(func.count()).select_from(JobProgress)) or 0


def test_a_replay_gets_the_first_answer_and_no_second_effect(counting_app: Flask) -> None:
    client = counting_app.test_client()

    first = client.post(PATH, headers={"Idempotency-Key": "k1"}, json={"a": 1})
    again = client.post(PATH, headers={"Idempotency-Key": "k1"}, json={"a": 1})

    assert (first.status_code, again.status_code) == (201, 201)
    assert first.json == again.json
    assert again.headers["Location"] == first.headers["Location"]
    assert again.headers["Idempotency-Replayed"] == "true"
    assert _rows() == 1


def test_the_same_key_for_another_request_is_a_conflict(counting_app: Flask) -> None:
    client = counting_app.test_client()
    client.post(PATH, headers={"Idempotency-Key": "k2"}, json={"a": 1})

    answer = client.post(PATH, headers={"Idempotency-Key": "k2"}, json={"a": 2})

    assert answer.status_code == 409
    assert answer.json
    assert answer.json["code"] == "idempotency.other_request"


def test_other_callers_keys_are_their_own(counting_app: Flask) -> None:
    client = counting_app.test_client()
    for address in ("192.0.2.1", "192.0.2.2"):
        client.post(
            PATH, headers={"Idempotency-Key": "k"}, environ_base={"REMOTE_ADDR": address}, json={}
        )

    assert _rows() == 2


def test_a_refused_write_leaves_its_key_free(counting_app: Flask) -> None:
    client = counting_app.test_client()

    for _ in range(2):
        answer = client.post(f"{PATH}/fail", headers={"Idempotency-Key": "k3"}, json={})
        assert answer.status_code == 422
        assert "Idempotency-Replayed" not in answer.headers


def _die(response: Response) -> Response:
    os.kill(os.getpid(), signal.SIGKILL)
    return response


def _ask_and_die(app: Flask, url: str, key: str, *, is_done: bool) -> None:
    """Call in a process that is killed once the call is done, or just before its end."""
    child = os.fork()
    if child == 0:
        # The parent's connections are not ours to use, nor to close.
        db.use(None)
        db.connect(url)
        # Of these the last is asked first.
        hooks = app.after_request_funcs[None]
        hooks.insert(0 if is_done else len(hooks), _die)
        app.test_client().post(PATH, headers={"Idempotency-Key": key}, json={})
        os._exit(1)
    assert os.WTERMSIG(os.waitpid(child, 0)[1]) == signal.SIGKILL


def test_an_answer_that_died_with_the_process_is_given_in_full(
    counting_app: Flask, own_database: db.Database
) -> None:
    url = own_database.primary.url.render_as_string(hide_password=False)

    _ask_and_die(counting_app, url, "k4", is_done=True)
    answer = counting_app.test_client().post(PATH, headers={"Idempotency-Key": "k4"}, json={})

    assert (answer.status_code, answer.json) == (201, {"row": 1})
    assert answer.headers["Location"] == f"{PATH}/1"
    assert answer.headers["Idempotency-Replayed"] == "true"
    assert _rows() == 1


def test_a_call_killed_before_its_answer_was_kept_is_asked_again_within_seconds(
    counting_app: Flask, own_database: db.Database
) -> None:
    url = own_database.primary.url.render_as_string(hide_password=False)

    _ask_and_die(counting_app, url, "k10", is_done=False)
    began = time.monotonic()
    client = counting_app.test_client()
    while (
        answer := client.post(PATH, headers={"Idempotency-Key": "k10"}, json={})
    ).status_code == 409:
        assert time.monotonic() - began < 60
        time.sleep(0.1)

    assert (answer.status_code, answer.json) == (201, {"row": 1})
    assert "Idempotency-Replayed" not in answer.headers
    assert _rows() == 1


def test_a_database_lost_at_the_end_keeps_neither_work_nor_answer(counting_app: Flask) -> None:
    client = counting_app.test_client()

    first = client.post(f"{PATH}/lost", headers={"Idempotency-Key": "k9"}, json={})
    kept = _rows()
    again = client.post(PATH, headers={"Idempotency-Key": "k9b"}, json={})

    assert first.status_code == 503
    assert kept == 0
    assert again.status_code == 201
    with db.reading() as session:
        assert session.scalars(select(IdempotentAnswer.key)).all() == ["k9b"]


def test_a_call_reads_what_it_has_written(counting_app: Flask) -> None:
    client = counting_app.test_client()

    answer = client.post(f"{PATH}/twice", headers={"Idempotency-Key": "k11"}, json={})

    assert answer.json == {"rows": 1}
    assert _rows() == 1


def test_work_that_an_earlier_version_marked_without_its_answer_is_not_repeated(
    counting_app: Flask,
) -> None:
    client = counting_app.test_client()
    client.post(PATH, headers={"Idempotency-Key": "k12"}, json={})
    with db.transaction() as session:
        session.execute(update(IdempotentAnswer).values(status=1, body=b"", headers=""))

    answer = client.post(PATH, headers={"Idempotency-Key": "k12"}, json={})

    assert answer.status_code == 409
    assert answer.json
    assert answer.json["code"] == "idempotency.done"
    assert _rows() == 1


def test_an_abandoned_key_may_be_taken_over_later(counting_app: Flask) -> None:
    client = counting_app.test_client()
    client.post(PATH, headers={"Idempotency-Key": "k5"}, json={})
    with db.transaction() as session:
        session.execute(text("DELETE FROM job_progress"))
        session.execute(update(IdempotentAnswer).values(status=0))

    soon = client.post(PATH, headers={"Idempotency-Key": "k5"}, json={})
    with db.transaction() as session:
        session.execute(
            update(IdempotentAnswer).values(created_at=clock.now() - timedelta(minutes=2))
        )
    later = client.post(PATH, headers={"Idempotency-Key": "k5"}, json={})

    assert soon.status_code == 409
    assert later.status_code == 201
    assert _rows() == 1


def test_a_call_whose_key_was_taken_over_keeps_nothing(counting_app: Flask) -> None:
    headers = {"Idempotency-Key": "k8"}

    answer = counting_app.test_client().post(f"{PATH}/overtaken", headers=headers, json={})

    assert answer.status_code == 409
    assert _rows() == 0


def test_an_odd_key_is_refused(counting_app: Flask) -> None:
    answer = counting_app.test_client().post(PATH, headers={"Idempotency-Key": "k" * 256}, json={})

    assert answer.status_code == 422


def test_a_refusal_that_kept_something_is_replayed_and_keeps_it_once(counting_app: Flask) -> None:
    client = counting_app.test_client()

    answers = [
        client.post(f"{PATH}/half", headers={"Idempotency-Key": "k6"}, json={}) for _ in range(2)
    ]

    assert [answer.status_code for answer in answers] == [409, 409]
    assert answers[1].headers["Idempotency-Replayed"] == "true"
    assert _rows() == 1


def test_two_at_once_carry_it_out_once(counting_app: Flask) -> None:
    def ask() -> int:
        answer = counting_app.test_client().post(PATH, headers={"Idempotency-Key": "k7"}, json={})
        return answer.status_code

    with ThreadPoolExecutor(8) as pool:
        found = sorted(future.result() for future in [pool.submit(ask) for _ in range(16)])

    assert set(found) <= {201, 409}
    assert 201 in found
    assert _rows() == 1


def test_an_upload_sent_again_means_the_same_under_another_boundary(app: Flask) -> None:
    def said(boundary: str, text: str) -> bytes:
        part = f"Content-Disposition: form-data; name=a\r\n\r\n{text}"
        body = f"--{boundary}\r\n{part}\r\n--{boundary}--"
        kind = f"multipart/form-data; boundary={boundary}"
        with app.test_request_context(method="POST", data=body.encode(), content_type=kind):
            return idempotency.said()

    assert said("one", "ruộng") == said("two", "ruộng")
    assert said("one", "ruộng") != said("one", "vườn")
