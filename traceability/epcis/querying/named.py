"""Questions kept under a name: those of a program are its owner's own, as its token is."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from accounts import permissions
from accounts.permissions import Actor
from traceability.epcis.exceptions import (
    NoSuchName,
    QueryValidationException,
    ResourceAlreadyExists,
)
from traceability.epcis.querying import asking, filters, page_tokens, visibility
from traceability.epcis.querying.asking import EventQuery
from traceability.epcis.querying.models import NamedQuery
from traceability.epcis.querying.page_tokens import PageToken, Position
from traceability.epcis.querying.reading import Asked
from traceability.lineage.spellings import Naming

_NAME = re.compile(r"[^/\x00-\x1f\x7f\ud800-\udfff]{1,200}")
_QUESTION = "queries"


def check(body: Any) -> tuple[str, dict[str, Any]]:
    """The name and the query of a body.

    Raises: QueryValidationException when it is no such body, QueryParameterException and its like
    when its query cannot be asked.
    """
    if not isinstance(body, Mapping) or set(body) != {"name", "query"}:
        raise QueryValidationException("epcis.query_body")
    name, query = body["name"], body["query"]
    if not isinstance(name, str) or not _NAME.fullmatch(name) or name != name.strip():
        raise QueryValidationException("epcis.query_name")
    if not isinstance(query, dict):
        raise QueryValidationException("epcis.query_body")
    read = asking.read(query)
    filters.all_of(read.conditions, Naming(frozenset()))
    return name, query


def keep(session: Session, actor: Actor, body: Any, *, now: datetime) -> NamedQuery:
    """Keep a query under its name. Raises: as ``check``, ResourceAlreadyExists."""
    permissions.require(actor, visibility.READ)
    name, query = check(body)
    kept = NamedQuery(person_id=actor.person_id, name=name, query=query, created_at=now)
    try:
        with session.begin_nested():
            session.add(kept)
            session.flush()
    except IntegrityError:
        raise ResourceAlreadyExists("epcis.name_taken", name=name) from None
    return kept


def get(session: Session, actor: Actor, name: str) -> NamedQuery:
    """A query by its name. Raises: NoSuchName."""
    permissions.require(actor, visibility.READ)
    mine = (NamedQuery.person_id == actor.person_id, NamedQuery.name == name)
    found = session.scalars(select(NamedQuery).where(*mine)).first()
    if found is None:
        raise NoSuchName("epcis.no_such_name")
    return found


def list_page(
    session: Session, actor: Actor, asked: Asked, *, now: datetime
) -> tuple[list[NamedQuery], PageToken | None]:
    """One page of the actor's queries, in the order they were kept."""
    permissions.require(actor, visibility.READ)
    after = 0
    if asked.token is not None:
        position = page_tokens.read(session, actor, _QUESTION, asked.token, now=now)
        after = int(position.after[0])
    statement = select(NamedQuery).where(
        NamedQuery.person_id == actor.person_id, NamedQuery.id > after
    )
    rows = session.scalars(statement.order_by(NamedQuery.id).limit(asked.per_page + 1)).all()
    shown = list(rows[: asked.per_page])
    if len(rows) <= asked.per_page:
        return shown, None
    position = Position((str(shown[-1].id),))
    return shown, page_tokens.make(actor, _QUESTION, position, now=now)


def drop(session: Session, actor: Actor, name: str) -> None:
    """Forget a query; its subscribers are told nothing more. Raises: NoSuchName."""
    session.delete(get(session, actor, name))
    session.flush()


def read(kept: NamedQuery) -> EventQuery:
    """The question that was kept."""
    return asking.read(kept.query)
