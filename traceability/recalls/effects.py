"""What a recall achieved: goods found, come back and destroyed, lot by lot and holder by holder."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from sqlalchemy import Subquery, and_, func, or_, select
from sqlalchemy.orm import Session, aliased

from accounts import permissions
from accounts.models import Organisation
from accounts.permissions import Actor
from foundation import codes
from foundation.errors import Conflict, Finding, Invalid, NotFound
from ledger import log
from traceability.handling.models import BatchStock
from traceability.lineage import hearing
from traceability.lineage.models import TraceEdge, TraceNode
from traceability.models import Batch
from traceability.recalls.deciding import get_recall
from traceability.recalls.models import EFFECTS, Recall, RecallBatch, RecallEffect


@dataclass(frozen=True)
class Figures:
    """One holder's part of a recall, of one unit: lots, goods made, and what became of them.

    ``made`` is what there was of these lots, without what went on into other lots of the same
    recall: it is counted there. ``free`` still stands in stock, ``sold`` is promised or sold to
    buyers.
    """

    organisation_id: int
    holder: str
    unit: str
    batches: int
    made: Decimal
    free: Decimal
    sold: Decimal
    found: Decimal
    returned: Decimal
    destroyed: Decimal


def note(
    session: Session,
    actor: Actor,
    recall_code: str,
    batch_code: str,
    amounts: dict[str, Decimal],
    *,
    now: datetime,
) -> None:
    """Note what was found, came back or was destroyed of a lot, in its unit.

    The lot by its trace code, or by its lot code where one lot of the recall alone bears it. A
    figure below nought sets an earlier mistake right.

    Raises: Forbidden, NotFound, Conflict("recall.state"), Invalid("recall.effect_zero",
    "recall.effect_below", "recall.lot_ambiguous").
    """
    recall = get_recall(session, actor, recall_code)
    batch = _lot(session, recall, batch_code)
    part = session.get_one(RecallBatch, (recall.id, batch.id), with_for_update=True)
    permissions.require(actor, "recall.note", part)
    if recall.state == "lifted":
        raise Conflict("recall.state", recall=recall.code, state=recall.state)
    told = {kind: amount for kind, amount in amounts.items() if amount}
    if not told:
        raise Invalid([Finding("recall.effect_zero", {}, EFFECTS[0])])
    _refuse_below_nought(session, part, told, batch.lot)
    session.add_all(
        RecallEffect(
            recall_id=recall.id, batch_id=batch.id, kind=kind, amount=amount,
            noted_at=now, noted_by_id=actor.person_id,
        )
        for kind, amount in told.items()
    )  # fmt: skip
    session.flush()
    body = {"batch": batch.code, "unit": batch.unit, **{k: str(a) for k, a in told.items()}}
    log.append(session, kind="recall.effect", subject=recall.code, body=body, now=now)


def figures(session: Session, recall_id: int) -> list[Figures]:
    """Every holder's figures, those with most lots first."""
    effects = (
        select(
            RecallEffect.batch_id,
            *(
                func.sum(RecallEffect.amount).filter(RecallEffect.kind == kind).label(kind)
                for kind in EFFECTS
            ),
        )
        .where(RecallEffect.recall_id == recall_id)
        .group_by(RecallEffect.batch_id)
        .subquery()
    )
    onward = _onward(recall_id)
    sums = [func.coalesce(func.sum(effects.c[kind]), 0) for kind in EFFECTS]
    rows = session.execute(
        select(
            Organisation.id,
            Organisation.name,
            Batch.unit,
            func.count(),
            func.sum(
                func.greatest(BatchStock.made - func.coalesce(onward.c.amount, 0), Decimal(0))
            ),
            func.sum(BatchStock.made - BatchStock.used - BatchStock.taken),
            func.sum(BatchStock.taken),
            *sums,
        )
        .select_from(RecallBatch)
        .join(Batch, Batch.id == RecallBatch.batch_id)
        .join(Organisation, Organisation.id == RecallBatch.organisation_id)
        .join(BatchStock, BatchStock.batch_id == Batch.id)
        .outerjoin(effects, effects.c.batch_id == Batch.id)
        .outerjoin(onward, onward.c.batch_id == Batch.id)
        .where(RecallBatch.recall_id == recall_id)
        .group_by(Organisation.id, Organisation.name, Batch.unit)
        .order_by(func.count().desc(), Organisation.name, Batch.unit)
    )
    return [Figures(*row) for row in rows]


def of_batches(
    session: Session, recall_id: int, batch_ids: Iterable[int]
) -> dict[int, dict[str, Decimal]]:
    """What was noted of some lots, by lot and kind."""
    rows = session.execute(
        select(RecallEffect.batch_id, RecallEffect.kind, func.sum(RecallEffect.amount))
        .where(RecallEffect.recall_id == recall_id, RecallEffect.batch_id.in_(list(batch_ids)))
        .group_by(RecallEffect.batch_id, RecallEffect.kind)
    )
    found: dict[int, dict[str, Decimal]] = {}
    for batch_id, kind, amount in rows:
        found.setdefault(batch_id, {})[kind] = amount
    return found


def _onward(recall_id: int) -> Subquery:
    """How much of each lot went on into lots of the same recall, by the steps that count.

    A step with several outputs names its input beside each of them: it went in once.
    """
    source, target = aliased(TraceNode), aliased(TraceNode)
    theirs = aliased(RecallBatch)
    steps = (
        select(source.batch_id, TraceEdge.event_id, func.max(TraceEdge.quantity).label("amount"))
        .select_from(RecallBatch)
        .join(Batch, Batch.id == RecallBatch.batch_id)
        .join(source, source.batch_id == RecallBatch.batch_id)
        .join(TraceEdge, TraceEdge.parent_id == source.id)
        .join(target, target.id == TraceEdge.child_id)
        .join(
            theirs,
            and_(theirs.recall_id == RecallBatch.recall_id, theirs.batch_id == target.batch_id),
        )
        .where(
            RecallBatch.recall_id == recall_id,
            TraceEdge.unit == Batch.unit,
            hearing.is_heard(),
        )
        .group_by(source.batch_id, TraceEdge.event_id)
        .subquery()
    )
    total = func.sum(steps.c.amount).label("amount")
    return select(steps.c.batch_id, total).group_by(steps.c.batch_id).subquery()


def _lot(session: Session, recall: Recall, named: str) -> Batch:
    """A lot of a recall by either of its codes. Raises: NotFound, Invalid."""
    name = " ".join(named.split())
    found = session.scalars(
        select(Batch)
        .join(RecallBatch, RecallBatch.batch_id == Batch.id)
        .where(
            RecallBatch.recall_id == recall.id,
            or_(Batch.code == codes.normalise(name), Batch.lot == name),
        )
        .limit(2)
    ).all()
    if not found:
        raise NotFound("recall.batch_outside", batch=name)
    if len(found) > 1:
        raise Invalid([Finding("recall.lot_ambiguous", {"lot": name}, "batch")])
    return found[0]


def _refuse_below_nought(
    session: Session, part: RecallBatch, told: dict[str, Decimal], lot: str
) -> None:
    had = of_batches(session, part.recall_id, [part.batch_id]).get(part.batch_id, {})
    below = [kind for kind, amount in told.items() if had.get(kind, Decimal(0)) + amount < 0]
    if below:
        raise Invalid([Finding("recall.effect_below", {"lot": lot}, kind) for kind in below])
