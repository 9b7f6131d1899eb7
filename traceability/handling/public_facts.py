"""What the public may know of goods on their way: lots that are public themselves, no more."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy.orm import Session

from accounts.models import Organisation
from traceability import batches
from traceability.handling.trade_models import LogisticUnit


@dataclass(frozen=True)
class PublicLot:
    """A lot by its product's name, with the page a scan of it leads to."""

    product: str
    lot: str
    path: str


def owner_of(session: Session, organisation_id: int) -> Organisation | None:
    """An organisation that somebody vouches for; None for all others, who stay unnamed."""
    found = session.get_one(Organisation, organisation_id)
    return found if found.is_verified else None


def lots_in(unit: LogisticUnit) -> tuple[PublicLot, ...]:
    """The lots in a unit that were let out of their house, or stopped on the way."""
    return tuple(
        PublicLot(content.batch.product.name, content.batch.lot, batches.trace_path(content.batch))
        for content in unit.contents
        if content.batch.state != "open"
    )
