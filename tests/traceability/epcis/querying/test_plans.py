"""Every filter of /epcis/events can be answered by an index, however many events there are.

PostgreSQL would read a short table whole; forbidden to, it shows whether it has another way.
"""

from __future__ import annotations

import re
from datetime import datetime

import pytest
from sqlalchemy import text
from sqlalchemy.orm import Session

from accounts.permissions import SYSTEM, Actor
from foundation import clock
from tests.accounts.factories import make_member
from tests.growing_areas.factories import make_organisation
from traceability.epcis.models import EpcisEvent
from traceability.epcis.querying import asking, parameters, reading

THING = "https://id.gs1.org/01/08930001000018/10/L1"
_WORDS = {
    "eventType": "ObjectEvent",
    "EQ_action": "ADD",
    "EQ_bizStep": "shipping",
    "EQ_disposition": "in_transit",
    "EQ_persistentDisposition_set": "recalled",
    "EQ_persistentDisposition_unset": "recalled",
    "EQ_booleanValue": "true",
    "EXISTS_errorDeclaration": "true",
    "EXISTS_sensorElementList": "true",
}
_TYPED = ("EQ_bizTransaction_po", "EQ_source_owning_party", "EQ_destination_location",
          "GE_value_CEL", "GT_quantity_KGM")  # fmt: skip
# One word in three events, and a flag: an order is the better index.
_COMMON = {"EQ_action", "eventType", "EQ_type", "EQ_booleanValue"}


def _value(name: str) -> str:
    parameter = parameters.find(name)
    if name in _WORDS:
        return _WORDS[name]
    forms = {"moment": "2026-11-22T00:00:00Z", "numbers": "5", "number": "5", "flag": "true"}
    return forms.get(parameter.form, THING)


def _plan(session: Session, actor: Actor, name: str) -> str:
    query = asking.read({name: _value(name)})
    statement = reading.seen(session, actor, query.conditions)
    if name in _COMMON:
        statement = statement.order_by(EpcisEvent.event_time.desc(), EpcisEvent.id.desc())
        statement = statement.limit(31)
    compiled = statement.compile(
        dialect=session.get_bind().dialect, compile_kwargs={"literal_binds": True}
    )
    rows = session.execute(text("EXPLAIN " + re.sub(r":(?=\w)", r"\\:", str(compiled))))
    return "\n".join(row[0] for row in rows)


@pytest.mark.untouched
@pytest.mark.parametrize("who", ["all", "own"])
def test_no_filter_reads_all_events(session: Session, now: datetime, who: str) -> None:
    actor = SYSTEM
    if who == "own":
        actor = make_member(session, make_organisation(session, clock.now()), clock.now())
    session.execute(text("SET LOCAL enable_seqscan = off"))

    slow = {}
    for name in (*parameters.KNOWN, *_TYPED):
        plan = _plan(session, actor, name)
        if "Seq Scan" in plan:
            slow[name] = plan

    assert slow == {}
