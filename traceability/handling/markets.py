"""The market of a batch: said at its opening, said otherwise while nothing of it has left."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import exists, select
from sqlalchemy.orm import Session

from accounts.permissions import Actor
from foundation import clock
from foundation.errors import Conflict, Finding, Invalid
from ledger import log
from traceability import events
from traceability.handling import acting, demands, history, purchases, statements
from traceability.handling.trade_models import Consignment, ConsignmentLine
from traceability.models import Batch

CHANGED = "market"
"""What the details of the event call the step."""
_GONE = ("sent", "received", "returned")


@dataclass(frozen=True)
class Destined:
    """For which country a batch is meant; None as its product is declared.

    ``document_number`` is what some countries ask of the step the batch came to be by.
    """

    batch: str
    market: str | None
    document_number: str | None = None


def declare(session: Session, actor: Actor, wanted: Destined, *, now: datetime) -> Batch:
    """Say anew for which country a batch is meant; parts and products made of it keep theirs.

    Raises: NotFound, Forbidden, Conflict("batch.is_…"), Conflict("market.shipped") once some of it
    was sent; Invalid with what the country wants to be told of the batch's origin.
    """
    batch = acting.lock(session, actor, [wanted.batch], "market")[wanted.batch]
    if _has_left(session, batch):
        raise Conflict("market.shipped", lot=batch.lot)
    findings = _findings(session, batch, wanted, clock.business_day(now))
    if findings:
        raise Invalid(findings)
    if batch.market == wanted.market:
        return batch
    body = {"market": wanted.market, "before": batch.market, "document": wanted.document_number}
    batch.market, batch.changed_at = wanted.market, now
    session.flush()
    told = {"step": CHANGED, **{name: value for name, value in body.items() if value}}
    events.record_of_batch(
        session,
        batch,
        action="OBSERVE",
        biz_step="other",
        disposition=None,
        details=told,
        now=now,
    )
    log.append(session, kind="batch.market_changed", subject=batch.code, body=body, now=now)
    return batch


def keeping_another(session: Session, batch: Batch) -> list[str]:
    """The lots made of a batch, one step down, that are for another country than it is now."""
    made = (each.batch for each in history.went_into(session, batch.id).items)
    return [lot.lot for lot in made if lot.market != batch.market and lot.voided_at is None]


def _has_left(session: Session, batch: Batch) -> bool:
    """Whether any of it was ever sent, but for sendings that were refused or undone."""
    sent = (
        exists()
        .where(ConsignmentLine.batch_id == batch.id)
        .where(Consignment.id == ConsignmentLine.consignment_id, Consignment.state.in_(_GONE))
    )
    return bool(session.scalar(select(sent)))


def _findings(session: Session, batch: Batch, wanted: Destined, on: date) -> list[Finding]:
    unknown = demands.market_findings(wanted.market, on)
    if unknown:
        return unknown
    markets = statements.markets_for(session, [(batch.product_id, wanted.market)])
    given = {"document_number": wanted.document_number, "packed_on": batch.packed_on}
    if batch.origin == "batches":
        return demands.missing("process", markets, given, on)
    if batch.origin != "purchase":
        return demands.missing(batch.origin, markets, given, on)
    return [
        finding
        for bought in purchases.of_batches(session, [batch.id])
        for finding in demands.missing(
            "purchase",
            markets,
            {
                "supplier_lot": bought.supplier_lot,
                "commune_code": bought.commune_code,
                "bought_on": bought.bought_on,
                "document_number": bought.document_number or wanted.document_number,
            },
            on,
        )
    ]
