"""The log's public pages and calls."""

from datetime import datetime
from pathlib import Path

import pytest
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from ledger import keys, note, ports
from tests.ledger.factories import record, sign


@pytest.fixture
def signed_log(client: FlaskClient, session: Session, tmp_path: Path, now: datetime) -> str:
    """Five entries under a checkpoint; answers its note."""
    keys.use(tmp_path, "http://test.invalid")
    record(session, 5, now)
    text = sign(session, keys.get(), now).note
    session.flush()
    return text


def test_without_a_checkpoint_the_page_says_so(client: FlaskClient) -> None:
    answer = client.get("/ledger/checkpoint")

    assert answer.status_code == 200
    assert "Chưa có mốc ký nào" in answer.text
    assert client.get("/api/v1/ledger/checkpoint").status_code == 404


def test_the_newest_checkpoint_is_shown_as_signed(client: FlaskClient, signed_log: str) -> None:
    page = client.get("/ledger/checkpoint")
    text = client.get("/ledger/checkpoint", headers={"Accept": "text/plain"})
    told = client.get("/api/v1/ledger/checkpoint").get_json()

    assert "test.invalid/ledger" in page.text
    assert text.text == told["note"] == signed_log
    assert note.is_signed_by(text.text, keys.get().public_key().public_bytes_raw())
    assert "Accept" in page.headers["Vary"]


def test_a_proof_is_shown_to_people_and_programs(client: FlaskClient, signed_log: str) -> None:
    page = client.get("/ledger/proof/3")
    told = client.get("/ledger/proof/3", headers={"Accept": "application/json"}).get_json()

    assert told == client.get("/api/v1/ledger/proofs/3").get_json()
    assert told["leaf_hash"] in page.text.replace("&#43;", "+")
    assert (told["leaf_index"], told["content"]) == (2, None)
    assert "VN-2" not in page.text


def test_public_kinds_show_what_was_recorded(
    client: FlaskClient, signed_log: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(ports, "_public_kinds", {"test.noted"})

    assert "VN-2" in client.get("/api/v1/ledger/proofs/3").get_json()["content"]


@pytest.mark.parametrize("sequence", ["99", "0", "-1", "x", str(2**63), str(2**64)])
def test_no_such_entry_is_not_found(client: FlaskClient, signed_log: str, sequence: str) -> None:
    assert client.get(f"/ledger/proof/{sequence}").status_code == 404
    assert client.get(f"/api/v1/ledger/proofs/{sequence}").status_code == 404


def test_consistency_is_proved_between_signed_sizes_only(
    client: FlaskClient, session: Session, signed_log: str, now: datetime
) -> None:
    record(session, 3, now)
    sign(session, keys.get(), now)
    session.flush()

    grown = client.get("/api/v1/ledger/consistency?first=5&second=8")
    unknown = client.get("/api/v1/ledger/consistency?first=5&second=7")
    wrong = client.get("/api/v1/ledger/consistency?first=0&second=x")

    assert grown.get_json()["path"]
    assert unknown.status_code == 404
    assert [error["field"] for error in wrong.get_json()["errors"]] == ["first", "second"]
