"""Admins keep the roll of witnesses; everybody reads it; whoever hands in an alarm wakes them."""

from datetime import datetime
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from accounts.models import AuditEntry
from accounts.permissions import Actor
from api import pacing
from foundation import clock
from foundation.models import OutboxMail
from ledger import keys, note, witnesses
from ledger.models import Checkpoint, Witness
from tests.accounts.browser import post, sign_in_as, text_of
from tests.accounts.factories import make_official
from tests.ledger.factories import ORIGIN, record, sign
from traceability.scan import limits

PAPER = Ed25519PrivateKey.from_private_bytes(bytes(range(1, 33)))
PAPER_KEY = note.cosigner_key("bao.example", PAPER.public_key().public_bytes_raw())
DOOR = "/api/v1/ledger/cosignatures"


@pytest.fixture(autouse=True)
def _still(monkeypatch: pytest.MonkeyPatch, now: datetime) -> None:
    # A witness of whom nothing was heard for days is told as quiet.
    monkeypatch.setattr(clock, "now", lambda: now)


@pytest.fixture
def admin(client: FlaskClient, session: Session, now: datetime) -> Actor:
    made = make_official(session, now, role="admin")
    sign_in_as(client, session, made, clock.now())
    return made


@pytest.fixture
def paper(client: FlaskClient, session: Session, tmp_path: Path, now: datetime) -> Witness:
    keys.use(tmp_path, "http://test.invalid")
    return witnesses.appoint(session, "Báo Nông nghiệp", "moc@bao.example", PAPER_KEY, now=now)


@pytest.fixture
def mark(session: Session, paper: Witness, now: datetime) -> Checkpoint:
    record(session, 5, now)
    made = sign(session, keys.get(), now)
    session.flush()
    return made


def cosigned(text: str, now: datetime) -> str:
    below = note.cosigned_line(text.rpartition("\n\n")[0] + "\n", "bao.example", PAPER, now)
    return text + below


def test_an_admin_registers_suspends_takes_up_and_withdraws_a_witness(
    client: FlaskClient, session: Session, admin: Actor
) -> None:
    empty = text_of(client.get("/admin/witnesses"))
    wrong = post(client, "/admin/witnesses/new", name="Báo", email="bao", verifier_key="x+y+z")
    given = {"name": "Báo Nông nghiệp", "email": "moc@bao.example", "verifier_key": PAPER_KEY}
    made = post(client, "/admin/witnesses/new", **given)
    again = post(client, "/admin/witnesses/new", **{**given, "name": "Báo khác"})
    place = made.headers["Location"]

    assert "Chưa có bên làm chứng nào" in empty
    assert wrong.status_code == 422
    assert "không phải là một địa chỉ thư" in text_of(wrong)
    assert "không đúng dạng" in text_of(wrong)
    assert (made.status_code, again.status_code) == (303, 409)
    assert "moc@bao.example" in text_of(client.get(place))
    for act, state in (("suspend", "Tạm ngưng"), ("resume", "Đang làm"), ("withdraw", "Đã thôi")):
        assert "Điều sẽ xảy ra" in text_of(client.get(f"{place}/{act}"))
        assert post(client, f"{place}/{act}", reason="").status_code == 422
        assert post(client, f"{place}/{act}", reason="Theo đề nghị").status_code == 303
        assert state in text_of(client.get(place))
    assert post(client, f"{place}/resume", reason="Nhầm").status_code == 409
    assert client.get("/admin/witnesses/999999").status_code == 404
    written = session.scalars(select(AuditEntry.action).order_by(AuditEntry.id)).all()
    assert written[-4:] == [
        "witness.registered", "witness.suspended", "witness.resumed", "witness.withdrawn",
    ]  # fmt: skip


def test_everybody_reads_who_witnesses_and_nobody_the_address(
    client: FlaskClient, mark: Checkpoint, now: datetime
) -> None:
    bare = text_of(client.get("/ledger/witnesses"))
    handed = client.post(DOOR, json={"note": cosigned(mark.note, now)})
    page = client.get("/ledger/witnesses").text
    told = client.get("/api/v1/ledger/witnesses").get_json()["items"]

    assert "Muốn làm chứng" in bare
    assert handed.status_code == 201
    assert PAPER_KEY in page.replace("&#43;", "+")
    assert f"/ledger/checkpoints/{mark.size}" in page
    assert "moc@" not in page
    assert [(each["name"], each["state"]) for each in told] == [("Báo Nông nghiệp", "active")]
    assert told[0]["last_cosigned"]["size"] == mark.size
    assert "moc@" not in str(told)
    assert "Báo Nông nghiệp" in text_of(client.get("/ledger/checkpoints"))
    assert client.get("/ledger").headers["Location"] == "/ledger/checkpoint"


def test_a_witness_hands_in_its_signature_and_again_does_no_harm(
    client: FlaskClient, mark: Checkpoint, now: datetime
) -> None:
    growth = client.get(f"{DOOR}/next").get_json()
    signed = cosigned(growth["checkpoint"]["note"], now)
    once = client.post(DOOR, json={"note": signed})
    again = client.post(DOOR, json={"note": signed.replace("\n", "\r\n")})
    text = client.get(f"{DOOR}/next?since={mark.size}", headers={"Accept": "text/plain"})

    assert (once.status_code, once.get_json()["new"]) == (201, True)
    assert (again.status_code, again.get_json()["new"]) == (201, False)
    assert client.get(once.headers["Location"]).get_json()["note"] == signed
    assert once.get_json()["cosigned"] == again.get_json()["cosigned"]
    assert text.text == f"old {mark.size}\n\n{mark.note}"
    assert client.get(f"{DOOR}/next?since={mark.size + 1}").status_code == 409
    kept = client.get("/ledger/checkpoint", headers={"Accept": "text/plain"}).text
    assert kept == signed


@pytest.mark.parametrize(
    "given",
    [
        {},
        {"note": 7},
        {"note": ""},
        {"note": "x"},
        {"note": "a\n1\nb\n\n— a AAAA"},
        {"note": "\ud800"},
    ],
)
def test_what_is_no_note_is_a_problem_in_words(
    client: FlaskClient, mark: Checkpoint, given: dict[str, object]
) -> None:
    answer = client.post(DOOR, json=given)

    assert answer.status_code == 422
    assert answer.get_json()["errors"][0]["field"] == "note"


def test_a_network_that_hands_in_too_much_waits_and_no_other_does(
    client: FlaskClient, mark: Checkpoint, now: datetime
) -> None:
    for _ in range(limits.limit("cosignatures")):
        pacing.take("203.0.113.9", now=clock.now())
    signed = {"note": cosigned(mark.note, now)}

    refused = client.post(DOOR, json=signed, environ_overrides={"REMOTE_ADDR": "203.0.113.200"})
    taken = client.post(DOOR, json=signed, environ_overrides={"REMOTE_ADDR": "203.0.114.9"})

    assert (refused.status_code, taken.status_code) == (429, 201)
    assert refused.headers["Retry-After"] == "600"


def test_a_signature_over_another_root_wakes_every_admin_once_and_is_settled(
    client: FlaskClient, session: Session, mark: Checkpoint, admin: Actor, now: datetime
) -> None:
    make_official(session, now, role="admin")
    forked = note.sign(note.Statement(ORIGIN, mark.size, bytes(32), now), keys.get())
    answers = [client.post(DOOR, json={"note": cosigned(forked, now)}) for _ in range(2)]
    letters = session.scalars(select(OutboxMail).where(OutboxMail.subject.like("BÁO ĐỘNG%"))).all()
    roll = client.get("/admin/witnesses").text
    place = roll.split("/admin/witnesses/alarms/")[1].split('"')[0]
    shown = text_of(client.get(f"/admin/witnesses/alarms/{place}"))
    closed = post(client, f"/admin/witnesses/alarms/{place}", reason="Bản sao thử nghiệm")

    assert [answer.status_code for answer in answers] == [409, 409]
    assert answers[0].get_json()["code"] == "ledger.split_view"
    admins = session.scalars(select(OutboxMail.recipient)).all()
    assert len(letters) == len(set(admins)) >= 2
    assert "1 báo động chưa ai xem" in roll
    assert "hai cuốn sổ khác nhau" in shown
    assert closed.status_code == 303
    assert "chưa ai xem" not in client.get("/admin/witnesses").text
    # What was shown to everybody stays.
    assert "Báo động" in client.get("/ledger/checkpoint").text


def test_who_is_no_admin_keeps_no_roll(
    client: FlaskClient, session: Session, now: datetime
) -> None:
    sign_in_as(client, session, make_official(session, now, role="officer", scope=""), now)

    assert client.get("/admin/witnesses").status_code == 403
    assert post(client, "/admin/witnesses/new", name="x", email="a@b.vn").status_code == 403
