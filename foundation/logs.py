"""Logs: one JSON object a line, events and not sentences, with the request's id."""

from __future__ import annotations

import logging
import sys
import traceback
from collections.abc import Iterator
from pathlib import Path

import structlog
from sqlalchemy.exc import DBAPIError

_least = logging.DEBUG


def tells_debug() -> bool:
    """Whether lines of level debug are written: who answers thousands a second asks first."""
    return _least <= logging.DEBUG


def configure(level: str = "info") -> None:
    """Send every log of the process to stderr as JSON."""
    global _least
    number = _least = getattr(logging, level.upper())
    shared: list[structlog.typing.Processor] = [
        structlog.contextvars.merge_contextvars,
        structlog.processors.add_log_level,
        structlog.processors.TimeStamper(fmt="iso", utc=True, key="at"),
        told_error,
    ]
    structlog.configure(
        processors=[*shared, structlog.processors.JSONRenderer(ensure_ascii=False)],
        wrapper_class=structlog.make_filtering_bound_logger(number),
        logger_factory=structlog.PrintLoggerFactory(sys.stderr),
        cache_logger_on_first_use=False,
    )
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            processor=structlog.processors.JSONRenderer(ensure_ascii=False),
            foreign_pre_chain=shared,
        )
    )
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(max(number, logging.WARNING))


def told_error(
    logger: object, method: str, event: structlog.typing.EventDict
) -> structlog.typing.EventDict:
    """Tell an error by its kinds and places, never by its words: those may quote personal data.

    A database's words quote whole rows ("Key (phone)=(+84…) already exists").
    """
    given = event.pop("exc_info", None)
    if given is True:
        given = sys.exc_info()
    error = given[1] if isinstance(given, tuple) else given
    if isinstance(error, BaseException):
        event["exception"] = list(_lines(error))
    return event


def _lines(error: BaseException) -> Iterator[str]:
    cause = error.__cause__ or (None if error.__suppress_context__ else error.__context__)
    if cause is not None:
        yield from _lines(cause)
    yield type(error).__name__ + _constraint(error)
    for frame in traceback.extract_tb(error.__traceback__):
        file = "/".join(Path(frame.filename).parts[-2:])
        yield f"  {file}:{frame.lineno} {frame.name}"


def _constraint(error: BaseException) -> str:
    """Which rule of the database was broken, by its name."""
    if not isinstance(error, DBAPIError):
        return ""
    told = getattr(error.orig, "diag", None)
    names = (getattr(told, "sqlstate", None), getattr(told, "constraint_name", None))
    return "".join(f" {name}" for name in names if name)
