"""Who may see an event: whoever told it, whom it names as giver or taker, whom it is shared with.

Officers and inspectors see what organisations of their territory told; admins see all.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Select,
    and_,
    any_,
    false,
    func,
    or_,
    select,
    true,
)
from sqlalchemy.orm import Session

from accounts.models import Organisation
from accounts.permissions import TABLE, Actor
from foundation import clock
from traceability.epcis.index_models import EventWord
from traceability.epcis.models import EpcisEvent, EventThing
from traceability.epcis.querying.models import ChainShare
from traceability.lineage.models import TraceNode
from traceability.models import Batch

Sql = ColumnElement[bool]

READ = "epcis.read"
_PARTY_TYPES = ("owning_party", "possessing_party")


def party_addresses(organisations: Iterable[Organisation]) -> list[str]:
    """How events name organisations of ours as owning or possessing parties."""
    return [f"/organisations/{organisation.code}" for organisation in organisations]


def sees_all(actor: Actor) -> bool:
    """Whether every event is visible to ``actor``."""
    holders = TABLE[READ]
    relations = {holders[held.role] for held in actor.held if held.role in holders}
    return actor.system or "any" in relations


def visible(session: Session, actor: Actor) -> Sql:
    """The events that ``actor`` may see, as a condition on them."""
    if sees_all(actor):
        return true()
    clauses = _ways(session, actor)
    return or_(*clauses) if clauses else false()


def is_by_organisation(actor: Actor) -> bool:
    """Whether ``actor`` sees only what concerns organisations of their own: few of all events."""
    holders = TABLE[READ]
    relations = {holders[held.role] for held in actor.held if held.role in holders}
    return not sees_all(actor) and "scope" not in relations


def _ways(session: Session, actor: Actor) -> list[Sql]:
    """Each way to see events that is open to ``actor``."""
    holders = TABLE[READ]
    clauses: list[Sql] = []
    scopes = [
        held.scope
        for held in actor.held
        if held.scope is not None and holders.get(held.role) == "scope"
    ]
    if scopes:
        clauses.append(_in_territory(session, scopes))
    roles = [role for role, relation in holders.items() if relation == "own"]
    own = actor.organisation_ids(*roles)
    if own:
        clauses += _of_organisations(session, own)
    return clauses


def _in_territory(session: Session, scopes: Sequence[str]) -> Sql:
    if "" in scopes:
        return true()
    place = or_(Organisation.commune_code.in_(scopes), Organisation.province_code.in_(scopes))
    # Asked first: the database plans otherwise for three organisations than for three hundred.
    known = session.scalars(select(Organisation.id).where(place).order_by(Organisation.id)).all()
    return EpcisEvent.organisation_id.in_(known)


def _of_organisations(session: Session, own: Sequence[int]) -> list[Sql]:
    clauses: list[Sql] = [EpcisEvent.organisation_id.in_(own)]
    organisations = session.scalars(select(Organisation).where(Organisation.id.in_(own))).all()
    clauses.append(_named_in(party_addresses(organisations)))
    shares = session.scalars(
        select(ChainShare).where(ChainShare.partner_id.in_(own), ChainShare.ended_at.is_(None))
    ).all()
    clauses += [_shared(share) for share in shares]
    return clauses


def _named_in(addresses: list[str]) -> Sql:
    """Events that an organisation is giver or taker in."""
    named = select(EventWord.event_id).where(
        EventWord.kind.in_(("source", "destination")),
        EventWord.type.in_(_PARTY_TYPES),
        EventWord.value.in_(addresses),
    )
    found: Sql = EpcisEvent.id == _one_of(named)
    return found


def _one_of(statement: Select[Any]) -> Any:
    """Any of what a statement lists, listed first: each way to see an event keeps its index."""
    return any_(func.array(statement.scalar_subquery()))


def _shared(share: ChainShare) -> Sql:
    clauses: list[Sql] = [EpcisEvent.organisation_id == share.organisation_id]
    if share.since is not None:
        clauses.append(EpcisEvent.event_time >= clock.start_of_day(share.since))
    if share.until is not None:
        clauses.append(EpcisEvent.event_time < _end_of(share.until))
    if share.batch_id is not None:
        clauses.append(_naming(TraceNode.batch_id == share.batch_id))
    elif share.product_id is not None:
        of_product = select(Batch.id).where(Batch.product_id == share.product_id)
        clauses.append(_naming(TraceNode.batch_id.in_(of_product)))
    return and_(*clauses)


def _end_of(day: Any) -> datetime:
    return clock.start_of_day(day + timedelta(days=1))


def _naming(which: Sql) -> Sql:
    """Events that name one of these batches, whatever part it plays."""
    named = (
        select(EventThing.event_id).join(TraceNode, TraceNode.id == EventThing.node_id).where(which)
    )
    return EpcisEvent.id.in_(named)
