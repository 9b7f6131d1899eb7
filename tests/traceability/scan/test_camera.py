"""From a photo or a mistyped code to the page it means."""

from __future__ import annotations

import io
from datetime import datetime

import numpy
import pytest
import zxingcpp
from flask.testing import FlaskClient
from PIL import Image, ImageFilter
from sqlalchemy.orm import Session
from werkzeug.test import TestResponse

from foundation import clock, form_tokens
from tests.accounts.browser import form_token
from tests.traceability.factories import GTIN, grow, make_batch
from traceability.models import Batch
from traceability.scan import code_reader, guessing, limits, photographed

_QR, _SQUARE, _BARS = (
    zxingcpp.BarcodeFormat.QRCode,
    zxingcpp.BarcodeFormat.DataMatrix,
    zxingcpp.BarcodeFormat.EAN13,
)


@pytest.fixture
def batch(session: Session, now: datetime) -> Batch:
    made = make_batch(session, grow(session, now, gtin=GTIN), now, lot="BUOI-26A")
    session.commit()
    return made


def _drawn(text: str, kind: zxingcpp.BarcodeFormat, side: int) -> Image.Image:
    code = zxingcpp.create_barcode(text, kind)
    drawn = Image.fromarray(numpy.asarray(code.to_image(scale=4)))
    drawn = drawn.resize((side, side * drawn.height // drawn.width), Image.Resampling.NEAREST)
    photo = Image.new("RGB", (1500, 1100), (190, 180, 160))
    photo.paste(drawn.convert("RGB"), (500, 300))
    return photo.rotate(7, expand=True, fillcolor=(190, 180, 160)).filter(
        ImageFilter.GaussianBlur(1.2)
    )


def _bytes(image: Image.Image, kind: str = "JPEG") -> bytes:
    out = io.BytesIO()
    image.save(out, kind, quality=70)
    return out.getvalue()


@pytest.mark.parametrize(
    ("text", "kind", "said"),
    [
        (f"https://nguon.vn/01/{GTIN}/10/BUOI-26A", _QR, f"https://nguon.vn/01/{GTIN}/10/BUOI-26A"),
        ("8930001000018", _BARS, "8930001000018"),
        ("K7WM3QXB9TAB", _SQUARE, "K7WM3QXB9TAB"),
    ],
)
@pytest.mark.parametrize("side", [260, 520])
def test_codes_of_packages_are_read_blurred_and_askew(
    text: str, kind: zxingcpp.BarcodeFormat, said: str, side: int
) -> None:
    assert code_reader.answer(_bytes(_drawn(text, kind, side))) == {"texts": [said]}


def test_a_small_code_in_a_large_photo_is_read() -> None:
    photo = Image.new("RGB", (4000, 3000), (200, 200, 200))
    code = _drawn("K7WM3QXB9TAB", _QR, 400).resize((750, 550))
    photo.paste(code, (2600, 1900))

    assert code_reader.answer(_bytes(photo)) == {"texts": ["K7WM3QXB9TAB"]}


@pytest.mark.parametrize(
    ("content", "finding"),
    [
        (_bytes(Image.new("RGB", (600, 400), "green")), "scan.no_code"),
        (b"\xff\xd8\xff\xe0 cut", "photo.unreadable"),
        (_bytes(Image.new("1", (7000, 7000)), "PNG"), "photo.too_many_pixels"),
    ],
)
def test_what_cannot_be_read_is_said_by_name(content: bytes, finding: str) -> None:
    assert code_reader.answer(content) == {"finding": finding}


def test_a_photo_leads_to_the_page_of_its_code_and_nothing_of_it_is_kept(
    client: FlaskClient, batch: Batch
) -> None:
    address = f"https://elsewhere.example/01/{GTIN}/10/BUOI-26A"
    photo = _bytes(_drawn(address, _QR, 420))

    read = _send(client, photo)

    assert read.status_code == 303
    found = client.get(read.location)
    assert found.location == f"/01/{GTIN}/10/BUOI-26A"


def _send(client: FlaskClient, content: bytes | None, address: str = "127.0.0.1") -> TestResponse:
    fields = {form_tokens.FIELD: form_token(client)}
    files = {"photo": (io.BytesIO(content), "anh.jpg")} if content is not None else {}
    here = {"REMOTE_ADDR": address}
    return client.post("/scan", data={**fields, **files}, environ_overrides=here)


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (None, "Hãy chọn một tệp ảnh"),
        (b"GIF89a", "Không đọc được tệp này"),
        (_bytes(Image.new("RGB", (300, 300))), "Không đọc được mã trong ảnh: chụp gần hơn"),
    ],
)
def test_an_honest_error_names_what_to_do(
    client: FlaskClient, batch: Batch, content: bytes | None, said: str
) -> None:
    answer = _send(client, content)

    assert answer.status_code == 422
    assert said in answer.text


def test_a_network_that_sends_photos_without_end_waits_and_guesses_nothing_by_them(
    client: FlaskClient, batch: Batch, now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(clock, "now", lambda: now)
    away = "203.0.113.7"
    photo = _bytes(_drawn("K7WM3QXB9TAB", _QR, 420))
    for _ in range(limits.limit("scan_photos") - 1):
        photographed.take_turn(away, now)

    guessed = _send(client, photo, away)
    assert guessed.location == "/verify?q=K7WM3QXB9TAB"
    assert guessing.recent.count(guessing.network_of(away) or b"", now, 600) == 1

    refused = _send(client, photo, away)
    assert refused.status_code == 429
    assert int(refused.headers["Retry-After"]) > 0
    assert "quá nhiều ảnh" in refused.text


def test_a_misread_code_offers_the_label_it_may_be_and_goes_nowhere_unasked(
    client: FlaskClient, session: Session, batch: Batch
) -> None:
    batch.code = "6MXVT4A5HTGW"
    session.commit()

    answer = client.get("/verify", query_string={"q": "gmxvt4a5htgw"})

    assert answer.status_code == 404
    assert "Mã gõ có chỗ sai" in answer.text
    assert "Có phải mã này không?" in answer.text
    assert f"/01/{GTIN}/10/BUOI-26A" in answer.text


def test_pages_without_scripts_lead_to_the_camera_form(client: FlaskClient) -> None:
    home, camera = client.get("/"), client.get("/scan")

    assert 'href="/scan" data-scan' in home.text
    assert "Set-Cookie" not in home.headers
    assert 'capture="environment"' in camera.text
    assert "script-src 'self'" in camera.headers["Content-Security-Policy"]
