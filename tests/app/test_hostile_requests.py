"""Every address with hostile queries, headers, methods and paths: never a 5xx."""

from __future__ import annotations

from collections.abc import Iterator
from urllib.parse import quote, unquote_to_bytes, urlencode

import pytest
from flask.testing import FlaskClient
from werkzeug.datastructures import Headers
from werkzeug.routing import Rule
from werkzeug.test import EnvironBuilder

from foundation import db
from foundation.config import Config
from tests.app.hostile import CURSORS, TEXTS, Known, noted_schemas, share
from tests.app.told_house import ToldHouse, told_house

# Read beside the shapes of queries.
MORE_PARAMETERS = ("lang", "next", "q", "sort", "stars", "linkType", "page", "limit")
QUERY_TEXTS = [TEXTS[what] for what in ("NUL", "2^64", "a header")]
BOXES = (
    "1,2,3",
    "a,b,c,d",
    "nan,nan,nan,nan",
    "1e999,0,0,0",
    "9,9,1,1",
    "-1e300,-1e300,1e300,1e300",
)
DAYS = ("31/02/2026", "0000-00-00", "99999-01-01", "2026-13-45", "9999-12-31", "0001-01-01", "2026")
ACCEPTS = ("application/geo+json", "text/html;q=nan", ",;,=;q", "a/b" * 2000, "\x7f")


@pytest.fixture(scope="module")
def house(server_url: str, template: str, test_config: Config) -> Iterator[ToldHouse]:
    with told_house(server_url, template, test_config) as told:
        yield told


@pytest.fixture(scope="module")
def known(house: ToldHouse) -> Known:
    with db.reading() as session:
        return Known(session)


class Caller:
    """An administrator with a browser and a token: every address opens."""

    def __init__(self, house: ToldHouse) -> None:
        self.browser: FlaskClient = house.browser("admin@demo.nguon.vn")
        self.token = {"Authorization": f"Bearer {house.token('admin@demo.nguon.vn')}"}

    def call(self, method: str, path: str, **headers: str) -> int:
        """The status of an answer whose body was read to its end."""
        answer = self.browser.open(path, method=method, headers={**self.token, **headers})
        answer.get_data()
        return answer.status_code


@pytest.fixture(scope="module")
def caller(house: ToldHouse) -> Caller:
    return Caller(house)


def _pages(house: ToldHouse) -> list[Rule]:
    return [rule for rule in house.app.url_map.iter_rules() if "GET" in (rule.methods or ())]


def _bad(found: dict[str, int]) -> dict[str, int]:
    return {what: status for what, status in found.items() if status >= 500}


def test_hostile_queries_end_well(house: ToldHouse, known: Known, caller: Caller) -> None:
    found = {}
    for turn, rule in enumerate(_pages(house)):
        path = known.address(rule)
        with noted_schemas() as noted:
            found[path] = caller.call("GET", path)
        names = {*MORE_PARAMETERS, *(name for shape in noted for name in shape().fields)}
        queries = [urlencode(dict.fromkeys(names, value)) for value in QUERY_TEXTS]
        queries += ["%ff=%fe&%00=%00", "&&==&;" * 500, "x=" + "a" * 60_000]
        if "cursor" in names:
            queries += [urlencode({"cursor": cursor}) for cursor in CURSORS]
        if "bbox" in names:
            queries += [urlencode({"bbox": box}) for box in BOXES]
        for name in names & {"on", "placed_from", "placed_to", "period"}:
            queries += [urlencode({name: day}) for day in DAYS]
        for query in share(queries, turn):
            found[f"{path}?{query}"[:300]] = caller.call("GET", f"{path}?{query}")

    assert _bad(found) == {}


def test_wrong_queries_of_calls_name_the_parameter(
    house: ToldHouse, known: Known, caller: Caller
) -> None:
    nameless = {}
    for rule in _pages(house):
        path = known.address(rule)
        if not path.startswith("/api/v1/"):
            continue
        with noted_schemas() as noted:
            caller.call("GET", path)
        for name in {name for shape in noted for name in shape().fields}:
            for value in ("a\x00b", "9" * 5000, "%%%"):
                answer = caller.browser.get(path, query_string={name: value}, headers=caller.token)
                if answer.status_code in (400, 422):
                    told = [line.get("field", "") for line in answer.get_json()["errors"]]
                    if not all(told):
                        nameless[f"{path}?{name}={value[:10]}"] = (answer.status_code, told)

    assert nameless == {}


def test_odd_wishes_and_ranges_end_well(house: ToldHouse, known: Known, caller: Caller) -> None:
    found = {}
    for turn, rule in enumerate(_pages(house)):
        path = known.address(rule)
        for accept in share(ACCEPTS, turn):
            found[f"{path} {accept[:20]}"] = caller.call("GET", path, Accept=accept)
        wishes: tuple[dict[str, str], ...] = (
            {"Accept-Language": "xx-" * 500 + ";q=nan,*;q=-1"},
            {"Range": "bytes=0-0"},
            {"Range": "bytes=99999999999999999999-", "If-None-Match": '"' + "x" * 5000},
            {"Cookie": "nguon=\x01; nguon-cart=" + "a" * 36 + "; nguon-csrf=" + "é" * 43},
            {"X-Forwarded-For": "a, b", "X-Request-Id": "\x7f" * 50, "Host": "evil:99999"},
            {"Content-Type": "application/json", "Content-Length": "5"},
        )
        for headers in share(wishes, turn):
            found[f"{path} {headers}"[:200]] = caller.call("GET", path, **headers)

    assert _bad(found) == {}


def test_every_method_ends_well(house: ToldHouse, known: Known, caller: Caller) -> None:
    found, allowed = {}, {}
    for rule in house.app.url_map.iter_rules():
        path = known.address(rule)
        for method in ("OPTIONS", "PUT", "TRACE", "get"):
            found[f"{method} {path}"] = caller.call(method, path)
        allowed[path] = found[f"OPTIONS {path}"]

    assert _bad(found) == {}
    # What even an administrator may not open says so to every method.
    assert {path: status for path, status in allowed.items() if status not in (200, 204, 403)} == {}


def test_head_answers_as_get_without_a_body(house: ToldHouse, known: Known, caller: Caller) -> None:
    differing = {}
    for rule in _pages(house):
        path = known.address(rule)
        head = caller.browser.head(path, headers=caller.token)
        if head.get_data() or head.status_code != caller.call("GET", path):
            differing[path] = head.status_code

    assert differing == {}


PARTS = (
    "%00",
    "a%00b",
    "..%2F..%2Fetc",
    "%ff%fe",
    "9" * 30,
    "-1",
    "%",
    "a" * 5000,
    "%0d%0aSet-Cookie:x",
    "'",
    "%25%30%30",
)
PATHS = (
    "/%00",
    "//evil.example",
    "/\\evil",
    "/" + "a" * 60_000,
    "/" + "a/" * 5000,
    "/%",
    "/t/%00",
    "/01/%00",
    "/01/0893000100001%2F8",
    "/01/08930001000018/10/a%2F%00b",
    "/01/08930001000018/10/" + "%2F" * 500,
    "/static/%00",
    "/static/..%2f..%2fsetup.cfg",
    "/files/" + "a" * 64,
    "/files/..%2f" + "a" * 60,
)


def test_hostile_paths_end_well(house: ToldHouse, caller: Caller) -> None:
    found = {}
    for turn, rule in enumerate(_pages(house)):
        for part in share(PARTS, turn):
            path = rule.rule
            # What a rule takes for granted stands in no path.
            for name in rule.arguments - set(rule.defaults or ()):
                start = path.rindex("<", 0, path.index(f"{name}>"))
                path = path[:start] + part + path[path.index(">", start) + 1 :]
            if rule.arguments:
                found[path[:100]] = _raw(caller, path)
    for path in PATHS:
        found[path[:100]] = _raw(caller, path)

    assert _bad(found) == {}


def test_an_address_that_is_none_is_no_fault_of_ours(client: FlaskClient) -> None:
    for sent in ("http://[", "//[a?b=c://d"):
        environ = {**EnvironBuilder(path="/01/1").get_environ(), "RAW_URI": sent}
        assert client.open(environ).status_code < 500


def _raw(caller: Caller, path: str) -> int:
    """Call a path as it stands, percent signs and all, as a server hands it to the application."""
    environ = EnvironBuilder(path="/", headers=Headers(caller.token)).get_environ()
    sent = quote(path, safe="/%~+'\\-")
    environ["PATH_INFO"] = unquote_to_bytes(sent).decode("latin-1")
    environ["RAW_URI"] = sent
    answer = caller.browser.open(environ)
    answer.get_data()
    return answer.status_code
