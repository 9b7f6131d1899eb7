"""Which tables the ledger commits to: `app` alone knows every room's tables.

Read from ``data/ledgered_tables.yaml``; a test holds it to the tables there are.
"""

from __future__ import annotations

from functools import cache
from typing import Any

import yaml

from app import rooms
from foundation.db import Base
from foundation.places import folder
from ledger.rows import forms, noticing


def install() -> None:
    """Commit to every ledgered row that this process writes; calling it again changes nothing."""
    rooms.load(rooms.MODELS)
    known = Base.metadata.tables
    ledgered: dict[str, dict[str, Any]] = classes()["ledgered"]
    forms.use({name: forms.form_of(known[name], groups) for name, groups in ledgered.items()})
    noticing.install()


@cache
def classes() -> dict[str, Any]:
    """What the list says: `ledgered` tables with their groups, `unledgered` ones with a reason."""
    listed = folder("app").joinpath("data", "ledgered_tables.yaml").read_text("utf-8")
    found: dict[str, Any] = yaml.safe_load(listed)
    return found
