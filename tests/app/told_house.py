"""A house with the demonstration story in it, for callers who mean no good: real commits."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from functools import cache

from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from accounts import actors, sessions, tokens
from accounts.models import Person
from app import starting
from app.demo import story
from app.factory import create_app
from foundation import clock, db
from foundation.config import Config
from tests.conftest import copied_database


@dataclass(frozen=True)
class ToldHouse:
    """The application on a database of its own."""

    app: Flask
    database: db.Database

    def token(self, email: str) -> str:
        """A fresh API token of somebody of the story."""
        now = clock.now()
        with db.transaction() as session:
            actor = actors.find_actor(session, self._person(session, email).id)
            assert actor is not None
            return tokens.create(session, actor, "thử", now=now).plain

    def browser(self, email: str | None) -> FlaskClient:
        """A browser, signed in as somebody of the story or as nobody."""
        client = self.app.test_client()
        if email is not None:
            with db.transaction() as session:
                opened = sessions.open_session(
                    session,
                    self._person(session, email),
                    device_label="",
                    now=clock.now(),
                    passed_second_factor=True,
                )
            client.set_cookie("nguon", opened.cookie)
        return client

    @staticmethod
    def _person(session: Session, email: str) -> Person:
        return session.scalars(select(Person).where(Person.email == email)).one()


@cache
def _told_template(server_url: str, template: str, config: Config) -> str:
    """A database in which the story was told once for this worker, whose files it has."""
    telling = copied_database(server_url, template)
    database = db.connect(telling.__enter__(), pool_size=5)
    starting.register(config)
    story.load(config)
    name = database.primary.url.database
    database.dispose()
    db.use(None)
    # Kept as long as the run's server.
    _kept.append(telling)
    return str(name)


_kept: list[AbstractContextManager[str]] = []


@contextmanager
def told_house(server_url: str, template: str, config: Config) -> Iterator[ToldHouse]:
    """A populated house; gone afterwards."""
    with copied_database(server_url, _told_template(server_url, template, config)) as url:
        database = db.connect(url, pool_size=5)
        app = create_app(config)
        # As in production: an error must become an answer, not a traceback in the client.
        app.testing = False
        yield ToldHouse(app, database)
        database.dispose()
        db.use(None)
