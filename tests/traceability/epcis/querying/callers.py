"""Programs that ask: a token of somebody with a role, and how they call."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from flask.testing import FlaskClient
from sqlalchemy.orm import Session
from werkzeug.test import TestResponse

from accounts import tokens
from accounts.models import Organisation
from accounts.permissions import Actor
from foundation import clock
from tests.accounts.factories import make_member, make_official
from tests.growing_areas.factories import make_organisation


@dataclass(frozen=True)
class Caller:
    """A program of an organisation (none for officers and admins)."""

    client: FlaskClient
    actor: Actor
    bearer: str
    house: Organisation | None = None

    @property
    def organisation(self) -> Organisation:
        """The organisation of a member's program."""
        assert self.house is not None
        return self.house

    def get(self, address: str, headers: dict[str, str] | None = None) -> TestResponse:
        return self.client.get(address, headers=self._with(headers))

    def post(self, address: str, body: Any, headers: dict[str, str] | None = None) -> TestResponse:
        return self.client.post(address, json=body, headers=self._with(headers))

    def delete(self, address: str) -> TestResponse:
        return self.client.delete(address, headers=self._with(None))

    def events(self, query: str = "", headers: dict[str, str] | None = None) -> list[Any]:
        """The events that a query string asks for."""
        answer = self.get(f"/epcis/events{'?' + query if query else ''}", headers)
        assert answer.status_code == 200, answer.get_data(as_text=True)
        found: list[Any] = answer.get_json()["epcisBody"]["queryResults"]["resultsBody"][
            "eventList"
        ]
        return found

    def _with(self, headers: dict[str, str] | None) -> dict[str, str]:
        return {"Authorization": f"Bearer {self.bearer}", **(headers or {})}


def make_caller(session: Session, client: FlaskClient, role: str = "manager") -> Caller:
    """Somebody's program; members get a cooperative of their own."""
    now = datetime.now(UTC)
    organisation = None
    if role in ("admin", "officer", "inspector"):
        actor = make_official(session, now, role=role)
    else:
        organisation = make_organisation(session, clock.now())
        actor = make_member(session, organisation, now, role=role)
    made = tokens.create(session, actor, "EPCIS", now=now)
    session.commit()
    return Caller(client, actor, made.plain, organisation)
