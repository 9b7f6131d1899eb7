"""Owners' programs keep the links of their labels, and correct numbers."""

import pytest
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from accounts.models import Organisation
from foundation import clock
from tests.products.factories import make_product
from tests.traceability.epcis.querying.callers import Caller, make_caller

GTIN, RIGHT = "08930001000018", "08930001000117"
LINK = {
    "link_type": "instructions",
    "href": "https://htx.vn/pha-tra",
    "title": "Cách pha",
    "language": "vi",
}


@pytest.fixture
def caller(session: Session, client: FlaskClient) -> Caller:
    return make_caller(session, client, "seller")


@pytest.fixture
def place(session: Session, caller: Caller) -> str:
    house: Organisation = caller.organisation
    product = make_product(session, house, now=clock.now(), gtin=GTIN)
    session.commit()
    return f"/api/v1/products/{product.code}"


def test_a_link_is_added_read_changed_and_taken_off(caller: Caller, place: str) -> None:
    made = caller.post(f"{place}/links", LINK)
    one = f"{place}/links/{made.get_json()['id']}"
    changed = caller.client.put(
        one, json={**LINK, "href": "https://htx.vn/moi"}, headers=caller._with(None)
    )

    assert made.status_code == 201
    assert made.headers["Location"] == one
    assert made.get_json()["in_force"] is True
    assert changed.get_json()["href"] == "https://htx.vn/moi"
    assert caller.get(one).get_json() == changed.get_json()
    assert caller.get(f"{place}/links").get_json()["items"] == [changed.get_json()]
    assert caller.delete(one).status_code == 204
    assert caller.get(one).status_code == 404
    assert caller.get(f"{place}/links").get_json() == {"items": [], "next": None}


def test_a_link_is_checked_first(caller: Caller, place: str) -> None:
    good = caller.post(f"{place}/links/check", LINK).get_json()
    bad = caller.post(f"{place}/links/check", {**LINK, "href": "http://htx.vn"}).get_json()

    assert good == {"valid": True, "errors": []}
    assert [error["code"] for error in bad["errors"]] == ["link.not_https"]
    assert caller.post(f"{place}/links", {**LINK, "href": "http://htx.vn"}).status_code == 422


def test_a_corrected_number_is_told_with_the_old_one(caller: Caller, place: str) -> None:
    corrected = caller.post(f"{place}/gtins", {"gtin": RIGHT, "reason": "Nhập nhầm"})

    told = corrected.get_json()
    assert corrected.status_code == 200
    assert told["gtin"] == RIGHT
    assert [(past["gtin"], past["reason"]) for past in told["past"]] == [(GTIN, "Nhập nhầm")]
    assert caller.get(f"{place}/gtins").get_json() == told
    again = caller.post(f"{place}/gtins", {"gtin": RIGHT, "reason": "x"})
    assert again.status_code == 409


def test_anothers_product_is_not_found(
    caller: Caller, place: str, session: Session, client: FlaskClient
) -> None:
    other = make_caller(session, client, "seller")

    assert other.get(f"{place}/links").status_code == 404
    assert other.post(f"{place}/links", LINK).status_code == 404
    assert other.post(f"{place}/gtins", {"gtin": RIGHT, "reason": "x"}).status_code == 404
