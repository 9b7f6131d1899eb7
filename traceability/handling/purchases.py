"""Bought material (nguyên liệu mua ngoài): from whom, which lot of theirs, on which paper."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from accounts import permissions
from accounts.permissions import Actor
from foundation import clock
from foundation.errors import Finding, Invalid, NotFound
from ledger import log
from territory import picking, units
from traceability import batches
from traceability.handling.trade_models import BatchPurchase
from traceability.models import Batch

MOST = 50


@dataclass(frozen=True)
class NewPurchase:
    """One purchase in a batch; ``commune`` a code or what people call it.

    ``is_person``: the seller is a private person, whose name stays in the house. So it is unless
    somebody says that it is an organisation's: a name once told to the ledger stays there.
    """

    supplier: str
    is_person: bool = True
    supplier_lot: str | None = None
    commune: str | None = None
    bought_on: date | None = None
    document_number: str | None = None


def findings(
    session: Session, wanted: Sequence[NewPurchase], produced_on: date, now: datetime
) -> tuple[list[Finding], list[str | None]]:
    """What is wrong with the purchases of a batch, and the communes they name, by code."""
    found: list[Finding] = []
    communes: list[str | None] = []
    today = clock.business_day(now)
    for place, each in enumerate(wanted):
        communes.append(None)
        if each.commune:
            try:
                communes[-1] = picking.resolve(session, each.commune, today).code
            except Invalid as unresolved:
                found += [
                    Finding(one.code, one.params, f"purchases.{place}.commune")
                    for one in unresolved.findings
                ]
        if each.bought_on is not None and each.bought_on > today:
            params = {"today": today}
            found.append(Finding("batch.in_future", params, f"purchases.{place}.bought_on"))
        elif each.bought_on is not None and each.bought_on > produced_on:
            late = {"produced_on": produced_on}
            found.append(Finding("batch.bought_late", late, f"purchases.{place}.bought_on"))
    return found, communes


def record(
    session: Session,
    batch: Batch,
    wanted: Sequence[NewPurchase],
    communes: Sequence[str | None],
) -> list[BatchPurchase]:
    """Write the purchases of a new batch."""
    rows = [
        BatchPurchase(
            batch_id=batch.id,
            supplier=each.supplier,
            is_person=each.is_person,
            supplier_lot=each.supplier_lot,
            commune_code=commune,
            bought_on=each.bought_on,
            document_number=each.document_number,
        )
        for each, commune in zip(wanted, communes, strict=True)
    ]
    session.add_all(rows)
    session.flush()
    return rows


def told(wanted: Sequence[NewPurchase], communes: Sequence[str | None]) -> list[dict[str, Any]]:
    """The purchases as the ledger may keep them: a private seller is "a person"."""
    return [
        {
            "supplier": None if each.is_person else each.supplier,
            "is_person": each.is_person,
            "supplier_lot": each.supplier_lot,
            "commune": commune,
            "bought_on": each.bought_on.isoformat() if each.bought_on else None,
            "document": each.document_number,
        }
        for each, commune in zip(wanted, communes, strict=True)
    ]


def of_batches(session: Session, batch_ids: Sequence[int]) -> list[BatchPurchase]:
    """The purchases of some batches, the first first."""
    statement = select(BatchPurchase).where(BatchPurchase.batch_id.in_(batch_ids))
    return list(session.scalars(statement.order_by(BatchPurchase.id)))


def place_names(session: Session, rows: Sequence[BatchPurchase], on: date) -> dict[str, str]:
    """The communes some purchases came from, by code."""
    wanted = {row.commune_code for row in rows if row.commune_code}
    return units.labels(session, wanted, on) if wanted else {}


def forget_seller(
    session: Session, actor: Actor, code: str, purchase_id: int, *, now: datetime
) -> None:
    """Erase a private seller's name and let the paper go; the purchase itself stays as it was.

    Raises: NotFound, Forbidden.
    """
    batch = batches.get_batch(session, code)
    permissions.require(actor, "batch.release", batch)
    row = session.get(BatchPurchase, purchase_id)
    if row is None or row.batch_id != batch.id or not row.is_person:
        raise NotFound("batch.purchase_not_found")
    session.refresh(row, with_for_update=True)
    row.supplier = None
    # Its paper names the seller too.
    row.file_digest = None
    log.append(session, kind="batch.seller_forgotten", subject=batch.code, body={}, now=now)
