"""Counting what is there, and letting go of what is spoiled."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from sqlalchemy.orm import Session

from accounts.permissions import Actor
from foundation import quantity
from foundation.errors import Conflict, Finding, Invalid
from foundation.i18n import N_
from traceability import events
from traceability.handling import acting, amounts, stock, yield_notices
from traceability.handling.acting import Drawn, Taken
from traceability.happenings import Happening
from traceability.models import Batch

REASONS = {
    "spoiled": N_("Hư hỏng, thối, mốc"),
    "expired": N_("Hết hạn sử dụng"),
    "damaged": N_("Vỡ, dập khi vận chuyển"),
    "shrunk": N_("Hao hụt tự nhiên (khô, bay hơi)"),
    "sample": N_("Lấy mẫu kiểm nghiệm"),
    "recall": N_("Tiêu hủy do thu hồi"),
    "given": N_("Dùng trong đơn vị, cho, tặng"),
    "other": N_("Lý do khác"),
}
# What leaves without being destroyed is told so.
_STEPS = {
    "sample": ("sampling", "OBSERVE", None),
    "given": ("dispensing", "DELETE", "dispensed"),
}


@dataclass(frozen=True)
class Waste:
    """So much of a batch is gone, and why."""

    batch: str
    quantity: Decimal
    reason: str
    unit: str | None = None
    happened_at: datetime | None = None


@dataclass(frozen=True)
class StockTaking:
    """What was counted of a batch, goods promised to buyers among it."""

    batch: str
    counted: Decimal
    unit: str | None = None
    happened_at: datetime | None = None


@dataclass(frozen=True)
class Counted:
    """What the books said, what was counted, and the difference that was written."""

    batch: Batch
    expected: Decimal
    counted: Decimal

    @property
    def difference(self) -> Decimal:
        """Found (above nought) or lost (below)."""
        return self.counted - self.expected


def waste(session: Session, actor: Actor, wanted: Waste, *, now: datetime) -> Batch:
    """Write off a part of a batch. Promised goods stay promised: they cannot be written off.

    Raises: NotFound, Forbidden, Invalid, Conflict("batch.is_…"), Conflict("batch.short").
    """
    happened_at = wanted.happened_at or now
    acting.refuse_future(happened_at, now)
    if wanted.reason not in REASONS:
        raise Invalid([Finding("batch.waste_reason", {"reason": wanted.reason[:40]}, "reason")])
    found = acting.lock(session, actor, [wanted.batch], "waste")
    acting.refuse_before(session, found.values(), happened_at)
    taken = Taken(wanted.batch, wanted.quantity, wanted.unit)
    drawn = acting.amounts_of(session, [taken], found, "")
    step, action, disposition = _STEPS.get(wanted.reason, ("destroying", "DELETE", "destroyed"))
    happening = Happening(
        "ObjectEvent",
        step,
        happened_at=happened_at,
        action="OBSERVE" if action == "OBSERVE" else "DELETE",
        disposition=disposition,
        things=acting.portions(session, drawn),
        details={"step": "waste", "reason": wanted.reason},
    )
    batch = found[wanted.batch]
    event = events.record(session, batch.organisation_id, happening, now=now)
    acting.draw(session, actor, drawn, "waste", event, now=now)
    return batch


def take_stock(session: Session, actor: Actor, wanted: StockTaking, *, now: datetime) -> Counted:
    """Set the books to what was counted, and keep the difference as a movement.

    Raises: NotFound, Forbidden, Invalid, Conflict("batch.is_…"), Conflict("batch.promised") when
    less was counted than is promised to buyers.
    """
    happened_at = wanted.happened_at or now
    acting.refuse_future(happened_at, now)
    found = acting.lock(session, actor, [wanted.batch], "stocktake")
    acting.refuse_before(session, found.values(), happened_at)
    batch = found[wanted.batch]
    counted = _counted(wanted, batch)
    shelf = stock.lock(session, [batch.id])[batch.id]
    told = Counted(batch, shelf.made - shelf.used, counted)
    if counted < shelf.taken:
        raise Conflict(
            "batch.promised",
            lot=batch.lot,
            counted=counted,
            promised=shelf.taken,
            unit=quantity.get_unit(batch.unit).symbol(),
        )
    happening = Happening(
        "ObjectEvent",
        "stock_taking",
        happened_at=happened_at,
        action="OBSERVE",
        disposition=None,
        things=acting.portions(session, [Drawn(batch, counted)]),
        details={"step": "stocktake", "expected": str(told.expected), "counted": str(counted)},
    )
    event = events.record(session, batch.organisation_id, happening, now=now)
    if told.difference > 0:
        found_more = [Drawn(batch, told.difference)]
        acting.bring_back(session, actor, found_more, "stocktake", event, now=now)
        # Goods that come of counting have to have grown somewhere too.
        yield_notices.watch(session, batch, now=now)
    elif told.difference < 0:
        lost = [Drawn(batch, -told.difference)]
        acting.draw(session, actor, lost, "stocktake", event, now=now)
    batch.changed_at = now
    return told


def _counted(wanted: StockTaking, batch: Batch) -> Decimal:
    if wanted.counted == 0:
        return Decimal("0.000")
    counted = amounts.of_batch(wanted.counted, wanted.unit, batch)
    if isinstance(counted, Finding):
        raise Invalid([Finding(counted.code, counted.params, "counted")])
    return counted
