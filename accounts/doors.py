"""The signed-in reader, for doors of every room (domain functions get ``actor`` as an argument)."""

from __future__ import annotations

from flask import g

from accounts.permissions import ANONYMOUS, Actor


def current_actor() -> Actor:
    """Who is calling; ``app.security`` has set it before any view runs."""
    actor = g.get("actor", ANONYMOUS)
    return actor if isinstance(actor, Actor) else ANONYMOUS
