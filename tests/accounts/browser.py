"""A browser for tests of pages: keeps cookies, fills in forms with their token."""

import re
from datetime import datetime
from typing import Any

from flask.testing import FlaskClient
from sqlalchemy.orm import Session
from werkzeug.test import TestResponse

from accounts import sessions
from accounts.models import Person
from accounts.permissions import Actor
from foundation.web import CSRF_COOKIE

TOKEN = "t" * 43


def post(client: FlaskClient, path: str, /, **fields: Any) -> TestResponse:
    """Send a form as our own pages do."""
    client.set_cookie(CSRF_COOKIE, TOKEN)
    return client.post(path, data={**fields, "csrf_token": TOKEN})


def sign_in_as(client: FlaskClient, session: Session, actor: Actor, now: datetime) -> None:
    """Give the browser a full session of somebody."""
    person = session.get_one(Person, actor.person_id)
    opened = sessions.open_session(
        session, person, device_label="", now=now, passed_second_factor=True
    )
    session.commit()
    client.set_cookie("nguon", opened.cookie)


def text_of(answer: TestResponse) -> str:
    """The page's text, white space folded."""
    return re.sub(r"\s+", " ", answer.get_data(as_text=True))
