"""Batches made of other batches, and the job of a late spraying run as the worker runs it."""

from __future__ import annotations

import itertools
import random
from collections.abc import Sequence
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from accounts.permissions import SYSTEM
from foundation import codes
from growing_areas import diary
from growing_areas.diary import Work
from growing_areas.models import DiaryEntry
from tests.traceability.factories import PRODUCED, Grown
from traceability import batches, events
from traceability.handling import stock
from traceability.happenings import Happening, Portion
from traceability.lineage import nodes
from traceability.models import Batch
from traceability.quality import inheriting
from traceability.quality.models import BatchHold

_lots = itertools.count(1)


def make_child(
    session: Session,
    parents: Sequence[Batch],
    now: datetime,
    *,
    told_by: int | None = None,
    **changes: Any,
) -> Batch:
    """A batch made of others, as processing makes one; ``told_by`` another organisation's word."""
    first = parents[0]
    row = {
        "code": codes.new_code(12, random.SystemRandom()),
        "lot": f"CHE-BIEN-{next(_lots)}",
        "product_id": first.product_id,
        "organisation_id": first.organisation_id,
        "commune_code": first.commune_code,
        "province_code": first.province_code,
        "quantity": Decimal(10),
        "unit": "KGM",
        "produced_on": PRODUCED,
        "origin": "batches",
        "state": "open",
        "opened_at": now,
        "changed_at": now,
    }
    child = Batch(**{**row, **changes})
    child.product = first.product
    session.add(child)
    session.flush()
    nodes.name_batch(session, child, now=now)
    stock.open_shelf(session, child)
    uris = nodes.uris_of(session, [child.id, *(parent.id for parent in parents)])
    happening = Happening(
        "TransformationEvent",
        "commissioning",
        happened_at=now,
        inputs=tuple(Portion(uris[parent.id], Decimal(1), "KGM") for parent in parents),
        outputs=(Portion(uris[child.id], Decimal(10), "KGM"),),
    )
    events.record(session, told_by or child.organisation_id, happening, now=now)
    inheriting.hold_new(session, child, [parent.id for parent in parents], now=now)
    return batches.get_batch_by_id(session, child.id)


def sprayed(
    session: Session, grown: Grown, on: date, days: int | None, now: datetime, **more: Any
) -> DiaryEntry:
    work = Work("spraying", on, product_name="Abamec 1.8EC", pre_harvest_days=days, **more)
    return diary.record(session, SYSTEM, grown.area.id, work, now=now).entry


def open_causes(session: Session, batch: Batch) -> list[str]:
    statement = select(BatchHold.cause).where(
        BatchHold.batch_id == batch.id, BatchHold.lifted_at.is_(None)
    )
    return sorted(session.scalars(statement))


def state_of(session: Session, batch: Batch) -> str:
    return session.scalar(select(Batch.state).where(Batch.id == batch.id)) or ""
