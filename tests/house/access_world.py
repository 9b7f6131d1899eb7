"""The world of the access matrix: organisation A with everything an organisation can have.

Whatever the public may know of A bears ``KNOWN`` in its name; whatever it may not, ``SECRET``.
"""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from accounts import consents, invitations, members, sessions, tokens
from accounts.access_models import LoginSession
from accounts.consents import Given
from accounts.invitations import Invited
from accounts.models import Organisation, Person, RoleGrant
from accounts.people import Contact
from accounts.permissions import SYSTEM
from accounts.register import importing, profiles
from accounts.register.profiles import ProfileAnswers
from foundation import clock, imports
from tests.accounts import factories as accounts
from tests.house import (
    access_cartons,
    access_complaints,
    access_copies,
    access_diary,
    access_dossiers,
    access_epcis,
    access_handling,
    access_items,
    access_labels,
    access_ledger,
    access_packing,
    access_quality,
    access_sensors,
)
from tests.house import access_goods as goods
from tests.house.access_personas import PERSONAS, Persona
from tests.house.access_things import (
    BASE,
    ELSEWHERE,
    ELSEWHERE_PROVINCE,
    HERE,
    HERE_PROVINCE,
    KNOWN,
    SECRET,
    World,
)


def build(session: Session, now: datetime) -> World:
    """Make the world in one transaction."""
    world = World()
    a = accounts.make_organisation(session, now, name=f"HTX {KNOWN}", commune_code=HERE)
    b = accounts.make_organisation(session, now, name="HTX Bên Kia", commune_code=ELSEWHERE)
    people = {p.name: _person(session, p, a, b, now) for p in PERSONAS if not p.is_anonymous}
    for name, person in people.items():
        _way_in(session, world, name, person, now)
    world.things |= {
        "org": a.code,
        "org.slug": a.slug,
        "b.org": b.code,
        "today": clock.today().isoformat(),
    }
    _people_and_papers(session, world, a, people, now)
    grown = goods.tell_areas(session, world, a, now)
    access_packing.tell(session, world, a, now)
    goods.tell_raw_materials(session, world, a, now)
    manager = accounts.actor_of(session, people["manager"])
    goods.tell_household_sheet(session, world, manager, now)
    goods.tell_area_import(session, world, a, manager, now)
    goods.tell_exports(session, world, accounts.actor_of(session, people["manager"]), now)
    access_dossiers.tell_dossiers(session, world, a, now)
    officer = accounts.actor_of(session, people["officer"])
    access_diary.tell_field_book(session, world, officer, now)
    access_epcis.tell(session, world, a, accounts.actor_of(session, people["manager"]), now)
    access_sensors.tell(session, world, a, now)
    access_ledger.tell(session, world, now)
    product = goods.tell_goods(session, world, a, grown, now)
    goods.tell_recalls(session, world, product, grown, now)
    goods.tell_claim(session, world, product, grown, now)
    access_items.tell(session, world, now)
    access_copies.tell(session, world, now)
    access_labels.tell(session, world, now)
    access_quality.tell(session, world, now)
    access_complaints.tell(session, world, now)
    goods.tell_sales(session, world, product, people["buyer"], now)
    goods.tell_other(session, world, b, now)
    access_handling.tell(session, world, a, now)
    access_cartons.tell(session, world, now)
    goods.tell_registers(session, world, people["officer"], now)
    goods.tell_places(session, world, now)
    goods.tell_jobs(session, world)
    return world


def _person(
    session: Session, persona: Persona, a: Organisation, b: Organisation, now: datetime
) -> Person:
    own = persona.where == "here"
    is_member = persona.role in ("manager", "staff", "seller")
    person = accounts.make_person(
        session, now, name="Trần Văn Khách", email=f"{persona.name}@vidu.vn"
    )
    if persona.role is None:
        return person
    if is_member:
        members.add(session, (a if own else b).id, person.id, persona.role, now=now)
        return person
    scope = HERE_PROVINCE if own else ELSEWHERE_PROVINCE
    session.add(
        RoleGrant(
            person_id=person.id,
            role=persona.role,
            scope_unit_code=None if persona.role == "admin" else scope,
            granted_at=now,
        )
    )
    session.flush()
    return person


def _way_in(session: Session, world: World, name: str, person: Person, now: datetime) -> None:
    label = SECRET if name == "manager" else ""
    opened = sessions.open_session(
        session, person, device_label=label, now=now, passed_second_factor=True
    )
    world.cookies[name] = opened.cookie
    made = tokens.create(session, accounts.actor_of(session, person), label or "Máy", now=now)
    world.bearers[name] = made.plain
    world.things[f"token.{name}"] = made.id
    world.things[f"person.{name}"] = person.id


def _people_and_papers(
    session: Session, world: World, a: Organisation, people: dict[str, Person], now: datetime
) -> None:
    manager = accounts.actor_of(session, people["manager"])
    officer = accounts.actor_of(session, people["officer"])
    agreed = consents.give(session, manager, Given("statistics", SECRET, "web"), now=now)
    ours = consents.record_for_household(
        session, SYSTEM, a, Given("entered_by_team", SECRET, "paper"), now=now
    )
    link = f"{BASE}/invitations/"
    stranger = Invited(f"Lê {SECRET}", Contact(phone="+84912345670"))
    sent = invitations.invite_member(
        session, manager, a.code, stranger, "staff", link=link, now=now
    )
    known = Invited("Trần Văn Khách", Contact(email="buyer@vidu.vn"))
    to_buyer = invitations.invite_member(
        session, manager, a.code, known, "staff", link=link, now=now
    )
    profiles.save(
        session, SYSTEM, a.code, ProfileAnswers(representative_title=SECRET, members=7), now=now
    )
    table = f"name,commune_code\nHTX {SECRET} mới,{HERE}\n".encode()
    batch = imports.preview(session, officer, importing.KIND, table, "htx.csv", now=now)
    colleague = accounts.make_person(
        session, now, name=f"Nguyễn {SECRET}", email=f"{SECRET.lower()}@vidu.vn"
    )
    members.add(session, a.id, colleague.id, "staff", now=now)
    device = session.scalars(select(LoginSession).filter_by(person_id=people["manager"].id)).one()
    granted = session.scalars(select(RoleGrant).filter_by(person_id=people["council"].id)).one()
    world.things |= {
        "consent": agreed.id,
        "consent.household": ours.id,
        "invitation": sent.id,
        "invitation.token": sent.token,
        "invitation.token.buyer": to_buyer.token,
        "import": batch.id,
        "device": device.id,
        "colleague": colleague.id,
        "grant": granted.id,
    }
