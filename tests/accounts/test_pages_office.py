"""Officers' and admins' pages: what they see, decide and leave behind."""

import io
from datetime import datetime

import openpyxl
import pytest
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from accounts.models import AuditEntry, Person, RoleGrant
from accounts.permissions import Actor
from foundation import clock
from tests.accounts.browser import post, sign_in_as, text_of
from tests.accounts.factories import (
    PASSWORD,
    THANG_BINH,
    VE_GIANG,
    actor_of,
    make_member,
    make_official,
    make_organisation,
    make_person,
)


@pytest.fixture
def officer(client: FlaskClient, session: Session, now: datetime) -> Actor:
    made = make_official(session, now)
    sign_in_as(client, session, made, clock.now())
    return made


@pytest.fixture
def admin(client: FlaskClient, session: Session, now: datetime) -> Actor:
    made = make_official(session, now, role="admin")
    sign_in_as(client, session, made, clock.now())
    return made


def audited(session: Session, action: str) -> list[AuditEntry]:
    return list(session.scalars(select(AuditEntry).where(AuditEntry.action == action)))


def test_an_officer_sees_and_verifies_in_their_territory_only(
    client: FlaskClient, session: Session, now: datetime, officer: Actor
) -> None:
    here = make_organisation(session, now, name="Hợp tác xã Gần", verified=False)
    there = make_organisation(
        session, now, name="Hợp tác xã Xa", commune_code=THANG_BINH, verified=False
    )
    session.commit()

    page = text_of(client.get("/office/organisations"))
    assert "Hợp tác xã Gần" in page
    assert "Hợp tác xã Xa" not in page
    assert client.get(f"/office/organisations/{there.code}").status_code == 404
    far = post(client, f"/office/organisations/{there.code}/verify", reason="x")
    assert far.status_code == 404
    base = f"/office/organisations/{here.code}"
    assert "Đã xem giấy tờ nào?" in text_of(client.get(base + "/verify"))
    assert post(client, base + "/verify", reason="").status_code == 422
    answer = post(client, base + "/verify", reason="Giấy số 12")

    assert answer.status_code == 303
    session.refresh(here)
    assert here.is_verified
    assert post(client, base + "/verify", reason="Giấy số 12").status_code == 409
    assert post(client, base + "/suspend", reason="Hết hạn").status_code == 303


def test_a_look_at_a_households_number_is_written_down(
    client: FlaskClient, session: Session, now: datetime, officer: Actor
) -> None:
    household = make_organisation(session, now, kind="household", tax_code="049085001234")
    session.commit()
    base = f"/office/organisations/{household.code}"
    assert "049085001234" not in text_of(client.get(base))

    answer = post(client, base + "/tax-code", reason="Đối chiếu tờ khai")

    assert "049085001234" in text_of(answer)
    (entry,) = audited(session, "organisation.tax_code_seen")
    assert (entry.person_id, entry.subject) == (officer.person_id, household.code)


@pytest.mark.parametrize("format_", ["xlsx", "csv", "json"])
def test_the_list_leaves_whole_and_without_personal_numbers(
    client: FlaskClient, session: Session, now: datetime, officer: Actor, format_: str
) -> None:
    for _ in range(3):
        make_organisation(session, now, kind="household", tax_code="049085001234")
    session.commit()

    answer = client.get(f"/office/organisations/export?format={format_}&kind=household")

    assert answer.headers["X-Row-Count"] == "3"
    if format_ == "xlsx":
        sheet = openpyxl.load_workbook(io.BytesIO(answer.data)).worksheets[0]
        text = str([list(row) for row in sheet.values])
    else:
        text = answer.data.decode("utf-8")
    assert "Hợp tác xã Nông nghiệp Vệ Giang" in text
    assert "049085001234" not in text
    # Offices read words; programs find the codes beside them.
    assert all(word in text for word in ("household", "Hộ sản xuất", "verified", "Đã xác minh"))


def test_an_officer_invites_within_the_territory(
    client: FlaskClient, session: Session, now: datetime, officer: Actor
) -> None:
    form = {"name": "Lê Kiểm", "contact": "0905 111 222", "role": "inspector"}

    inside = post(client, "/office/people", **form, commune="Vệ Giang")
    outside = post(client, "/office/people", **form, province="48")
    above = post(client, "/office/people", **{**form, "role": "officer"}, province="51")

    assert inside.status_code == 200
    assert "/invitations/" in text_of(inside)
    assert outside.status_code == 403
    assert above.status_code == 403


def test_an_accepted_office_invitation_gives_the_role_there(
    client: FlaskClient, session: Session, now: datetime, officer: Actor
) -> None:
    form = {"name": "Lê Kiểm", "contact": "0905 111 222", "role": "inspector"}
    page = text_of(post(client, "/office/people", **form, commune="Vệ Giang"))
    path = page.split("http://127.0.0.1:8000")[1].split("<")[0]
    invited = client.application.test_client()

    post(invited, path, name="Lê Kiểm", password=PASSWORD)

    grant = session.scalars(select(RoleGrant).where(RoleGrant.role == "inspector")).one()
    assert (grant.scope_unit_code, grant.granted_by_id) == (VE_GIANG, officer.person_id)


def test_an_invitation_falls_with_its_inviters_right(
    client: FlaskClient, session: Session, now: datetime, officer: Actor
) -> None:
    form = {"name": "Lê Kiểm", "contact": "0905 111 222", "role": "inspector"}
    page = text_of(post(client, "/office/people", **form, commune="Vệ Giang"))
    path = page.split("http://127.0.0.1:8000")[1].split("<")[0]
    grant = session.scalars(select(RoleGrant)).one()
    grant.revoked_at = now
    session.commit()

    answer = post(client.application.test_client(), path, name="Lê", password=PASSWORD)

    assert answer.status_code in (403, 404)
    assert session.scalars(select(RoleGrant).where(RoleGrant.role == "inspector")).all() == []


def test_an_admin_appoints_and_removes_and_every_step_is_written_down(
    client: FlaskClient, session: Session, now: datetime, admin: Actor
) -> None:
    person = make_person(session, now, email="bon@vidu.vn", name="Phan Bốn")
    session.commit()
    base = f"/admin/people/{person.id}"
    assert "Phan Bốn" in text_of(client.get("/admin/people?q=phan bon"))
    assert "bon@vidu.vn" in text_of(client.get(base))

    assert post(client, base + "/roles", role="officer", province="51").status_code == 303
    grant = session.scalars(select(RoleGrant).where(RoleGrant.person_id == person.id)).one()
    revoke = f"{base}/roles/{grant.id}/revoke"
    assert post(client, revoke).status_code == 422
    assert post(client, revoke, reason="Chuyển công tác").status_code == 303
    assert post(client, base + "/disable", reason="Theo yêu cầu").status_code == 303
    session.refresh(person)
    assert person.disabled_at is not None
    assert post(client, base + "/enable", reason="Đã rõ").status_code == 303
    assert post(client, base + "/reset-second-factor", reason="Mất máy").status_code == 303

    for action in (
        "person.seen", "role.granted", "role.revoked", "person.disabled", "person.enabled",
        "second_factor.reset",
    ):  # fmt: skip
        assert audited(session, action), action
    page = text_of(client.get("/admin/audit"))
    assert "Chuyển công tác" in page
    assert "bon@vidu.vn" not in page


def test_the_last_admin_stays(
    client: FlaskClient, session: Session, now: datetime, admin: Actor
) -> None:
    grant = session.scalars(select(RoleGrant).where(RoleGrant.role == "admin")).one()

    answer = post(client, f"/admin/people/{admin.person_id}/roles/{grant.id}/revoke", reason="Thử")

    assert answer.status_code == 409


@pytest.mark.parametrize(
    "path",
    ["/admin/people", "/admin/audit", "/office/organisations", "/office/people",
     "/office/cooperatives", "/office/cooperatives/import", "/office/organisations/export"],
)  # fmt: skip
def test_nobody_else_opens_an_office(
    client: FlaskClient, session: Session, now: datetime, path: str
) -> None:
    assert client.get(path).status_code == 303
    organisation = make_organisation(session, now)
    sign_in_as(client, session, make_member(session, organisation, now), clock.now())

    assert client.get(path).status_code == 403


@pytest.mark.parametrize("language", ["vi", "en"])
def test_every_page_is_shown_in_both_languages(
    client: FlaskClient, session: Session, now: datetime, admin: Actor, language: str
) -> None:
    organisation = make_organisation(session, now)
    member = make_member(session, organisation, now, role="staff")
    person = make_person(session, now)
    session.commit()
    code = organisation.code
    paths = [
        "/account", "/account/password", "/account/second-factor", "/workspace/organisation",
        "/workspace/organisations/new", f"/workspace/organisations/{code}",
        f"/workspace/organisations/{code}/edit", f"/workspace/organisations/{code}/profile",
        f"/workspace/organisations/{code}/members/{member.person_id}/reset",
        "/office/organisations", f"/office/organisations/{code}",
        f"/office/organisations/{code}/verify", f"/office/organisations/{code}/suspend",
        f"/office/organisations/{code}/tax-code", "/office/people", "/office/cooperatives",
        "/office/cooperatives/import", "/office/organisations?q=khongco", "/admin/people",
        f"/admin/people/{person.id}", "/admin/audit", f"/producers/{organisation.slug}",
    ]  # fmt: skip
    for path in paths:
        joint = "&" if "?" in path else "?"
        answer = client.get(f"{path}{joint}lang={language}")
        assert answer.status_code == 200, path
        assert f'<html lang="{language}">' in text_of(answer)
    public = client.application.test_client()
    for path in ("/sign-in", "/recover", "/recover/code"):
        assert public.get(f"{path}?lang={language}").status_code == 200
    assert actor_of(session, person).held


def test_an_officer_enters_an_organisation_and_invites_its_manager(
    client: FlaskClient, session: Session, now: datetime, officer: Actor
) -> None:
    form = {"name": "HTX Mới", "kind": "cooperative"}
    assert client.get("/office/organisations/new").status_code == 200
    far = post(client, "/office/organisations/new", **form, commune_code=THANG_BINH)
    assert far.status_code in (403, 404)

    made = post(client, "/office/organisations/new", **form, commune_code="Vệ Giang")
    page = text_of(client.get(made.location))
    assert "Đã xác minh" in page
    invited = post(
        client, made.location + "/invitations", name="Lê Chủ", contact="0905111222", role="manager"
    )
    path = text_of(invited).split("http://127.0.0.1:8000")[1].split("<")[0]
    manager = client.application.test_client()
    post(manager, path, name="Lê Chủ", password=PASSWORD)

    code = made.location.rsplit("/", 1)[-1]
    assert manager.get(f"/workspace/organisations/{code}/edit").status_code == 200
    assert actor_of(session, session.get_one(Person, officer.person_id)).organisation_ids() == ()


def test_what_an_officer_changes_in_a_cooperatives_place_is_written_down(
    client: FlaskClient, session: Session, now: datetime, officer: Actor
) -> None:
    cooperative = make_organisation(session, now)
    session.commit()

    post(client, f"/workspace/organisations/{cooperative.code}/profile", members="12")

    assert [entry.subject for entry in audited(session, "cooperative.edited")] == [cooperative.code]
