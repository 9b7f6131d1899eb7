"""Organisations and me, for programs."""

from datetime import datetime
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from accounts import tokens
from accounts.permissions import Actor
from foundation import clock
from tests.accounts.factories import (
    VE_GIANG,
    actor_of,
    make_member,
    make_official,
    make_organisation,
    make_person,
)

NEW = {"name": "HTX Đồng Xanh", "kind": "cooperative", "commune_code": VE_GIANG}


def bearer(session: Session, actor: Actor) -> dict[str, str]:
    created = tokens.create(session, actor, "thử", now=clock.now())
    session.commit()
    return {"Authorization": f"Bearer {created.plain}"}


def test_a_program_enters_an_organisation_once_however_often_it_asks(
    client: FlaskClient, session: Session, now: datetime
) -> None:
    headers = bearer(session, make_official(session, now, role="admin"))
    headers["Idempotency-Key"] = "vu-dong-xuan-1"

    first = client.post("/api/v1/organisations", json=NEW, headers=headers)
    again = client.post("/api/v1/organisations", json=NEW, headers=headers)

    assert first.status_code == again.status_code == 201
    assert first.json
    assert first.json["code"] == again.json["code"]  # type: ignore[index]
    assert first.json["status"] == "verified"
    assert first.json["province_code"] == "51"
    assert first.headers["Location"] == f"/api/v1/organisations/{first.json['code']}"
    assert again.headers["Location"] == first.headers["Location"]
    assert client.get(first.headers["Location"], headers=headers).json == first.json


def test_everybody_else_stays_unverified_and_sees_their_own(
    client: FlaskClient, session: Session, now: datetime
) -> None:
    make_organisation(session, now)
    headers = bearer(session, actor_of(session, make_person(session, now)))

    made = client.post("/api/v1/organisations", json=NEW, headers=headers).json
    listed = client.get("/api/v1/organisations", headers=headers).json

    assert made
    assert made["status"] == "unverified"
    assert listed
    assert [item["code"] for item in listed["items"]] == [made["code"]]
    assert listed["next"] is None


def test_a_list_goes_on_by_its_cursor(client: FlaskClient, session: Session, now: datetime) -> None:
    for number in range(5):
        make_organisation(session, now, name=f"HTX {number}")
    headers = bearer(session, make_official(session, now))
    seen: list[str] = []
    page: dict[str, Any] = {}
    address = "/api/v1/organisations?limit=2"

    for _ in range(3):
        page = client.get(address, headers=headers).json or {}
        seen += [item["name"] for item in page["items"]]
        address = f"/api/v1/organisations?limit=2&cursor={page['next']}"

    assert seen == [f"HTX {number}" for number in range(5)]
    assert page["next"] is None


def test_anothers_organisation_is_not_found(
    client: FlaskClient, session: Session, now: datetime
) -> None:
    ours, theirs = make_organisation(session, now), make_organisation(session, now)
    headers = bearer(session, make_member(session, ours, now))

    assert client.get(f"/api/v1/organisations/{ours.code}", headers=headers).status_code == 200
    assert client.get(f"/api/v1/organisations/{theirs.code}", headers=headers).status_code == 404
    assert client.get("/api/v1/organisations/x%00y", headers=headers).status_code == 404
    assert client.get(f"/api/v1/organisations/{ours.code}").status_code == 401


def test_a_personal_tax_number_never_leaves(
    client: FlaskClient, session: Session, now: datetime
) -> None:
    headers = bearer(session, make_official(session, now, role="admin"))
    given = {**NEW, "kind": "household", "tax_code": "049085001234"}

    answer = client.post("/api/v1/organisations", json=given, headers=headers)

    assert answer.status_code == 201
    assert "049085001234" not in answer.get_data(as_text=True)


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"name": ""}, "name"),
        ({"name": "x" * 201}, "name"),
        ({"name": "a\x00b"}, "name"),
        ({"name": 7}, "name"),
        ({"kind": "club"}, "kind"),
        ({"commune_code": "00000"}, "commune_code"),
        ({"commune_code": None}, "commune_code"),
        ({"tax_code": "123"}, "tax_code"),
        ({"is_admin": True}, "is_admin"),
    ],
)
def test_wrong_input_names_its_field(
    client: FlaskClient, session: Session, now: datetime, change: dict[str, object], field: str
) -> None:
    headers = bearer(session, actor_of(session, make_person(session, now)))

    answer = client.post("/api/v1/organisations", json={**NEW, **change}, headers=headers)

    assert answer.status_code == 422
    assert answer.json
    assert [error["field"] for error in answer.json["errors"]] == [field]
    assert answer.json["errors"][0]["message"]


def test_me_tells_whose_token_it_is(client: FlaskClient, session: Session, now: datetime) -> None:
    organisation = make_organisation(session, now)
    headers = bearer(session, make_member(session, organisation, now, role="seller"))

    answer = client.get("/api/v1/me", headers=headers).json

    assert answer
    assert {"role": "seller", "organisation": organisation.code, "scope": None} in answer["roles"]
    assert answer["name"] == "Nguyễn Thị Hoa"
