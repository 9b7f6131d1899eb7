"""The log's public pages and calls."""

import base64
from datetime import datetime
from pathlib import Path

import pytest
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from ledger import keys, merkle, note, ports
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


def test_consistency_is_proved_between_any_sizes_that_are_signed_over(
    client: FlaskClient, session: Session, signed_log: str, now: datetime
) -> None:
    record(session, 3, now)
    sign(session, keys.get(), now)
    session.flush()

    grown = client.get("/api/v1/ledger/consistency?first=5&second=8")
    page = client.get("/ledger/proof/consistency/3/7")
    unsigned = client.get(
        "/ledger/proof/consistency/3/7", headers={"Accept": "application/json"}
    ).get_json()
    unknown = client.get("/api/v1/ledger/consistency?first=5&second=9")
    wrong = client.get("/api/v1/ledger/consistency?first=0&second=x")

    assert grown.get_json()["path"]
    assert "nối tiếp" in page.text
    assert unsigned == client.get("/api/v1/ledger/consistency?first=3&second=7").get_json()
    assert (unsigned["second"]["size"], unsigned["second"]["note"]) == (7, None)
    assert unknown.status_code == 404
    assert [error["field"] for error in wrong.get_json()["errors"]] == ["first", "second"]


def test_any_leaf_is_proved_in_any_tree_that_is_signed_over(
    client: FlaskClient, signed_log: str
) -> None:
    leaves = [client.get(f"/api/v1/ledger/proofs/{n}").get_json()["leaf_hash"] for n in range(1, 6)]

    for size in range(1, 6):
        for sequence in range(1, size + 1):
            told = client.get(f"/api/v1/ledger/proofs/{sequence}?size={size}").get_json()
            path = [base64.b64decode(step) for step in told["path"]]
            root = merkle.root(base64.b64decode(leaf) for leaf in leaves[:size])
            leaf = base64.b64decode(told["leaf_hash"])
            assert base64.b64decode(told["tree"]["root"]) == root
            assert merkle.verify_inclusion(leaf, sequence - 1, size, path, root)
    assert client.get("/api/v1/ledger/proofs/3?size=2").status_code == 404
    assert client.get("/api/v1/ledger/proofs/3?size=6").status_code == 404


def test_the_keys_of_the_log_are_public(client: FlaskClient, signed_log: str) -> None:
    (key,) = client.get("/api/v1/ledger/keys").get_json()["items"]

    assert key["verifier_key"].startswith("test.invalid/ledger+")
    assert key["voucher"] is None
