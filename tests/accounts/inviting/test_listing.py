"""Invitations kept in order: their state, sent again, taken back, a number a day."""

from datetime import date, datetime, timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from accounts import invitations
from accounts.access_models import Invitation
from accounts.invitations import Invited, SentInvitation
from accounts.inviting import limits, listing, sendings
from accounts.inviting.listing import InvitationQuery
from accounts.models import AuditEntry, Organisation
from accounts.people import Contact, NewPerson
from accounts.permissions import Actor
from foundation.errors import Conflict, Forbidden, NotFound, Refused
from tests.accounts.factories import (
    PASSWORD,
    QUANG_NGAI,
    THANG_BINH,
    VE_GIANG,
    actor_of,
    make_member,
    make_official,
    make_organisation,
    make_person,
)

LINK = "https://nguon.example/invitations/"
ALL = InvitationQuery()


@pytest.fixture
def organisation(session: Session, now: datetime) -> Organisation:
    return make_organisation(session, now)


@pytest.fixture
def manager(session: Session, now: datetime, organisation: Organisation) -> Actor:
    return make_member(session, organisation, now)


def invite(
    session: Session, actor: Actor, code: str, now: datetime, email: str = "tam@vidu.vn"
) -> SentInvitation:
    invited = Invited("Lê Văn Tám", Contact(email=email))
    return invitations.invite_member(session, actor, code, invited, "staff", link=LINK, now=now)


def states(session: Session, actor: Actor, organisation: Organisation, now: datetime) -> list[str]:
    rows = listing.list_of_organisation(session, actor, organisation, now=now)
    return [row.state for row in rows]


def test_each_state_is_told(
    session: Session, now: datetime, organisation: Organisation, manager: Actor
) -> None:
    old = now - timedelta(days=15)
    invite(session, manager, organisation.code, old, "cham@vidu.vn")
    back = invite(session, manager, organisation.code, now, "lui@vidu.vn")
    used = invite(session, manager, organisation.code, now, "nhan@vidu.vn")
    invite(session, manager, organisation.code, now, "cho@vidu.vn")
    listing.withdraw(session, manager, back.id, now=now)
    person = make_person(session, now, email="nhan@vidu.vn")
    invitations.accept(session, actor_of(session, person), used.token, now=now)

    assert states(session, manager, organisation, now) == ["waiting", "used", "withdrawn", "lapsed"]


def test_a_contact_is_shown_so_that_only_its_owner_knows_it(
    session: Session, now: datetime, organisation: Organisation, manager: Actor
) -> None:
    invite(session, manager, organisation.code, now)

    (row,) = listing.list_of_organisation(session, manager, organisation, now=now)

    assert row.contact == "t•••@vidu.vn"


def test_a_withdrawn_link_opens_nothing_and_the_act_is_written_down(
    session: Session, now: datetime, organisation: Organisation, manager: Actor
) -> None:
    sent = invite(session, manager, organisation.code, now)

    listing.withdraw(session, manager, sent.id, now=now)

    with pytest.raises(NotFound):
        invitations.find_open(session, sent.token, now=now)
    with pytest.raises(Conflict):
        listing.withdraw(session, manager, sent.id, now=now)
    acts = session.scalars(select(AuditEntry.action)).all()
    assert "invitation.withdrawn" in acts


def test_an_invitation_sent_again_has_a_new_link_and_fourteen_days_more(
    session: Session, now: datetime, organisation: Organisation, manager: Actor
) -> None:
    sent = invite(session, manager, organisation.code, now - timedelta(days=15))

    again = listing.send_again(session, manager, sent.id, link=LINK, now=now)

    assert again.id == sent.id
    assert invitations.find_open(session, again.token, now=now + timedelta(days=13))
    with pytest.raises(NotFound):
        invitations.find_open(session, sent.token, now=now)


def test_a_used_invitation_is_neither_sent_again_nor_taken_back(
    session: Session, now: datetime, organisation: Organisation, manager: Actor
) -> None:
    sent = invite(session, manager, organisation.code, now)
    person = make_person(session, now, email="tam@vidu.vn")
    invitations.accept(session, actor_of(session, person), sent.token, now=now)

    with pytest.raises(Conflict):
        listing.send_again(session, manager, sent.id, link=LINK, now=now)
    with pytest.raises(Conflict):
        listing.withdraw(session, manager, sent.id, now=now)


def test_another_organisations_invitation_is_not_found(
    session: Session, now: datetime, organisation: Organisation, manager: Actor
) -> None:
    sent = invite(session, manager, organisation.code, now)
    stranger = make_member(session, make_organisation(session, now, name="HTX khác"), now)
    staff = make_member(session, organisation, now, role="staff")

    for actor in (stranger, staff):
        with pytest.raises(NotFound):
            listing.withdraw(session, actor, sent.id, now=now)
        with pytest.raises(NotFound):
            listing.send_again(session, actor, sent.id, link=LINK, now=now)


def test_an_officer_sees_what_is_in_their_territory_and_no_more(
    session: Session, now: datetime, organisation: Organisation, manager: Actor
) -> None:
    far = make_organisation(session, now, name="HTX xa", commune_code=THANG_BINH)
    invite(session, make_member(session, far, now), far.code, now, "xa@vidu.vn")
    invite(session, manager, organisation.code, now)
    officer = make_official(session, now)
    colleague = make_official(session, now, scope=VE_GIANG)
    admin = make_official(session, now, role="admin")
    invited = Invited("Phạm Kiểm", Contact(email="kiem@vidu.vn"))
    invitations.invite_official(
        session, colleague, invited, "inspector", VE_GIANG, link=LINK, now=now
    )
    invitations.invite_official(
        session, admin, Invited("Quản trị", Contact(email="ad@vidu.vn")), "officer", QUANG_NGAI,
        link=LINK, now=now,
    )  # fmt: skip

    def contacts(actor: Actor, query: InvitationQuery = ALL) -> set[str | None]:
        page = listing.list_sent(session, actor, query, now=now)
        return {row.invitation.email for row in page.items}

    assert contacts(officer) == {"tam@vidu.vn", "kiem@vidu.vn"}
    assert contacts(admin) == {"tam@vidu.vn", "kiem@vidu.vn", "xa@vidu.vn", "ad@vidu.vn"}
    assert contacts(admin, InvitationQuery(q="phạm")) == {"kiem@vidu.vn"}
    assert contacts(admin, InvitationQuery(q="XA@vidu.vn")) == {"xa@vidu.vn"}
    assert contacts(admin, InvitationQuery(state="used")) == set()
    with pytest.raises(Forbidden):
        listing.list_sent(session, manager, ALL, now=now)


def test_the_day_s_number_holds_sending_again_included_and_starts_anew_at_midnight(
    session: Session, now: datetime, organisation: Organisation, manager: Actor
) -> None:
    most = sendings.most_a_day(manager, now=now)
    first = invite(session, manager, organisation.code, now, "n0@vidu.vn")
    for number in range(1, most):
        invite(session, manager, organisation.code, now, f"n{number}@vidu.vn")

    with pytest.raises(Refused) as caught, session.begin_nested():
        invite(session, manager, organisation.code, now)
    with pytest.raises(Refused), session.begin_nested():
        listing.send_again(session, manager, first.id, link=LINK, now=now)
    assert caught.value.code == "invitation.too_many_today"
    assert caught.value.params["most"] == most
    assert sendings.sent_today(session, manager, now=now) == most
    midnight = now.replace(hour=17, minute=0)
    assert invite(session, manager, organisation.code, midnight).id


def test_nobody_is_flooded_by_several_inviters(
    session: Session, now: datetime, organisation: Organisation
) -> None:
    for _ in range(limits.to_one_contact(now.date())):
        invite(session, make_member(session, organisation, now), organisation.code, now)

    with pytest.raises(Refused) as caught, session.begin_nested():
        invite(session, make_member(session, organisation, now), organisation.code, now)

    assert caught.value.code == "invitation.contact_too_often"


def test_an_invitation_sent_again_by_an_officer_falls_with_their_right(
    session: Session, now: datetime, organisation: Organisation, manager: Actor
) -> None:
    sent = invite(session, manager, organisation.code, now)
    officer = make_official(session, now)

    listing.send_again(session, officer, sent.id, link=LINK, now=now)

    assert session.get_one(Invitation, sent.id).invited_by_id == officer.person_id


def test_every_limit_has_its_source_and_days() -> None:
    for row in limits.limits():
        assert row.limit in ("day", "contact")
        assert row.most > 0
        assert row.source
        assert row.valid_to is None or row.valid_to > row.valid_from
    assert limits.a_day(("staff", "buyer"), date(2026, 11, 21)) == 0
    assert limits.a_day(("manager", "officer"), date(2026, 11, 21)) == limits.a_day(
        ("officer",), date(2026, 11, 21)
    )


def test_a_first_entry_by_a_link_sent_again_works(
    session: Session, now: datetime, organisation: Organisation, manager: Actor
) -> None:
    invited = Invited("Lê Văn Chín", Contact(phone="+84912345679"))
    sent = invitations.invite_member(
        session, manager, organisation.code, invited, "staff", link=LINK, now=now
    )
    again = listing.send_again(session, manager, sent.id, link=LINK, now=now)
    tries = invitations.begin(session, again.token, "203.0.113.5", now=now)

    person = invitations.enter(
        session, again.token, tries, "", NewPerson("Chín", password=PASSWORD), now=now
    )

    assert actor_of(session, person).organisation_ids() == (organisation.id,)
