"""What a recall achieved: goods found, come back and destroyed, lot by lot and holder by holder."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from accounts import permissions
from accounts.models import Organisation
from accounts.permissions import Actor
from foundation.errors import Conflict, Finding, Invalid, NotFound
from ledger import log
from traceability.batches import get_batch
from traceability.handling.models import BatchStock
from traceability.models import Batch
from traceability.recalls.deciding import get_recall
from traceability.recalls.models import EFFECTS, RecallBatch, RecallEffect


@dataclass(frozen=True)
class Figures:
    """One holder's part of a recall, of one unit: lots, goods made, and what became of them.

    ``free`` still stands in stock, ``sold`` is promised or sold to buyers.
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

    A figure below nought sets an earlier mistake right. Raises: Forbidden, NotFound,
    Invalid("recall.effect_zero", "recall.effect_below"), Conflict("recall.state").
    """
    recall = get_recall(session, actor, recall_code)
    batch = get_batch(session, batch_code)
    part = session.get(RecallBatch, (recall.id, batch.id), with_for_update=True)
    if part is None:
        raise NotFound("recall.batch_outside", batch=batch.code)
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
    sums = [func.coalesce(func.sum(effects.c[kind]), 0) for kind in EFFECTS]
    rows = session.execute(
        select(
            Organisation.id,
            Organisation.name,
            Batch.unit,
            func.count(),
            func.sum(BatchStock.made),
            func.sum(BatchStock.made - BatchStock.used - BatchStock.taken),
            func.sum(BatchStock.taken),
            *sums,
        )
        .select_from(RecallBatch)
        .join(Batch, Batch.id == RecallBatch.batch_id)
        .join(Organisation, Organisation.id == RecallBatch.organisation_id)
        .join(BatchStock, BatchStock.batch_id == Batch.id)
        .outerjoin(effects, effects.c.batch_id == Batch.id)
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


def _refuse_below_nought(
    session: Session, part: RecallBatch, told: dict[str, Decimal], lot: str
) -> None:
    had = of_batches(session, part.recall_id, [part.batch_id]).get(part.batch_id, {})
    below = [kind for kind, amount in told.items() if had.get(kind, Decimal(0)) + amount < 0]
    if below:
        raise Invalid([Finding("recall.effect_below", {"lot": lot}, kind) for kind in below])
