"""An organisation's pages: entered, staffed, isolated."""

import re
from datetime import datetime

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from accounts import sessions
from accounts.models import Membership, Organisation
from foundation import clock
from tests.accounts.browser import post, sign_in_as, text_of
from tests.accounts.factories import (
    PASSWORD,
    VE_GIANG,
    actor_of,
    make_member,
    make_organisation,
    make_person,
)

NEW = {"name": "Hợp tác xã Đồng Xanh", "kind": "cooperative", "commune_code": VE_GIANG}


def code_on(page: str) -> str:
    found = re.search(r'<p class="code">([^<]+)</p>', page)
    assert found
    return found[1].strip()


def test_entering_an_organisation_rotates_the_session(
    client: FlaskClient, session: Session, now: datetime
) -> None:
    sign_in_as(client, session, actor_of(session, make_person(session, now)), clock.now())
    before = client.get_cookie("nguon")

    answer = post(client, "/workspace/organisations/new", **NEW)

    after = client.get_cookie("nguon")
    assert before
    assert after
    assert before.value != after.value
    assert sessions.find_session(session, before.value, clock.now()) is None
    page = text_of(client.get(answer.location))
    assert "Hợp tác xã Đồng Xanh" in page
    assert "Chờ" in page or "Đang chờ cán bộ xác minh" in page


def test_a_commune_is_found_by_its_name(
    client: FlaskClient, session: Session, now: datetime
) -> None:
    sign_in_as(client, session, actor_of(session, make_person(session, now)), clock.now())

    answer = post(
        client, "/workspace/organisations/new", **{**NEW, "commune_code": "Xã Vệ Giang, Quảng Ngãi"}
    )

    assert answer.status_code == 303
    assert session.scalars(select(Organisation)).one().commune_code == VE_GIANG


def test_a_form_comes_back_with_everything_typed_and_all_that_is_wrong(
    client: FlaskClient, session: Session, now: datetime
) -> None:
    sign_in_as(client, session, actor_of(session, make_person(session, now)), clock.now())

    answer = post(
        client,
        "/workspace/organisations/new",
        **{**NEW, "commune_code": "Xã Không Có", "tax_code": "123"},
    )

    page = text_of(answer)
    assert answer.status_code == 422
    assert 'value="Hợp tác xã Đồng Xanh"' in page
    assert page.count('href="#f-commune_code"') == 1
    assert page.count('href="#f-tax_code"') == 1


def test_another_organisations_pages_are_not_found(
    client: FlaskClient, session: Session, now: datetime
) -> None:
    ours, theirs = make_organisation(session, now), make_organisation(session, now)
    member = make_member(session, theirs, now, role="staff")
    sign_in_as(client, session, make_member(session, ours, now), clock.now())
    base = f"/workspace/organisations/{theirs.code}"

    assert client.get(f"/workspace/organisations/{ours.code}").status_code == 200
    for path in ("", "/edit", "/profile", f"/members/{member.person_id}/reset"):
        assert client.get(base + path).status_code == 404, path
    person = f"/members/{member.person_id}"
    contact = {"name": "X", "contact": "x@vidu.vn", "role": "staff"}
    assert post(client, base + "/edit", **NEW).status_code == 404
    assert post(client, base + "/invitations", **contact).status_code == 404
    assert post(client, base + person + "/roles", roles="manager").status_code == 404
    assert post(client, base + person + "/reset").status_code == 404
    assert post(client, base + "/profile", members="3").status_code == 404


def test_staff_see_the_profile_but_not_the_members(
    client: FlaskClient, session: Session, now: datetime
) -> None:
    organisation = make_organisation(session, now)
    make_member(session, organisation, now)
    sign_in_as(client, session, make_member(session, organisation, now, role="staff"), clock.now())

    page = text_of(client.get(f"/workspace/organisations/{organisation.code}"))

    assert "Mời thêm người" not in page
    assert client.get(f"/workspace/organisations/{organisation.code}/edit").status_code == 403


def test_an_invited_farmer_enters_by_the_link_and_works_there(
    client: FlaskClient, session: Session, now: datetime
) -> None:
    organisation = make_organisation(session, now)
    sign_in_as(client, session, make_member(session, organisation, now), clock.now())
    page = post(
        client,
        f"/workspace/organisations/{organisation.code}/invitations",
        name="Trần Văn Lúa",
        contact="0912 345 678",
        role="staff",
    )
    path = code_on(page.get_data(as_text=True)).split("8000")[-1]
    farmer = client.application.test_client()
    assert organisation.name in text_of(farmer.get(path))

    answer = post(farmer, path, name="Trần Văn Lúa", password=PASSWORD)

    assert answer.status_code == 303
    assert farmer.get(f"/workspace/organisations/{organisation.code}").status_code == 200
    assert farmer.get(path).status_code == 404
    assert post(farmer, "/sign-in", login="0912345678", password=PASSWORD).status_code == 303


def test_somebody_known_signs_in_and_accepts(
    client: FlaskClient, session: Session, now: datetime
) -> None:
    organisation = make_organisation(session, now)
    known = make_person(session, now, email="quen@vidu.vn")
    sign_in_as(client, session, make_member(session, organisation, now), clock.now())
    page = post(
        client,
        f"/workspace/organisations/{organisation.code}/invitations",
        name="Người quen",
        contact="quen@vidu.vn",
        role="seller",
    )
    path = code_on(page.get_data(as_text=True)).split("8000")[-1]
    other = client.application.test_client()
    assert "Đăng nhập" in text_of(other.get(path))
    sign_in_as(other, session, actor_of(session, make_person(session, now)), clock.now())
    assert post(other, path + "/accept").status_code == 404
    mine = client.application.test_client()
    sign_in_as(mine, session, actor_of(session, known), clock.now())

    assert post(mine, path + "/accept").status_code == 303
    assert actor_of(session, known).organisation_ids("seller") == (organisation.id,)


def test_a_member_is_reset_by_their_manager_and_enters_with_the_code(
    client: FlaskClient, session: Session, now: datetime
) -> None:
    organisation = make_organisation(session, now)
    member = make_member(session, organisation, now, role="staff")
    sign_in_as(client, session, make_member(session, organisation, now), clock.now())
    theirs = client.application.test_client()
    sign_in_as(theirs, session, member, clock.now())
    path = f"/workspace/organisations/{organisation.code}/members/{member.person_id}/reset"
    assert "24 giờ" in text_of(client.get(path))

    code = code_on(post(client, path).get_data(as_text=True))

    assert theirs.get("/account").status_code == 303
    from accounts.models import Person

    email = session.get_one(Person, member.person_id).email
    answer = post(theirs, "/recover/code", login=email, code=code, password="vu-mua-moi-77")
    assert answer.status_code == 303
    assert theirs.get("/account").status_code == 200


@pytest.mark.parametrize("elsewhere", ["manager", "other_organisation"])
def test_a_manager_never_enters_elsewhere_through_a_member(
    client: FlaskClient, session: Session, now: datetime, elsewhere: str
) -> None:
    organisation, other = make_organisation(session, now), make_organisation(session, now)
    member = make_member(session, organisation, now, role="staff")
    where = organisation if elsewhere == "manager" else other
    role = "manager" if elsewhere == "manager" else "seller"
    session.add(
        Membership(organisation_id=where.id, person_id=member.person_id, role=role, joined_at=now)
    )
    sign_in_as(client, session, make_member(session, organisation, now), clock.now())

    answer = post(
        client, f"/workspace/organisations/{organisation.code}/members/{member.person_id}/reset"
    )

    assert answer.status_code == 409


def test_the_last_manager_stays(client: FlaskClient, session: Session, now: datetime) -> None:
    organisation = make_organisation(session, now)
    manager = make_member(session, organisation, now)
    sign_in_as(client, session, manager, clock.now())

    answer = post(
        client,
        f"/workspace/organisations/{organisation.code}/members/{manager.person_id}/roles",
        roles="staff",
    )

    assert answer.status_code == 409
    assert actor_of(session, make_person(session, now)) is not None
    assert "ít nhất một người quản lý" in text_of(answer)


def test_the_public_page_shows_the_verified_and_nothing_personal(
    client: FlaskClient, session: Session, now: datetime
) -> None:
    organisation = make_organisation(session, now, kind="household", tax_code="049085001234")
    organisation.representative = "Bí Mật Văn"
    hidden = make_organisation(session, now, name="Chưa ai biết", verified=False)
    session.commit()

    page = text_of(client.get(f"/producers/{organisation.slug}"))

    assert organisation.name in page
    assert "Xã Vệ Giang" in page
    assert "049085001234" not in page
    assert "Bí Mật Văn" not in page
    assert client.get(f"/producers/{hidden.slug}").status_code == 404
    assert client.get("/producers/khong-co").status_code == 404
