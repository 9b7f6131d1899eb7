"""Who enters, sees, changes and vouches for an organisation."""

from dataclasses import replace
from datetime import datetime

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from accounts import company_prefixes, names, organisations, particulars, verification
from accounts.models import AuditEntry, Organisation, Person
from accounts.organisations import OrganisationDetails, OrganisationQuery
from accounts.permissions import ANONYMOUS, Actor
from foundation import codes
from foundation.errors import Conflict, Forbidden, Invalid, NotFound, Refused, Unauthenticated
from tests.accounts.factories import (
    THANG_BINH,
    VE_GIANG,
    actor_of,
    make_member,
    make_official,
    make_organisation,
    make_person,
)

DETAILS = OrganisationDetails("Hợp tác xã Vệ Giang", "cooperative", VE_GIANG, "0300588569")


def test_anybody_signed_in_enters_one_and_manages_it_unverified(
    session: Session, now: datetime
) -> None:
    person = make_person(session, now)

    made = organisations.create(session, actor_of(session, person), DETAILS, now=now)

    assert (made.status, made.slug, made.province_code) == (
        "unverified", "hop-tac-xa-ve-giang", "51",
    )  # fmt: skip
    assert codes.is_valid(made.code)
    assert actor_of(session, person).organisation_ids("manager") == (made.id,)


def test_the_public_enters_none(session: Session, now: datetime) -> None:
    with pytest.raises(Unauthenticated):
        organisations.create(session, ANONYMOUS, DETAILS, now=now)


def test_an_admins_entry_is_verified_and_makes_them_no_member(
    session: Session, now: datetime
) -> None:
    admin = make_official(session, now, role="admin")

    made = organisations.create(session, admin, DETAILS, now=now)

    assert made.is_verified
    assert made.verified_by_id == admin.person_id
    assert actor_of(session, make_person(session, now)).organisation_ids() == ()


def test_an_officers_entry_waits_for_another_to_vouch(session: Session, now: datetime) -> None:
    officer = make_official(session, now)
    made = organisations.create(session, officer, DETAILS, now=now)
    member_now = actor_of(session, session.get_one(Person, officer.person_id))

    with pytest.raises(Refused, match=r"organisation\.own"):
        verification.verify(session, member_now, made.code, "Đã xem giấy", now=now)


def test_the_officer_of_its_place_vouches_and_is_written_down(
    session: Session, now: datetime
) -> None:
    made = make_organisation(session, now, verified=False)
    officer = make_official(session, now, scope=VE_GIANG)

    verification.verify(session, officer, made.code, "Giấy đăng ký số 12", now=now)

    assert made.is_verified
    entry = session.scalars(
        select(AuditEntry).where(AuditEntry.action == "organisation.verified")
    ).one()
    assert (entry.person_id, entry.subject) == (officer.person_id, made.code)
    assert entry.reason == "Giấy đăng ký số 12"


@pytest.mark.parametrize("role", ["manager", "staff", "seller", "inspector", "council", "other"])
def test_nobody_else_vouches(session: Session, now: datetime, role: str) -> None:
    made = make_organisation(session, now, verified=False)
    if role == "other":
        actor = make_official(session, now, scope="48")
    elif role in ("inspector", "council"):
        actor = make_official(session, now, role=role)
    else:
        actor = make_member(session, made, now, role=role)

    with pytest.raises((Forbidden, NotFound)):
        verification.verify(session, actor, made.code, "", now=now)


def test_two_verified_ones_never_share_a_tax_code(session: Session, now: datetime) -> None:
    make_organisation(session, now, tax_code="0300588569")
    twin = make_organisation(session, now, tax_code="0300588569", verified=False)

    with pytest.raises(Conflict, match=r"organisation\.tax_code_taken"):
        verification.verify(session, make_official(session, now), twin.code, "", now=now)


def test_an_unverified_or_suspended_one_faces_no_outsider(session: Session, now: datetime) -> None:
    made = make_organisation(session, now, verified=False)
    officer = make_official(session, now)

    with pytest.raises(Refused, match=r"organisation\.unverified"):
        verification.require_verified(session, made.id)
    with pytest.raises(NotFound):
        organisations.get_by_slug(session, made.slug)
    verification.verify(session, officer, made.code, "", now=now)
    verification.require_verified(session, made.id)
    verification.suspend(session, officer, made.code, "Giấy phép hết hạn", now=now)
    with pytest.raises(NotFound):
        organisations.get_by_slug(session, made.slug)


def test_another_cooperatives_inside_is_not_found(session: Session, now: datetime) -> None:
    ours, theirs = make_organisation(session, now), make_organisation(session, now)
    manager = make_member(session, ours, now)

    assert organisations.read(session, manager, ours.code.lower()) is ours
    with pytest.raises(NotFound):
        organisations.read(session, manager, theirs.code)
    with pytest.raises(NotFound):
        organisations.edit(session, manager, theirs.code, DETAILS, now=now)


def test_each_sees_their_own_list(session: Session, now: datetime) -> None:
    here = make_organisation(session, now, name="Hợp tác xã Ánh Dương")
    there = make_organisation(session, now, name="Hợp tác xã Bình Minh", commune_code=THANG_BINH)

    def seen(actor: object) -> list[Organisation]:
        return organisations.list_organisations(session, actor, OrganisationQuery()).items  # type: ignore[arg-type]

    assert seen(make_member(session, there, now)) == [there]
    assert seen(make_official(session, now)) == [here]
    assert seen(make_official(session, now, scope="")) == [here, there]
    assert seen(make_official(session, now, role="admin")) == [here, there]
    assert seen(actor_of(session, make_person(session, now))) == []


def test_a_list_is_searched_without_diacritics(session: Session, now: datetime) -> None:
    made = make_organisation(session, now, name="Hợp tác xã Đại Đồng")
    make_organisation(session, now, name="Hợp tác xã Bình Minh")
    query = OrganisationQuery(q="dai dong")

    page = organisations.list_organisations(
        session, make_official(session, now, role="admin"), query
    )

    assert (page.items, page.total) == ([made], 1)


def test_two_of_one_name_get_two_addresses(session: Session, now: datetime) -> None:
    first, second = make_organisation(session, now), make_organisation(session, now)

    assert second.slug == f"{first.slug}-{second.code.lower()}"


def test_everything_wrong_is_told_at_once(session: Session, now: datetime) -> None:
    actor = actor_of(session, make_person(session, now))
    wrong = OrganisationDetails("X", "household", "99999", "123")

    with pytest.raises(Invalid) as raised:
        organisations.create(session, actor, wrong, now=now)

    assert {f.field for f in raised.value.findings} == {"commune_code", "tax_code"}


def test_a_province_is_no_commune(session: Session, now: datetime) -> None:
    actor = actor_of(session, make_person(session, now))

    with pytest.raises(Invalid):
        organisations.create(session, actor, OrganisationDetails("X", "agency", "51"), now=now)


def test_a_households_tax_number_lies_sealed(session: Session, now: datetime) -> None:
    made = make_organisation(session, now, kind="household", tax_code="049085001234")
    session.flush()
    session.expire(made)

    assert made.tax_code is None
    assert b"049085001234" not in (made.personal_tax_sealed or b"")
    assert particulars.read_tax_code(made) == "049085001234"


def test_what_was_vouched_for_stays_until_the_word_is_taken_back(
    session: Session, now: datetime
) -> None:
    made = make_organisation(session, now, tax_code="0300588569")
    manager = make_member(session, made, now)
    moved = OrganisationDetails(made.name, made.kind, THANG_BINH, "0300588569")
    renamed = OrganisationDetails("Tên mới", made.kind, made.commune_code, "0300588569")

    with pytest.raises(Refused, match=r"organisation\.locked"):
        organisations.edit(session, manager, made.code, moved, now=now)
    organisations.edit(session, manager, made.code, renamed, now=now)

    assert (made.name, made.name_key) == ("Tên mới", "ten moi")


def entered(session: Session, now: datetime, prefix: str | None, name: str = "HTX") -> Organisation:
    details = replace(DETAILS, name=name, tax_code=None, gs1_prefix=prefix)
    return organisations.create(
        session, actor_of(session, make_person(session, now)), details, now=now
    )


@pytest.mark.parametrize(
    "typed",
    ["89300", "8930001234567", "893 000A", "0200001", "2000001", "9780001", "000000", "٨٩٣٠٠٠١"],
)
def test_what_is_no_company_s_prefix_is_refused(
    session: Session, now: datetime, typed: str
) -> None:
    with pytest.raises(Invalid) as refused:
        entered(session, now, typed)

    assert [each.code for each in refused.value.findings] == ["organisation.bad_prefix"]


@pytest.mark.parametrize("other", ["8930001", "893000", "89300011", "893000123456"])
def test_prefixes_of_two_organisations_never_overlap(
    session: Session, now: datetime, other: str
) -> None:
    assert entered(session, now, "893 0001").gs1_prefix == "8930001"
    entered(session, now, "8930002", name="HTX bên cạnh")
    with pytest.raises(Invalid) as refused:
        entered(session, now, other, name="HTX khác")

    assert [each.code for each in refused.value.findings] == ["organisation.prefix_taken"]


def test_a_prefix_is_its_owner_s_word_until_an_officer_confirms_it(
    session: Session, now: datetime
) -> None:
    made = entered(session, now, "8930001")
    officer = make_official(session, now)
    assert names.company_prefix(made) == "8930001 (tự khai)"
    assert company_prefixes.lengths(session) == {}

    verification.confirm_prefix(session, officer, made.code, "Giấy số 7", now=now)

    assert names.company_prefix(made) == "8930001 (đã xác nhận)"
    assert company_prefixes.lengths(session) == {"8930001": 7}
    with pytest.raises(Conflict):
        verification.confirm_prefix(session, officer, made.code, "Giấy số 7", now=now)
    # Another one is nobody's word but its enterer's again.
    organisations.edit(session, officer_of_all(session, now), made.code,
                       replace(DETAILS, tax_code=None, gs1_prefix="89300011"), now=now)  # fmt: skip
    assert made.gs1_prefix_confirmed_at is None


def test_who_confirms_a_prefix_is_an_officer_of_the_place_and_of_no_house_of_it(
    session: Session, now: datetime
) -> None:
    made = entered(session, now, "8930001")
    none = entered(session, now, None, name="HTX không đầu mã")
    officer = make_official(session, now)

    with pytest.raises(Forbidden):
        verification.confirm_prefix(
            session, make_member(session, made, now), made.code, "Giấy", now=now
        )
    with pytest.raises(Refused):
        verification.confirm_prefix(session, officer, none.code, "Giấy", now=now)


def officer_of_all(session: Session, now: datetime) -> Actor:
    return make_official(session, now, role="admin")
