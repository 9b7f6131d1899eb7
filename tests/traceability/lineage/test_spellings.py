"""However a batch, an item or a crate of ours is named, it is one thing: spellings by doors."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path
from typing import Any
from urllib.parse import quote
from uuid import uuid4

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select, text
from sqlalchemy.orm import Session

from accounts.permissions import SYSTEM
from foundation import codes, config
from ledger import checkpoint, keys
from products.models import ProductGtin
from tests.traceability.epcis import told
from tests.traceability.epcis.querying.callers import Caller, make_caller
from tests.traceability.factories import GTIN, grow, make_batch
from traceability.epcis import identifiers, recorded
from traceability.epcis.models import EpcisEvent, EventThing
from traceability.handling import packing
from traceability.handling.acting import Taken
from traceability.handling.packing import Packing
from traceability.labels.serials import LENGTH
from traceability.lineage import joining, nodes, spellings
from traceability.lineage import recorded as lineage_recorded
from traceability.lineage.models import StepClaim, TraceEdge, TraceNode
from traceability.models import Batch, Serial

FORMER_GTIN = "00000000000017"
LOT = "CHE-1/a"
IN_PATH = quote(LOT, safe="")
PLAIN = "https://id.gs1.org"
NO_HOSTS: frozenset[str] = frozenset()


class Goods:
    """A batch whose product bears a number and bore another, and one of its labels."""

    def __init__(self, session: Session, now: Any) -> None:
        self.grown = grow(session, now, gtin=GTIN)
        self.batch = make_batch(session, self.grown, now, lot=LOT)
        product_id = self.grown.product.id
        session.add(ProductGtin(gtin=FORMER_GTIN, product_id=product_id, given_at=now))
        body = "23456789ABCDEF"
        self.serial = body + codes.check_character(body)
        assert len(self.serial) == LENGTH
        session.add(Serial(batch_id=self.batch.id, number=1, code=self.serial, issued_at=now))
        session.flush()

    def of_batch(self) -> Iterator[str]:
        base, code = config.current().base_url, self.batch.code
        yield f"{base}/t/{code}"
        yield f"{base}/t/{code.lower()}/?x=1#y"
        yield f"{base}/t/{codes.grouped(code)}"
        yield f"{base}/t/%{ord(code[0]):X}{code[1:]}"
        yield base.upper() + f"/t/{code}"
        yield f"http://cu.example/t/{code}"
        yield f"https://CU.example:443/t/{code}"
        for gtin in (GTIN, GTIN[1:], FORMER_GTIN, FORMER_GTIN[-8:], FORMER_GTIN[-12:]):
            yield f"{PLAIN}/01/{gtin}/10/{IN_PATH}"
        yield f"{base}/01/{GTIN}/10/{IN_PATH}"
        small = IN_PATH.replace("%2F", "%2f")
        yield f"HTTPS://shop.example/vn/01/{GTIN}/22/2A/10/{small}?17=270101"
        yield f"{PLAIN}/01/{GTIN}/10/{IN_PATH}/22/2A"
        yield f"urn:epc:class:lgtin:8930001.000001.{IN_PATH}"
        yield f"URN:EPC:CLASS:LGTIN:893000.0100001.{IN_PATH}".replace(
            "893000.0100001", "8930001.000001"
        )

    def of_item(self) -> Iterator[str]:
        base, serial = config.current().base_url, self.serial
        yield f"{base}/t/{self.batch.code}/{serial}"
        yield f"https://cu.example/t/{self.batch.code.lower()}/{codes.grouped(serial.lower())}"
        for tail in (
            f"10/{IN_PATH}/21/{serial}",
            f"21/{serial}/10/{IN_PATH}",
            f"21/{serial}/22/2A/10/{IN_PATH}",
            f"21/{serial}",
            f"21/{serial.lower()}",
        ):
            yield f"{PLAIN}/01/{GTIN}/{tail}"
        yield f"{base}/01/{FORMER_GTIN}/21/{serial}"
        yield f"urn:epc:id:sgtin:8930001.000001.{serial}"


@pytest.fixture
def goods(session: Session, tmp_path: Path, now: Any) -> Goods:
    keys.use(tmp_path, "https://cu.example")
    made = Goods(session, now)
    checkpoint.make(session, keys.get(), keys.origin(), now=now)
    return made


def _tell(caller: Caller, **changes: Any) -> None:
    told_of = {"epcList": None, "eventID": f"urn:uuid:{uuid4()}", **changes}
    answer = caller.post("/epcis/capture", told.document(told.plain(**told_of)))
    assert answer.status_code == 202, answer.get_data(as_text=True)


def _things(session: Session) -> list[str]:
    """What the newest event names."""
    newest = select(EpcisEvent.id).order_by(EpcisEvent.id.desc()).limit(1).scalar_subquery()
    named = select(TraceNode.uri).join(EventThing, EventThing.node_id == TraceNode.id)
    return list(session.scalars(named.where(EventThing.event_id == newest)))


def _mismatches(session: Session) -> list[str]:
    session.expire_all()
    checks = (*lineage_recorded.check_rows(session), *recorded.check_rows(session))
    return [each.explanation for each in checks]


def test_every_spelling_of_a_batch_is_the_batch_at_every_door(
    session: Session, client: FlaskClient, goods: Goods
) -> None:
    caller = make_caller(session, client)
    place = nodes.node_of(session, goods.batch)
    for count, name in enumerate(goods.of_batch(), 1):
        _tell(caller, quantityList=[{"epcClass": name, "quantity": 1, "uom": "KGM"}])

        assert _things(session) == [place.uri], name
        found = caller.events(f"perPage=100&MATCH_anyEPCClass={quote(name, safe='')}")
        assert len(found) == count, name
        resource = caller.get(f"/epcis/epcs/{quote(name, safe='')}/events")
        assert resource.status_code == 200, name

    assert _mismatches(session) == []


def test_every_spelling_of_an_item_is_the_item_of_its_lot(
    session: Session, client: FlaskClient, goods: Goods
) -> None:
    caller = make_caller(session, client)
    place = nodes.node_of(session, goods.batch)
    for count, name in enumerate(goods.of_item(), 1):
        _tell(caller, epcList=[name])

        (item,) = _things(session)
        assert item == f"{place.uri}/21/{goods.serial}", name
        assert len(caller.events(f"perPage=100&MATCH_epc={quote(name, safe='')}")) == count, name

    steps = session.scalars(select(TraceEdge).where(TraceEdge.parent_id == place.id)).all()
    assert len(steps) == len(list(goods.of_item()))
    assert _mismatches(session) == []


def test_a_step_told_of_a_batch_by_its_short_link_is_a_claim(
    session: Session, client: FlaskClient, goods: Goods
) -> None:
    caller = make_caller(session, client)
    short = f"{config.current().base_url}/t/{goods.batch.code}"
    event = told.plain(
        type="TransformationEvent", epcList=None, action=None,
        inputQuantityList=[{"epcClass": "urn:epc:class:lgtin:8930001.000002.X", "quantity": 1}],
        outputQuantityList=[{"epcClass": short, "quantity": 1}],
    )  # fmt: skip
    assert caller.post("/epcis/capture", told.document(event)).status_code == 202

    claim = session.scalars(select(StepClaim)).one()
    assert claim.child_id == nodes.node_of(session, goods.batch).id


def test_a_lot_opened_before_its_product_had_a_number_is_met_by_the_number(
    session: Session, client: FlaskClient, goods: Goods, now: Any
) -> None:
    grown = grow(session, now)
    batch = make_batch(session, grown, now, lot="L/9")
    session.add(ProductGtin(gtin="00000000000024", product_id=grown.product.id, given_at=now))
    session.flush()
    caller = make_caller(session, client)
    lot = f"{PLAIN}/01/00000000000024/10/L%2F9"
    _tell(caller, epcList=[f"{lot}/21/own-7"], quantityList=[{"epcClass": lot, "quantity": 2}])

    assert sorted(_things(session)) == [f"/t/{batch.code}", f"/t/{batch.code}/own-7"]
    assert _mismatches(session) == []


def test_places_are_found_with_this_house_before_them_and_without(
    session: Session, client: FlaskClient, goods: Goods
) -> None:
    caller = make_caller(session, client)
    for host in ("https://cu.example", config.current().base_url):
        _tell(caller, epcList=["urn:epc:id:sscc:8930001.0000000001"],
              bizLocation={"id": f"{host}/areas/VN-01"})  # fmt: skip

    for host in ("https://cu.example", config.current().base_url, "http://cu.example"):
        assert len(caller.events(f"EQ_bizLocation={quote(host + '/areas/VN-01', safe='')}")) == 2
    assert caller.events("EQ_bizLocation=https%3A%2F%2Felse.example%2Fareas%2FVN-01") == []


CRATE = f"{PLAIN}/00/089300010000000018"


@pytest.mark.parametrize(
    "name",
    [
        CRATE,
        "https://nguon.example/00/089300010000000018?x=1",
        "HTTP://NGUON.example/vi/00/089300010000000018/",
        "urn:epc:id:sscc:8930001.0000000001",
        "Urn:Epc:ID:SSCC:8930001.0000000001",
    ],
)
def test_every_spelling_of_a_crate_is_one(name: str) -> None:
    assert identifiers.node_address(name, NO_HOSTS) == CRATE


def test_a_crate_is_met_by_the_code_of_its_page(session: Session, goods: Goods, now: Any) -> None:
    packed = Packing((Taken(goods.batch.code, Decimal(10)),), "089300010000000018")
    unit = packing.pack(session, SYSTEM, packed, now=now)
    own = f"/units/{unit.code}"

    assert spellings.places(session, [own, f"{own}/B", "/units/NO", "/t/NO"]) == {own: CRATE}


def test_what_was_told_by_a_second_name_is_joined_to_the_batch(
    session: Session, client: FlaskClient, now: Any
) -> None:
    """The ledger finds nothing wrong before and after."""
    caller = make_caller(session, client)
    lot, made = (f"{PLAIN}/01/{GTIN}/10/{each}" for each in ("SOM", "BANH"))
    event = told.plain(
        type="TransformationEvent", epcList=None, action=None,
        inputQuantityList=[{"epcClass": made, "quantity": 1}],
        outputQuantityList=[{"epcClass": each, "quantity": 3} for each in (lot, f"{lot}x")],
    )  # fmt: skip
    assert caller.post("/epcis/capture", told.document(event)).status_code == 202
    _tell(caller, epcList=[f"{lot}/21/7"])
    grown = grow(session, now)
    batch: Batch = make_batch(session, grown, now, lot="SOM")
    session.add(ProductGtin(gtin=GTIN, product_id=grown.product.id, given_at=now))
    session.flush()
    assert _mismatches(session) == []

    after: int | None = 0
    while after is not None:
        after = joining.join_some(session, after, now=now)

    place = nodes.node_of(session, batch)
    uris = set(session.scalars(select(TraceNode.uri)))
    assert lot not in uris
    assert f"/t/{batch.code}/7" in uris
    made_of = select(TraceNode.uri).join(TraceEdge, TraceEdge.parent_id == TraceNode.id)
    assert session.scalars(made_of.where(TraceEdge.child_id == place.id)).all() == [made]
    claim = session.scalars(select(StepClaim)).one()
    assert (claim.child_id, claim.state) == (place.id, "open")
    assert _mismatches(session) == []
    with pytest.raises(Exception, match="never changed"), session.begin_nested():
        session.execute(text("DELETE FROM trace_edges"))
