"""The one table: who reaches what, and what stays unknown to others."""

from __future__ import annotations

from dataclasses import dataclass

import pytest
from hypothesis import given
from hypothesis import strategies as st

from accounts.permissions import (
    ANONYMOUS,
    DEVICE,
    GLOBAL_ROLES,
    ORGANISATION_ROLES,
    ROLES,
    SYSTEM,
    TABLE,
    Actor,
    Held,
    may,
    require,
)
from foundation.errors import Forbidden, NotFound, Unauthenticated


@dataclass(frozen=True)
class Thing:
    organisation_id: int | None = 1
    commune_code: str | None = "21238"
    province_code: str | None = "51"
    person_id: int | None = None


MANAGER = Actor(5, "Hà", (Held("manager", organisation_id=1),))
OFFICER = Actor(6, "Lan", (Held("officer", scope="51"),))


def test_a_manager_acts_in_their_own_cooperative() -> None:
    require(MANAGER, "area.propose", Thing())


def test_another_cooperatives_thing_is_not_found_rather_than_forbidden() -> None:
    with pytest.raises(NotFound):
        require(MANAGER, "area.propose", Thing(organisation_id=2))


def test_what_a_role_never_does_is_forbidden_on_ones_own_thing() -> None:
    with pytest.raises(Forbidden):
        require(MANAGER, "area.approve", Thing())


def test_an_officer_acts_within_their_territory_only() -> None:
    require(OFFICER, "area.approve", Thing())

    with pytest.raises(NotFound):
        require(OFFICER, "area.approve", Thing(commune_code="00004", province_code="01"))


def test_a_commune_officer_reaches_their_commune_not_its_neighbour() -> None:
    officer = Actor(7, "Minh", (Held("officer", scope="21238"),))

    assert may(officer, "area.approve", Thing())
    assert not may(officer, "area.approve", Thing(commune_code="21241"))


def test_the_public_is_asked_to_sign_in() -> None:
    with pytest.raises(Unauthenticated):
        require(ANONYMOUS, "area.propose", Thing())


def test_the_system_itself_may_everything() -> None:
    for action in TABLE:
        require(SYSTEM, action, Thing())


def test_one_person_may_hold_several_roles() -> None:
    both = Actor(8, "Tú", (Held("seller", organisation_id=2), Held("staff", organisation_id=1)))

    assert may(both, "offer.write", Thing(organisation_id=2))
    assert not may(both, "offer.write", Thing(organisation_id=1))
    assert may(both, "diary.write", Thing(organisation_id=1))


def test_the_table_names_known_roles_only() -> None:
    assert {role for holders in TABLE.values() for role in holders} <= {*ROLES, DEVICE}
    assert [action for action in TABLE if DEVICE in TABLE[action]] == ["sensor.report"]


_HELD = st.one_of(
    st.builds(Held, role=st.sampled_from(ORGANISATION_ROLES), organisation_id=st.integers(1, 3)),
    st.builds(
        Held, role=st.sampled_from(GLOBAL_ROLES), scope=st.sampled_from(["51", "01", "21238"])
    ),
)


@given(
    held=st.lists(_HELD, max_size=4),
    action=st.sampled_from(sorted(TABLE)),
    organisation_id=st.integers(1, 3),
)
def test_nothing_of_another_place_and_organisation_is_reached(
    held: list[Held], action: str, organisation_id: int
) -> None:
    actor = Actor(9, "", tuple(h for h in held if h.organisation_id != organisation_id))
    thing = Thing(organisation_id=organisation_id, commune_code="99999", province_code="99")
    anywhere = {role for role, relation in TABLE[action].items() if relation == "any"}

    if not actor.has_role(*anywhere):
        assert not may(actor, action, thing)
