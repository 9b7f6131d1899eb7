"""Every form of every page against what no form should be sent: 4xx, never 5xx."""

from __future__ import annotations

import io
from collections.abc import Collection, Iterator
from typing import Any

import pytest
from flask.testing import FlaskClient
from marshmallow import Schema, fields
from werkzeug.datastructures import MultiDict
from werkzeug.routing import Rule

from foundation import db
from foundation.config import Config
from foundation.form_tokens import FIELD, HEADER
from tests.accounts.browser import form_token
from tests.app.hostile import LONG, TEXTS, Known, likely, noted_schemas, share
from tests.app.told_house import ToldHouse, told_house

FORM = "application/x-www-form-urlencoded"
# Read beside the forms' own shapes.
MORE_FIELDS = ("act", "edit", "from", "geometry", "kept", "line", "next", "order_key", "repair")
MACHINES = ("/api/", "/webhooks/", "/epcis")


@pytest.fixture(scope="module")
def house(server_url: str, template: str, test_config: Config) -> Iterator[ToldHouse]:
    with told_house(server_url, template, test_config) as told:
        yield told


@pytest.fixture(scope="module")
def known(house: ToldHouse) -> Known:
    with db.reading() as session:
        return Known(session)


def _forms(house: ToldHouse) -> list[Rule]:
    return [
        rule
        for rule in house.app.url_map.iter_rules()
        if "POST" in (rule.methods or ()) and not rule.rule.startswith(MACHINES)
    ]


def _post(browser: FlaskClient, path: str, data: Any, kind: str = FORM) -> int:
    """Send a form with its token."""
    token = form_token(browser)
    if isinstance(data, dict):
        data = MultiDict({**data, FIELD: token})
    headers = {HEADER: token}
    return browser.post(path, data=data, content_type=kind, headers=headers).status_code


def _shape(browser: FlaskClient, path: str) -> dict[str, fields.Field[Any]]:
    """The fields a form reads, as its view asks for them."""
    with noted_schemas() as noted:
        _post(browser, path, {})
    shapes: list[Schema] = [schema() for schema in noted]
    return {name: field for shape in shapes for name, field in shape.fields.items()}


def test_hostile_values_in_forms_are_refused(house: ToldHouse, known: Known) -> None:
    wrong = {}
    for turn, rule in enumerate(_forms(house)):
        path = known.address(rule)
        browser = house.browser("admin@demo.nguon.vn")
        shape = _shape(browser, path)
        for what, value in share(TEXTS.items(), turn):
            status = _post(browser, path, dict.fromkeys([*shape, *MORE_FIELDS], value))
            if status >= 500:
                wrong[f"{path} everywhere {what}"] = status
        for number, name in enumerate(shape):
            values = {other: likely(field) for other, field in shape.items()}
            for what in share(("NUL", list(TEXTS)[number % len(TEXTS)]), turn + number):
                status = _post(browser, path, {**values, name: TEXTS[what]})
                if status >= 500 or (what == "NUL" and status < 300):
                    wrong[f"{path} {name} {what}"] = status

    assert wrong == {}


def test_misshapen_forms_are_refused(house: ToldHouse, known: Known) -> None:
    wrong = {}
    for turn, rule in enumerate(_forms(house)):
        path = known.address(rule)
        browser = house.browser("admin@demo.nguon.vn")
        for what, (body, kind) in share(_bodies(_shape(browser, path)).items(), turn):
            status = _post(browser, path, body, kind)
            if status >= 500:
                wrong[f"{path} {what}"] = status

    assert wrong == {}


def _bodies(shape: Collection[str]) -> dict[str, tuple[bytes, str]]:
    # Empty: the token travels in the header, whatever becomes of the body.
    token = f"{FIELD}=".encode()
    names = list(shape) or ["name"]
    twice = "&".join(f"{name}=a&{name}=b" for name in names).encode()
    wrong_utf8 = "&".join(f"{name}=%ff%fe%c0%80" for name in names).encode()
    file = (
        b'--x\r\nContent-Disposition: form-data; name="file"; filename="\x00../a.kml"\r\n\r\n\xff'
    )
    return {
        "unknown fields": (token + b"&nothing=1&__class__=2&%00=3&a[b]=4", FORM),
        "repeated fields": (token + b"&" + twice, FORM),
        "wrong UTF-8": (token + b"&" + wrong_utf8, FORM),
        "raw bytes": (token + b"&" + bytes(range(256)), FORM),
        "another encoding": (token + b"&name=a", f"{FORM}; charset=utf-16"),
        "an unknown encoding": (token + b"&name=a", f"{FORM}; charset=klingon"),
        "JSON": (b'{"name": "a"}', "application/json"),
        "a JSON list": (b"[1]", "application/json"),
        "text": (b"name=a", "text/plain"),
        "no type": (b"name=a", ""),
        "no boundary": (b"name=a", "multipart/form-data"),
        "broken parts": (file, "multipart/form-data; boundary=x"),
        "parts without end": (file * 50, "multipart/form-data; boundary=x"),
        "a file for a text": (
            b'--x\r\nContent-Disposition: form-data; name="name"; filename="a"\r\n\r\na\r\n--x--',
            "multipart/form-data; boundary=x",
        ),
    }


def test_huge_forms_are_refused(house: ToldHouse, known: Known) -> None:
    browser = house.browser("admin@demo.nguon.vn")
    wrong = {}
    for rule in _forms(house):
        path = known.address(rule)
        status = _post(browser, path, b"name=" + b"a" * 10_000_000)
        if status != 413:
            wrong[path] = status

    assert wrong == {}


def test_forms_with_too_many_fields_are_refused(house: ToldHouse, known: Known) -> None:
    many = "&".join(f"f{number}=1" for number in range(20_000)).encode()
    parts = b"".join(
        b'--x\r\nContent-Disposition: form-data; name="f"\r\n\r\na\r\n' for _ in range(3_000)
    )
    browser = house.browser(None)
    for path in ("/sign-in", "/cart/lines"):
        assert 400 <= _post(browser, path, many) < 500
        assert _post(browser, path, parts + b"--x--", "multipart/form-data; boundary=x") == 413


def test_hostile_files_are_refused(house: ToldHouse, known: Known) -> None:
    contents = {
        "a.kml": b"<!DOCTYPE x [<!ENTITY a 'b'>]><kml>&a;</kml>",
        "a.zip": b"PK\x03\x04" + b"\x00" * 40,
        "a.geojson": b'{"type": "FeatureCollection", "features": ' + b"[" * 50_000,
        "a.xlsx": b"PK\x03\x04not a sheet",
        "a.csv": b"\xff\xfe\x00" * 100,
        "a.png": b"\x89PNG\r\n\x1a\n" + b"\x00" * 50,
        "a.jpg": b"\xff\xd8\xff" + b"\xff" * 500,
        "../../a\x00.gpkg": b"SQLite format 3\x00" + b"\xff" * 200,
        "": b"",
        LONG[:3000]: b"x",
    }
    for rule in _forms(house):
        if not any(part in rule.rule for part in ("import", "photos", "areas/new")):
            continue
        path = known.address(rule)
        browser = house.browser("admin@demo.nguon.vn")
        values = {name: likely(field) for name, field in _shape(browser, path).items()}
        for name, content in contents.items():
            for field in ("file", "photo", "picture"):
                sent = {**values, field: (io.BytesIO(content), name or "a")}
                assert _post(browser, path, sent, "multipart/form-data") < 500, (path, name)


def test_a_form_without_its_token_is_sent_away(house: ToldHouse, known: Known) -> None:
    for email in (None, "admin@demo.nguon.vn"):
        browser = house.browser(email)
        for rule in _forms(house):
            answer = browser.post(known.address(rule), data={"name": "a"})
            assert answer.status_code in (303, 403, 404), rule.rule
