"""Vouchers: one's own by oneself, anybody else's by an admin who says why."""

import json
from datetime import datetime
from pathlib import Path

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from accounts import tokens
from accounts.models import AuditEntry, Organisation
from foundation import clock
from ledger import judging, keys, rotation
from tests.accounts.browser import post, sign_in_as, text_of
from tests.accounts.factories import make_member, make_official, make_organisation
from tests.ledger.factories import sign


@pytest.fixture
def organisation(
    client: FlaskClient, session: Session, tmp_path: Path, now: datetime
) -> Organisation:
    """An organisation recorded under a checkpoint."""
    keys.use(tmp_path, "http://test.invalid")
    made = make_organisation(session, now, name="Hợp tác xã Vệ Giang")
    made.representative = "Trần Thị Lúa"
    session.commit()
    sign(session, keys.get(), now)
    session.commit()
    return made


def matches(session: Session, data: bytes) -> bool:
    judged = judging.judge(data, rotation.terms(session))
    return judged.matches and "Trần Thị Lúa" in data.decode()


def test_a_manager_takes_the_voucher_of_the_own_organisation_and_of_no_other(
    client: FlaskClient, session: Session, organisation: Organisation, now: datetime
) -> None:
    other = make_organisation(session, now, name="Hợp tác xã Bên Kia")
    manager = make_member(session, organisation, now)
    sign_in_as(client, session, manager, clock.now())
    bearer = {"Authorization": f"Bearer {tokens.create(session, manager, 'thử', now=now).plain}"}
    session.commit()

    listed = text_of(client.get("/account/vouchers"))
    file = client.get(f"/account/vouchers/organisations/{organisation.id}")
    told = client.get("/api/v1/me/vouchers", headers=bearer).get_json()["items"]
    by_program = client.get(f"/api/v1/me/vouchers/organisations/{organisation.id}", headers=bearer)

    assert "Hợp tác xã Vệ Giang" in listed
    assert "Bên Kia" not in listed
    assert matches(session, file.data)
    assert file.headers["Cache-Control"] == "private, no-store"
    row = {"table": "organisations", "key": organisation.id, "name": organisation.name}
    assert told == [row]
    assert matches(session, json.dumps(by_program.get_json(), ensure_ascii=False).encode())
    for path in (f"organisations/{other.id}", "order_buyers/1", "people/1", f"x/{2**70}"):
        assert client.get(f"/account/vouchers/{path}").status_code == 404


def test_who_has_nothing_in_the_ledger_is_told_so(
    client: FlaskClient, session: Session, organisation: Organisation, now: datetime
) -> None:
    staff = make_member(session, organisation, now, role="staff")
    sign_in_as(client, session, staff, clock.now())

    assert "Chưa có điều gì riêng" in text_of(client.get("/account/vouchers"))


def test_an_admin_hands_one_out_and_it_is_written_down(
    client: FlaskClient, session: Session, organisation: Organisation, now: datetime
) -> None:
    sign_in_as(client, session, make_official(session, now, role="admin"), clock.now())
    asked = {"table": "organisations", "reason": "Bà Lúa xin, đã xem căn cước"}

    page = text_of(client.get("/admin/vouchers"))
    file = post(client, "/admin/vouchers", key=str(organisation.id), **asked)
    missing = [post(client, "/admin/vouchers", key=key, **asked) for key in ("0", "1,2", "x" * 80)]
    silent = post(client, "/admin/vouchers", key=str(organisation.id), table="organisations")

    assert "Người đại diện, mã số thuế của tổ chức" in page
    assert matches(session, file.data)
    assert [answer.status_code for answer in missing] == [404] * 3
    assert silent.status_code == 422
    (entry,) = session.scalars(select(AuditEntry).where(AuditEntry.action == "voucher.handed_out"))
    assert entry.subject == f"organisations/{organisation.id}"
    assert entry.reason == asked["reason"]
