"""Printed labels as tests need them."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy.orm import Session

from accounts.permissions import SYSTEM
from traceability.items import acts
from traceability.labels import orders, serials
from traceability.labels.orders import LabelOrder
from traceability.models import Batch, LabelJob

KEY = serials.key_from("a secret of this installation, long enough")
BASE = "https://nguon.vn"


def print_labels(session: Session, batch: Batch, now: datetime, count: int = 100) -> LabelJob:
    order = LabelOrder(batch.code, count=count, layout="a4-24", serialised=True)
    job = orders.place(session, SYSTEM, order, base_url=BASE, now=now)
    return orders.issue_serials(session, job.id, key=KEY, now=now)


def states(session: Session, batch: Batch) -> list[tuple[int, int, str]]:
    """How the labels of a batch stand, neighbours of one state as one range."""
    told: list[tuple[int, int, str]] = []
    for span in acts.standing_in(session, batch.id, 1, 10_000_000):
        if told and told[-1][2] == span.state and told[-1][1] + 1 == span.first:
            told[-1] = (told[-1][0], span.last, span.state)
        else:
            told.append((span.first, span.last, span.state))
    return told
