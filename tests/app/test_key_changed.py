"""A log that changes its key while a witness watches: what was kept holds, nothing forged does.

The programs of docs/verify ask a served house, as a witness's own machine does.
"""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from threading import Thread
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from flask.testing import FlaskClient
from sqlalchemy import select, text
from werkzeug.serving import make_server

from foundation import clock, db
from foundation.config import Config
from foundation.models import OutboxMail
from ledger import checkpoint, judging, keys, note, proofs, rotation, verification, witnesses
from ledger.models import SigningKey
from tests.app.told_house import told_house

PROGRAMS = Path(__file__).parents[2] / "docs/verify"


@dataclass
class Changed:
    """What was kept before the key changed, what came after, and the witness's folder."""

    client: FlaskClient
    address: str
    folder: Path
    code: str
    first_key: str
    kept: str
    bundle: dict[str, Any]
    said: list[subprocess.CompletedProcess[str]]


def program(name: str, *words: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, str(PROGRAMS / name), *words],
        capture_output=True,
        text=True,
        check=False,
        env={"PYTHONIOENCODING": "utf-8", "PYTHONDONTWRITEBYTECODE": "1"},
    )


@pytest.fixture(scope="module")
def changed(
    server_url: str, template: str, test_config: Config, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Changed]:
    own, folder = tmp_path_factory.mktemp("keys"), tmp_path_factory.mktemp("witness")
    with told_house(server_url, template, test_config) as house:
        keys_of_all = keys.folder()
        keys.get()
        shutil.copy(keys_of_all / "ledger-key", own)
        keys.use(own, test_config.base_url)
        server = make_server("127.0.0.1", 0, house.app, threaded=True)
        thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
        thread.start()
        try:
            address = f"http://127.0.0.1:{server.server_port}"
            yield _story(house.app.test_client(), address, folder)
        finally:
            server.shutdown()
            thread.join()
            keys.use(keys_of_all, test_config.base_url)


def _story(client: FlaskClient, address: str, folder: Path) -> Changed:
    """Sign, witness, keep a bundle; change the key; sign and witness again."""
    key = program("witness.py", "init", "bao.example", "--folder", str(folder)).stdout.strip()
    with db.transaction() as session:
        witnesses.appoint(session, "Báo", "a@bao.example", key, now=clock.now())
    with db.transaction() as session:
        mark = checkpoint.make(session, keys.get(), keys.origin(), now=clock.now())
        kept, origin = mark.note, keys.origin()
        first_key = note.verifier_key(origin, mark.public_key)
        released = "SELECT code FROM batches WHERE state = 'released' ORDER BY id LIMIT 1"
        code = str(session.execute(text(released)).scalar_one())
    run = ("witness.py", "run", address, "--folder", str(folder))
    said = [program(*run), program(*run, "--key", first_key), program(*run)]
    bundle = client.get(f"/api/v1/trace/{code}/bundle").get_json()
    with db.transaction() as session:
        rotation.begin(session, now=clock.now())
    with db.transaction() as session:
        rotation.finish(session)
        checkpoint.make(session, keys.get(), keys.origin(), now=clock.now())
    said.append(program(*run))
    return Changed(client, address, folder, code, first_key, kept, bundle, said)


def growth(changed: Changed, bundle: dict[str, Any], kept: str) -> Any:
    (changed.folder / "bundle.json").write_text(json.dumps(bundle), "utf-8")
    (changed.folder / "kept.txt").write_text(kept, "utf-8")
    paths = (str(changed.folder / "bundle.json"), str(changed.folder / "kept.txt"))
    return program("verify_growth.py", *paths)


def newest(changed: Changed) -> dict[str, Any]:
    since = note.read(changed.kept).size
    got = changed.client.get(f"/api/v1/trace/{changed.code}/bundle?since={since}")
    return dict(got.get_json())


def test_a_witness_follows_the_log_over_the_change(changed: Changed) -> None:
    without_key, first, again, after = changed.said

    assert (without_key.returncode, "--key is needed" in without_key.stderr) == (1, True)
    assert (first.returncode, first.stderr) == (0, "")
    size = note.read(changed.kept).size
    assert first.stdout == again.stdout == f"ok: {size} entries, signed by Báo\n"
    assert (after.returncode, after.stderr) == (0, "")
    assert "signed by Báo" in after.stdout
    assert (changed.folder / "witness-key").stat().st_mode & 0o077 == 0
    state = json.loads((changed.folder / "witness-state.json").read_text("utf-8"))
    assert state["key"] != changed.first_key


def test_what_was_kept_before_holds_and_the_new_key_leads_back_to_it(changed: Changed) -> None:
    told = newest(changed)
    grown = growth(changed, told, changed.kept)
    path = changed.folder / "bundle.json"
    by_new = program("verify_bundle.py", str(path), "--key", told["verifier_key"])
    by_old = program("verify_bundle.py", str(path), "--key", changed.first_key)
    path.write_text(json.dumps(changed.bundle), "utf-8")
    kept = program("verify_bundle.py", str(path), "--key", changed.first_key)

    assert (grown.returncode, grown.stderr) == (0, "")
    assert f"key {told['verifier_key']}" in grown.stdout
    assert told["verifier_key"] != changed.first_key == changed.bundle["verifier_key"]
    assert [each["name"] for each in changed.bundle["witnesses"]] == ["Báo"]
    assert [each["name"] for each in told["witnesses"]] == ["Báo"]
    assert by_new.returncode == kept.returncode == 0
    assert by_old.returncode == 1
    with db.reading() as session:
        assert verification.verify(session) is None
        assert verification.verify(session, outside=changed.kept) is None
        assert verification.verify(session, outside=told["checkpoint"]) is None
        terms = rotation.terms(session)
    for bundle in (told, changed.bundle):
        assert judging.judge(json.dumps(bundle).encode(), terms).matches


def test_a_forged_change_of_key_leads_nowhere(changed: Changed) -> None:
    """Signed by the thief alone, by the former key alone, or told of another former key."""
    told, thief = newest(changed), Ed25519PrivateKey.generate()
    public = thief.public_key().public_bytes_raw()
    origin, former = keys.origin(), note.read_verifier_key(changed.first_key)[1]
    words = rotation.voucher_text(origin, former, public, clock.now())
    by_thief = note.signed_line(words, origin, thief)
    by_new = note.signed_line(words, origin, keys.get())
    said = note.read(told["checkpoint"])
    forged = {
        **told,
        "checkpoint": note.sign(said, thief),
        "verifier_key": note.verifier_key(origin, public),
    }
    for lines in (by_thief, by_thief + by_new, by_thief * 2):
        result = growth(changed, {**forged, "vouchers": [f"{words}\n{lines}"]}, changed.kept)
        assert result.returncode == 1, lines
        assert result.stderr.startswith("WRONG"), lines
    with db.transaction() as session:
        row = SigningKey(
            public_key=public,
            since=clock.now() + timedelta(hours=1),
            vouched_by=former,
            voucher=f"{words}\n{by_thief}{by_new}",
        )
        session.add(row)
        session.flush()
        bad = verification.verify(session)
        session.rollback()
    assert bad is not None
    assert bad.code == "ledger.keys_altered"


def test_a_witness_that_was_shown_another_log_signs_nothing_and_wakes_the_house(
    changed: Changed,
) -> None:
    """It kept what a rewritten log signed: a true signature of ours over another root."""
    state = changed.folder / "witness-state.json"
    before = state.read_text("utf-8")
    said = note.read(json.loads(before)["note"])
    other = note.sign(note.Statement(said.origin, said.size, bytes(32), said.made_at), keys.get())
    state.write_text(json.dumps({**json.loads(before), "note": other}), "utf-8")
    run = ("witness.py", "run", changed.address, "--folder", str(changed.folder))

    rewritten = program(*run)
    longer = note.Statement(said.origin, said.size + 1000, bytes(32), said.made_at)
    cut = {**json.loads(before), "note": note.sign(longer, keys.get())}
    state.write_text(json.dumps(cut), "utf-8")
    shorter = program(*run)
    state.write_text(before, "utf-8")
    unreached = program("witness.py", "run", "http://127.0.0.1:9", "--folder", str(changed.folder))

    assert (rewritten.returncode, "rewritten" in rewritten.stderr) == (1, True), rewritten
    assert (shorter.returncode, "shorter" in shorter.stderr) == (1, True), shorter
    assert unreached.returncode == 2
    proofs_kept = "".join(p.read_text("utf-8") for p in changed.folder.glob("alarm-*.txt"))
    assert other in proofs_kept
    assert cut["note"] in proofs_kept
    with db.reading() as session:
        codes = set(session.execute(text("SELECT code FROM ledger_alarms")).scalars())
        subjects = session.scalars(select(OutboxMail.subject)).all()
        root = proofs.root_at(session, said.size)
    assert codes == {"ledger.split_view", "ledger.shorter"}
    assert any(subject.startswith("BÁO ĐỘNG") for subject in subjects)
    assert root == said.root
