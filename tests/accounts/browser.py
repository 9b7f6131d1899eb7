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
from foundation import form_tokens

BROWSER = "b" * 43


def form_token(client: FlaskClient) -> str:
    """The token of a page that this browser has open."""
    session = client.get_cookie(form_tokens.SESSION_COOKIE)
    client.set_cookie(form_tokens.COOKIE, BROWSER)
    return form_tokens.token_for(session.value if session else "", BROWSER)


def post(client: FlaskClient, path: str, /, **fields: Any) -> TestResponse:
    """Send a form as our own pages do."""
    return client.post(path, data={**fields, form_tokens.FIELD: form_token(client)})


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
