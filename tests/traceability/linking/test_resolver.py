"""The resolver answers as GS1's standard says, and a phone gets a page."""

import json
from datetime import datetime
from pathlib import Path
from typing import Any
from urllib.parse import quote

import jsonschema_rs
import pytest
from flask.testing import FlaskClient
from sqlalchemy.orm import Session
from werkzeug.test import TestResponse

from foundation import clock, config
from tests.traceability.factories import GTIN, Grown, grow, make_batch
from traceability import ports
from traceability.digital_link import check_digit
from traceability.linking import compression
from traceability.linking.judging import Element
from traceability.models import Batch
from traceability.scan import keeping

BROWSER = {
    "User-Agent": "Mozilla/5.0 (Linux; Android 14) Chrome/129 Mobile Safari/537.36",
    "Accept": "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8",
    "Accept-Language": "en-GB,en;q=0.9,vi;q=0.8,fr;q=0.5",
}
LINKSET = {"Accept": "application/linkset+json"}
VOC = "https://gs1.org/voc/"
LOT = f"/01/{GTIN}/10/BUOI-26A"
SCHEMA = Path(__file__).resolve().parents[4] / "shared" / "standards" / "gs1-linkset-schema.json"


@pytest.fixture(autouse=True)
def _nothing_cached(monkeypatch: pytest.MonkeyPatch, now: datetime) -> None:
    keeping.forget_all()
    monkeypatch.setattr(clock, "now", lambda: now)


@pytest.fixture
def grown(session: Session, now: datetime) -> Grown:
    return grow(session, now, gtin=GTIN)


@pytest.fixture
def batch(session: Session, now: datetime, grown: Grown) -> Batch:
    made = make_batch(session, grown, now, lot="BUOI-26A")
    session.commit()
    return made


def links_of(answer: TestResponse) -> dict[str, Any]:
    assert answer.status_code == 200
    told = answer.get_json()
    assert isinstance(told["linkset"], list)
    entry: dict[str, Any] = told["linkset"][0]
    return entry


def base() -> str:
    return config.current().base_url


def test_a_browser_gets_the_page_itself_with_a_link_to_the_link_set(
    client: FlaskClient, batch: Batch
) -> None:
    answer = client.get(LOT, headers=BROWSER)

    assert answer.status_code == 200
    assert answer.mimetype == "text/html"
    assert answer.headers["Access-Control-Allow-Origin"] == "*"
    link = answer.headers["Link"]
    assert f'<{base()}{LOT}?linkType=linkset>; rel="linkset"' in link
    assert f'<https://id.gs1.org{LOT}>; rel="owl:sameAs"' in link


@pytest.mark.parametrize("ask", [{"headers": LINKSET}, {"query_string": {"linkType": "linkset"}}])
def test_a_link_set_is_given_to_whom_asks_for_one(
    client: FlaskClient, batch: Batch, grown: Grown, ask: dict[str, Any]
) -> None:
    answer = client.get(LOT, **ask)

    entry = links_of(answer)
    assert answer.content_type == "application/linkset+json"
    assert 'rel="http://www.w3.org/ns/json-ld#context"' in answer.headers["Link"]
    assert entry["anchor"] == base() + LOT
    assert entry["itemDescription"] == grown.product.name
    assert len(entry[VOC + "defaultLink"]) == 1
    assert set(entry[VOC + "defaultLink"][0]) == {"href", "title"}
    for link_type in ("traceability", "pip", "recallStatus", "certificationInfo"):
        assert entry[VOC + link_type][0]["href"].startswith(base())
    assert entry[VOC + "verificationService"]
    (events,) = entry[VOC + "epcis"]
    assert events["type"] == "application/ld+json"
    assert events["href"].endswith(quote(f"https://id.gs1.org{LOT}", safe=""))


def test_link_sets_fit_the_published_schema(client: FlaskClient, batch: Batch) -> None:
    if not SCHEMA.exists():
        pytest.skip("the published schema is not here")
    schema = jsonschema_rs.validator_for(json.loads(SCHEMA.read_text("utf-8")))

    for path in (LOT, f"/01/{GTIN}", f"/01/{GTIN}/10/KHONG-CO"):
        told = client.get(path, headers=LINKSET).get_json()
        assert [str(fault) for fault in schema.iter_errors(told)] == []


def test_titles_come_in_the_readers_language(client: FlaskClient, batch: Batch) -> None:
    asked = {**LINKSET, "Accept-Language": "en"}

    entry = links_of(client.get(LOT, headers=asked))

    assert entry[VOC + "pip"][0]["title"] == "Product page"
    assert entry[VOC + "pip"][0]["hreflang"] == ["vi", "en"]


@pytest.mark.parametrize(
    "link_type", ["gs1:pip", "https://gs1.org/voc/pip", "https://ref.gs1.org/voc/pip"]
)
def test_a_kind_of_link_is_redirected_to_with_the_query(
    client: FlaskClient, batch: Batch, grown: Grown, link_type: str
) -> None:
    answer = client.get(LOT, query_string={"linkType": link_type, "utm_source": "zalo"})

    assert answer.status_code == 307
    assert answer.location == f"{base()}/products/{grown.product.slug}?utm_source=zalo"
    assert 'rel="linkset"' in answer.headers["Link"]
    assert "owl:sameAs" not in answer.headers["Link"]


def test_the_page_of_the_address_itself_is_never_redirected_round(
    client: FlaskClient, batch: Batch
) -> None:
    for link_type in ("gs1:traceability", "gs1:defaultLink"):
        answer = client.get(LOT, query_string={"linkType": link_type})

        assert answer.location == base() + LOT
        assert client.get(LOT, headers=BROWSER).status_code == 200


@pytest.mark.parametrize("link_type", ["gs1:relatedVideo", "gs1:", "nonsense", "schema:url"])
def test_a_kind_of_link_nobody_entered_is_a_404(
    client: FlaskClient, batch: Batch, link_type: str
) -> None:
    assert client.get(LOT, query_string={"linkType": link_type}).status_code == 404


def test_links_that_nothing_tells_apart_are_offered_as_a_choice(
    client: FlaskClient, batch: Batch, monkeypatch: pytest.MonkeyPatch
) -> None:
    places = [ports.BuyPlace("1 kg", "/shop/a", 1), ports.BuyPlace("1 kg", "/shop/b", 2)]
    monkeypatch.setattr(ports, "_where_to_buy", lambda session, product, now: places)
    query = {"linkType": "gs1:hasRetailers"}

    page = client.get(LOT, query_string=query, headers=BROWSER)
    told = client.get(LOT, query_string=query, headers=LINKSET)

    assert page.status_code == told.status_code == 300
    assert 'href="http' in page.text
    hrefs = [each["href"] for each in told.get_json()["linkset"][0][VOC + "hasRetailers"]]
    assert hrefs == [base() + "/shop/a", base() + "/shop/b"]


def test_an_unknown_lot_or_serial_walks_up(client: FlaskClient, batch: Batch) -> None:
    for path in (f"/01/{GTIN}/10/KHONG-CO", f"{LOT}/21/KHONG-CO", f"/01/{GTIN}/22/X"):
        entry = links_of(client.get(path, headers=LINKSET))

        assert entry["anchor"] == f"{base()}/01/{GTIN}"
        assert client.get(path, headers=BROWSER).status_code == 200


@pytest.mark.parametrize("key", ["00", "253", "255", "402", "414", "417", "8018"])
def test_what_nobody_knows_is_a_404(client: FlaskClient, key: str) -> None:
    values = {
        "00": "089300010000000018", "402": "89300010000000018", "8018": "893000100000000013",
    }  # fmt: skip
    value = values.get(key, "8930001000018")
    value = value[:-1] + check_digit(value[:-1])

    assert client.get(f"/{key}/{value}", headers=BROWSER).status_code == 404
    assert client.get(f"/{key}/{value}", headers=LINKSET).status_code == 404


@pytest.mark.parametrize(
    "path",
    ["/01/8930001000018", "/01/08930001000010", f"{LOT}?15=260230", f"{LOT}?18=1",
     "/415/8930001000018", "/414/8930001000018/10/A", f"{LOT}/21/Ch%C3%A8"],
)  # fmt: skip
def test_what_is_malformed_is_never_a_200(client: FlaskClient, batch: Batch, path: str) -> None:
    assert client.get(path, headers=BROWSER).status_code == 400
    assert client.get(path, headers=LINKSET).status_code == 400


def test_a_short_number_is_refused_with_the_full_address_to_go_on(
    client: FlaskClient, batch: Batch
) -> None:
    page = client.get(f"/01/{GTIN[1:]}/10/BUOI-26A", headers=BROWSER)

    assert page.status_code == 400
    assert f'href="{LOT}"' in page.text


def test_one_slash_too_many_is_borne_with(client: FlaskClient, batch: Batch) -> None:
    assert client.get(LOT + "/", headers=BROWSER).status_code == 200


def test_a_compressed_address_answers_as_the_long_one(client: FlaskClient, batch: Batch) -> None:
    short = compression.compress((Element("01", GTIN), Element("10", "BUOI-26A")))
    behind = compression.compress((Element("10", "BUOI-26A"),))

    for path in (f"/{short}", f"/01/{GTIN}/{behind}"):
        assert "lô BUOI-26A" in client.get(path, headers={**BROWSER, "Accept-Language": "vi"}).text
        assert links_of(client.get(path, headers=LINKSET))["anchor"] == base() + LOT


def test_an_address_that_is_none_stays_a_404(client: FlaskClient) -> None:
    assert client.get("/khong-co-trang-nay").status_code == 404
    assert client.get("/CBBgAAAAAAAA").status_code == 404


def test_head_and_options_are_answered(client: FlaskClient, batch: Batch) -> None:
    head, options = client.head(LOT, headers=BROWSER), client.options(LOT)

    assert head.status_code == 200
    assert head.data == b""
    assert 'rel="linkset"' in head.headers["Link"]
    assert {"GET", "HEAD", "OPTIONS"} <= set(options.headers["Allow"].split(", "))
    assert options.headers["Access-Control-Allow-Origin"] == "*"
    assert client.post(LOT).status_code == 405


def test_the_resolver_describes_itself(client: FlaskClient) -> None:
    answer = client.get("/.well-known/gs1resolver")

    told = answer.get_json()
    assert answer.content_type == "application/json"
    assert answer.headers["Access-Control-Allow-Origin"] == "*"
    assert told["resolverRoot"] == base()
    assert {"01", "00", "414", "417", "8003", "415"} <= set(told["supportedPrimaryKeys"])
    assert told["linkTypeDefaultCanBeLinkset"] is False
