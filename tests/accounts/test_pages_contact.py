"""The pages of one's own number and address, in the browser."""

import re

from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from accounts import people, sessions
from accounts.models import Person
from foundation import clock
from foundation.models import OutboxMail
from tests.accounts.browser import post, sign_in_as, text_of
from tests.accounts.factories import PASSWORD, actor_of, make_person, reader_of


def signed_in(client: FlaskClient, session: Session) -> Person:
    person = make_person(session, clock.now(), email="cu@vidu.vn", password=PASSWORD)
    sign_in_as(client, session, actor_of(session, person), clock.now())
    return person


def code_in_mail(session: Session) -> str:
    bodies = session.scalars(select(OutboxMail.text).where(OutboxMail.recipient == "moi@vidu.vn"))
    found = re.search(r"\d{6}", bodies.first() or "")
    assert found
    return found[0]


def test_an_address_is_changed_and_other_devices_are_signed_out_or_kept(
    client: FlaskClient, session: Session
) -> None:
    person = signed_in(client, session)
    other = sessions.open_session(session, person, device_label="", now=clock.now()).cookie
    session.commit()
    assert "Đổi số điện thoại, thư điện tử" in client.get("/account").text

    asked = post(client, "/account/contact", contact="moi@vidu.vn", password=PASSWORD)
    assert asked.headers["Location"] == "/account/contact/code"
    assert "moi@vidu.vn" in client.get("/account/contact/code").text
    done = post(client, "/account/contact/code", code=code_in_mail(session), others="end")

    assert done.headers["Location"] == "/account"
    shown = text_of(client.get("/account"))
    assert "moi@vidu.vn" in shown
    assert "Chúng tôi đã báo" in shown
    session.expire_all()
    assert reader_of(session, other, clock.now()) is None


def test_other_devices_stay_when_their_owner_says_so(client: FlaskClient, session: Session) -> None:
    person = signed_in(client, session)
    other = sessions.open_session(session, person, device_label="", now=clock.now()).cookie
    session.commit()

    post(client, "/account/contact", contact="moi@vidu.vn", password=PASSWORD)
    post(client, "/account/contact/code", code=code_in_mail(session), others="keep")

    session.expire_all()
    assert people.get_person(session, person.id).email == "moi@vidu.vn"
    assert reader_of(session, other, clock.now()) is not None


def test_wrong_input_is_told_beside_the_form(client: FlaskClient, session: Session) -> None:
    signed_in(client, session)

    nonsense = post(client, "/account/contact", contact="x", password=PASSWORD)
    wrong = post(client, "/account/contact", contact="moi@vidu.vn", password="sai-mat-khau-roi")
    early = client.get("/account/contact/code")
    last = post(client, "/account/contact/email/remove", password=PASSWORD)

    assert (nonsense.status_code, wrong.status_code, early.status_code) == (422, 422, 303)
    assert "Mật khẩu đang dùng chưa đúng" in wrong.text
    assert last.status_code == 409
    assert "ít nhất một cách đăng nhập" in last.text


def test_a_stolen_session_alone_changes_no_contact(client: FlaskClient, session: Session) -> None:
    person = signed_in(client, session)

    answer = post(client, "/account/contact", contact="ke-trom@vidu.vn", password="")

    assert answer.status_code == 422
    session.expire_all()
    assert people.get_person(session, person.id).email == "cu@vidu.vn"


def test_a_sign_in_from_a_new_browser_is_told_once(client: FlaskClient, session: Session) -> None:
    make_person(session, clock.now(), email="cu@vidu.vn", password=PASSWORD)
    session.commit()
    for _ in range(2):
        post(client, "/sign-in", login="cu@vidu.vn", password=PASSWORD)
        client.delete_cookie("nguon")

    bodies = session.scalars(select(OutboxMail.text)).all()
    assert len([body for body in bodies if body and "máy chưa dùng bao giờ" in body]) == 1
