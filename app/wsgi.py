"""The WSGI application for any server: ``granian --interface wsgi app.wsgi:app``, or gunicorn.

Without NGUON_DATABASE_URL it uses the data folder's embedded server.
"""

from __future__ import annotations

import gc

from app.factory import create_app
from foundation import config as configuration
from foundation import db, logs
from foundation.embedded import start

_config = configuration.read()
logs.configure(_config.log_level)
db.connect(
    _config.database_url or start(_config.data_dir),
    _config.replica_url,
    pool_size=_config.web_threads,
)
app = create_app(_config)
# What lives by now lives for good.
gc.freeze()
