"""Who plays in the story, and whether it was told: read at every start, so nothing heavy here."""

from __future__ import annotations

from functools import cache
from importlib import resources
from typing import Any

import click
import yaml
from sqlalchemy import text
from sqlalchemy.orm import Session

# Told to everybody who starts the demonstration; accounts of it cannot sign in in production.
PASSWORD = "nguon-lua-chin-2026"  # noqa: S105


@cache
def script() -> dict[str, Any]:
    """The story's file."""
    file = resources.files("app.demo").joinpath("data/story.yaml").read_text("utf-8")
    read: dict[str, Any] = yaml.safe_load(file)
    return read


def is_inhabited(session: Session) -> bool:
    """Whether any organisation lives here."""
    return bool(session.scalar(text("SELECT EXISTS (SELECT FROM organisations)")))


def is_known(session: Session) -> bool:
    """Whether the story's administrator lives here."""
    found = text("SELECT EXISTS (SELECT FROM people WHERE email = :email)")
    return bool(session.scalar(found, {"email": script()["people"][0]["email"]}))


def say_who() -> None:
    """Tell who can sign in, and with which password."""
    names = ", ".join(person["email"].split("@")[0] + "@" for person in script()["people"])
    click.echo(f"  {names} demo.nguon.vn – mật khẩu / password: {PASSWORD}", err=True)
