"""A house with the demonstration story in it, for callers who mean no good: real commits."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path

from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import create_engine, select, text
from sqlalchemy.orm import Session

from accounts import actors, sessions, tokens
from accounts.models import Person
from app import starting
from app.demo import story
from foundation import clock, db
from foundation.config import Config
from tests.conftest import application, copied_database, database_url


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


def _told_template(server_url: str, template: str, config: Config) -> str:
    """A database in which the story was told, by whichever worker of the run came first."""
    admin = create_engine(database_url(server_url, "postgres"), isolation_level="AUTOCOMMIT")
    with admin.connect() as connection:
        connection.execute(text("SELECT pg_advisory_lock(78)"))
        found = connection.execute(
            text("SELECT 1 FROM pg_database WHERE datname = 'nguon_told'")
        ).scalar()
        if not found:
            connection.execute(text(f"CREATE DATABASE nguon_telling TEMPLATE {template}"))
            _tell(database_url(server_url, "nguon_telling"), config)
            connection.execute(text("ALTER DATABASE nguon_telling RENAME TO nguon_told"))
        connection.execute(text("SELECT pg_advisory_unlock(78)"))
    admin.dispose()
    return "nguon_told"


def _tell(url: str, config: Config) -> None:
    database = db.connect(url, pool_size=5)
    starting.register(config)
    story.load(config)
    database.dispose()
    db.use(None)


def _shared(config: Config) -> Config:
    """The story's keys and files lie where every worker finds them: beside the run's files."""
    files = Path(config.files_url.removeprefix("file://"))
    return replace(config, data_dir=files.with_name("told"))


@contextmanager
def told_house(server_url: str, template: str, config: Config) -> Iterator[ToldHouse]:
    """A populated house; gone afterwards."""
    config = _shared(config)
    with copied_database(server_url, _told_template(server_url, template, config)) as url:
        database = db.connect(url, pool_size=5)
        app = application(config)
        # As in production: an error must become an answer, not a traceback in the client.
        app.testing = False
        yield ToldHouse(app, database)
        database.dispose()
        db.use(None)
