"""One function writes an event of ours: its row, its things, the steps of the graph, its proof."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import datetime
from decimal import Decimal

import pytest
from sqlalchemy import select, text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from ledger.models import LedgerEntry
from tests.traceability.factories import GTIN, grow, make_batch
from traceability import events
from traceability.epcis.models import EventThing
from traceability.happenings import Happening, Portion
from traceability.lineage import nodes
from traceability.lineage.models import TraceEdge, TraceNode

FLOUR = "https://id.gs1.org/01/08930001000025/10/BOT-1"
CARTON = "https://id.gs1.org/00/089300010000000018"


def edges(session: Session) -> set[tuple[str, str, str]]:
    child, parent = (select(TraceNode).subquery() for _ in range(2))
    rows = session.execute(
        select(TraceEdge.kind, child.c.uri, parent.c.uri)
        .join(child, child.c.id == TraceEdge.child_id)
        .join(parent, parent.c.id == TraceEdge.parent_id)
    )
    return {(kind, made, of) for kind, made, of in rows}


def test_an_output_is_made_of_every_input(session: Session, now: datetime) -> None:
    grown = grow(session, now)
    batch = make_batch(session, grown, now)
    mine = nodes.uri_of(batch)
    step = Happening(
        "TransformationEvent",
        "commissioning",
        happened_at=now,
        inputs=(Portion(mine, Decimal("2.5"), "KGM"), Portion(FLOUR, Decimal(1), "KGM")),
        outputs=(Portion("/t/BANH", Decimal(30), "H87"),),
        details={"recipe": "1"},
    )

    event = events.record(session, grown.organisation.id, step, now=now)

    assert edges(session) == {("made_of", "/t/BANH", mine), ("made_of", "/t/BANH", FLOUR)}
    assert event.document["inputQuantityList"][0] == {
        "epcClass": mine,
        "quantity": 2.5,
        "uom": "KGM",
    }
    assert "action" not in event.document


def test_a_unit_holds_what_was_added_to_it_and_no_more(session: Session, now: datetime) -> None:
    grown = grow(session, now)
    lot = Portion(nodes.uri_of(make_batch(session, grown, now)), Decimal(5), "KGM")
    packed = Happening(
        "AggregationEvent",
        "packing",
        happened_at=now,
        action="ADD",
        things=(lot,),
        parent_uri=CARTON,
    )

    events.record(session, grown.organisation.id, packed, now=now)
    events.record(session, grown.organisation.id, replace(packed, action="DELETE"), now=now)

    assert edges(session) == {("packed_in", CARTON, lot.uri)}
    roles = session.scalars(select(EventThing.role).join(TraceNode).where(TraceNode.uri == CARTON))
    assert set(roles) == {"parent"}


def test_a_batch_takes_the_place_a_partner_gave_it_before(session: Session, now: datetime) -> None:
    grown = grow(session, now, gtin="8930001000018")
    uri = f"https://id.gs1.org/01/{GTIN}/10/L-1"
    known = nodes.ensure(session, [uri, FLOUR], None, now=now)

    batch = make_batch(session, grown, now, lot="L-1")

    node = nodes.node_of(session, batch)
    assert (node.id, node.organisation_id) == (known[uri], grown.organisation.id)
    assert nodes.ensure(session, [FLOUR, uri], None, now=now) == known
    assert nodes.uris_of(session, [batch.id]) == {batch.id: uri}


def test_the_ledger_commits_to_the_document_and_hides_its_words(
    session: Session, now: datetime
) -> None:
    batch = make_batch(session, grow(session, now), now)
    event = events.list_events(session, batch.id)[0]

    entry = session.scalars(
        select(LedgerEntry).where(
            LedgerEntry.kind == "event.recorded", LedgerEntry.subject == event.event_id
        )
    ).one()

    told = json.loads(entry.body)
    assert told["digest"] == events.digest_of(event.document)
    changed = {**event.document, "bizStep": "destroying"}
    assert events.digest_of(changed) != told["digest"]
    assert batch.lot not in entry.body


@pytest.mark.parametrize("table", ["epcis_event_things", "trace_edges", "batch_movements"])
@pytest.mark.parametrize("act", ["DELETE FROM {}", "TRUNCATE {} CASCADE"])
def test_what_was_recorded_is_never_taken_away(session: Session, table: str, act: str) -> None:
    with pytest.raises(DBAPIError, match="never changed"), session.begin_nested():
        session.execute(text(act.format(table)))
