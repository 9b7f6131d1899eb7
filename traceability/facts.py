"""What higher rooms may read of traceability: scans, and batches with their diaries."""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from sqlalchemy import Date, cast, func, select
from sqlalchemy.orm import Session, selectinload

from foundation.clock import VIETNAM
from growing_areas import season
from growing_areas.season import Season
from traceability.models import Batch, Scan

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


def scans_by_day(session: Session, start: date, end: date) -> list[ScanCount]:
    """Scans from one business day to another, both included, by place of the batch."""
    day = cast(func.timezone("Asia/Ho_Chi_Minh", Scan.scanned_at), Date)
    statement = (
        select(day, Batch.province_code, Batch.commune_code, func.count())
        .join(Batch, Batch.id == Scan.batch_id)
        .where(
            Scan.scanned_at >= datetime.combine(start, time(), VIETNAM),
            Scan.scanned_at < datetime.combine(end + timedelta(days=1), time(), VIETNAM),
        )
        .group_by(day, Batch.province_code, Batch.commune_code)
        .order_by(day, Batch.province_code, Batch.commune_code)
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
    weighed = season.completenesses(
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
    last = batch.harvested_on
    return [
        Season(
            area.id,
            last - DIARY_SEASON,
            last,
            tuple(parcel.id for parcel in batch.parcels if parcel.plot_id == area.plot_id),
        )
        for area in batch.areas
    ]
