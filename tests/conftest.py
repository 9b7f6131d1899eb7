"""One embedded PostgreSQL a run, a migrated template, a rolled-back connection a test."""

from __future__ import annotations

import gc
import os
import secrets
import tempfile
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from hypothesis import HealthCheck, settings
from jinja2 import FileSystemBytecodeCache
from sqlalchemy import Engine, create_engine, event, text
from sqlalchemy.orm import Session
from sqlalchemy.pool import StaticPool
from xdist.scheduler import LoadScopeScheduling

from app import rooms
from app.factory import create_app
from foundation import config as configuration
from foundation import db, embedded, i18n
from foundation.watching import WatchedSession
from tests import kept_template
from traceability.scan import guessing, noting

NOW = datetime(2026, 11, 21, 2, 0, tzinfo=UTC)


@pytest.fixture(scope="session")
def run_dir(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder shared by every worker of this run."""
    shared = os.environ.get("NGUON_TEST_RUN_DIR")
    return Path(shared) if shared else tmp_path_factory.getbasetemp()


# A laden machine makes drawing examples slow; slowness is measured in bench/, never here.
settings.register_profile("house", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("house")

# Tests that share a costly world (a told house, a served one) go to one worker, which builds it
# once. Names and not marks: what a worker marks does not reach the process that distributes.
_WORLDS = {
    "tests/house/test_access_matrix.py": "access",
    "tests/trips/": "trips",
    "tests/app/test_serving.py": "serving",
    "tests/app/test_hostile_forms.py": "hostile forms",
    "tests/app/test_hostile_requests.py": "hostile requests",
    "tests/app/test_privacy.py": "privacy",
    "tests/app/test_queries.py": "queries",
    "tests/app/test_xss.py": "xss",
    "tests/api/test_hostile_bodies.py": "hostile bodies",
    "tests/api/test_fuzz.py": "fuzz",
}


class _WorldsTogether(LoadScopeScheduling):  # type: ignore[misc]
    """Each world's tests as one piece of work, every other test as its own."""

    def _split_scope(self, nodeid: str) -> str:
        worlds = (world for place, world in _WORLDS.items() if nodeid.startswith(place))
        return next(worlds, nodeid)


def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> _WorldsTogether:
    """Large pieces first, so that both workers end at about the same time."""
    return _WorldsTogether(config, log)


def pytest_configure(config: pytest.Config) -> None:
    # The controlling process makes the folder and its server's end is tied to this process.
    if "PYTEST_XDIST_WORKER" not in os.environ:
        folder = tempfile.mkdtemp(prefix="nguon-tests-")
        os.environ["NGUON_TEST_RUN_DIR"] = folder
        os.environ["NGUON_DATA_DIR"] = folder
        embedded.discard_when_i_end(Path(folder))


def pytest_collection_finish() -> None:
    """What was read by now lives to the end of the run: no test looks through it for rubbish."""
    gc.collect()
    gc.freeze()


@pytest.fixture(scope="session")
def server_url(run_dir: Path) -> str:
    """The run's server, started by whichever worker comes first."""
    return embedded.start(run_dir, durable=False)


def database_url(server_url: str, name: str) -> str:
    """The address of another database of the run's server."""
    return server_url.replace("/nguon?", f"/{name}?")


@pytest.fixture(scope="session")
def template(server_url: str) -> str:
    """The name of a migrated database with the country's units, made once a run."""
    rooms.load(rooms.MODELS)
    admin = create_engine(database_url(server_url, "postgres"), isolation_level="AUTOCOMMIT")
    with admin.connect() as connection:
        connection.execute(text("SELECT pg_advisory_lock(77)"))
        found = connection.execute(
            text("SELECT 1 FROM pg_database WHERE datname = 'nguon_template'")
        ).scalar()
        if not found:
            # Whether it has counted a table by now would decide plans that tests look at.
            connection.execute(text("ALTER SYSTEM SET autovacuum = off"))
            connection.execute(text("SELECT pg_reload_conf()"))
            connection.execute(text("CREATE DATABASE nguon_making"))
            kept_template.fill(database_url(server_url, "nguon_making"))
            connection.execute(text("ALTER DATABASE nguon_making RENAME TO nguon_template"))
        connection.execute(text("SELECT pg_advisory_unlock(77)"))
    admin.dispose()
    return "nguon_template"


@contextmanager
def copied_database(server_url: str, template: str) -> Iterator[str]:
    """A database of one's own, copied from the template; gone afterwards."""
    name = f"nguon_{uuid.uuid4().hex[:12]}"
    admin = create_engine(database_url(server_url, "postgres"), isolation_level="AUTOCOMMIT")
    with admin.connect() as connection:
        connection.execute(text(f"CREATE DATABASE {name} TEMPLATE {template}"))
    try:
        yield database_url(server_url, name)
    finally:
        with admin.connect() as connection:
            connection.execute(text(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)"))
        admin.dispose()


@pytest.fixture(scope="session")
def worker_database_url(server_url: str, template: str) -> Iterator[str]:
    """This worker's copy of the template; tests leave nothing in it."""
    with copied_database(server_url, template) as url:
        yield url


_PATIENCE = " -c lock_timeout=120000 -c statement_timeout=300000"


def _be_patient(_dialect: Any, _record: Any, _args: Any, given: dict[str, Any]) -> None:
    """On a laden machine, many at one row's lock may wait longer than anybody at a page would."""
    given["connect_timeout"] = 60
    # One and the same for every connection of an engine.
    if _PATIENCE not in given["options"]:
        given["options"] += _PATIENCE


@pytest.fixture
def own_database(server_url: str, template: str) -> Iterator[db.Database]:
    """A whole database for one test: real commits, many connections, migrations."""
    with copied_database(server_url, template) as url:
        database = db.connect(url, pool_size=40)
        event.listen(database.primary, "do_connect", _be_patient)
        yield database
        database.dispose()
        db.use(None)


@pytest.fixture(scope="session")
def _engine(worker_database_url: str) -> Iterator[Engine]:
    engine = _one_connection(worker_database_url)
    yield engine
    engine.dispose()


def _one_connection(url: str) -> Engine:
    return create_engine(url, poolclass=StaticPool, connect_args={"options": "-c timezone=UTC"})


@pytest.fixture
def _engine_of_test(request: pytest.FixtureRequest, _engine: Engine) -> Iterator[Engine]:
    """The worker's database, or one of the test's own for a test marked ``untouched``.

    What other tests undid lies in the worker's files as dead rows, by which plans are chosen.
    """
    if request.node.get_closest_marker("untouched") is None:
        yield _engine
        return
    made = (request.getfixturevalue(name) for name in ("server_url", "template"))
    with copied_database(*made) as url:
        engine = _one_connection(url)
        yield engine
        engine.dispose()


@pytest.fixture
def connection(_engine_of_test: Engine) -> Iterator[Any]:
    """One connection in a transaction that is undone: doors' commits become savepoints in it."""
    with _engine_of_test.connect() as connection:
        outer = connection.begin()
        db.use(db.OneConnection(connection))
        yield connection
        db.use(None)
        outer.rollback()


@pytest.fixture
def session(connection: Any) -> Iterator[Session]:
    """A session in the test's transaction."""
    with WatchedSession(
        bind=connection, expire_on_commit=False, join_transaction_mode="create_savepoint"
    ) as session:
        yield session


@pytest.fixture
def now() -> datetime:
    """21 November 2026, 09:00 in Vietnam."""
    return NOW


@pytest.fixture(scope="session")
def test_config(run_dir: Path, tmp_path_factory: pytest.TempPathFactory) -> configuration.Config:
    """The settings of tests."""
    read = configuration.read({"NGUON_SECRET_KEY": "k" * 48, "NGUON_DATA_DIR": str(run_dir)})
    return replace(read, data_dir=tmp_path_factory.mktemp("data"))


@pytest.fixture(scope="session")
def _app(test_config: configuration.Config) -> Flask:
    app = application(test_config)
    app.testing = True
    return app


def application(config: configuration.Config) -> Flask:
    """The application; a template is compiled once a run and not in each worker and world."""
    app = create_app(config)
    compiled = Path(config.files_url.removeprefix("file://")).with_name("compiled-templates")
    compiled.mkdir(exist_ok=True)
    app.jinja_env.bytecode_cache = FileSystemBytecodeCache(str(compiled))
    return app


@pytest.fixture(autouse=True)
def _vietnamese() -> None:
    """Every test starts in Vietnamese, whatever language the one before it was asked in."""
    i18n.set_language(i18n.DEFAULT)


@pytest.fixture(autouse=True)
def _nothing_seen() -> None:
    """No test finds that its code was looked at, by another test or in another database."""
    guessing.recent.forget()
    noting.recent.forget()
    noting.forget_journals()


@pytest.fixture
def app(_app: Flask, connection: Any) -> Flask:
    """The application on the test's connection."""
    return _app


@pytest.fixture
def client(app: Flask) -> FlaskClient:
    """A browser without cookies."""
    return app.test_client()


@pytest.fixture
def unique() -> str:
    """A short random word."""
    return secrets.token_hex(4)
