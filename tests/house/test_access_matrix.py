"""Every route × method × who calls: what the permission table says, and no other answer.

A route with a path that ``access_pages`` or ``access_api`` does not list fails the test by name.
"""

from __future__ import annotations

import re
import uuid
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import create_engine
from sqlalchemy.pool import StaticPool

from foundation import clock, db, files, i18n
from foundation.watching import WatchedSession
from tests.house import access_world
from tests.house.access_house import PLACES, House, Route, routes
from tests.house.access_personas import PERSONAS, Persona, Place, expected
from tests.house.access_swaps import SWAPS
from tests.house.access_things import KNOWN, SECRET

Case = tuple[Route, str, Place]


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    cases = [
        (route, key, place) for route in routes().values() for key, place in route.cases().items()
    ]
    if "guarded_case" in metafunc.fixturenames:
        cases = [case for case in cases if case[2].leads_to_a and case[0].guard.kind != "public"]
        metafunc.parametrize("guarded_case", cases, ids=[case[1] for case in cases])
    elif "case" in metafunc.fixturenames:
        metafunc.parametrize("case", cases, ids=[case[1] for case in cases])


@pytest.fixture(scope="module")
def house(
    worker_database_url: str, _app: Flask, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[House]:
    """One world for all cells, in a transaction that is undone at the end."""
    engine = create_engine(
        worker_database_url, poolclass=StaticPool, connect_args={"options": "-c timezone=UTC"}
    )
    files.use(f"file://{tmp_path_factory.mktemp('access')}/files")
    with engine.connect() as connection:
        outer = connection.begin()
        db.use(db.OneConnection(connection))
        i18n.set_language("vi")
        with WatchedSession(connection, join_transaction_mode="create_savepoint") as session:
            world = access_world.build(session, clock.now())
            session.commit()
        yield House(_app, connection, world)
        db.use(None)
        outer.rollback()
    engine.dispose()
    files.use(_app.config["NGUON"].files_url)


def test_every_answer_is_the_one_the_permission_table_says(house: House, case: Case) -> None:
    route, key, place = case

    wrong = [
        f"{persona.name}: {fault}"
        for persona in PERSONAS
        if (fault := _fault(house, route, place, persona))
    ]

    if wrong:
        pytest.fail("\n".join([key, *wrong]), pytrace=False)


def _fault(house: House, route: Route, place: Place, persona: Persona) -> str | None:
    right = expected(route.guard, place, persona, is_api=route.is_api)
    answer = house.call(route, place, persona.name)
    status, text = answer.status_code, answer.get_data().decode("utf-8", "replace").lower()
    to_sign_in = status == 303 and answer.location.startswith("/sign-in") and not place.to_sign_in
    if not right.allows(status):
        wanted = "served" if right.statuses is None else sorted(right.statuses)
        return f"{status}, not {wanted}"
    if to_sign_in and not persona.is_anonymous:
        return "asked to sign in although signed in"
    if (
        persona.is_anonymous
        and right.statuses == frozenset({303})
        and not answer.location.startswith("/sign")
    ):
        return f"sent to {answer.location}, not to the sign-in page"
    if SECRET.lower() in text and not right.sees_secrets:
        return f"{status} tells a secret: …{_around(text, SECRET)}…"
    if KNOWN.lower() in text and not right.sees_public_names:
        return f"{status} names A's: …{_around(text, KNOWN)}…"
    return None


def _around(text: str, word: str) -> str:
    at = text.index(word.lower())
    return " ".join(text[max(0, at - 80) : at + 40].split())


def test_what_is_anothers_and_what_is_not_at_all_read_the_same(
    house: House, guarded_case: Case
) -> None:
    route, _key, place = guarded_case
    missing = replace(
        place, path={name: _nobodys(route, name, part) for name, part in place.path.items()}
    )

    for outsider in ("other_manager", "other_officer"):
        assert _reading(house, route, place, outsider) == _reading(house, route, missing, outsider)


def _nobodys(route: Route, name: str, part: str) -> str:
    """The address of nothing instead of a thing's; what is no thing stays."""
    if not part.startswith("@"):
        return part
    return str(uuid.UUID(int=4 << 76)) if f"<uuid:{name}>" in route.rule else "987654321"


def _reading(house: House, route: Route, place: Place, persona: str) -> tuple[int, str]:
    """An answer's words, without the name of its request, which is new each time."""
    answer = house.call(route, place, persona)
    text = answer.get_data(as_text=True)
    if not route.is_api:
        text = re.sub(r"<[^>]*>|\s+", " ", text[text.find("<main") :])
    text = text.replace(answer.headers["X-Request-Id"], "")
    return answer.status_code, text


@pytest.mark.parametrize("key", SWAPS)
def test_what_belongs_to_another_is_not_there_even_beside_ones_own(house: House, key: str) -> None:
    route = routes()[key.split(" #")[0]]

    answer = house.call(route, SWAPS[key], "other_manager")

    text = answer.get_data(as_text=True).lower()
    assert answer.status_code in (404, 422), text
    assert KNOWN.lower() not in text
    assert SECRET.lower() not in text


def test_every_route_with_a_path_is_listed() -> None:
    unlisted = [key for key, route in routes().items() if not route.cases()]

    assert unlisted == [], "list them in tests/house/access_pages.py or access_api.py"


def test_nothing_is_listed_that_is_no_route() -> None:
    gone = {key.split(" #")[0] for key in PLACES} - routes().keys()

    assert gone == set()


def test_the_list_of_public_routes_is_sorted() -> None:
    lines = Path(__file__).with_name("public_routes.txt").read_text("utf-8").splitlines()

    assert lines == sorted(set(lines))
