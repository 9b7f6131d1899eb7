"""What others vouch for on the day a label is printed: stars and certificates that run that day."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy.orm import Session

from growing_areas.dossiers import certificates as area_certificates
from growing_areas.dossiers import labels as area_labels
from products import certificates as star_certificates
from traceability.certifying import certificates, lists
from traceability.models import Batch


@dataclass(frozen=True)
class Stars:
    """An OCOP rank, and the last day its mark may be shown."""

    stars: int
    until: date


@dataclass(frozen=True)
class Voucher:
    """A certificate of the goods or of where they grew."""

    standard: str
    number: str
    until: date


@dataclass(frozen=True)
class Vouched:
    """What may stand on a label printed on a day."""

    stars: Stars | None = None
    certificates: tuple[Voucher, ...] = ()


NOTHING = Vouched()


def vouched_on(session: Session, batch: Batch, facts: Sequence[str], day: date) -> Vouched:
    """What the asked facts (`stars`, `certificates`) of a batch come to on a day.

    Source: QĐ 1162/QĐ-VPĐP-OCOP 2020: the mark is for products whose certificate is running.
    """
    return Vouched(
        _stars(session, batch.product_id, day) if "stars" in facts else None,
        _certificates(session, batch, day) if "certificates" in facts else (),
    )


def _stars(session: Session, product_id: int, day: date) -> Stars | None:
    shown = star_certificates.stars_on(session, [product_id], day).get(product_id)
    if shown is None:
        return None
    until = max(
        each.valid_to
        for each in star_certificates.history(session, product_id)
        if each.stars == shown and star_certificates.is_valid_on(each, day)
    )
    return Stars(shown, until)


def _certificates(session: Session, batch: Batch, day: date) -> tuple[Voucher, ...]:
    goods = [
        Voucher(_standard(row.standard), row.number, row.valid_to)
        for row in certificates.of_goods(session, [batch.product_id], [batch.id])
        if certificates.state_on(row, day) in ("valid", "ending")
    ]
    # Of the areas those that ran when the goods grew, and run still.
    areas_in = [area.id for area in batch.areas]
    held = area_certificates.valid_on(session, areas_in, batch.grown_until)
    # A certificate of several areas stands once.
    areas = {
        (row.standard, row.number): Voucher(
            area_labels.standard(row.standard), row.number, row.valid_to
        )
        for rows in held.values()
        for row in rows
        if area_certificates.state_on(row, day) in ("valid", "ending")
    }
    return (*goods, *areas.values())


def _standard(code: str) -> str:
    found = lists.standards().get(code)
    return found.name if found else code
