"""Undoing by page and by program; what the public and partners are told of it."""

from __future__ import annotations

import re
from datetime import datetime
from decimal import Decimal
from html import unescape

import pytest
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from accounts import tokens
from accounts.permissions import SYSTEM
from foundation import clock
from tests.accounts.browser import post, sign_in_as, text_of
from tests.accounts.factories import make_member
from tests.traceability.factories import GTIN, Grown, grow, make_batch, new_batch
from tests.traceability.handling.factories import shelf
from traceability import events, opening
from traceability.epcis.querying.models import ChainShare
from traceability.handling import parting
from traceability.handling.parting import Part, Split
from traceability.models import Batch

V1 = "/api/v1"
Parted = tuple[Grown, Batch, Batch, str]


@pytest.fixture(autouse=True)
def _still(monkeypatch: pytest.MonkeyPatch, now: datetime) -> None:
    monkeypatch.setattr(clock, "now", lambda: now)


@pytest.fixture
def parted(session: Session, now: datetime) -> Parted:
    """A batch, a part of it, and the event of the parting."""
    grown = grow(session, now, gtin=GTIN)
    batch = make_batch(session, grown, now)
    (part,) = parting.split(session, SYSTEM, Split(batch.code, (Part(Decimal(300)),)), now=now)
    (event,) = events.list_events(session, part.id)
    session.commit()
    return grown, batch, part, event.event_id


def test_a_manager_strikes_a_step_out_and_every_page_says_so(
    client: FlaskClient, session: Session, now: datetime, parted: Parted
) -> None:
    grown, batch, part, event = parted
    sign_in_as(client, session, make_member(session, grown.organisation, now), now)
    page = f"/workspace/batches/{batch.code}/undo/{event.removeprefix('urn:uuid:')}"

    assert page in client.get(f"/workspace/batches/{batch.code}").text
    before = text_of(client.get(page)).replace("\u00a0", " ")
    unsaid = post(client, page)
    done = post(client, page, reason="did_not_occur")
    again = post(client, page, reason="did_not_occur")

    assert f"300 kg về lại lô {batch.lot}: từ 900 kg thành 1.200 kg" in before
    assert f"Lô {part.lot} bị hủy" in before
    assert (unsaid.status_code, done.status_code, again.status_code) == (422, 303, 409)
    assert shelf(session, batch) == (Decimal(1200), Decimal(0), Decimal(0))
    told = client.get(f"/workspace/batches/{batch.code}")
    assert "<s>" in told.text
    assert "Hủy việc ghi nhầm" in text_of(told)
    assert page not in told.text
    public = text_of(client.get(f"/01/{GTIN}/10/{batch.lot}"))
    assert "gạch bỏ" in public
    assert "việc này không xảy ra" in public
    assert "ghi nhầm và đã hủy" in text_of(client.get(f"/01/{GTIN}/10/{part.lot}"))


def test_a_step_built_upon_is_shown_with_what_stands_on_it_and_no_button(
    client: FlaskClient, session: Session, now: datetime, parted: Parted
) -> None:
    grown, batch, part, event = parted
    parting.split(session, SYSTEM, Split(part.code, (Part(Decimal(30)),)), now=now)
    session.commit()
    sign_in_as(client, session, make_member(session, grown.organisation, now), now)
    page = f"/workspace/batches/{batch.code}/undo/{event.removeprefix('urn:uuid:')}"

    shown = client.get(page)
    refused = post(client, page, reason="incorrect_data")

    assert f"tách 30 kg khỏi lô {part.lot}" in text_of(shown).replace("\u00a0", " ")
    assert 'name="reason"' not in shown.text
    assert refused.status_code == 409


def test_programs_and_partners_are_told_both_the_step_and_that_it_was_wrong(
    client: FlaskClient, session: Session, now: datetime, parted: Parted
) -> None:
    grown, batch, part, event = parted
    partner = grow(session, now).organisation
    session.add(
        ChainShare(
            organisation_id=grown.organisation.id,
            partner_id=partner.id,
            batch_id=batch.id,
            made_at=now,
        )
    )
    bearers = []
    for house in (grown.organisation, partner):
        token = tokens.create(session, make_member(session, house, now), "Máy", now=now)
        bearers.append({"Authorization": f"Bearer {token.plain}"})
    session.commit()
    ours, theirs = bearers
    path = f"{V1}/batches/{batch.code}"
    wrong = {"event": event, "reason": "incorrect_data"}

    steps = client.get(f"{path}/steps", headers=ours).get_json()["items"]
    done = client.post(f"{path}/undo", json=wrong, headers=ours)
    stranger = client.post(f"{path}/undo", json=wrong, headers=theirs)
    after = client.get(f"{path}/steps", headers=ours).get_json()["items"]
    first = client.get(f"{path}/steps?limit=1", headers=ours).get_json()
    rest = client.get(f"{path}/steps?cursor={first['next']}", headers=ours).get_json()

    assert [*first["items"], *rest["items"]] == after
    assert (len(first["items"]), rest["next"]) == (1, None)
    assert {each["event"]: each["kind"] for each in steps}[event] == "split"
    assert done.get_json() | {"event": ""} == {
        "event": "",
        "kind": "split",
        "reason": "incorrect_data",
        "given_back": [batch.code],
        "voided": [part.code],
    }
    assert stranger.status_code == 404
    told = {each["event"]: each["correction"] for each in after}
    assert told[event]["reason"] == "incorrect_data"
    for bearer in bearers:
        answer = client.get(f"/epcis/events?EQ_eventID={event}", headers=bearer).get_json()
        found = answer["epcisBody"]["queryResults"]["resultsBody"]["eventList"]
        reasons = [each.get("errorDeclaration", {}).get("reason") for each in found]
        assert sorted(reasons, key=str) == [None, "incorrect_data"]


def test_the_page_of_a_lot_opened_by_mistake_opens_it_again_under_its_name(
    client: FlaskClient, session: Session, now: datetime
) -> None:
    grown = grow(session, now, gtin=GTIN)
    wanted = new_batch(grown, lot="BUOI-1")
    wrong = opening.open_batch(session, SYSTEM, wanted, now=now)
    (event,) = events.list_events(session, wrong.id)
    session.commit()
    sign_in_as(client, session, make_member(session, grown.organisation, now), now)
    page = f"/workspace/batches/{wrong.code}"
    post(client, f"{page}/undo/{event.event_id.removeprefix('urn:uuid:')}", reason="incorrect_data")

    void = client.get(page)
    again = re.search(r'href="(/workspace/batches/new[?][^"]+)"', void.text)
    assert again is not None
    form = client.get(unescape(again[1])).text
    right = opening.open_batch(session, SYSTEM, wanted, now=now)
    session.commit()

    assert "chưa ai bên ngoài biết" in text_of(void)
    assert f"{page}/steps/reopen" not in void.text
    assert 'value="BUOI-1"' in form
    told = client.get(page)
    assert f'href="/workspace/batches/{right.code}"' in told.text
    assert "Việc đã ghi của lô nhầm nằm ở lô ấy" in text_of(told)
    # The address on the label is the living lot's; the other one's says that it was a mistake.
    assert "ghi nhầm và đã hủy" not in text_of(client.get(f"/01/{GTIN}/10/BUOI-1"))
    assert "ghi nhầm và đã hủy" in text_of(client.get(f"/t/{wrong.code}"))
