"""Our own events as documents: whatever the trade tells, the standard takes."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import select
from sqlalchemy.orm import Session

from tests.growing_areas.factories import make_organisation
from traceability import events
from traceability.epcis import documents, own_documents, vocabulary
from traceability.epcis.index_models import EventWord, SensorReport
from traceability.epcis.querying import telling
from traceability.epcis.querying.told import query_document
from traceability.happenings import Happening, Portion

NOW = datetime(2026, 11, 21, 2, 0, tzinfo=UTC)
BASE = "https://nguon.example"

_lots = st.builds(
    Portion,
    st.sampled_from(
        ["/t/abc", "https://id.gs1.org/01/08930001000018/10/L1", "https://id.gs1.org/01/08930001000018"]
    ),
    st.none() | st.decimals("0.001", "999999", places=3),
    st.sampled_from(["KGM", "LTR", "H87", None]),
)  # fmt: skip
_items = st.builds(
    Portion,
    st.integers(1, 99).map(lambda n: f"/t/abc/{n}"),
    is_class=st.just(False),
)
_portions = st.lists(_lots | _items, min_size=1, max_size=4, unique_by=lambda p: p.uri).map(tuple)
_place = st.none() | st.sampled_from(["/areas/VN-1", "https://id.gs1.org/414/8930001000018"])
_words = st.sampled_from(vocabulary.WORDS["disposition"])
_sensor = st.just(
    {
        "sensorMetadata": {"time": "2026-11-21T02:00:00Z", "deviceID": "https://nguon.example/d/1"},
        "sensorReport": [{"type": "Temperature", "value": 4.5, "uom": "CEL"}],
    }
)


@st.composite
def _happenings(draw: Any) -> Happening:
    kind = draw(
        st.sampled_from(
            ["ObjectEvent", "AggregationEvent", "TransactionEvent", "TransformationEvent"]
        )
    )
    made_of = kind == "TransformationEvent"
    common: dict[str, Any] = {
        "disposition": draw(st.none() | _words),
        "read_point": draw(_place),
        "biz_location": draw(_place),
        "transactions": (("po", "https://nguon.example/orders/1"),),
        "sources": draw(st.just(()) | st.just((("owning_party", "/producers/a"),))),
        "sensors": draw(st.lists(_sensor, max_size=1).map(tuple)),
        "details": draw(st.dictionaries(st.sampled_from(["a", "b"]), st.integers(), max_size=2)),
    }
    if kind in ("ObjectEvent", "TransformationEvent"):
        common["persistent_set"] = draw(st.lists(_words, max_size=2, unique=True).map(tuple))
    step = draw(st.sampled_from(vocabulary.WORDS["bizStep"]))
    when = NOW - timedelta(microseconds=draw(st.integers(0, 10**12)))
    if made_of:
        return Happening(
            kind, step, when, inputs=draw(_portions), outputs=draw(_portions), **common
        )
    action = draw(st.sampled_from(["ADD", "OBSERVE", "DELETE"]))
    unit = "https://id.gs1.org/00/089300010000000018" if kind == "AggregationEvent" else None
    return Happening(
        kind, step, when, action=action, things=draw(_portions), parent_uri=unit, **common
    )


@settings(max_examples=60)
@given(_happenings())
def test_every_event_of_our_own_is_valid_epcis(happening: Happening) -> None:
    document = own_documents.written(happening, "urn:uuid:" + "1" * 8, recorded_at=NOW)

    for form in ("Always_GS1_Digital_Link", "Always_EPC_URN", "Never_Translates"):
        told = telling.told([document], form, BASE)
        read = documents.read_document(query_document(told, created_at=NOW))
        assert len(read.events) == 1


def test_amounts_are_told_exactly() -> None:
    lot = Portion("/t/abc", Decimal("0.125"), "KGM")
    document = own_documents.written(
        Happening("ObjectEvent", "storing", NOW, action="OBSERVE", things=(lot,)),
        "urn:uuid:1",
        recorded_at=NOW,
    )

    assert document["quantityList"] == [{"epcClass": "/t/abc", "quantity": 0.125, "uom": "KGM"}]


def test_an_event_of_our_own_can_be_asked_by_its_papers_and_measurements(
    session: Session, now: datetime
) -> None:
    organisation = make_organisation(session, now)
    lot = Portion("/t/abc", Decimal(5), "KGM")
    report = {"type": "Temperature", "value": 4.5, "uom": "CEL"}
    happening = Happening(
        "ObjectEvent",
        "shipping",
        now,
        action="OBSERVE",
        things=(lot,),
        transactions=(("po", "https://nguon.example/orders/1"),),
        persistent_set=("recalled",),
        sensors=({"sensorReport": [report]},),
    )

    events.record(session, organisation.id, happening, now=now)

    words = {(each.kind, each.type, each.value) for each in session.scalars(select(EventWord))}
    assert words == {
        ("bizTransaction", "po", "https://nguon.example/orders/1"),
        ("set", "", "recalled"),
    }
    assert [each.uom for each in session.scalars(select(SensorReport))] == ["CEL"]
