"""Items as lists: how a batch's labels stand, what was done to them, who holds which."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import ColumnElement, func, or_, select, true
from sqlalchemy.orm import InstrumentedAttribute, Session, joinedload

from accounts import permissions
from accounts.models import Person
from accounts.permissions import Actor
from foundation import paging
from foundation.paging import Page
from traceability import batches
from traceability.items import naming
from traceability.items.models import ItemAct, ItemHandout, ItemSpan
from traceability.models import Batch, LabelJob


@dataclass(frozen=True)
class Counted:
    """How many of a batch's labels stand in each state, and how many lines hold."""

    by_state: dict[str, int]
    handed: int

    @property
    def total(self) -> int:
        return sum(self.by_state.values())


@dataclass(frozen=True)
class Traced:
    """One item: how it stands, and every act on it, the newest first."""

    batch: Batch
    number: int
    state: str
    acts: tuple[ItemAct, ...]


def counts(session: Session, batch_id: int) -> Counted:
    """Counted from the spans: as many rows as there are ranges, not labels."""
    size = func.sum(ItemSpan.last - ItemSpan.first + 1)
    rows = session.execute(
        select(ItemSpan.state, size).where(ItemSpan.batch_id == batch_id).group_by(ItemSpan.state)
    )
    by_state = {state: int(count) for state, count in rows}
    handed = session.scalar(
        select(func.sum(ItemHandout.last - ItemHandout.first + 1)).where(
            ItemHandout.batch_id == batch_id, ItemHandout.settled_at.is_(None)
        )
    )
    return Counted(by_state, int(handed or 0))


def page_spans(
    session: Session, batch_id: int, *, cursor: str | None = None, size: int = paging.DEFAULT_SIZE
) -> Page[ItemSpan]:
    """How the labels of a batch stand, by number. Raises: Invalid on a bad cursor."""
    statement = select(ItemSpan).where(ItemSpan.batch_id == batch_id)
    return paging.fetch(session, statement, [ItemSpan.first], cursor=cursor, size=size)


def page_acts(
    session: Session, batch_id: int, *, cursor: str | None = None, size: int = paging.DEFAULT_SIZE
) -> Page[ItemAct]:
    """What was done to the labels of a batch, the newest first. Raises: Invalid."""
    statement = select(ItemAct).where(ItemAct.batch_id == batch_id)
    return paging.fetch(session, statement, [ItemAct.id], cursor=cursor, size=size, descending=True)


def undone_of(session: Session, acts: list[ItemAct]) -> set[int]:
    """The ids of those acts that were taken back."""
    ids = [each.id for each in acts]
    undone = session.scalars(select(ItemAct.undoes_id).where(ItemAct.undoes_id.in_(ids)))
    return {act_id for act_id in undone if act_id is not None}


def undoable_of(session: Session, acts: list[ItemAct]) -> set[int]:
    """The ids of acts that still stand whole: nothing was done to any of their labels since."""
    standing = func.sum(ItemSpan.last - ItemSpan.first + 1)
    ids = [each.id for each in acts]
    rows = session.execute(
        select(ItemSpan.act_id, standing).where(ItemSpan.act_id.in_(ids)).group_by(ItemSpan.act_id)
    )
    whole = {act_id: int(count) for act_id, count in rows}
    return {each.id for each in acts if whole.get(each.id) == each.count}


def names_of(session: Session, acts: list[ItemAct], handouts: list[ItemHandout]) -> dict[int, str]:
    """The names of who did these, for their own organisation to know."""
    ids = {each.acted_by_id for each in acts}
    ids |= {by for each in handouts for by in (each.handed_by_id, each.settled_by_id)}
    rows = session.execute(select(Person.id, Person.name).where(Person.id.in_(ids - {None})))
    return {row.id: row.name for row in rows}


def page_handouts(
    session: Session,
    actor: Actor,
    *,
    state: str = "",
    q: str = "",
    batch_id: int | None = None,
    cursor: str | None = None,
    size: int = paging.DEFAULT_SIZE,
) -> Page[ItemHandout]:
    """What packing lines were handed, the newest first. Raises: Forbidden, Invalid."""
    permissions.require(actor, "label.issue")
    statement = (
        select(ItemHandout)
        .join(ItemHandout.batch)
        .options(joinedload(ItemHandout.batch).joinedload(Batch.product))
        .where(_own(actor, ItemHandout.organisation_id))
    )
    if batch_id is not None:
        statement = statement.where(ItemHandout.batch_id == batch_id)
    if state:
        settled = ItemHandout.settled_at
        statement = statement.where(settled.is_(None) if state == "open" else settled.is_not(None))
    statement = statement.where(_named(q, ItemHandout.line.expression))
    return paging.fetch(
        session, statement, [ItemHandout.id], cursor=cursor, size=size, descending=True
    )


def page_orders(
    session: Session,
    actor: Actor,
    *,
    q: str = "",
    cursor: str | None = None,
    size: int = paging.DEFAULT_SIZE,
) -> Page[LabelJob]:
    """Orders of labels of one's organisations, the newest first. Raises: Forbidden, Invalid."""
    permissions.require(actor, "label.issue")
    statement = (
        select(LabelJob)
        .join(LabelJob.batch)
        .options(joinedload(LabelJob.batch).joinedload(Batch.product))
        .where(_own(actor, LabelJob.organisation_id), LabelJob.queue_id.is_not(None))
    )
    return paging.fetch(
        session,
        statement.where(_named(q)),
        [LabelJob.id],
        cursor=cursor,
        size=size,
        descending=True,
    )


def lines_of(session: Session, organisation_id: int) -> list[str]:
    """The packing lines that were handed labels before, by name."""
    statement = select(ItemHandout.line).where(ItemHandout.organisation_id == organisation_id)
    return list(session.scalars(statement.distinct().order_by(ItemHandout.line).limit(50)))


def trace(session: Session, actor: Actor, typed: str) -> Traced:
    """One item by its code or scanned address. Raises: NotFound, Forbidden."""
    batch, number = naming.get_batch(session, typed)
    permissions.require(actor, "label.issue", batch)
    state = session.scalar(
        select(ItemSpan.state)
        .where(ItemSpan.batch_id == batch.id, ItemSpan.first <= number)
        .order_by(ItemSpan.first.desc())
        .limit(1)
    )
    acts = session.scalars(
        select(ItemAct)
        .where(ItemAct.batch_id == batch.id, ItemAct.first <= number, ItemAct.last >= number)
        .order_by(ItemAct.id.desc())
        .limit(100)
    )
    return Traced(batch, number, state or "printed", tuple(acts))


def _named(q: str, *columns: ColumnElement[str]) -> ColumnElement[bool]:
    """Whether the batch, or a word beside it, is called so."""
    if not q:
        return true()
    return or_(batches.says(q), *(word.icontains(q, autoescape=True) for word in columns))


def _own(actor: Actor, owner: InstrumentedAttribute[int]) -> ColumnElement[bool]:
    if actor.system or actor.has_role("admin"):
        return true()
    return owner.in_(actor.organisation_ids())
