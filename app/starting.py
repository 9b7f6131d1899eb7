"""What comes before serving: migrations, the units of the country, the demonstration story."""

from __future__ import annotations

import click
from sqlalchemy import Connection, Engine

from app import rooms
from app.demo import cast
from foundation import clock, db, i18n, schema
from foundation import config as configuration
from foundation.config import Config


def register(config: Config) -> None:
    """Make every room's jobs and wording known to this process."""
    # These two know the whole application; a start that finds all in place does without.
    from app import fittings, joins

    configuration.use(config)
    clock.shift(config.clock_offset)
    fittings.install(config)
    joins.install()
    for module in rooms.load(rooms.WORDING):
        i18n.register_wording(module.WORDING)
    rooms.load(rooms.MODELS)
    rooms.load(rooms.JOBS)


def migrate(engine: Engine | Connection) -> None:
    """Bring the database to this code's shape, with the country's units in it."""
    from territory.loading import load_bundled

    if isinstance(engine, Engine) and not schema.is_current(engine):
        click.echo("Nguồn: cập nhật cấu trúc dữ liệu… / migrating…", err=True)
        _upgrade(engine)
    with db.transaction() as session:
        load_bundled(session)


def _upgrade(engine: Engine) -> None:
    """Migrate, then record what the migrations wrote: they work past the application."""
    # The whole application: needed only now, to know every room's tables.
    from app import ledgered
    from ledger.rows import adoption

    wrong = adoption.survey(engine)
    if wrong:
        told = ", ".join(f"{table} {key}" for table, key in sorted(wrong)[:5])
        click.echo(
            f"Nguồn: {len(wrong)} dòng khác với sổ / rows differ from the ledger: {told}", err=True
        )
    schema.upgrade(engine)
    ledgered.install()
    with db.transaction() as session:
        adoption.adopt(session, leave=wrong, now=clock.now())


def load_demo_once(config: Config) -> None:
    """Tell the demonstration story if nobody lives here yet."""
    with db.reading() as session:
        if cast.is_inhabited(session):
            if cast.is_known(session):
                cast.say_who()
            return
    # The whole application: not needed once the story was told.
    from app.demo import story

    register(config)
    story.load(config)
