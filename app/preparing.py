"""What ``nguon serve`` has done before it serves, in a process of its own: migrations, the story.

So the process that watches over the others stays small, and Ctrl-C ends it at any moment.
"""

from __future__ import annotations

import sys

from app import cli, starting
from atlas.published import publishing
from foundation import config, db, logs


def prepare(*, demo: bool) -> None:
    """Bring the database to this code's shape; load the demonstration the first time.

    Open data that was never published is ordered, so that nobody waits for the night."""
    settings = config.read()
    logs.configure(settings.log_level)
    database = db.connect(settings.database_url, pool_size=2)
    try:
        starting.migrate(database.primary)
        if demo:
            starting.load_demo_once(settings)
        with db.transaction() as session:
            publishing.order_first(session)
    finally:
        database.dispose()
        db.use(None)


if __name__ == "__main__":
    sys.exit(cli.run(lambda: prepare(demo="--demo" in sys.argv[1:])))
