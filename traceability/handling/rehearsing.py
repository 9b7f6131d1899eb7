"""A sending done for real and undone at once: whoever confirms it reads what will truly happen."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal

from sqlalchemy import select
from sqlalchemy.orm import Session

from accounts.permissions import Actor
from foundation import clock
from foundation.errors import Finding
from traceability.certifying import following
from traceability.certifying.models import GoodsCertificate
from traceability.handling import consigning, stock
from traceability.handling.consigning import Shipment
from traceability.handling.trade_models import Consignment
from traceability.models import Batch

SOON = timedelta(days=7)


@dataclass(frozen=True)
class Line:
    """So much of a lot that leaves, loose or in a unit, and what is in store before and after."""

    lot: str
    product: str
    packed_in: str | None
    amount: Decimal
    unit: str
    before: Decimal
    after: Decimal


@dataclass(frozen=True)
class Sending:
    """What sending would do, to whom, and what its sender should look at first."""

    recipient: str
    # Whether the recipient uses this program, and confirms what arrives.
    confirms: bool
    lines: tuple[Line, ...]
    warnings: tuple[Finding, ...]


def ship(session: Session, actor: Actor, wanted: Shipment, *, now: datetime) -> Sending:
    """Send goods and undo it, in the caller's transaction. Raises what `consigning.ship` raises."""
    attempt = session.begin_nested()
    try:
        sent = consigning.ship(session, actor, wanted, now=now)
        session.flush()
        return _told(session, sent, clock.business_day(now))
    finally:
        attempt.rollback()
        session.expire_all()


def _told(session: Session, sent: Consignment, today: date) -> Sending:
    lots = {line.batch_id: line.batch for line in sent.lines}
    left = stock.shelves_of(session, lots)
    # What is in a unit left the shelf when it was packed.
    loose = {line.batch_id: line.quantity for line in sent.lines if line.unit_id is None}
    lines = tuple(
        Line(
            line.batch.lot,
            line.batch.product.name,
            line.unit.name if line.unit else None,
            line.quantity,
            line.batch.unit,
            left[line.batch_id].there + loose.get(line.batch_id, Decimal(0)),
            left[line.batch_id].there,
        )
        for line in sent.lines
    )
    name = sent.recipient.name if sent.recipient else sent.recipient_name or ""
    warnings = [
        *_ageing(lots.values(), today),
        *_elsewhere(lots.values(), sent),
        *_uncertified(session, lots.values(), today),
    ]
    return Sending(name, sent.recipient is not None, lines, tuple(warnings))


def _ageing(lots: Iterable[Batch], today: date) -> Iterator[Finding]:
    """Goods past their best, or nearly."""
    for batch in lots:
        if batch.expires_on is not None and batch.expires_on - today <= SOON:
            code = "ship.expired" if batch.expires_on < today else "ship.expires_soon"
            yield Finding(code, {"lot": batch.lot, "on": batch.expires_on}, severity="warning")


def _elsewhere(lots: Iterable[Batch], sent: Consignment) -> Iterator[Finding]:
    """Goods meant for one country that go to another."""
    for batch in lots:
        if batch.market and sent.market and batch.market != sent.market:
            told = {"lot": batch.lot, "meant": batch.market, "sent": sent.market}
            yield Finding("ship.other_market", told, severity="warning")


def _uncertified(session: Session, lots: Iterable[Batch], today: date) -> Iterator[Finding]:
    """Certificates of the goods that ended, and that no newer one of their standard follows."""
    found = list(lots)
    ended = select(GoodsCertificate).where(
        GoodsCertificate.removed_at.is_(None),
        GoodsCertificate.withdrawn_on.is_(None),
        GoodsCertificate.valid_to < today,
        GoodsCertificate.product_id.in_([batch.product_id for batch in found])
        | GoodsCertificate.batch_id.in_([batch.id for batch in found]),
        ~following.is_followed(today),
    )
    for row in session.scalars(ended.order_by(GoodsCertificate.id)):
        told = {"number": row.number, "on": row.valid_to}
        yield Finding("ship.certificate_ended", told, severity="warning")
