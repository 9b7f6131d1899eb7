"""Sessions of this house: whoever must know what they ask learns of it before it is asked.

SQLAlchemy's own event for this (``do_orm_execute``) has every question prepared twice as soon as
somebody listens, a twentieth of what a writer's transaction took. Here listening costs a call.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from sqlalchemy import Result
from sqlalchemy.orm import Session

Ask = Callable[[Any], Result[Any]]
"""Executes a statement in place of the one that was to be."""
Answer = Callable[[Ask], Result[Any]]
"""Asks otherwise, and answers what was asked first."""
Watcher = Callable[[Session, Any, Any], Answer | None]
"""Told of a session, a statement and its values; None lets it pass as it is."""

_watchers: list[Watcher] = []


def watch(watcher: Watcher) -> None:
    """Tell a watcher of every statement of this process's sessions; once, however often called."""
    if watcher not in _watchers:
        _watchers.append(watcher)


class WatchedSession(Session):
    """A session whose statements are watched, whichever way they are executed."""

    def execute(self, statement: Any, params: Any = None, **options: Any) -> Any:
        """Execute a statement, or what a watcher has asked instead."""
        for watcher in _watchers:
            answer = watcher(self, statement, params)
            if answer is not None:
                return answer(
                    lambda told: super(WatchedSession, self).execute(told, params, **options)
                )
        return super().execute(statement, params, **options)

    def scalars(self, statement: Any, params: Any = None, **options: Any) -> Any:
        """The first column of what a statement answers."""
        return self.execute(statement, params, **options).scalars()

    def scalar(self, statement: Any, params: Any = None, **options: Any) -> Any:
        """The first column of the first row, if there is any."""
        return self.execute(statement, params, **options).scalar()
