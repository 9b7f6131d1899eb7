"""The pages that keep watch of invitations."""

import re

from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from accounts.access_models import Invitation
from accounts.inviting import limits
from foundation import clock
from tests.accounts.browser import post, sign_in_as, text_of
from tests.accounts.factories import make_member, make_official, make_organisation

TAM = {"name": "Lê Văn Tám", "contact": "tam@vidu.vn", "role": "staff"}


def test_a_manager_sends_again_and_takes_back_on_the_organisation_s_page(
    client: FlaskClient, session: Session
) -> None:
    organisation = make_organisation(session, clock.now())
    sign_in_as(client, session, make_member(session, organisation, clock.now()), clock.now())
    page = f"/workspace/organisations/{organisation.code}"
    post(client, f"{page}/invitations", **TAM)
    (row,) = session.scalars(select(Invitation)).all()

    shown = text_of(client.get(page))
    again = post(client, f"/office/invitations/{row.id}/again")
    back = post(client, f"/office/invitations/{row.id}/withdraw")

    most = limits.a_day(("manager",), clock.today())
    assert f"Hôm nay đã gửi 1 lời mời; một ngày gửi nhiều nhất {most}." in shown
    assert "t•••@vidu.vn" in shown
    assert re.search(r"/invitations/[\w-]{43}", again.text)
    assert back.headers["Location"] == page
    assert "Đã rút lại" in client.get(page).text
    assert post(client, f"/office/invitations/{row.id}/again").status_code == 409


def test_an_officer_s_list_has_states_and_filters(client: FlaskClient, session: Session) -> None:
    organisation = make_organisation(session, clock.now())
    sign_in_as(client, session, make_official(session, clock.now()), clock.now())
    post(client, f"/office/organisations/{organisation.code}/invitations", **TAM)

    everything = text_of(client.get("/office/invitations"))
    used = text_of(client.get("/office/invitations?state=used"))
    beside = text_of(client.get(f"/office/organisations/{organisation.code}"))

    assert "Lê Văn Tám" in everything
    assert organisation.name in everything
    assert "Chưa có lời mời nào" in used
    assert "Lê Văn Tám" in beside


def test_past_the_day_s_number_the_form_says_so(client: FlaskClient, session: Session) -> None:
    organisation = make_organisation(session, clock.now())
    sign_in_as(client, session, make_member(session, organisation, clock.now()), clock.now())
    path = f"/workspace/organisations/{organisation.code}/invitations"
    answers = [post(client, path, **TAM).status_code for _ in range(4)]

    assert answers == [200, 200, 200, 409]
    assert "đã nhận 3 lời mời" in post(client, path, **TAM).text
