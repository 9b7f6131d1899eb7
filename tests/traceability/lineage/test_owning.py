"""A crate is whose number it bears, whoever names it first."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select, text
from sqlalchemy.orm import Session

from accounts import verification
from accounts.permissions import SYSTEM
from tests.traceability.epcis import told
from tests.traceability.epcis.querying.callers import Caller, make_caller
from tests.traceability.factories import Grown, grow, make_batch
from traceability.epcis.models import EpcisEvent
from traceability.handling import packing
from traceability.handling.acting import Taken
from traceability.handling.packing import Packing
from traceability.lineage import owning, recorded
from traceability.lineage.models import StepClaim, TraceNode

PREFIX = "8930001"
SSCC = "089300010000000018"


def _fill(caller: Caller) -> None:
    """Somebody says that a crate holds a lot of theirs."""
    event = told.plain(
        type="AggregationEvent", action="ADD", parentID=f"https://id.gs1.org/00/{SSCC}",
        epcList=None, childEPCs=["https://example.org/lots/9"],
    )  # fmt: skip
    answer = caller.post("/epcis/capture", told.document(event))
    assert answer.status_code == 202, answer.get_data(as_text=True)


def _pack(session: Session, grown: Grown, now: datetime) -> None:
    taken = Taken(make_batch(session, grown, now).code, Decimal(10))
    packing.pack(session, SYSTEM, Packing((taken,), SSCC), now=now)


def _confirm(session: Session, grown: Grown, now: datetime) -> None:
    grown.organisation.gs1_prefix = PREFIX
    session.flush()
    verification.confirm_prefix(session, SYSTEM, grown.organisation.code, "Giấy số 7", now=now)


def _claims(session: Session) -> dict[int | None, str]:
    """How claims on the crate stand, by who told them."""
    session.expire_all()
    rows = session.execute(
        select(EpcisEvent.organisation_id, StepClaim.state)
        .join(StepClaim, StepClaim.event_id == EpcisEvent.id)
        .join(TraceNode, TraceNode.id == StepClaim.child_id)
        .where(TraceNode.uri == owning.UNIT + SSCC)
    )
    return dict(rows.all())


def _owner(session: Session) -> int | None:
    session.expire_all()
    return session.scalar(
        select(TraceNode.organisation_id).where(TraceNode.uri == owning.UNIT + SSCC)
    )


def test_whoever_names_a_packers_next_crate_first_only_claims(
    session: Session, client: FlaskClient, now: Any
) -> None:
    grown, squatter = grow(session, now), make_caller(session, client)
    _confirm(session, grown, now)

    _fill(squatter)
    _pack(session, grown, now)

    assert _owner(session) == grown.organisation.id
    assert _claims(session) == {squatter.organisation.id: "open"}
    assert list(recorded.check_rows(session)) == []


def test_a_crate_named_before_the_prefix_was_confirmed_comes_to_its_packer(
    session: Session, client: FlaskClient, now: Any
) -> None:
    grown, squatter = grow(session, now), make_caller(session, client)
    _fill(squatter)
    _pack(session, grown, now)
    first = (_owner(session), _claims(session))
    _confirm(session, grown, now)

    assert owning.hand_over_some(session, grown.organisation.id, now=now) == 1
    assert owning.hand_over_some(session, None, now=now) == 0
    assert first == (squatter.organisation.id, {grown.organisation.id: "open"})
    assert _owner(session) == grown.organisation.id
    assert _claims(session) == {
        grown.organisation.id: "confirmed",
        squatter.organisation.id: "open",
    }
    assert list(recorded.check_rows(session)) == []


def test_an_owner_without_a_confirmation_in_the_ledger_is_named(
    session: Session, client: FlaskClient, now: Any
) -> None:
    grown = grow(session, now)
    _fill(make_caller(session, client))
    grown.organisation.gs1_prefix, grown.organisation.gs1_prefix_confirmed_at = PREFIX, now
    session.flush()
    owning.hand_over_some(session, None, now=now)

    assert _owner(session) == grown.organisation.id
    assert "was named by no event" in str(list(recorded.check_rows(session)))


def test_a_confirmed_prefix_has_its_units_handed_over_at_once(session: Session, now: Any) -> None:
    grown = grow(session, now)
    _confirm(session, grown, now)

    asked = "SELECT args->'payload' FROM procrastinate_jobs WHERE task_name = :name"
    (payload,) = session.scalars(text(asked), {"name": owning.JOB}).all()
    assert payload == {"organisation": grown.organisation.id}


@pytest.mark.untouched
def test_units_of_a_giver_are_found_by_the_beginning_of_their_numbers(
    session: Session, now: Any
) -> None:
    _confirm(session, grow(session, now), now)
    session.execute(
        text(
            "INSERT INTO trace_nodes (uri, created_at)"
            " SELECT 'https://id.gs1.org/00/0' || (70000000000000000 + n), now()"
            " FROM generate_series(1, 20000) n"
        )
    )
    session.execute(text("ANALYZE trace_nodes"))
    session.execute(text("ANALYZE organisations"))

    asked = {"unit": owning.UNIT, "giver": None, "most": 10}
    plan = session.scalars(text(f"EXPLAIN {owning._OF_ANOTHER}"), asked).all()

    assert "ix_trace_nodes_uri_prefix" in "\n".join(plan)
