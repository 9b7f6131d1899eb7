"""Retesting: which failed result a new one answers, and whether it measures what had failed."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session, selectinload

from foundation.errors import Finding, Invalid
from foundation.inputs import INT64
from traceability.certifying.models import LaboratoryResult
from traceability.certifying.subjects import Subject


def answered(session: Session, subject: Subject, retest_of: int | None) -> LaboratoryResult | None:
    """The failed result a re-test answers; of the very same thing. Raises: Invalid."""
    if retest_of is None:
        return None
    before = None
    if 0 < retest_of <= INT64:
        readings = selectinload(LaboratoryResult.readings)
        before = session.get(LaboratoryResult, retest_of, options=[readings])
    if before is None or before.removed_at is not None or not _is_about(before, subject):
        raise Invalid([Finding("laboratory.retest_unknown", {}, "retest_of")])
    return before


def findings(
    before: LaboratoryResult, sampled_on: date, measured: Collection[str]
) -> list[Finding]:
    """A re-test is of a later sample and measures again what had failed."""
    found = []
    if sampled_on < before.sampled_on:
        found.append(Finding("laboratory.retest_earlier", {}, "sampled_on"))
    left = [name for name in before.failed_parameters if name not in measured]
    if before.outcome != "failed" or left:
        names = ", ".join(left[:5])
        found.append(Finding("laboratory.retest_lacks", {"parameters": names}, "readings"))
    return found


def has_passed(session: Session, result_id: int) -> bool:
    """Whether a re-test that passed answers a failed result."""
    statement = select(LaboratoryResult.id).where(
        LaboratoryResult.retest_of_id == result_id,
        LaboratoryResult.outcome == "passed",
        LaboratoryResult.removed_at.is_(None),
    )
    return session.scalars(statement.limit(1)).first() is not None


def _is_about(row: LaboratoryResult, subject: Subject) -> bool:
    own = {"product": row.product_id, "batch": row.batch_id, "area": row.area_id}
    return own[subject.kind] == subject.id
