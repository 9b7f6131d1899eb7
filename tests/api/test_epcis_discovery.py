"""What programs find out before they ask: resources, methods, versions, formats."""

from __future__ import annotations

import pytest
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from tests.traceability.epcis.querying.callers import Caller, make_caller


@pytest.fixture
def caller(session: Session, client: FlaskClient, now: object) -> Caller:
    return make_caller(session, client)


def test_the_nine_top_level_resources_are_listed(caller: Caller) -> None:
    for address in ("/epcis", "/epcis/"):
        answer = caller.get(address)

        assert answer.status_code == 200
        assert answer.get_json()["type"] == "Collection"
        assert len(set(answer.get_json()["member"])) == 9
        assert answer.headers["GS1-EPCIS-Version"] == "2.0.0"


def test_options_need_no_token_and_tell_versions_and_methods(client: FlaskClient) -> None:
    answer = client.options("/epcis")

    assert answer.status_code == 204
    assert answer.data == b""
    assert answer.headers["Allow"] == "GET, HEAD, OPTIONS"
    for name in (
        "GS1-EPCIS-Version",
        "GS1-EPCIS-Min",
        "GS1-EPCIS-Max",
        "GS1-CBV-Version",
        "GS1-CBV-Min",
        "GS1-CBV-Max",
        "GS1-EPC-Format",
        "GS1-CBV-XML-Format",
        "GS1-Extensions",
        "GS1-Vendor-Version",
    ):
        assert answer.headers[name]


def test_options_of_nothing_are_not_found(client: FlaskClient) -> None:
    assert client.options("/epcis/nothing").status_code == 404


def test_without_a_token_it_is_a_security_exception(client: FlaskClient) -> None:
    answer = client.get("/epcis")

    assert answer.status_code == 401
    assert answer.content_type == "application/problem+json"
    assert answer.get_json()["type"] == "epcisException:SecurityException"
    assert answer.get_json()["status"] == 401


@pytest.mark.parametrize(
    "headers",
    [
        {"Accept": "application/xml"},
        {"Accept": "text/html"},
        {"GS1-EPCIS-Max": "1.2"},
        {"GS1-EPCIS-Min": "3"},
        {"GS1-CBV-Max": "1.2"},
        {"GS1-EPCIS-Min": "two"},
        {"GS1-EPC-Format": "Sometimes_EPC_URN"},
        {"GS1-CBV-XML-Format": "yes"},
    ],
)
def test_what_cannot_be_told_as_wished_is_not_acceptable(
    caller: Caller, headers: dict[str, str]
) -> None:
    answer = caller.get("/epcis", headers)

    assert answer.status_code == 406
    assert answer.get_json()["type"] == "epcisException:NotAcceptableException"


@pytest.mark.parametrize(
    "headers",
    [
        {"Accept": "application/ld+json"},
        {"Accept": "text/html,application/xhtml+xml,*/*;q=0.8"},
        {"GS1-EPCIS-Min": "1.2", "GS1-EPCIS-Max": "2.0"},
        {"GS1-EPC-Format": "No_Preference", "GS1-CBV-XML-Format": "Always_URN"},
    ],
)
def test_what_can_be_told_as_wished_is(caller: Caller, headers: dict[str, str]) -> None:
    assert caller.get("/epcis", headers).status_code == 200


def test_an_address_too_long_is_said_to_be(caller: Caller) -> None:
    answer = caller.get("/epcis?EQ_bizStep=" + "a" * 9_000)

    assert answer.status_code == 414
    assert answer.get_json()["type"] == "epcisException:URITooLongException"


def test_an_address_that_is_none_is_no_such_name(caller: Caller) -> None:
    answer = caller.get("/epcis/nothing")

    assert answer.status_code == 404
    assert answer.get_json()["type"] == "epcisException:NoSuchNameException"
