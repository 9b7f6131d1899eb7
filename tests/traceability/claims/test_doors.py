"""Claims from the capture of an event to the answer: API, pages, jobs and the trace page."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from accounts import tokens
from foundation import clock, config
from foundation.jobs import Unobserved
from tests.accounts.browser import post, sign_in_as, text_of
from tests.accounts.factories import make_member, make_official
from tests.api.test_growing_areas import caller
from tests.traceability.claims.factories import Rivals, make_rivals, tell, the_claim
from tests.traceability.epcis import told
from traceability.claims import jobs
from traceability.lineage.models import StepClaim
from traceability.models import Batch


@pytest.fixture
def rivals(session: Session, now: datetime, monkeypatch: pytest.MonkeyPatch) -> Rivals:
    monkeypatch.setattr(clock, "now", lambda: now)
    found = make_rivals(session, now)
    session.commit()
    return found


def _event(kind: str, parent: Batch, child: Batch) -> dict[str, Any]:
    amounts = {"quantity": 10, "uom": "KGM"}
    source, goods = (f"{config.current().base_url}/t/{batch.code}" for batch in (parent, child))
    if kind == "AggregationEvent":
        return told.plain(
            type=kind, action="ADD", bizStep="packing", parentID=goods,
            childQuantityList=[{"epcClass": source, **amounts}],
        )  # fmt: skip
    return told.plain(
        type=kind, bizStep="commissioning",
        inputQuantityList=[{"epcClass": source, **amounts}],
        outputQuantityList=[{"epcClass": goods, **amounts}],
    )  # fmt: skip


@pytest.mark.parametrize("kind", ["TransformationEvent", "AggregationEvent"])
def test_a_captured_step_into_a_rivals_goods_goes_to_its_owner(
    client: FlaskClient, session: Session, now: datetime, rivals: Rivals, kind: str
) -> None:
    teller = make_member(session, rivals.teller, now)
    call = caller(client, session, teller, now)
    event = _event(kind, rivals.theirs, rivals.lot)
    for unused in ("action", "epcList") if kind == "TransformationEvent" else ("epcList",):
        event.pop(unused, None)
    program = {"Authorization": f"Bearer {tokens.create(session, teller, 'EPCIS', now=now).plain}"}
    session.commit()
    captured = client.post("/epcis/capture", json=told.document(event), headers=program)
    assert captured.status_code == 202, captured.text
    assert the_claim(session).state == "open"
    held = call("post", "/recalls", json={"batch": rivals.theirs.code, "reason": "Nghi"}).json
    assert (held["batches"], held["claims"]) == (1, 1)
    trace: Any = client.get(f"/api/v1/trace/{rivals.lot.code}").json
    assert (trace["verdict"]["kind"], trace["made_of"]) == ("known", [])
    assert rivals.teller.name not in client.get(f"/t/{rivals.lot.code}").text

    jobs.tell({}, Unobserved())
    owner = make_member(session, rivals.owner, now)
    answer = caller(client, session, owner, now)
    (item,) = answer("get", "/step-claims").json["items"]
    assert (item["goods"]["lot"], item["went_in"][0]["lot"]) == ("LO-Y", "CUA-HO")
    assert item["urgent"]
    done = answer("post", f"/step-claims/{item['id']}/confirm", json={"reason": "Phiếu 3"})

    assert (done.status_code, done.json["state"]) == (200, "confirmed")
    trace = client.get(f"/api/v1/trace/{rivals.lot.code}").json
    assert trace["verdict"]["kind"] == "recalled"


def test_desks_show_ask_deny_and_decide(
    client: FlaskClient, session: Session, now: datetime, rivals: Rivals
) -> None:
    tell(session, rivals.teller, rivals.lot, rivals.theirs, now=now)
    owner = make_member(session, rivals.owner, now)
    officer = make_official(session, now, role="officer", scope="")
    session.commit()
    number = the_claim(session).id
    desk, office = (f"/{place}/claims/{number}" for place in ("workspace", "office"))
    sign_in_as(client, session, owner, now)
    listed = client.get("/workspace/claims")
    assert "CUA-HO" in text_of(listed)
    assert '<span class="count">1</span>' in listed.text
    batch = f"/workspace/batches/{rivals.lot.code}"
    assert "Đơn vị khác khai, chưa xác nhận" in client.get(batch).text
    assert "Chưa xác nhận" in text_of(client.get(f"{batch}/lineage"))
    assert post(client, f"{desk}/deny", reason="").status_code == 422
    assert post(client, f"{desk}/deny", reason="Chưa từng mua").status_code == 303

    sign_in_as(client, session, officer, now)
    shown = text_of(client.get(office))
    assert "Chưa từng mua" in shown
    assert post(client, f"{office}/ask", words="Xin gửi phiếu").status_code == 303
    assert post(client, f"{office}/reject", reason="Không có phiếu").status_code == 303
    assert "Không có lời khai nào chờ" in text_of(client.get("/office/claims"))
    assert "LO-Y" in text_of(client.get("/office/claims?state=rejected"))
    assert post(client, f"{office}/confirm").status_code == 303
    session.expire_all()
    assert session.scalars(select(StepClaim.state)).all() == ["confirmed"]
    assert post(client, f"{office}/reject", reason="Nhầm").status_code == 409
    assert "Rút lại xác nhận" in client.get(office).text
    assert post(client, f"{office}/take-back", reason="").status_code == 422
    assert post(client, f"{office}/take-back", reason="Phiếu của lô khác").status_code == 303
    shown = client.get(office).text
    assert '<span class="count">1</span>' in shown
    assert "Rút xác nhận lúc" in text_of(client.get(office))
    assert "Rút lại xác nhận" not in shown
