"""Owners' own links, areas by location number, and labels with a corrected number."""

from datetime import date, datetime, timedelta
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from accounts.permissions import SYSTEM
from foundation import clock, config
from foundation.errors import Invalid, NotFound
from products import numbers
from tests.traceability.factories import GTIN, Grown, grow, make_batch
from traceability.linking import own_links
from traceability.linking.new_links import NewLink
from traceability.linking.own_links import OfProduct
from traceability.scan import keeping

GLN = "8930001000018"
LINKSET = {"Accept": "application/linkset+json"}
VOC = "https://gs1.org/voc/"
TODAY = date(2026, 11, 22)


@pytest.fixture(autouse=True)
def _nothing_cached(monkeypatch: pytest.MonkeyPatch, now: datetime) -> None:
    keeping.forget_all()
    monkeypatch.setattr(clock, "now", lambda: now)


@pytest.fixture
def grown(session: Session, now: datetime) -> Grown:
    made = grow(session, now, gtin=GTIN)
    made.organisation.gln = GLN
    session.commit()
    return made


def add(session: Session, grown: Grown, now: datetime, **changes: Any) -> None:
    row = {
        "link_type": "instructions", "href": "https://htx.vn/pha-tra", "title": "Cách pha",
        "valid_from": clock.business_day(now), "language": "vi",
    }  # fmt: skip
    own_links.add(
        session, SYSTEM, OfProduct(grown.product.code), NewLink(**{**row, **changes}), now=now
    )
    session.commit()


def follow(client: FlaskClient, link_type: str, language: str) -> Any:
    return client.get(
        f"/01/{GTIN}",
        query_string={"linkType": "gs1:" + link_type, "a": "1"},
        headers={"Accept-Language": language},
    )


def test_a_link_is_followed_in_the_readers_language(
    client: FlaskClient, session: Session, grown: Grown, now: datetime
) -> None:
    add(session, grown, now)
    add(session, grown, now, href="https://htx.vn/brewing?x=1", title="Brewing", language="en")

    assert follow(client, "instructions", "fr, en-GB;q=0.8").location == (
        "https://htx.vn/brewing?x=1&linkType=gs1%3Ainstructions&a=1"
    )
    assert follow(client, "instructions", "vi").location.startswith("https://htx.vn/pha-tra?")
    assert follow(client, "instructions", "de").status_code == 300


def test_an_owners_page_stands_before_the_one_we_offer(
    client: FlaskClient, session: Session, grown: Grown, now: datetime
) -> None:
    add(session, grown, now, link_type="pip", href="https://htx.vn/tra", language=None)

    assert follow(client, "pip", "").location.startswith("https://htx.vn/tra?")
    entry = client.get(f"/01/{GTIN}", headers=LINKSET).get_json()["linkset"][0]
    assert len(entry[VOC + "pip"]) == 2
    assert len(entry[VOC + "defaultLink"]) == 1


@pytest.mark.parametrize("days", [(1, 2), (-2, -1)])
def test_links_of_other_days_are_not_offered(
    client: FlaskClient, session: Session, grown: Grown, now: datetime, days: tuple[int, int]
) -> None:
    first, last = (clock.business_day(now) + timedelta(days=number) for number in days)
    add(session, grown, now, valid_from=first, valid_to=last)

    assert follow(client, "instructions", "vi").status_code == 404


@pytest.mark.parametrize(
    "href",
    ["http://htx.vn/", "javascript:alert(1)", "https://u:p@htx.vn/", "https://127.0.0.1/",
     "https://localhost/", "https://htx.vn/ a", "https://htx.vn\\@evil.vn/", "//htx.vn"],
)  # fmt: skip
def test_only_plain_https_addresses_are_taken(
    session: Session, grown: Grown, now: datetime, href: str
) -> None:
    with pytest.raises(Invalid):
        add(session, grown, now, href=href)


def test_a_link_taken_off_is_gone_and_cannot_be_taken_off_twice(
    client: FlaskClient, session: Session, grown: Grown, now: datetime
) -> None:
    add(session, grown, now)
    (link,) = own_links.list_links(session, SYSTEM, OfProduct(grown.product.code))

    own_links.remove(session, SYSTEM, OfProduct(grown.product.code), link.id, now=now)
    session.commit()

    assert follow(client, "instructions", "vi").status_code == 404
    with pytest.raises(NotFound):
        own_links.remove(session, SYSTEM, OfProduct(grown.product.code), link.id, now=now)


def test_a_growing_area_is_found_by_location_number_and_code(
    client: FlaskClient, grown: Grown
) -> None:
    path = f"/414/{GLN}/254/{grown.area_code}"

    answer = client.get(path)
    entry = client.get(path, headers=LINKSET).get_json()["linkset"][0]

    assert answer.status_code == 307
    assert answer.location == f"{config.current().base_url}/areas/{grown.area_code}"
    assert entry["anchor"].endswith(path)
    assert len(entry[VOC + "defaultLink"]) == 1


def test_an_unknown_area_and_the_number_alone_lead_to_the_organisation(
    client: FlaskClient, grown: Grown
) -> None:
    for path in (f"/414/{GLN}/254/KHONG-CO", f"/414/{GLN}", f"/417/{GLN}"):
        answer = client.get(path)

        assert answer.status_code == 307
        assert answer.location.endswith(f"/producers/{grown.organisation.slug}")


def test_labels_with_a_corrected_number_still_lead_to_the_batch(
    client: FlaskClient, session: Session, grown: Grown, now: datetime
) -> None:
    make_batch(session, grown, now, lot="L1")
    numbers.correct(session, SYSTEM, grown.product.code, "08930001000117", "Nhầm", now=now)
    session.commit()

    old = client.get(f"/01/{GTIN}/10/L1")
    new = client.get("/01/08930001000117/10/L1")

    assert old.status_code == new.status_code == 200
    assert "lô L1" in old.text
    assert '<https://id.gs1.org/01/08930001000117/10/L1>; rel="owl:sameAs"' in old.headers["Link"]


def test_a_changed_link_leads_to_its_new_place(
    client: FlaskClient, session: Session, grown: Grown, now: datetime
) -> None:
    add(session, grown, now)
    kept = own_links.list_links(session, SYSTEM, OfProduct(grown.product.code))[0]
    new = NewLink("recipeInfo", "https://htx.vn/nau-an", "Nấu ăn", clock.business_day(now))

    own_links.change(session, SYSTEM, OfProduct(grown.product.code), kept.id, new, now=now)
    session.commit()

    location = follow(client, "recipeInfo", "vi").location
    assert location == "https://htx.vn/nau-an?linkType=gs1%3ArecipeInfo&a=1"
    assert follow(client, "instructions", "vi").status_code == 404


def test_a_link_is_checked_without_being_kept(
    session: Session, grown: Grown, now: datetime
) -> None:
    wrong = NewLink("nothing", "http://10.0.0.1/", "x", TODAY, valid_to=TODAY - timedelta(1))

    found = own_links.check(session, SYSTEM, OfProduct(grown.product.code), wrong)

    assert [finding.code for finding in found] == [
        "link.kind_unknown", "link.not_https", "link.ends_before_start",
    ]  # fmt: skip
    assert own_links.list_links(session, SYSTEM, OfProduct(grown.product.code)) == []


def test_a_piece_of_an_article_leads_to_the_article(client: FlaskClient, grown: Grown) -> None:
    answer = client.get(f"/8006/{GTIN}0102")

    assert answer.status_code == 307
    assert answer.location.endswith(f"/01/{GTIN}")
