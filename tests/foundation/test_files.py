"""Files: once by content, whole, never active."""

import hashlib
import io
from datetime import datetime
from pathlib import Path

import pytest
from flask.testing import FlaskClient
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy.orm import Session

from foundation import files
from foundation.errors import Invalid, NotFound, Refused

PNG = b"\x89PNG\r\n\x1a\n" + bytes(40)


@pytest.fixture(autouse=True)
def store(tmp_path: Path) -> files.Store:
    return files.use(f"file://{tmp_path}/kept%20files")


@given(st.binary(max_size=3_000))
def test_what_is_put_is_found_under_its_digest(content: bytes) -> None:
    kept = files.store().put(io.BytesIO(content))

    assert kept.digest == hashlib.sha256(content).hexdigest()
    assert files.store().open(kept.digest).read() == content


def test_the_same_content_lies_there_once(store: files.Store) -> None:
    store.put(io.BytesIO(PNG))
    store.put(io.BytesIO(PNG))

    assert len(list(store.digests())) == 1
    assert [path.name for path in store.root.iterdir() if path.name.startswith(".")] == []


def test_a_content_too_large_leaves_nothing_behind(store: files.Store) -> None:
    with pytest.raises(Refused):
        store.put(io.BytesIO(b"x" * 3_000_000), most_bytes=1_000_000)

    assert [path for path in store.root.rglob("*") if path.is_file()] == []


@pytest.mark.parametrize("digest", ["..", "../../etc/passwd", "0" * 63, "G" * 64, "", "\x00" * 64])
def test_what_is_no_digest_opens_nothing(store: files.Store, digest: str) -> None:
    with pytest.raises(NotFound):
        store.open(digest)


@pytest.mark.parametrize(
    ("head", "media_type"),
    [
        (PNG, "image/png"),
        (b"\xff\xd8\xff\xe0", "image/jpeg"),
        (b"RIFF\x00\x00\x00\x00WEBPVP8 ", "image/webp"),
        (b"%PDF-1.7", "application/pdf"),
        (b"<svg xmlns='http://www.w3.org/2000/svg'>", "application/octet-stream"),
        (b"<!doctype html><script>", "application/octet-stream"),
        (b"", "application/octet-stream"),
    ],
)
def test_the_content_itself_says_what_it_is(head: bytes, media_type: str) -> None:
    assert files.sniff(head) == media_type


def test_a_public_picture_is_shown_and_kept_by_browsers(
    client: FlaskClient, session: Session, store: files.Store, now: datetime
) -> None:
    files.use(f"file://{store.root}")
    kept = files.keep(session, io.BytesIO(PNG), now=now, public=True)
    session.flush()

    answer = client.get(f"/files/{kept.digest}")

    assert (answer.status_code, answer.mimetype, answer.data) == (200, "image/png", PNG)
    assert "immutable" in answer.headers["Cache-Control"]
    assert answer.headers["X-Content-Type-Options"] == "nosniff"


def test_a_drawing_with_scripts_is_only_ever_downloaded(
    client: FlaskClient, session: Session, store: files.Store, now: datetime
) -> None:
    files.use(f"file://{store.root}")
    kept = files.keep(session, io.BytesIO(b"<svg onload='alert(1)'/>"), now=now, public=True)
    session.flush()

    answer = client.get(f"/files/{kept.digest}")

    assert answer.mimetype == "application/octet-stream"
    assert answer.headers["Content-Disposition"].startswith("attachment")
    assert "sandbox" in answer.headers["Content-Security-Policy"]


def test_a_private_file_has_no_address(
    client: FlaskClient, session: Session, store: files.Store, now: datetime
) -> None:
    files.use(f"file://{store.root}")
    kept = files.keep(session, io.BytesIO(PNG), now=now)
    session.flush()

    assert client.get(f"/files/{kept.digest}").status_code == 404
    assert client.get("/files/" + "0" * 64).status_code == 404


def test_a_content_once_public_stays_public(session: Session, now: datetime) -> None:
    files.keep(session, io.BytesIO(PNG), now=now, public=True)

    assert files.keep(session, io.BytesIO(PNG), now=now).is_public


def test_an_unknown_kind_of_store_is_refused_by_name() -> None:
    with pytest.raises(Invalid) as caught:
        files.use("ftp://example/files")

    assert caught.value.findings[0].params["name"] == "NGUON_FILES_URL"
