"""Consignments: finding them, for who sends and who is to receive, and settling each once."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Select, or_, select, true
from sqlalchemy.orm import Session, joinedload, selectinload
from sqlalchemy.orm.attributes import set_committed_value

from accounts import permissions
from accounts.permissions import Actor
from foundation import codes, paging
from foundation.errors import Conflict, NotFound
from foundation.paging import Page
from traceability.handling.trade_models import (
    Consignment,
    ConsignmentLine,
    LogisticUnit,
    UnitContent,
)
from traceability.models import Batch

WAYS = ("in", "out")


@dataclass(frozen=True)
class ConsignmentQuery:
    """Which consignments: coming in or going out, in which state."""

    way: str = ""
    state: str = ""
    cursor: str | None = None
    limit: int = paging.DEFAULT_SIZE


def get(session: Session, code: str) -> Consignment:
    """The consignment of a code, whole, unasked who wants it. Raises: NotFound."""
    found = session.scalar(_whole().where(Consignment.code == codes.normalise(code)))
    if found is None:
        raise NotFound("consignment.not_found")
    return found


def get_own(session: Session, actor: Actor, code: str) -> Consignment:
    """A consignment for its sender, its recipient, and officers of the sender's place.

    Raises: NotFound, Forbidden.
    """
    found = get(session, code)
    if found.recipient is not None and permissions.may(actor, "batch.read", found.recipient):
        return found
    permissions.require(actor, "batch.read", found)
    return found


def get_to_receive(session: Session, actor: Actor, code: str) -> Consignment:
    """A consignment on its way to the actor's organisation. Raises: NotFound, Forbidden."""
    found = get_own(session, actor, code)
    if found.recipient is None:
        raise NotFound("consignment.not_found")
    permissions.require(actor, "batch.write", found.recipient)
    return found


def list_consignments(session: Session, actor: Actor, query: ConsignmentQuery) -> Page[Consignment]:
    """What the actor's organisations sent and are sent, the newest first. Raises: Forbidden."""
    permissions.require(actor, "batch.read")
    own = actor.organisation_ids()
    everything = actor.system or actor.has_role("admin")
    outgoing = true() if everything else Consignment.organisation_id.in_(own)
    incoming = true() if everything else Consignment.recipient_id.in_(own)
    wanted = {"in": incoming, "out": outgoing}.get(query.way, or_(outgoing, incoming))
    statement = _whole().where(wanted)
    if query.state:
        statement = statement.where(Consignment.state == query.state)
    return paging.fetch(
        session, statement, [Consignment.id], cursor=query.cursor, size=query.limit,
        descending=True,
    )  # fmt: skip


def coming_in(session: Session, actor: Actor) -> list[Consignment]:
    """What waits for the actor's organisations to be received, the oldest first."""
    statement = _whole().where(
        Consignment.state == "sent", Consignment.recipient_id.in_(actor.organisation_ids())
    )
    return list(session.scalars(statement.order_by(Consignment.id).limit(20)))


def of_batch(session: Session, batch_id: int) -> list[Consignment]:
    """Where a batch went, and (a received one) in which consignment it came, newest first."""
    named = select(ConsignmentLine.consignment_id).where(
        or_(ConsignmentLine.batch_id == batch_id, ConsignmentLine.received_batch_id == batch_id)
    )
    statement = _whole().where(Consignment.id.in_(named))
    return list(session.scalars(statement.order_by(Consignment.id.desc()).limit(100)))


def settle(session: Session, sent: Consignment, before: str, after: str, *, now: datetime) -> None:
    """Move a consignment on, once. Raises: Conflict("consignment.settled") naming its state."""
    locked = session.scalar(
        select(Consignment.state).where(Consignment.id == sent.id).with_for_update()
    )
    if locked != before:
        raise Conflict("consignment.settled", consignment=sent.code, state=locked)
    sent.state, sent.settled_at = after, now
    session.flush()


def lock(session: Session, sent: Consignment) -> None:
    """Hold a consignment against others, in the state it is in now."""
    state = session.scalar(
        select(Consignment.state).where(Consignment.id == sent.id).with_for_update()
    )
    # What was read before the lock may be somebody else's past.
    set_committed_value(sent, "state", state)


def _whole() -> Select[Consignment]:
    lines = selectinload(Consignment.lines)
    return select(Consignment).options(
        joinedload(Consignment.sender),
        joinedload(Consignment.recipient),
        lines.joinedload(ConsignmentLine.batch).joinedload(Batch.product),
        lines.joinedload(ConsignmentLine.received_batch),
        lines.joinedload(ConsignmentLine.unit)
        .selectinload(LogisticUnit.contents)
        .joinedload(UnitContent.batch),
    )
