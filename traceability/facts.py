"""What higher rooms may read of traceability: scans, and batches with their diaries."""

from dataclasses import dataclass
from datetime import date, timedelta

from sqlalchemy import func, select
from sqlalchemy.orm import Session, selectinload

from accounts.models import Organisation
from growing_areas import completeness
from growing_areas.completeness import Season
from products.models import Product
from traceability.models import Batch, BatchArea
from traceability.scan.models import ScanTally

DIARY_SEASON = timedelta(days=365)


@dataclass(frozen=True)
class ScanCount:
    """Scans of one business day of the batches of one commune's organisations."""

    day: date
    province_code: str
    commune_code: str
    scans: int


@dataclass(frozen=True)
class BatchDiary:
    """A released batch, and whether the diaries of all its areas tell its whole season."""

    batch_id: int
    code: str
    organisation_id: int
    province_code: str
    commune_code: str
    produced_on: date
    is_complete: bool


@dataclass(frozen=True)
class GrownProduct:
    """A product of which a released batch came from a coded area."""

    code: str
    name: str
    organisation_name: str


def areas_of_product(session: Session, product_id: int) -> tuple[int, ...]:
    """The areas its released batches came from, by id: what their labels tell everybody."""
    statement = (
        select(BatchArea.area_id)
        .join(Batch, Batch.id == BatchArea.batch_id)
        .where(Batch.product_id == product_id, Batch.released_at.is_not(None))
        .distinct()
        .order_by(BatchArea.area_id)
    )
    return tuple(session.scalars(statement))


def grown_products(
    session: Session, *, province_code: str | None = None, limit: int
) -> list[GrownProduct]:
    """Products whose origin labels tell, in dictionary order, of one province or of all."""
    told = (
        select(BatchArea.area_id)
        .join(Batch, Batch.id == BatchArea.batch_id)
        .where(Batch.product_id == Product.id, Batch.released_at.is_not(None))
    )
    statement = (
        select(Product.code, Product.name, Organisation.name)
        .join(Organisation, Organisation.id == Product.organisation_id)
        .where(told.exists())
        .order_by(Product.name_key, Product.id)
        .limit(limit)
    )
    if province_code is not None:
        statement = statement.where(Product.province_code == province_code)
    return [GrownProduct(*row) for row in session.execute(statement)]


def scans_by_day(session: Session, start: date, end: date) -> list[ScanCount]:
    """Scans from one business day to another, both included, by place of the batch."""
    statement = (
        select(ScanTally.day, Batch.province_code, Batch.commune_code, func.sum(ScanTally.scans))
        .join(Batch, Batch.id == ScanTally.batch_id)
        .where(ScanTally.day.between(start, end))
        .group_by(ScanTally.day, Batch.province_code, Batch.commune_code)
        .order_by(ScanTally.day, Batch.province_code, Batch.commune_code)
    )
    return [ScanCount(*row) for row in session.execute(statement)]


def batches_with_diary(session: Session, start: date, end: date) -> list[BatchDiary]:
    """Batches produced from one day to another that were released, each with its diary's state."""
    found = session.scalars(
        select(Batch)
        .where(Batch.produced_on.between(start, end), Batch.released_at.is_not(None))
        .options(selectinload(Batch.areas), selectinload(Batch.parcels))
        .order_by(Batch.id)
    ).all()
    seasons = {batch.id: _seasons(batch) for batch in found}
    # Batches of one harvest share their areas: each diary is weighed once.
    weighed = completeness.completenesses(
        session, [each for of_batch in seasons.values() for each in of_batch]
    )
    return [
        BatchDiary(
            batch_id=batch.id,
            code=batch.code,
            organisation_id=batch.organisation_id,
            province_code=batch.province_code,
            commune_code=batch.commune_code,
            produced_on=batch.produced_on,
            is_complete=bool(seasons[batch.id])
            and all(weighed[each].is_complete for each in seasons[batch.id]),
        )
        for batch in found
    ]


def _seasons(batch: Batch) -> list[Season]:
    last = batch.grown_until
    return [
        Season(
            area.id,
            last - DIARY_SEASON,
            last,
            tuple(parcel.id for parcel in batch.parcels if parcel.plot_id == area.plot_id),
        )
        for area in batch.areas
    ]
