"""What a conformant resolver owes whom, case by case: one table, asked through the served house.

Source: GS1-Conformant Resolver Standard 1.1; RFC 9264 (link sets), RFC 9457 (problems).
"""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import datetime
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy.orm import Session
from werkzeug.test import TestResponse

from accounts.permissions import SYSTEM
from foundation import clock, config
from tests.traceability.factories import GTIN, grow, make_batch
from traceability.digital_link import check_digit
from traceability.linking import compression, own_links
from traceability.linking.judging import Element
from traceability.linking.new_links import NewLink
from traceability.linking.own_links import OfProduct
from traceability.scan import keeping

PAGE = {"Accept": "text/html,application/xhtml+xml,*/*;q=0.8", "Accept-Language": "vi"}
SET = {"Accept": "application/linkset+json"}
JSON = {"Accept": "application/json"}
LD = {"Accept": "application/ld+json"}
ANY = {"Accept": "*/*"}
ITEM = f"/01/{GTIN}"
LOT = f"{ITEM}/10/L%2F1"
PROVIDER = "/8017/89300010000000001" + check_digit("89300010000000001")
VOC = "https://gs1.org/voc/"
SHORT = compression.compress((Element("01", GTIN), Element("10", "L/1")))
Case = tuple[str, str, str, dict[str, str], int, Callable[[TestResponse], Any]]


def _links(answer: TestResponse) -> dict[str, Any]:
    (entry,) = answer.get_json()["linkset"]
    assert len(entry[VOC + "defaultLink"]) == 1
    assert set(entry[VOC + "defaultLink"][0]) == {"href", "title"}
    assert answer.headers["Access-Control-Allow-Origin"] == "*"
    found: dict[str, Any] = entry
    return found


def _anchor(path: str) -> Callable[[TestResponse], Any]:
    return lambda answer: _links(answer)["anchor"] == config.current().base_url + path


def _kind(media_type: str) -> Callable[[TestResponse], Any]:
    return lambda answer: answer.mimetype == media_type


def _set(media_type: str) -> Callable[[TestResponse], Any]:
    return lambda answer: answer.mimetype == media_type and _links(answer)


def _problem(code: str) -> Callable[[TestResponse], Any]:
    return lambda answer: (
        answer.content_type == "application/problem+json"
        and answer.get_json()["code"] == code
        and answer.get_json()["status"] == answer.status_code
        and answer.headers["Access-Control-Allow-Origin"] == "*"
    )


def _fault(**told: Any) -> Callable[[TestResponse], Any]:
    return lambda answer: any(told.items() <= line.items() for line in answer.get_json()["errors"])


def _to(end: str) -> Callable[[TestResponse], Any]:
    return lambda answer: (
        re.sub("linkType=[^&]*", "", answer.location).endswith(end)
        and 'rel="linkset"' in answer.headers["Link"]
        and "owl:sameAs" not in answer.headers["Link"]
    )


def _page_links(answer: TestResponse) -> bool:
    link = answer.headers["Link"]
    return 'rel="linkset"' in link and f'<https://id.gs1.org{LOT}>; rel="owl:sameAs"' in link


def _anything(answer: TestResponse) -> bool:
    return True


CASES: list[Case] = [
    ("a page", "GET", LOT, PAGE, 200, _page_links),
    ("a page for whoever takes anything", "GET", LOT, ANY, 200, _kind("text/html")),
    ("a page for who says nothing", "GET", LOT, {}, 200, _kind("text/html")),
    ("a page before JSON", "GET", LOT, {"Accept": "text/html, application/json"}, 200,
     _kind("text/html")),
    ("JSON before a page", "GET", LOT, {"Accept": "application/json, text/html;q=0.5"}, 200,
     _set("application/json")),
    ("a link set by Accept", "GET", LOT, SET, 200, _set("application/linkset+json")),
    ("a link set as JSON", "GET", LOT, JSON, 200, _set("application/json")),
    ("a link set as JSON-LD", "GET", LOT, LD, 200,
     lambda a: _set("application/ld+json")(a) and a.get_json()["@context"]),
    ("a link set of an older client", "GET", LOT, {"Accept": "application/json, */*"}, 200,
     _set("application/json")),
    ("a link set by its name", "GET", f"{LOT}?linkType=linkset", PAGE, 200,
     _set("application/linkset+json")),
    ("a link set by its old name", "GET", f"{LOT}?linkType=all", PAGE, 200,
     _set("application/linkset+json")),
    ("its context", "GET", LOT, SET, 200, lambda a: "json-ld#context" in a.headers["Link"]),
    ("the anchor of a lot", "GET", LOT, SET, 200, _anchor(LOT)),
    ("the anchor of an article", "GET", ITEM, SET, 200, _anchor(ITEM)),
    ("an unknown lot walks up", "GET", f"{ITEM}/10/NONE", SET, 200, _anchor(ITEM)),
    ("an unknown serial walks up", "GET", f"{ITEM}/21/NONE", SET, 200, _anchor(ITEM)),
    ("an unknown variant walks up", "GET", f"{ITEM}/22/NONE", SET, 200, _anchor(ITEM)),
    ("an unknown third-party serial walks up", "GET", f"{ITEM}/235/NONE", SET, 200, _anchor(ITEM)),
    ("attributes change nothing", "GET", f"{LOT}?17=271231&3103=000500", SET, 200, _anchor(LOT)),
    ("strangers' parameters change nothing", "GET", f"{LOT}?utm=1", SET, 200, _anchor(LOT)),
    ("a slash too many", "GET", LOT + "/", SET, 200, _anchor(LOT)),
    ("a compressed address", "GET", f"/{SHORT}", SET, 200, _anchor(LOT)),
    ("HEAD of a page", "HEAD", LOT, PAGE, 200, lambda a: a.data == b"" and _page_links(a)),
    ("HEAD of a link set", "HEAD", LOT, SET, 200, _kind("application/linkset+json")),
    ("HEAD of a redirect", "HEAD", f"{LOT}?linkType=gs1:instructions", PAGE, 307,
     _to("htx.vn/vi?x=1&")),
    ("OPTIONS", "OPTIONS", LOT, {}, 200,
     lambda a: {"GET", "HEAD", "OPTIONS"} <= set(a.headers["Allow"].split(", "))),
    ("a preflight", "OPTIONS", LOT, {"Origin": "https://a.vn"}, 200,
     lambda a: "GET" in a.headers["Access-Control-Allow-Methods"]),
    ("no POST", "POST", LOT, {}, 405, _anything),
    ("a kind of link", "GET", f"{LOT}?linkType=gs1:instructions&b=2", PAGE, 307,
     _to("htx.vn/vi?x=1&&b=2")),
    ("a kind of link by its address", "GET", f"{LOT}?linkType=https://gs1.org/voc/instructions",
     PAGE, 307, _to("htx.vn/vi?x=1&")),
    ("a kind of link in English", "GET", f"{LOT}?linkType=gs1:instructions",
     {**PAGE, "Accept-Language": "en-GB,en;q=0.9"}, 307, _to("htx.vn/en?")),
    ("a kind of link in a wished language", "GET", f"{LOT}?linkType=gs1:instructions&lang=en",
     PAGE, 307, _to("htx.vn/en?&lang=en")),
    ("a kind of link although JSON is taken", "GET", f"{LOT}?linkType=gs1:instructions",
     {**JSON, "Accept-Language": "vi"},
     307, _to("htx.vn/vi?x=1&")),
    ("the default by its name", "GET", f"{LOT}?linkType=gs1:defaultLink", PAGE, 307, _to(LOT)),
    ("a choice of links", "GET", f"{LOT}?linkType=gs1:relatedVideo", PAGE, 300,
     _kind("text/html")),
    ("a choice of links for a program", "GET", f"{LOT}?linkType=gs1:relatedVideo", SET, 300,
     lambda a: len(_links(a)[VOC + "relatedVideo"]) == 2),
    ("no such kind of link", "GET", f"{LOT}?linkType=gs1:recipeInfo", PAGE, 404,
     _kind("text/html")),
    ("no such kind, told to a program", "GET", f"{LOT}?linkType=gs1:recipeInfo", JSON, 404,
     _problem("link.no_such_type")),
    ("a kind of nobody's vocabulary", "GET", f"{LOT}?linkType=nonsense", PAGE, 404, _anything),
    ("an unknown article", "GET", "/01/08930001000117", PAGE, 404, _kind("text/html")),
    ("an unknown article, to a program", "GET", "/01/08930001000117", SET, 404,
     _problem("link.unknown")),
    ("an unknown article by linkType", "GET", "/01/08930001000117?linkType=linkset", PAGE, 404,
     _problem("link.unknown")),
    ("an unknown asset", "GET", "/8004/8930001MAY", SET, 404, _problem("link.unknown")),
    ("an unknown payment slip", "GET", "/415/8930001000018/8020/1", SET, 404,
     _problem("link.unknown")),
    ("an unknown provider", "GET", PROVIDER, SET, 404, _problem("link.unknown")),
    ("a wrong check digit", "GET", "/01/08930001000019", SET, 400, _problem("link.invalid")),
    ("which identifier and rule", "GET", "/01/08930001000019", SET, 400,
     _fault(code="link.check_digit", ai="01", rule="csum", place="path", position=1)),
    ("which letter", "GET", f"{ITEM}/10/Ch%C3%A8", SET, 400,
     _fault(code="link.value_form", ai="10", rule="X", place="path", position=3)),
    ("which parameter", "GET", f"{LOT}?15=260230", SET, 400,
     _fault(code="link.date_impossible", ai="15", rule="yymmd0", place="query")),
    ("too short a number", "GET", "/01/8930001000018", SET, 400,
     _fault(code="link.value_form", ai="01", rule="length")),
    ("another order", "GET", f"{ITEM}/21/1/10/A", SET, 400, _fault(code="link.qualifier_order")),
    ("a stranger's qualifier", "GET", f"{ITEM}/254/A", SET, 400,
     _fault(code="link.qualifier_unknown", ai="01", qualifier="254")),
    ("a lot in the query", "GET", f"{ITEM}?10=A", SET, 400,
     _fault(code="link.belongs_in_path", ai="10")),
    ("a page for a malformed one", "GET", f"{ITEM}/21/1/10/A", PAGE, 400, _kind("text/html")),
    ("no address at all", "GET", "/khong-co-trang-nay", SET, 404, _problem("link.no_key")),
    ("who the resolver is", "GET", "/.well-known/gs1resolver", {}, 200,
     lambda a: a.get_json()["resolverRoot"] == config.current().base_url
     and a.headers["Access-Control-Allow-Origin"] == "*"),
]  # fmt: skip


@pytest.fixture(autouse=True)
def _lot(session: Session, now: datetime, monkeypatch: pytest.MonkeyPatch) -> None:
    keeping.forget_all()
    monkeypatch.setattr(clock, "now", lambda: now)
    grown = grow(session, now, gtin=GTIN)
    make_batch(session, grown, now, lot="L/1")
    today = clock.business_day(now)
    for kind, href, language in (
        ("instructions", "https://htx.vn/vi?x=1", "vi"),
        ("instructions", "https://htx.vn/en", "en"),
        ("relatedVideo", "https://htx.vn/a", None),
        ("relatedVideo", "https://htx.vn/b", None),
    ):
        link = NewLink(kind, href, "Trang", today, language)
        own_links.add(session, SYSTEM, OfProduct(grown.product.code), link, now=now)
    session.commit()


def test_every_duty_of_a_resolver_is_done(client: FlaskClient) -> None:
    broken = {}
    for name, method, address, headers, status, holds in CASES:
        answer = client.open(address, method=method, headers=headers)
        if answer.status_code != status:
            broken[name] = f"{answer.status_code} {answer.text[:200]}"
        elif not holds(answer):
            broken[name] = f"{dict(answer.headers)} {answer.text[:300]}"

    assert broken == {}
