"""Photos of diary work for programs: sent, refused, stripped of their place, nobody else's."""

from __future__ import annotations

import io
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from flask.testing import FlaskClient
from PIL import ExifTags, Image
from sqlalchemy.orm import Session

from accounts import tokens
from accounts.models import Organisation
from foundation import files
from growing_areas.dossiers import uploads
from tests.accounts import factories as people
from tests.growing_areas import factories

V1 = "/api/v1"
NAME, WHERE = "Bác Sáu Đoan Hạ", (21.0, 7.0, 12.0)


@pytest.fixture(autouse=True)
def _files(tmp_path: Path, _app: Any) -> Iterator[None]:
    files.use(f"file://{tmp_path}/files")
    yield
    files.use(_app.config["NGUON"].files_url)


@pytest.fixture
def organisation(session: Session, now: datetime) -> Organisation:
    return factories.make_organisation(session, now)


def bearer_of(session: Session, organisation: Organisation, now: datetime) -> dict[str, str]:
    member = people.make_member(session, organisation, now)
    return {"Authorization": f"Bearer {tokens.create(session, member, 'thử', now=now).plain}"}


def photo_with_place() -> bytes:
    exif = Image.Exif()
    exif[ExifTags.Base.Artist] = NAME
    place = {int(ExifTags.GPS.GPSLatitudeRef): "N", int(ExifTags.GPS.GPSLatitude): WHERE}
    exif.get_ifd(ExifTags.IFD.GPSInfo).update(place)
    content = io.BytesIO()
    Image.new("RGB", (64, 48), "#3a7d44").save(content, "JPEG", exif=exif)
    return content.getvalue()


def send(client: FlaskClient, token: dict[str, str], content: bytes, key: str) -> Any:
    sent = {"work_key": key, "file": (io.BytesIO(content), "anh.jpg")}
    return client.post(f"{V1}/diary-photos", data=sent, headers=token)


def test_a_photo_loses_its_place_stands_beside_its_line_and_is_nobody_elses(
    client: FlaskClient, session: Session, now: datetime, organisation: Organisation
) -> None:
    area = factories.make_area(session, now, organisation)
    mine = bearer_of(session, organisation, now)
    theirs = bearer_of(session, factories.make_organisation(session, now), now)
    session.commit()
    key, content = str(uuid4()), photo_with_place()
    assert Image.open(io.BytesIO(content)).getexif().get_ifd(ExifTags.IFD.GPSInfo)

    made = send(client, mine, content, key)
    waiting = client.get(made.headers["Location"], headers=theirs)
    work = {"activity": "weeding", "done_on": "2026-11-10", "work_key": key}
    line = client.post(f"{V1}/growing-areas/{area.id}/diary", json=work, headers=mine).get_json()
    told = client.get(f"{V1}/diary/{line['id']}", headers=mine).get_json()
    picture = client.get(made.headers["Location"], headers=mine)
    stolen = send(client, theirs, content, key)

    assert made.status_code == 201
    assert [each["id"] for each in told["photos"]] == [made.json["id"]]
    assert not dict(Image.open(io.BytesIO(picture.data)).getexif())
    assert NAME.encode() not in picture.data
    assert picture.headers["Cache-Control"] == "private, no-store"
    assert waiting.status_code == 404
    for path in (made.headers["Location"], f"{V1}/diary/{line['id']}"):
        assert client.get(path, headers=theirs).status_code == 404
    assert client.delete(made.headers["Location"], headers=theirs).status_code == 404
    assert (stolen.status_code, stolen.json["code"]) == (409, "diary.key_taken")
    gone = client.delete(made.headers["Location"], headers=mine)
    after = client.get(f"{V1}/diary/{line['id']}", headers=mine).get_json()
    assert (gone.status_code, after["photos"][0]["erased"]) == (204, True)
    assert client.get(made.headers["Location"], headers=mine).status_code == 404


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"GIF89a", "paper.unknown_type"),
        (b"<svg xmlns='http://www.w3.org/2000/svg'/>", "paper.unknown_type"),
        (b"%PDF-1.7\n", "photo.unreadable"),
        (b"\xff\xd8\xff\xe0 cut short", "photo.unreadable"),
        (b"\xff\xd8\xff" + bytes(uploads.MOST_BYTES), "paper.too_large"),
        (b"", "paper.empty"),
    ],
    ids=["gif", "svg", "pdf", "cut", "large", "empty"],
)
def test_what_is_no_photo_is_refused_by_its_reason(
    client: FlaskClient,
    session: Session,
    now: datetime,
    organisation: Organisation,
    content: bytes,
    code: str,
) -> None:
    mine = bearer_of(session, organisation, now)
    session.commit()

    answer = send(client, mine, content, str(uuid4()))

    assert answer.status_code == 422, answer.json
    assert [(each["code"], each["field"]) for each in answer.json["errors"]] == [(code, "file")]
