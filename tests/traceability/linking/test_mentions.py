"""Crates, machines, shipments and papers lead to the batches they go with."""

import json
from datetime import datetime
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from accounts.permissions import SYSTEM
from foundation import clock, config
from tests.accounts.factories import make_organisation
from tests.traceability.epcis import told
from tests.traceability.factories import GTIN, Grown, grow, make_batch, new_batch
from traceability import opening
from traceability.epcis import capturing
from traceability.epcis.capturing import Captor
from traceability.models import Batch
from traceability.scan import keeping

HOST = "https://id.gs1.org"
LOT = f"/01/{GTIN}/10/BUOI-26A"
LINKSET = {"Accept": "application/linkset+json"}
BROWSER = {"Accept": "text/html", "Accept-Language": "vi"}
THINGS = {
    "a crate": "/8003/08930001000018SOT-7",
    "a machine": "/8004/8930001may-say-1",
    "a part": "/8010/8930001AB/8011/12",
    "a coupon": "/255/8930001000018007",
    "a unit": "/00/089300010000000018",
}
PAPERS = {
    "an invoice": "/253/8930001000018HD-9",
    "a consignment": "/401/8930001CHUYEN-3",
    "a shipment": "/402/89300010000000018",
}


@pytest.fixture(autouse=True)
def _nothing_cached(monkeypatch: pytest.MonkeyPatch, now: datetime) -> None:
    keeping.forget_all()
    monkeypatch.setattr(clock, "now", lambda: now)


@pytest.fixture
def grown(session: Session, now: datetime) -> Grown:
    return grow(session, now, gtin=GTIN)


@pytest.fixture
def batch(session: Session, now: datetime, grown: Grown) -> Batch:
    return make_batch(session, grown, now, lot="BUOI-26A")


def tell(session: Session, by: int, now: datetime, **fields: Any) -> None:
    event = told.plain(**{"quantityList": [{"epcClass": HOST + LOT}], **fields})
    document = json.dumps(told.document(event)).encode()
    taken = capturing.take_in(
        session, Captor(by), document, "rollback", base_url=config.current().base_url, now=now
    )
    assert taken.errors == []
    session.commit()


@pytest.mark.parametrize("what", [*THINGS, *PAPERS])
def test_what_goes_with_a_batch_leads_to_it(
    client: FlaskClient, session: Session, batch: Batch, now: datetime, what: str
) -> None:
    path = {**THINGS, **PAPERS}[what]
    if what in THINGS:
        tell(session, batch.organisation_id, now, epcList=[HOST + path])
    else:
        papers = [{"type": "inv", "bizTransaction": HOST + path}]
        tell(session, batch.organisation_id, now, bizTransactionList=papers)

    page = client.get(path, headers=BROWSER)
    links = client.get(path, headers=LINKSET).get_json()["linkset"][0]

    assert page.status_code == 200
    assert f'href="{LOT}"' in page.text
    assert links["anchor"] == config.current().base_url + path
    assert len(links["https://gs1.org/voc/defaultLink"]) == 1


def test_a_qualifier_nobody_told_of_walks_up(
    client: FlaskClient, session: Session, batch: Batch, now: datetime
) -> None:
    tell(session, batch.organisation_id, now, epcList=["urn:epc:idpat:cpi:8930001.AB.*"])

    links = client.get("/8010/8930001AB/8011/99", headers=LINKSET).get_json()

    assert links["linkset"][0]["anchor"] == config.current().base_url + "/8010/8930001AB"


def test_units_within_a_unit_are_opened(
    client: FlaskClient, session: Session, batch: Batch, now: datetime
) -> None:
    carton, pallet = HOST + "/00/089300010000000025", HOST + "/00/089300010000000018"
    item = f"{HOST}{LOT}/21/7"
    for parent, child in ((carton, item), (pallet, carton)):
        packed = {"type": "AggregationEvent", "action": "ADD", "parentID": parent}
        event = told.plain(**packed, childEPCs=[child])
        del event["epcList"]
        body = json.dumps(told.document(event)).encode()
        capturing.take_in(
            session, Captor(batch.organisation_id), body, "rollback", base_url="https://x", now=now
        )
    session.commit()

    assert f'href="{LOT}"' in client.get("/00/089300010000000018", headers=BROWSER).text


def test_nobody_hangs_a_thing_on_anothers_batch(
    client: FlaskClient, session: Session, batch: Batch, now: datetime
) -> None:
    other = make_organisation(session, now=now)
    tell(session, other.id, now, epcList=[HOST + THINGS["a crate"]])

    assert client.get(THINGS["a crate"], headers=BROWSER).status_code == 404


def test_a_batch_the_public_may_not_see_stays_unseen(
    client: FlaskClient, session: Session, grown: Grown, now: datetime
) -> None:
    batch = opening.open_batch(session, SYSTEM, new_batch(grown, lot="BUOI-26A"), now=now)
    tell(session, batch.organisation_id, now, epcList=[HOST + THINGS["a crate"]])

    assert client.get(THINGS["a crate"], headers=BROWSER).status_code == 404


def test_what_was_declared_wrong_leads_nowhere(
    client: FlaskClient, session: Session, batch: Batch, now: datetime
) -> None:
    fields = {"eventID": "urn:uuid:1f0c3c3e-0000-4000-8000-00000000000a"}
    wrong = {"declarationTime": "2026-11-21T00:00:00Z", "reason": "did_not_occur"}
    crate = HOST + THINGS["a crate"]
    tell(session, batch.organisation_id, now, epcList=[crate], **fields)
    tell(session, batch.organisation_id, now, epcList=[crate], errorDeclaration=wrong, **fields)

    assert client.get(THINGS["a crate"], headers=BROWSER).status_code == 404


@pytest.mark.parametrize("key", ["414", "417"])
def test_where_goods_went_is_nobodys_business(
    client: FlaskClient, session: Session, batch: Batch, now: datetime, key: str
) -> None:
    buyer = f"{HOST}/{key}/8930001000018"
    whom = [{"type": "owning_party", "destination": buyer}]
    tell(session, batch.organisation_id, now, destinationList=whom, readPoint={"id": buyer})

    assert client.get(f"/{key}/8930001000018", headers=BROWSER).status_code == 404
