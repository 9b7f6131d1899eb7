"""What stands against goods: failed results and certificates their issuer took back.

A failed result of a batch speaks of that batch; of a product, of what was made from `applies_from`
on; of an area, of what was harvested there from that day on. A passing re-test ends that span on
the day of its sample: later goods are not held; earlier ones wait for an officer.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime

from sqlalchemy import ColumnElement, ScalarSelect, Select, func, or_, select
from sqlalchemy.orm import Session, aliased, selectinload

from traceability.certifying.models import GoodsCertificate, LaboratoryResult
from traceability.models import Batch, BatchArea
from traceability.quality import reach
from traceability.quality.settling import Cause


def cause_of_result(result: LaboratoryResult) -> Cause:
    """The hold a failed result gives; its readings are loaded."""
    told = {
        "result": result.id,
        "number": result.number,
        "sampled_on": result.sampled_on.isoformat(),
        "parameters": list(result.failed_parameters)[:20],
    }
    return Cause(result.cause, "laboratory", told)


def cause_of_certificate(certificate: GoodsCertificate) -> Cause:
    """The hold a withdrawn certificate gives."""
    day = certificate.withdrawn_on
    told = {
        "certificate": certificate.id,
        "standard": certificate.standard,
        "number": certificate.number,
        "withdrawn_on": day.isoformat() if day else None,
    }
    return Cause(certificate.cause, "certificate", told)


def batches_of_result(session: Session, result: LaboratoryResult) -> list[int]:
    """The batches a result itself speaks of, by id; what was made of them follows the graph."""
    if result.removed_at is not None or result.outcome != "failed":
        return []
    statement = _batches(result.batch_id, result.product_id, result.area_id)
    if result.batch_id is None:
        day = Batch.harvested_on if result.area_id is not None else Batch.produced_on
        statement = statement.where(day >= result.applies_from)
        answered = session.scalar(select(_answered_on(result.id)))
        if answered is not None:
            statement = statement.where(day < answered)
    return list(session.scalars(statement.where(Batch.voided_at.is_(None))))


def batches_of_certificate(session: Session, certificate: GoodsCertificate) -> list[int]:
    """The batches a withdrawn certificate speaks of: its own, or its product's made since."""
    if certificate.removed_at is not None or certificate.withdrawn_on is None:
        return []
    statement = _batches(certificate.batch_id, certificate.product_id, None)
    if certificate.batch_id is None:
        statement = statement.where(Batch.produced_on >= certificate.withdrawn_on)
    return list(session.scalars(statement.where(Batch.voided_at.is_(None))))


def batches_about(session: Session, row: GoodsCertificate | LaboratoryResult) -> list[int]:
    """The batches whose scan pages tell of a paper, by id."""
    area_id = row.area_id if isinstance(row, LaboratoryResult) else None
    return list(session.scalars(_batches(row.batch_id, row.product_id, area_id)))


def area_told_anew(session: Session, area_id: int, now: datetime) -> None:
    """Let the scan pages of goods from an area be built anew: its certificates changed."""
    reach.touch(session, list(session.scalars(_batches(None, None, area_id))), now=now)


def against(session: Session, batch: Batch) -> list[Cause]:
    """What stands against a batch that was just opened: three statements."""
    return [
        *(cause_of_result(result) for result in _results_against(session, batch)),
        *(cause_of_certificate(found) for found in _certificates_against(session, batch)),
    ]


def _results_against(session: Session, batch: Batch) -> Sequence[LaboratoryResult]:
    areas = select(BatchArea.area_id).where(BatchArea.batch_id == batch.id)
    answered = _answered_on(LaboratoryResult.id)
    of_product = (
        (LaboratoryResult.product_id == batch.product_id)
        & (LaboratoryResult.applies_from <= batch.produced_on)
        & or_(answered.is_(None), answered > batch.produced_on)
    )
    speaks: ColumnElement[bool] = of_product
    if batch.harvested_on is not None:
        speaks = of_product | (
            LaboratoryResult.area_id.in_(areas)
            & (LaboratoryResult.applies_from <= batch.harvested_on)
            & or_(answered.is_(None), answered > batch.harvested_on)
        )
    statement = (
        select(LaboratoryResult)
        .where(LaboratoryResult.removed_at.is_(None), LaboratoryResult.outcome == "failed", speaks)
        .options(selectinload(LaboratoryResult.readings))
        .order_by(LaboratoryResult.id)
    )
    return session.scalars(statement).all()


def _certificates_against(session: Session, batch: Batch) -> Sequence[GoodsCertificate]:
    statement = select(GoodsCertificate).where(
        GoodsCertificate.removed_at.is_(None),
        GoodsCertificate.product_id == batch.product_id,
        GoodsCertificate.withdrawn_on <= batch.produced_on,
    )
    return session.scalars(statement.order_by(GoodsCertificate.id)).all()


def _answered_on(result_id: object) -> ScalarSelect[date]:
    """The day of the sample of the first re-test that passed; null while there is none."""
    retest = aliased(LaboratoryResult)
    return (
        select(func.min(retest.sampled_on))
        .where(
            retest.retest_of_id == result_id,
            retest.outcome == "passed",
            retest.removed_at.is_(None),
        )
        .correlate(LaboratoryResult)
        .scalar_subquery()
    )


def _batches(batch_id: int | None, product_id: int | None, area_id: int | None) -> Select[int]:
    statement = select(Batch.id).order_by(Batch.id)
    if batch_id is not None:
        return statement.where(Batch.id == batch_id)
    if product_id is not None:
        return statement.where(Batch.product_id == product_id)
    named = select(BatchArea.batch_id).where(BatchArea.area_id == area_id)
    return statement.where(Batch.id.in_(named))
