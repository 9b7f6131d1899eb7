"""Batches and the harvests they were opened from, once the diary was corrected.

A batch keeps the quantity it was opened with: whoever corrects the diary is told which batches
stand on it, and undoes or counts those. Nothing moves by itself.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from fractions import Fraction
from functools import partial

from sqlalchemy import exists, select, tuple_
from sqlalchemy.orm import Session, joinedload

from foundation import config, quantity
from foundation.i18n import _, vn_date
from growing_areas import harvests, recipients
from growing_areas.models import DiaryEntry
from traceability.handling import amounts, yields
from traceability.handling.conversions import in_unit
from traceability.models import Batch, BatchArea


@dataclass(frozen=True)
class Shortfall:
    """The diary says less was harvested than batches of that day were opened with; in kilograms."""

    harvested_on: date
    harvested_kg: Decimal
    opened_kg: Decimal


def of_batch(session: Session, batch: Batch) -> Shortfall | None:
    """Whether a corrected diary no longer covers a batch and its neighbours of the same harvest."""
    if batch.harvested_on is None or batch.voided_at is not None:
        return None
    own = [area.id for area in batch.areas]
    if not harvests.is_corrected(session, own, batch.harvested_on):
        return None
    opened = _opened(session, {(area_id, batch.harvested_on) for area_id in own})
    ids = [each.id for each in opened]
    areas = set(session.scalars(select(BatchArea.area_id).where(BatchArea.batch_id.in_(ids))))
    lines = harvests.standing(session, areas, batch.harvested_on)
    weights = [_weight_kg(line, batch) for line in lines]
    made = [yields.weight_kg(each, each.product) for each in opened]
    if None in weights or None in made:
        return None
    told = sum((each for each in weights if each is not None), Decimal(0))
    total = sum((each for each in made if each is not None), Decimal(0))
    if total <= told:
        return None
    return Shortfall(batch.harvested_on, quantity.stored(told), quantity.stored(total))


def tell(session: Session, entry_ids: Collection[int], *, now: datetime) -> list[Batch]:
    """Tell managers of the batches that corrected or struck-out harvest lines stood behind.

    One letter a reader and day of harvest. Their scan pages tell the diary anew. Answers the
    batches.
    """
    lines = harvests.corrected_by(session, entry_ids)
    found = _opened(session, {(line.area_id, line.done_on) for line in lines})
    for batch in found:
        batch.changed_at = now
    owners = recipients.managers_of(session, {batch.organisation_id for batch in found})
    of_day: dict[tuple[int, date], list[Batch]] = {}
    for batch in found:
        of_day.setdefault((batch.organisation_id, batch.grown_until), []).append(batch)
    for (organisation_id, day), own in of_day.items():
        recipients.tell(session, owners.get(organisation_id, ()), partial(_words, own, day))
    session.flush()
    return found


def _opened(session: Session, harvested: Collection[tuple[int, date]]) -> list[Batch]:
    """Batches harvested from any of some areas, each on its day; those voided left out."""
    touching = exists().where(
        BatchArea.batch_id == Batch.id,
        tuple_(BatchArea.area_id, Batch.harvested_on).in_(sorted(harvested)),
    )
    statement = (
        select(Batch)
        .options(joinedload(Batch.product))
        .where(
            Batch.id.in_(
                select(BatchArea.batch_id).where(
                    BatchArea.area_id.in_({area_id for area_id, _on in harvested})
                )
            ),
            touching,
            Batch.voided_at.is_(None),
        )
    )
    return list(session.scalars(statement.order_by(Batch.id)))


def _weight_kg(line: DiaryEntry, batch: Batch) -> Decimal | None:
    """A line's harvest; None when nobody weighed it, or in a unit that has no weight."""
    if line.quantity is None or line.unit is None:
        return None
    pack = amounts.pack_of(batch.product)
    weight = in_unit(Fraction(line.quantity), line.unit, "KGM", pack)
    return None if weight is None else Decimal(weight.numerator) / Decimal(weight.denominator)


def _words(found: list[Batch], on: date) -> tuple[str, str]:
    """Subject and text, in the language spoken just now."""
    subject = _("Nhật ký thu hoạch ngày %(day)s đã sửa; hãy xem lại lô", day=vn_date(on))
    base = config.current().base_url
    lines = [
        f"· {batch.product.name}, {batch.lot}\n  {base}/workspace/batches/{batch.code}"
        for batch in found
    ]
    wish = _(
        "Sản lượng của các lô này giữ nguyên. Nếu lô ghi nhầm thì hủy việc mở lô rồi mở lại, hoặc"
        " kiểm kê cho khớp."
    )
    return subject, "\n".join([*lines, "", wish])
