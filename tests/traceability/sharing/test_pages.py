"""Sharing the history of one's goods with a partner, and taking it back."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from accounts.models import Organisation
from accounts.permissions import SYSTEM
from foundation.errors import Invalid
from tests.accounts.browser import post, sign_in_as
from tests.accounts.factories import make_member
from tests.growing_areas.factories import make_organisation
from tests.traceability.epcis.querying.callers import Caller, make_caller
from tests.traceability.epcis.querying.told_events import HAPPENED, tell
from tests.traceability.factories import grow, make_batch
from traceability.epcis.querying.models import ChainShare
from traceability.lineage import nodes
from traceability.sharing import chains
from traceability.sharing.chains import NewShare


@pytest.fixture
def giver(session: Session) -> Organisation:
    return make_organisation(session, datetime.now(UTC))


@pytest.fixture
def partner(session: Session, client: FlaskClient) -> Caller:
    return make_caller(session, client)


def _share(session: Session, giver: Organisation, partner: Caller, **what: Any) -> ChainShare:
    new = NewShare(giver.code, partner.organisation.code, **what)
    made = chains.share(session, SYSTEM, new, now=datetime.now(UTC))
    session.commit()
    return made


def test_all_that_is_shared_is_read_until_it_is_taken_back(
    session: Session, giver: Organisation, partner: Caller
) -> None:
    event = tell(session, giver)
    assert partner.events() == []

    made = _share(session, giver, partner)
    assert [each["eventID"] for each in partner.events()] == [event.event_id]

    chains.end(session, SYSTEM, made.id, now=datetime.now(UTC))
    session.commit()
    assert partner.events() == []


def test_days_bound_what_is_shared(session: Session, giver: Organisation, partner: Caller) -> None:
    for days in (0, 1, 2):
        tell(session, giver, event_id=f"urn:x:{days}", event_time=HAPPENED + timedelta(days=days))
    second = (HAPPENED + timedelta(days=1)).date()

    _share(session, giver, partner, since=second, until=second)

    assert [each["eventID"] for each in partner.events()] == ["urn:x:1"]


def test_one_product_or_one_batch_is_shared_alone(
    session: Session, partner: Caller, now: datetime
) -> None:
    grown = grow(session, now)
    batch, other = (make_batch(session, grown, now, lot=lot) for lot in ("L-1", "L-2"))
    tell(session, grown.organisation, event_id="urn:x:other")
    uris = {nodes.uri_of(each): each for each in (batch, other)}

    def seen() -> set[str]:
        found = partner.events("perPage=100")
        return {part["epcClass"] for event in found for part in event.get("quantityList", [])}

    shared = _share(session, grown.organisation, partner, batch=batch.code)
    assert len(seen()) == 1
    chains.end(session, SYSTEM, shared.id, now=now)
    _share(session, grown.organisation, partner, product=grown.product.code)

    assert len(seen()) == len(uris)
    assert "urn:x:other" not in [event["eventID"] for event in partner.events("perPage=100")]


def test_who_an_event_names_as_giver_or_taker_sees_it(
    session: Session, giver: Organisation, partner: Caller
) -> None:
    address = f"/organisations/{partner.organisation.code}"
    event = tell(session, giver, words=[("destination", "possessing_party", address)])
    tell(session, giver, words=[("destination", "location", address)])

    assert [each["eventID"] for each in partner.events()] == [event.event_id]


def test_what_cannot_be_shared_is_said_all_at_once(
    session: Session, giver: Organisation, now: datetime
) -> None:
    new = NewShare(
        giver.code,
        giver.code,
        product="KHONGCO",
        since=now.date(),
        until=now.date() - timedelta(days=1),
    )

    with pytest.raises(Invalid) as refused:
        chains.share(session, SYSTEM, new, now=now)

    assert [finding.code for finding in refused.value.findings] == [
        "share.with_oneself",
        "share.days",
        "share.thing_unknown",
    ]


def test_the_page_shares_shows_and_takes_back(
    session: Session, client: FlaskClient, now: datetime
) -> None:
    partner = make_organisation(session, now, name="Công ty Thu Mua")
    giver = make_organisation(session, now)
    actor = make_member(session, giver, now)
    sign_in_as(client, session, actor, now)

    strange = post(client, "/workspace/partners/new", partner=partner.code, what="tất cả")
    assert strange.status_code == 422
    made = post(client, "/workspace/partners/new", partner=partner.code, what="all")
    assert made.status_code == 303
    page = client.get("/workspace/partners").get_data(as_text=True)
    assert "Công ty Thu Mua" in page
    share_id = session.scalars(select(ChainShare.id)).one()
    asked = client.get(f"/workspace/partners/{share_id}/end")
    assert "Dừng chia sẻ với Công ty Thu Mua?" in asked.get_data(as_text=True)
    post(client, f"/workspace/partners/{share_id}/end")
    assert "Công ty Thu Mua" in client.get("/workspace/partners?ended=1").get_data(as_text=True)
    for word in ("EPCIS", "GS1", "GLN"):
        assert word not in page
