"""The log's public pages and calls."""

import base64
from datetime import datetime
from pathlib import Path

import pytest
import zxingcpp
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from ledger import keys, merkle, note, ports
from tests.ledger.factories import record, sign
from tests.papers import needs_poppler, pages_of, words_of


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


@needs_poppler
def test_the_printed_checkpoint_holds_all_that_proves_it(
    client: FlaskClient, signed_log: str, tmp_path: Path
) -> None:
    paper = client.get("/ledger/checkpoints/5/print")
    words = words_of(paper.data)
    # Wide letters in a signature may take its last line over to a second page.
    first, *_more = pages_of(paper.data, tmp_path, dpi=150)
    (code,) = zxingcpp.read_barcodes(first)

    assert paper.mimetype == "application/pdf"
    assert "MỐC KÝ SỔ TRUY XUẤT" in words
    assert note.read(signed_log).root.hex() in words.replace(" ", "")
    assert signed_log.replace("\n", "").replace(" ", "") in words.replace(" ", "")
    scanned = code.bytes.decode()
    assert scanned == signed_log
    assert note.is_signed_by(scanned, keys.get().public_key().public_bytes_raw())


def test_checkpoints_are_listed_page_by_page_and_each_has_its_own(
    client: FlaskClient, session: Session, signed_log: str, now: datetime
) -> None:
    record(session, 2, now)
    newest = sign(session, keys.get(), now)
    session.flush()

    first = client.get("/api/v1/ledger/checkpoints?limit=1").get_json()
    second = client.get(f"/api/v1/ledger/checkpoints?limit=1&cursor={first['next']}").get_json()
    one = client.get("/api/v1/ledger/checkpoints/5").get_json()
    text = client.get("/ledger/checkpoints/5", headers={"Accept": "text/plain"})
    listed = client.get("/ledger/checkpoints").text

    assert [first["items"][0]["size"], second["items"][0]["size"]] == [newest.size, 5]
    assert second["next"] is None
    assert (one["note"], one["cosigned"]) == (signed_log, [])
    assert text.text == signed_log
    assert "/ledger/checkpoints/5/print" in listed
    assert client.get("/ledger/checkpoints/6").status_code == 404
    assert client.get("/api/v1/ledger/checkpoints/6").status_code == 404
    assert client.get("/ledger/checkpoints?cursor=x").status_code == 422


def test_an_entry_is_told_by_its_hash_and_its_text_only_where_that_is_public(
    client: FlaskClient, signed_log: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    closed = client.get("/api/v1/ledger/entries/3").get_json()
    monkeypatch.setattr(ports, "_public_kinds", {"test.noted"})
    told = client.get("/api/v1/ledger/entries/3").get_json()

    assert closed["content"] is None
    assert base64.b64decode(told["leaf_hash"]) == merkle.leaf_hash(told["content"].encode())
    assert client.get("/api/v1/ledger/entries/6").status_code == 404


def test_answers_are_kept_a_while_and_asked_for_by_their_tag(
    client: FlaskClient, signed_log: str
) -> None:
    for address in ("checkpoint", "proofs/3", "keys", "consistency?first=1&second=5"):
        answer = client.get(f"/api/v1/ledger/{address}")
        again = client.get(
            f"/api/v1/ledger/{address}", headers={"If-None-Match": answer.headers["ETag"]}
        )
        assert answer.headers["Cache-Control"] == "public, max-age=60", address
        assert (again.status_code, again.data) == (304, b""), address
    missing = client.get("/api/v1/ledger/proofs/99")
    assert missing.mimetype == "application/problem+json"
    assert "max-age" not in missing.headers["Cache-Control"]


@pytest.mark.parametrize(
    "address",
    [
        "consistency",
        "consistency?first=1",
        "consistency?first=-1&second=5",
        "consistency?first=1&second=99999999999999999999",
        "consistency?first=1.5&second=5",
        "consistency?first=%00&second=5",
        "consistency?first=6&second=7",
        "proofs/3?size=0",
        "proofs/3?size=x",
        "proofs/5?size=4",
        "proofs/9223372036854775808",
        "entries/0",
        "entries/1e3",
        "checkpoints?limit=0",
        "checkpoints?limit=201",
        "checkpoints?cursor=%F0%9F%92%A9",
        "checkpoints?cursor=W251bGxd",
        "checkpoints?cursor=WyJ4Il0",
        "checkpoints/0",
    ],
)
def test_whatever_is_asked_wrongly_is_a_problem_in_words(
    client: FlaskClient, signed_log: str, address: str
) -> None:
    answer = client.get(f"/api/v1/ledger/{address}")

    assert answer.status_code in (404, 422)
    assert answer.mimetype == "application/problem+json"
    assert answer.get_json()["title"]


def test_proofs_of_every_pair_of_sizes_hold(client: FlaskClient, signed_log: str) -> None:
    for second in range(1, 6):
        for first in range(1, second + 1):
            told = client.get(
                f"/api/v1/ledger/consistency?first={first}&second={second}"
            ).get_json()
            old, new = (base64.b64decode(told[name]["root"]) for name in ("first", "second"))
            path = [base64.b64decode(step) for step in told["path"]]
            assert merkle.verify_consistency(first, second, old, new, path)
