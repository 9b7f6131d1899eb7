"""An office's register coming in, going out, and being taken back."""

import io
from datetime import datetime

import openpyxl
import pytest
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from accounts.models import Organisation
from accounts.permissions import Actor
from accounts.register import importing, profiles
from accounts.register.models import CooperativeProfile
from accounts.register.profiles import ProfileAnswers
from foundation import clock, imports
from foundation.errors import Conflict, Invalid
from foundation.models import ImportBatch
from tests.accounts.browser import post, sign_in_as, text_of
from tests.accounts.factories import THANG_BINH, make_member, make_official, make_organisation

HEAD = "code,name,commune_code,tax_code,representative,members,land_ha,capital_vnd,activity\n"
NEW = ',HTX Đồng Xanh,"Xã Vệ Giang, Quảng Ngãi",0300588569,Nguyễn Văn A,120,"35,5",1.500.000.000,'


def preview(session: Session, actor: Actor, lines: str, now: datetime) -> ImportBatch:
    data = (HEAD + lines).encode()
    return imports.preview(session, actor, importing.KIND, data, "htx.csv", now=now)


def codes(batch: ImportBatch) -> set[tuple[str, str | None]]:
    return {(f.code, f.field) for f in imports.findings_of(batch)}


def run(session: Session, actor: Actor, lines: str, now: datetime) -> ImportBatch:
    batch = preview(session, actor, lines, now)
    assert codes(batch) == set()
    return imports.apply(session, actor, importing.KIND, batch.id, now=now)


def test_a_new_cooperative_is_entered_verified_with_its_profile(
    session: Session, now: datetime
) -> None:
    officer = make_official(session, now)

    run(session, officer, NEW + "đang hoạt động\n", now)

    made = session.scalars(select(Organisation)).one()
    assert (made.name, made.status, made.verified_by_id) == (
        "HTX Đồng Xanh", "verified", officer.person_id,
    )  # fmt: skip
    profile = session.get_one(CooperativeProfile, made.id)
    assert (profile.members, str(profile.land_ha), profile.capital_vnd) == (
        120, "35.500", 1_500_000_000,
    )  # fmt: skip


def test_undoing_removes_what_was_entered_and_puts_old_answers_back(
    session: Session, now: datetime
) -> None:
    officer = make_official(session, now)
    known = make_organisation(session, now, name="HTX Cũ")
    manager = make_member(session, known, now)
    profiles.save(session, manager, known.code, ProfileAnswers(members=7), now=now)
    lines = f"{NEW}\n{known.code},HTX Cũ,Vệ Giang,,,99,,,paused\n"

    batch = run(session, officer, lines, now)
    assert session.get_one(CooperativeProfile, known.id).members == 99
    imports.undo(session, officer, importing.KIND, batch.id, now=now)

    assert session.scalars(select(Organisation.name)).all() == ["HTX Cũ"]
    profile = session.get_one(CooperativeProfile, known.id)
    assert (profile.members, profile.activity) == (7, "active")


@pytest.mark.parametrize("built", ["member", "profile"])
def test_what_somebody_has_built_on_is_not_undone(
    session: Session, now: datetime, built: str
) -> None:
    officer = make_official(session, now)
    batch = run(session, officer, NEW + "\n", now)
    made = session.scalars(select(Organisation)).one()
    if built == "member":
        make_member(session, made, now)
    else:
        later = clock.now()
        profiles.save(session, officer, made.code, ProfileAnswers(members=1), now=later)

    with pytest.raises(Conflict, match=r"cooperative\.changed_since"):
        imports.undo(session, officer, importing.KIND, batch.id, now=now)


def test_everything_wrong_is_found_before_anything_is_made(session: Session, now: datetime) -> None:
    officer = make_official(session, now)
    household = make_organisation(session, now, kind="household")
    lines = (
        ",HTX 1,Xã Zzyzx,,,,,,\n"
        f",HTX 2,{THANG_BINH},,,,,,\n"
        ",HTX 3,Vệ Giang,123,,,,,\n"
        "KHONGCO2,HTX 4,Vệ Giang,,,,,,\n"
        f"{household.code},HTX 5,Vệ Giang,,,,,,\n"
        ",HTX 6,Vệ Giang,0300588569,,,,,\n"
        ",HTX 7,Vệ Giang,0300588569,,,,,\n"
        ",HTX 8,Vệ Giang,,,-5,,,\n"
    )

    batch = preview(session, officer, lines, now)

    found = {code for code, _field in codes(batch)}
    assert found == {
        "territory.unknown_name", "cooperative.outside_territory", "organisation.bad_tax_code",
        "cooperative.no_such_code", "cooperative.only", "cooperative.twice", "input.out_of_range",
    }  # fmt: skip
    with pytest.raises(Invalid):
        imports.apply(session, officer, importing.KIND, batch.id, now=now)


def test_the_export_comes_back_in_as_it_went_out(
    client: FlaskClient, session: Session, now: datetime
) -> None:
    officer = make_official(session, now)
    run(session, officer, NEW + "\n", now)
    sign_in_as(client, session, officer, clock.now())

    file = client.get("/office/cooperatives/export?format=xlsx")
    sheet = openpyxl.load_workbook(io.BytesIO(file.data)).worksheets[0]
    assert [cell.value for cell in sheet[1]][2:4] == ["code", "name"]
    batch = imports.preview(
        session, officer, importing.KIND, file.data, "htx.xlsx", now=clock.now()
    )
    errors = [f for f in imports.findings_of(batch) if f.severity == "error"]

    assert file.headers["X-Row-Count"] == "1"
    assert errors == []


def test_an_officer_previews_applies_and_undoes_in_the_browser(
    client: FlaskClient, session: Session, now: datetime
) -> None:
    sign_in_as(client, session, make_official(session, now), clock.now())
    file = (io.BytesIO((HEAD + NEW + "\n").encode()), "htx.csv")

    uploaded = post(client, "/office/cooperatives/import", file=file)
    assert uploaded.status_code == 303
    assert "HTX Đồng Xanh" in text_of(client.get(uploaded.location))
    assert post(client, uploaded.location + "/apply").status_code == 303
    assert "HTX Đồng Xanh" in text_of(client.get("/office/cooperatives"))
    assert post(client, uploaded.location + "/apply").status_code == 409
    assert post(client, uploaded.location + "/undo").status_code == 303
    assert "HTX Đồng Xanh" not in text_of(client.get("/office/cooperatives"))
    assert client.get("/office/cooperatives/import/template").status_code == 200


@pytest.mark.parametrize("content", [b"", b"\x00\x01", b"a,b\n1,2\n", b"PK\x03\x04broken"])
def test_a_file_that_is_no_table_is_told_so(
    client: FlaskClient, session: Session, now: datetime, content: bytes
) -> None:
    sign_in_as(client, session, make_official(session, now), clock.now())

    answer = post(client, "/office/cooperatives/import", file=(io.BytesIO(content), "htx.xlsx"))

    assert answer.status_code == 422
    assert post(client, "/office/cooperatives/import").status_code == 422
