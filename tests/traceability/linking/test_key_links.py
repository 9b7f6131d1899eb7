"""Links of an organisation's codes: whose they are, and where a code then leads."""

from datetime import datetime
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from accounts.models import Organisation
from accounts.permissions import SYSTEM
from foundation import clock
from foundation.errors import Refused
from tests.traceability.epcis.querying.callers import Caller, make_caller
from tests.traceability.factories import GTIN, Grown, grow, make_batch
from tests.traceability.linking.test_every_key import _with_pair
from traceability.digital_link import check_digit
from traceability.linking import own_links
from traceability.linking.new_links import NewLink
from traceability.linking.own_links import OfKey
from traceability.scan import keeping

GLN, PREFIX = "8930001000018", "8930001"
VOC = "https://gs1.org/voc/"
LINKSET = {"Accept": "application/linkset+json"}


def _checked(body: str) -> str:
    return body + check_digit(body)


# One of each key that stands under the prefix, with what may stand behind it.
UNDER_PREFIX = (
    f"/00/{_checked('08930001000000001')}",
    f"/253/{_checked('893000100002')}PHIEU-7",
    f"/255/{_checked('893000100003')}0001",
    "/401/8930001GUI-7",
    f"/402/{_checked('8930001000000001')}",
    f"/414/{_checked('893000100004')}/254/KHO-1",
    f"/415/{_checked('893000100004')}/8020/HD-15",
    f"/417/{_checked('893000100004')}",
    f"/8003/0{_checked('893000100005')}KET-1",
    "/8004/8930001MAY-3",
    "/8010/8930001A1/8011/12",
    f"/8013/{_with_pair('8930001MAU1AA')}",
    f"/8017/{_checked('89300010000000001')}/8019/3",
    f"/8018/{_checked('89300010000000001')}",
)


@pytest.fixture(autouse=True)
def _nothing_cached(monkeypatch: pytest.MonkeyPatch, now: datetime) -> None:
    keeping.forget_all()
    monkeypatch.setattr(clock, "now", lambda: now)


@pytest.fixture
def caller(session: Session, client: FlaskClient) -> Caller:
    return make_caller(session, client)


@pytest.fixture
def house(session: Session, caller: Caller, now: datetime) -> Organisation:
    found = caller.organisation
    found.gln, found.gs1_prefix, found.gs1_prefix_confirmed_at = GLN, PREFIX, now
    session.commit()
    return found


def body(path: str, **changes: Any) -> dict[str, Any]:
    told = {"link_type": "homepage", "href": "https://htx.vn/", "title": "Trang của kho"}
    return {"path": path, **told, **changes}


def add(caller: Caller, path: str, **changes: Any) -> Any:
    return caller.post(f"/api/v1/organisations/{caller.organisation.code}/links",
                       body(path, **changes))  # fmt: skip


@pytest.mark.parametrize("path", UNDER_PREFIX)
def test_every_key_of_the_own_prefix_leads_where_its_owner_says(
    client: FlaskClient, caller: Caller, house: Organisation, path: str
) -> None:
    assert client.get(path).status_code == (307 if GLN in path else 404)

    made = add(caller, path)

    assert made.status_code == 201, made.text
    page, links = client.get(path), client.get(path, headers=LINKSET).get_json()["linkset"][0]
    asked = client.get(path + "?linkType=gs1:homepage")
    assert page.status_code == 200
    assert "Trang của kho" in page.text
    assert links["anchor"].endswith(path)
    assert len(links[VOC + "defaultLink"]) == 1
    assert asked.location.startswith("https://htx.vn/")
    assert caller.get(made.headers["Location"]).get_json()["path"] == path


def test_a_prefix_nobody_confirmed_opens_nothing(
    session: Session, client: FlaskClient, caller: Caller, house: Organisation
) -> None:
    house.gs1_prefix_confirmed_at = None
    session.commit()

    for path in UNDER_PREFIX:
        refused = add(caller, path)
        assert (refused.status_code, refused.get_json()["code"]) == (409, "link.not_yours"), path
    assert add(caller, f"/414/{GLN}/254/KHO-2").status_code == 201


def test_a_code_of_a_suspended_house_leads_nowhere(
    session: Session, client: FlaskClient, caller: Caller, house: Organisation
) -> None:
    add(caller, UNDER_PREFIX[0])
    house.status = "suspended"
    session.commit()

    assert client.get(UNDER_PREFIX[0]).status_code == 404


def test_nobody_speaks_for_anothers_lot_or_article(
    session: Session, client: FlaskClient, caller: Caller, house: Organisation, now: datetime
) -> None:
    # Our prefix was confirmed after another house had registered the article under its number.
    house.gs1_prefix_confirmed_at = None
    session.flush()
    grown = grow(session, now, gtin=GTIN)
    make_batch(session, grown, now, lot="L1")
    house.gs1_prefix_confirmed_at = now
    session.commit()

    for path in (f"/01/{GTIN}", f"/01/{GTIN}/10/L1", f"/8006/{GTIN}0102"):
        assert add(caller, path).get_json()["code"] == "link.not_yours"
    assert add(caller, "/01/08930001000018/10/", link_type="pip").status_code == 422
    assert add(caller, "/gtin/1").status_code == 422
    other = make_caller(session, client)
    theirs = f"/api/v1/organisations/{house.code}/links"
    assert other.get(theirs).status_code == 404
    assert other.post(theirs, body(UNDER_PREFIX[0])).status_code == 404


def test_a_lots_own_page_stands_beside_the_article_s(
    session: Session, client: FlaskClient, now: datetime
) -> None:
    grown: Grown = grow(session, now, gtin=GTIN)
    make_batch(session, grown, now, lot="L1")
    day = clock.business_day(now)
    link = NewLink("certificationInfo", "https://htx.vn/l1", "Giấy của lô", day, context="b2b")
    of = OfKey(grown.organisation.code, f"https://htx.vn/01/{GTIN}/10/L1?15=270101")
    own_links.add(session, SYSTEM, of, link, now=now)
    with pytest.raises(Refused):
        own_links.add(session, SYSTEM, OfKey(of.organisation, f"/01/{GTIN}/10/L2"), link, now=now)
    session.commit()

    asked = f"/01/{GTIN}/10/L1?linkType=gs1:certificationInfo"
    assert client.get(asked).location.startswith("https://htx.vn/l1?")
    assert client.get(asked + "&context=b2b").location.startswith("https://htx.vn/l1?")
    told = client.get(f"/01/{GTIN}/10/L1", headers=LINKSET).get_json()["linkset"][0]
    assert {"context": ["b2b"], "href": "https://htx.vn/l1", "title": "Giấy của lô",
            "type": "text/html"} in told[VOC + "certificationInfo"]  # fmt: skip
    assert client.get(f"/01/{GTIN}/10/L1").status_code == 200


def test_the_narrowest_link_of_a_kind_is_followed(
    client: FlaskClient, caller: Caller, house: Organisation
) -> None:
    add(caller, f"/414/{GLN}", href="https://htx.vn/noi-chung")
    add(caller, f"/414/{GLN}/254/KHO-1", href="https://htx.vn/kho-1")

    def led(path: str) -> str:
        return client.get(path + "?linkType=gs1:homepage").location.partition("?")[0]

    assert led(f"/414/{GLN}/254/KHO-1") == "https://htx.vn/kho-1"
    assert led(f"/414/{GLN}/254/KHO-2") == "https://htx.vn/noi-chung"
    assert led(f"/414/{GLN}") == "https://htx.vn/noi-chung"


@pytest.mark.parametrize("path", [f"/01/{GTIN}", f"/8006/{GTIN}0102", *UNDER_PREFIX])
def test_a_valid_code_nobody_registered_says_what_it_is(client: FlaskClient, path: str) -> None:

    page, told = client.get(path), client.get(path, headers=LINKSET)

    assert (page.status_code, told.status_code) == (404, 404)
    assert "Không tìm thấy mã này" in page.text
    assert f"https://id.gs1.org{path}" in page.text
    assert told.get_json()["code"] == "link.unknown"


def test_the_page_lists_adds_and_takes_off(
    session: Session, caller: Caller, house: Organisation
) -> None:
    address = f"/api/v1/organisations/{house.code}/links"
    one = add(caller, f"/417/{GLN}").headers["Location"]
    add(caller, f"/414/{GLN}/254/KHO-1")

    first = caller.get(address + "?limit=1").get_json()
    rest = caller.get(f"{address}?limit=1&cursor={first['next']}").get_json()
    assert [first["items"][0]["path"], rest["items"][0]["path"]] == [
        f"/414/{GLN}/254/KHO-1", f"/417/{GLN}",
    ]  # fmt: skip
    assert len(caller.get(f"{address}?path=/417/{GLN}").get_json()["items"]) == 1
    checked = caller.post(address + "/check", body(f"/417/{GLN}", href="http://a.vn/"))
    assert [error["code"] for error in checked.get_json()["errors"]] == ["link.not_https"]
    assert caller.delete(one).status_code == 204
    assert caller.get(one).status_code == 404
