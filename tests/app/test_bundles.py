"""Proof bundles, checked without us and by our page: the true ones hold, no other one does."""

from __future__ import annotations

import base64
import contextlib
import copy
import hashlib
import io
import json
import re
import runpy
import subprocess
import sys
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from flask.testing import FlaskClient
from sqlalchemy import select, text

from accounts.models import Organisation
from foundation import clock, db
from foundation.config import Config
from foundation.errors import NotFound
from ledger import (
    bundling,
    canonical,
    checkpoint,
    cosigning,
    judging,
    keys,
    note,
    proofs,
    rotation,
    witnesses,
)
from ledger.judging import Term
from tests.app.told_house import ToldHouse, told_house
from traceability.models import Batch

GROWTH = Path(__file__).parents[2] / "docs/verify/verify_growth.py"
SCRIPT = Path(__file__).parents[2] / "docs" / "verify" / "verify_bundle.py"
WITNESS = Ed25519PrivateKey.from_private_bytes(bytes(range(32)))
WITNESS_KEY = note.cosigner_key("bao.example", WITNESS.public_key().public_bytes_raw())


@pytest.fixture(scope="module")
def house(server_url: str, template: str, test_config: Config) -> Iterator[ToldHouse]:
    with told_house(server_url, template, test_config) as told:
        with db.transaction() as session:
            mark = checkpoint.make(session, keys.get(), keys.origin(), now=clock.now())
            witnesses.appoint(session, "Báo", "a@bao.example", WITNESS_KEY, now=clock.now())
            signed = mark.note.rpartition("\n\n")[0] + "\n"
            line = note.cosigned_line(signed, "bao.example", WITNESS, clock.now())
            cosigning.accept(session, mark.note + line, now=clock.now())
        yield told


@pytest.fixture(scope="module")
def client(house: ToldHouse) -> FlaskClient:
    return house.app.test_client()


@pytest.fixture(scope="module")
def code(house: ToldHouse) -> str:
    with db.reading() as session:
        released = "SELECT code FROM batches WHERE state = 'released' ORDER BY id LIMIT 1"
        return str(session.execute(text(released)).scalar_one())


@pytest.fixture(scope="module")
def bundle(client: FlaskClient, code: str) -> dict[str, Any]:
    return dict(client.get(f"/api/v1/trace/{code}/bundle").get_json())


@pytest.fixture(scope="module")
def key(client: FlaskClient) -> str:
    return str(client.get("/api/v1/ledger/keys").get_json()["items"][0]["verifier_key"])


@pytest.fixture(scope="module")
def terms(house: ToldHouse) -> list[Term]:
    with db.reading() as session:
        return rotation.terms(session)


def run(folder: Path, content: str, *key_words: str) -> subprocess.CompletedProcess[str]:
    path = folder / "bundle.json"
    path.write_text(content, "utf-8")
    asked = [word for key in key_words for word in ("--key", key)]
    return subprocess.run(
        [sys.executable, "-I", str(SCRIPT), str(path), *asked],
        capture_output=True,
        text=True,
        check=False,
        env={"PYTHONIOENCODING": "utf-8"},
    )


def resigned(bundle: dict[str, Any]) -> dict[str, Any]:
    """As if the house itself had signed the altered bundle: the proofs must hold by themselves."""
    rest = {name: value for name, value in bundle.items() if name != "signature"}
    return {**rest, "signature": bundling.sign_off(rest)}


def altered(bundle: dict[str, Any], *path: Any, value: Any) -> dict[str, Any]:
    changed = copy.deepcopy(bundle)
    inner: Any = changed
    for step in path[:-1]:
        inner = inner[step]
    inner[path[-1]] = value
    return changed


@pytest.mark.parametrize("script", [SCRIPT, GROWTH], ids=lambda path: path.stem)
def test_the_scripts_are_as_short_as_promised(script: Path) -> None:
    assert len(script.read_text("utf-8").splitlines()) <= 100


def grown(folder: Path, bundle: dict[str, Any], kept: str) -> subprocess.CompletedProcess[str]:
    (folder / "grown.json").write_text(json.dumps(bundle), "utf-8")
    (folder / "kept.txt").write_text(kept, "utf-8")
    return subprocess.run(
        [sys.executable, str(GROWTH), str(folder / "grown.json"), str(folder / "kept.txt")],
        capture_output=True,
        text=True,
        check=False,
        env={"PYTHONIOENCODING": "utf-8", "PYTHONDONTWRITEBYTECODE": "1"},
    )


def test_a_kept_checkpoint_brings_the_key_and_proves_that_the_log_only_grew(
    client: FlaskClient, code: str, tmp_path: Path
) -> None:
    size = note.read(client.get(f"/api/v1/trace/{code}/bundle").get_json()["checkpoint"]).size
    early = size - size // 3
    told = dict(client.get(f"/api/v1/trace/{code}/bundle?since={early}").get_json())
    with db.reading() as session:
        root = proofs.root_at(session, early)
    said = note.read(told["checkpoint"])
    kept = note.sign(note.Statement(said.origin, early, root, said.made_at), keys.get())
    other = note.sign(note.Statement(said.origin, early, bytes(32), said.made_at), keys.get())
    stranger = note.sign(
        note.Statement(said.origin, early, root, said.made_at), Ed25519PrivateKey.generate()
    )

    good = grown(tmp_path, told, kept)
    assert (good.returncode, good.stderr) == (0, "")
    assert good.stdout.splitlines()[-1] == f"key {told['verifier_key']}"
    (tmp_path / "letter.txt").write_text(f"Sổ có {size} mục.\n{good.stdout}", "utf-8")
    assert run(tmp_path, json.dumps(told), str(tmp_path / "letter.txt")).returncode == 0
    for harmed, note_kept, sentence in (
        (told, other, "rewritten after your checkpoint"),
        (told, stranger, "not signed by the key of the bundle"),
        ({**told, "consistency": None}, kept, f"?since={early}"),
        (altered(told, "consistency", "path", value=[]), kept, "WRONG: "),
    ):
        answer = grown(tmp_path, harmed, note_kept)
        assert (answer.returncode, answer.stdout) == (1, ""), sentence
        assert sentence in answer.stderr
    assert client.get(f"/api/v1/trace/{code}/bundle?since={size + 1}").status_code == 404


def test_without_a_key_of_ones_own_it_says_what_is_proved(
    bundle: dict[str, Any], tmp_path: Path
) -> None:
    answer = run(tmp_path, json.dumps(bundle))

    assert (answer.returncode, answer.stderr) == (0, "")
    assert "by the key in the file alone" in answer.stdout.splitlines()[-1]
    assert run(tmp_path, json.dumps(bundle), "no key").returncode == 1


def test_a_true_bundle_is_proved_and_needs_the_keys_it_is_asked_for(
    bundle: dict[str, Any], key: str, tmp_path: Path
) -> None:
    good = run(tmp_path, json.dumps(bundle), key, WITNESS_KEY)
    stranger = note.verifier_key("bao.example", Ed25519PrivateKey.generate().public_key().public_bytes_raw())  # fmt: skip  # noqa: E501
    missing = run(tmp_path, json.dumps(bundle), key, stranger)

    assert (good.returncode, good.stderr) == (0, "")
    assert good.stdout.splitlines()[-1].startswith(f"ok: {len(bundle['facts'])} facts")
    assert missing.returncode == 1
    assert missing.stderr == "WRONG: no signature of bao.example\n"
    assert {fact["table"] for fact in bundle["facts"]} >= {"batches", "products", "epcis_events"}
    assert "quantity" not in json.dumps(bundle)


def test_each_kind_of_harm_is_refused_in_a_plain_sentence(
    bundle: dict[str, Any], key: str, tmp_path: Path
) -> None:
    whole = json.dumps(bundle)
    swapped = copy.deepcopy(bundle)
    first, second = swapped["facts"][:2]
    first["values"], second["values"] = second["values"], first["values"]
    swapped["same"] = []
    twice = resigned(altered(bundle, "checkpoint", value=forked(bundle)))
    harmed = {
        "Unterminated": whole[: len(whole) // 2],
        "something is missing: 'signature'": json.dumps({**bundle, "signature": None})[:0] + "{}",
        "the bundle is not as it was handed out": json.dumps(altered(bundle, "made_at", value="x")),
        "not what was recorded": json.dumps(resigned(swapped)),
        "its entry is not in the log": json.dumps(twice),
        "a path of the wrong length": json.dumps(
            resigned(altered(bundle, "facts", 0, "path", value=[]))
        ),
        "the story says 'GIẢ'": json.dumps(resigned(altered(bundle, "story", "lot", value="GIẢ"))),
    }
    for sentence, content in harmed.items():
        answer = run(tmp_path, content, key)
        assert (answer.returncode, answer.stdout.count("ok:")) == (1, 0), sentence
        assert answer.stderr.startswith("WRONG: "), sentence
        assert sentence in answer.stderr
        assert len(answer.stderr.splitlines()) == 1


def test_a_batch_recorded_after_the_checkpoint_is_neither_proved_nor_called_wrong(
    bundle: dict[str, Any], key: str, client: FlaskClient, tmp_path: Path
) -> None:
    early = json.dumps(resigned({**bundle, "facts": [], "same": []}))

    answer = run(tmp_path, early, key)
    told = page(client, early.encode())

    assert (answer.returncode, answer.stdout.count("ok:")) == (1, 0)
    assert answer.stderr == "NOT YET: recorded after this checkpoint\n"
    assert ">Chưa tới mốc ký<" in told
    assert "Không khớp" not in told
    meddled = page(client, early.replace('"lot"', '"lol"').encode())
    assert "Không khớp" in meddled


def test_the_page_of_a_batch_changed_a_moment_ago_asks_for_patience(
    client: FlaskClient, code: str
) -> None:
    with db.transaction() as session:
        newest = select(Batch).where(Batch.code != code, Batch.state == "released")
        batch = session.scalars(newest.order_by(Batch.id.desc()).limit(1)).one()
        batch.expires_on = (batch.expires_on or clock.today()) + timedelta(days=1)
        changed = batch.code

    told = client.get("/verify/proof", query_string={"code": changed}).text

    assert ">Chưa tới mốc ký<" in told
    assert "trong mười phút" in told
    assert "Không khớp" not in told


def forked(bundle: dict[str, Any]) -> str:
    """The house's own signature under another root."""
    said = note.read(bundle["checkpoint"])
    return note.sign(note.Statement(said.origin, said.size, bytes(32), said.made_at), keys.get())


def scalars(value: Any, *path: Any) -> Iterator[tuple[Any, ...]]:
    members = value.items() if isinstance(value, dict) else enumerate(value)
    for name, inner in members:
        if isinstance(inner, (dict, list)) and inner:
            yield from scalars(inner, *path, name)
        else:
            yield (*path, name)


def other(value: Any) -> Any:
    """The same value with one thing about it changed."""
    match value:
        case str() if value:
            middle = len(value) // 2
            return value[:middle] + ("A" if value[middle] != "A" else "B") + value[middle + 1 :]
        case bool() | None | "":
            return "x"
        case int() | float():
            return value + 1
        case _:
            return ["x"]


def holds(script: dict[str, Any], bundle: dict[str, Any], key: str) -> bool:
    try:
        with contextlib.redirect_stdout(io.StringIO()):
            script["check"](copy.deepcopy(bundle), key)
    except Exception:  # noqa: BLE001 - whatever stops it, it did not pass
        return False
    return True


def test_no_altered_value_passes_the_script_or_the_page(
    bundle: dict[str, Any], key: str, terms: list[Term]
) -> None:
    """Each value of the bundle; those of the facts also when the house signed the change."""
    script = runpy.run_path(str(SCRIPT))
    assert holds(script, bundle, key)
    assert holds(script, resigned(bundle), key)
    few = {**bundle, "facts": bundle["facts"][:4], "same": []}
    tried = 0
    for path in scalars(few):
        value: Any = few
        for step in path:
            value = value[step]
        if path[0] == "checkpoint":
            continue
        changed = altered(few, *path, value=other(value))
        assert not judging.judge(json.dumps(changed).encode(), terms).matches, path
        if path[0] == "facts":
            changed = resigned(changed)
            assert not judging.judge(json.dumps(changed).encode(), terms).matches, path
        assert not holds(script, changed, key), path
        tried += 1
    assert tried > 100


def test_every_line_of_the_checkpoint_counts(
    bundle: dict[str, Any], key: str, terms: list[Term]
) -> None:
    script = runpy.run_path(str(SCRIPT))
    lines = bundle["checkpoint"].split("\n")
    for number in (0, 1, 2, 4):
        lines_changed = [*lines[:number], other(lines[number]), *lines[number + 1 :]]
        changed = resigned({**bundle, "checkpoint": "\n".join(lines_changed)})
        assert not holds(script, changed, key), number
        assert not judging.judge(json.dumps(changed).encode(), terms).matches, number


def test_the_page_says_why_by_the_first_thing_that_does_not_hold(
    bundle: dict[str, Any], terms: list[Term]
) -> None:
    def code_of(changed: dict[str, Any]) -> tuple[str, dict[str, Any]]:
        judged = judging.judge(json.dumps(changed).encode(), terms)
        return judged.code, judged.params

    assert code_of(bundle) == ("bundle.matches", {})
    lot = altered(bundle, "facts", 0, "values", "lot", value="X")
    assert code_of(lot) == ("bundle.fact_altered", {"table": "batches"})
    path = [*bundle["facts"][0]["path"][:-1], base64.b64encode(bytes(32)).decode()]
    cut = altered(bundle, "facts", 0, "path", value=path)
    assert code_of(cut) == ("bundle.fact_unlogged", {"table": "batches"})
    told = altered(bundle, "story", "lot", value="X")
    lot_recorded = bundle["story"]["lot"]
    assert code_of(told) == ("bundle.story_differs", {"said": "X", "recorded": lot_recorded})
    assert code_of(altered(bundle, "story", "diary", value=[]))[0] == "bundle.changed"


def test_a_voucher_proves_what_was_erased_since(house: ToldHouse, key: str, tmp_path: Path) -> None:
    with db.reading() as session:
        named = text(
            "SELECT id, representative FROM organisations WHERE representative IS NOT NULL LIMIT 1"
        )
        found = (
            session.execute(named).first()
            or session.execute(text("SELECT id, NULL FROM organisations LIMIT 1")).one()
        )
        voucher = bundling.vouch(session, "organisations", (found[0],), now=clock.now())
    with db.transaction() as session:
        organisation = session.get(Organisation, found[0])
        assert organisation is not None
        organisation.representative = None
        organisation.tax_code = None
    with db.transaction() as session:
        checkpoint.make(session, keys.get(), keys.origin(), now=clock.now() + timedelta(hours=1))

    (fact,) = voucher["facts"]
    assert fact["group"] == "person"
    assert "representative" in fact["values"]
    assert fact["person"] if "person" in fact else fact["told"]
    good = run(tmp_path, json.dumps(voucher), key)
    assert (good.returncode, good.stderr) == (0, "")
    guessed = altered(voucher, "facts", 0, "values", "representative", value="Ai đó")
    assert "not what was recorded" in run(tmp_path, json.dumps(resigned(guessed)), key).stderr
    unsalted = altered(voucher, "facts", 0, "salt", value="00" * 16)
    assert run(tmp_path, json.dumps(resigned(unsalted)), key).returncode == 1
    with db.reading() as session:
        after = bundling.vouch(session, "organisations", (found[0],), now=clock.now())
        assert after["facts"][0]["salt"] != fact["salt"]
        with pytest.raises(NotFound):
            bundling.vouch(session, "products", (1,), now=clock.now())
        with pytest.raises(NotFound):
            bundling.vouch(session, "organisations", (-1,), now=clock.now())


def page(client: FlaskClient, content: bytes) -> str:
    form = client.get("/verify").text
    token = re.search(r'name="csrf_token" value="([^"]+)"', form)
    assert token is not None
    sent = {"file": (io.BytesIO(content), "b.json"), "csrf_token": token.group(1)}
    answer = client.post("/verify/proof", data=sent)
    assert answer.status_code == 200
    return answer.text


def test_the_page_checks_a_batch_by_its_code(client: FlaskClient, code: str) -> None:
    told = client.get("/verify/proof", query_string={"code": code.lower()}).text

    assert ">Khớp<" in told
    assert "Lô sản xuất" in told
    unknown = client.get("/verify/proof?code=AAAA")
    assert unknown.status_code == 404
    assert "Kiểm tra lô" in unknown.text


def test_a_row_altered_behind_our_back_shows_on_the_page(
    house: ToldHouse, client: FlaskClient, code: str
) -> None:
    def put(lot: str) -> None:
        with house.database.primary.begin() as connection:
            connection.exec_driver_sql("SET LOCAL session_replication_role = replica")
            connection.exec_driver_sql(
                "UPDATE batches SET lot = %(lot)s WHERE code = %(code)s", {"lot": lot, "code": code}
            )

    with db.reading() as session:
        lot = session.execute(text("SELECT lot FROM batches WHERE code = :c"), {"c": code}).scalar()
    put("TRAO")
    try:
        told = client.get("/verify/proof", query_string={"code": code}).text
    finally:
        put(str(lot))

    assert "Không khớp" in told
    assert ">Khớp<" in client.get("/verify/proof", query_string={"code": code}).text


def test_an_uploaded_bundle_is_answered_in_words(
    client: FlaskClient, bundle: dict[str, Any]
) -> None:
    good = page(client, json.dumps(bundle).encode())
    bad = page(client, json.dumps(altered(bundle, "facts", 0, "values", "lot", value="X")).encode())
    kept = page(client, bundle["checkpoint"].encode())
    nonsense = page(client, b"\xff\xfe not ours")
    hostile = [
        page(client, json.dumps(altered(bundle, "story", "code", value=code)).encode())
        for code in ("A\x00B", "\ud800", "A" * 10_000)
    ]
    hostile.append(
        page(client, json.dumps(altered(bundle, "story", "state", value="\ud800")).encode())
    )

    assert ">Khớp<" in good
    assert "Nội dung không đúng như đã ghi: Lô sản xuất." in bad
    assert ">Khớp<" in kept
    assert "đây không phải tệp bằng chứng" in nonsense
    assert all("Không khớp" in told for told in hostile)


def test_two_roots_at_one_size_are_an_alarm_that_everybody_sees(
    client: FlaskClient, bundle: dict[str, Any]
) -> None:
    """Last in this house: what contradicts the log is kept."""
    said = note.read(bundle["checkpoint"])
    longer = note.Statement(said.origin, said.size + 10_000, bytes(32), said.made_at)
    strangers = note.sign(said, Ed25519PrivateKey.generate())

    assert "không mang chữ ký của sổ này" in page(client, strangers.encode())
    assert "sổ hiện nay ngắn hơn" in page(client, note.sign(longer, keys.get()).encode())
    assert "Báo động" not in client.get("/verify").text
    assert "hai cuốn sổ khác nhau" in page(client, forked(bundle).encode())
    page(client, forked(bundle).encode())

    for address in ("/verify", "/ledger/checkpoint"):
        assert client.get(address).text.count("có hai cuốn sổ khác nhau") == 1


def test_the_signature_of_the_whole_is_over_rfc_8785(bundle: dict[str, Any]) -> None:
    rest = {name: value for name, value in bundle.items() if name != "signature"}
    digest = hashlib.sha256(canonical.document(rest).encode()).digest()

    assert bundle["signature"].split("\n")[1] == base64.b64encode(digest).decode()
