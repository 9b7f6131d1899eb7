"""What the front page and the two desks show, read from the rooms' facts."""

from __future__ import annotations

from datetime import date
from typing import Any

from sqlalchemy.orm import Session

from accounts.permissions import Actor


def front_figures(session: Session) -> list[dict[str, Any]]:
    return []


def newest_products(session: Session, *, on: date) -> list[dict[str, Any]]:
    return []


def workspace_tiles(session: Session, actor: Actor, *, today: date) -> list[dict[str, Any]]:
    return []


def office_tiles(session: Session, actor: Actor) -> list[dict[str, Any]]:
    return []
