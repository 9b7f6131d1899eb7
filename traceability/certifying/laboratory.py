"""Laboratory results: what was measured, judged against what is allowed, and what follows.

A failed result holds what it speaks of and everything made of it. It is answered by a re-test of
the same thing that passes what had failed; then an officer may lift.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload, selectinload

from accounts import audit, permissions
from accounts.permissions import Actor
from foundation import clock, files
from foundation.errors import Finding, Invalid, NotFound
from foundation.inputs import INT64
from foundation.models import StoredFile
from ledger import log
from traceability.certifying import judging, lists, papers, reports, retesting, standing, subjects
from traceability.certifying.judging import Judged
from traceability.certifying.models import LaboratoryReading, LaboratoryResult
from traceability.certifying.papers import Papers
from traceability.certifying.reports import MOST_READINGS as MOST_READINGS
from traceability.certifying.reports import Report as Report
from traceability.certifying.subjects import Named, Subject
from traceability.models import Batch
from traceability.quality import judging_anew, notices, reach, settling
from traceability.quality.settling import Settled


def record(
    session: Session,
    actor: Actor,
    named: Named,
    report: Report,
    kept: Papers = Papers(),  # noqa: B008 - frozen
    *,
    now: datetime,
) -> LaboratoryResult:
    """Enter a report; a failed one holds the batches it speaks of and tells who answers for them.

    The cooperative or the officer of its place may. Raises: NotFound, Forbidden; Invalid with all
    findings.
    """
    subject = subjects.get(session, actor, named, "quality.report")
    # The table's own words for what it knows: a program may call lead "Chì" as a form does.
    known = (replace(each, parameter=lists.code_of(each.parameter)) for each in report.readings)
    report = replace(report, readings=tuple(known))
    before = retesting.answered(session, subject, report.retest_of)
    reports.check(report, before, clock.business_day(now))
    judged = judging.judge_all(report.readings, report.food_group, report.sampled_on)
    row = _row(subject, report, judged, actor, now)
    papers.keep(session, row, kept, now=now)
    session.add(row)
    session.flush()
    _note(session, row, "laboratory.recorded", now)
    _settle(session, actor, row, now)
    return row


def attach(
    session: Session, actor: Actor, result_id: int, kept: Papers, *, now: datetime
) -> LaboratoryResult:
    """Put files to a result that was entered without, or in the place of what it has.

    Raises: NotFound, also for one that was taken off; Forbidden.
    """
    row = _find(session, result_id, lock=True)
    if row.removed_at is not None:
        raise NotFound
    permissions.require(actor, "quality.report", row)
    papers.replace(session, row, kept, now=now)
    _note(session, row, "laboratory.filed", now)
    reach.touch(session, standing.batches_about(session, row), now=now)
    return row


def remove(
    session: Session, actor: Actor, result_id: int, because: str, *, now: datetime
) -> LaboratoryResult:
    """Take a result off that was entered by mistake; its row stays, and lots are judged anew.

    What it held is freed; what was let pass on its evidence is held again. A failed one only an
    officer may take off, any other its organisation or the officer who entered it. Raises:
    NotFound, Forbidden, Invalid without reason.
    """
    row = _find(session, result_id, lock=True)
    if row.removed_at is not None:
        raise NotFound
    permissions.require(actor, _removal(actor, row), row)
    if not because.strip():
        raise Invalid([Finding("input.required", {}, "reason")])
    row.removed_at, row.removed_because = now, because.strip()
    papers.let_go(session, row)
    _note(session, row, "laboratory.removed", now)
    session.flush()
    unproved = judging_anew.judge_without(session, row, now=now, by=actor.person_id)
    notices.tell(session, unproved)
    _settle(session, actor, row, now)
    return row


def may_remove(actor: Actor, row: LaboratoryResult) -> bool:
    """Whether somebody may take a result off that was entered by mistake."""
    return row.removed_at is None and permissions.may(actor, _removal(actor, row), row)


def _removal(actor: Actor, row: LaboratoryResult) -> str:
    """The action that taking a result off is to somebody."""
    if row.outcome == "failed":
        return "hold.decide"
    is_own = actor.person_id is not None and row.recorded_by_id == actor.person_id
    return "quality.report" if is_own else "quality.write"


def get(session: Session, actor: Actor, result_id: int) -> LaboratoryResult:
    """A result with its readings, for whoever may see its organisation's papers.

    Raises: NotFound.
    """
    row = _find(session, result_id)
    permissions.require(actor, "quality.read", row)
    return row


def require_writable(session: Session, actor: Actor, result_id: int) -> None:
    """Let those pass who may put files to a result. Raises: NotFound, Forbidden."""
    permissions.require(actor, "quality.report", get(session, actor, result_id))


def read_file(session: Session, actor: Actor, result_id: int, *, now: datetime) -> StoredFile:
    """The private original; an outsider's look is audited. Raises: NotFound, Forbidden."""
    row = get(session, actor, result_id)
    if row.file_digest is None:
        raise NotFound("file.not_found")
    if row.organisation_id not in actor.organisation_ids():
        audit.record(session, actor, "quality.file_read", f"laboratory:{row.id}", now=now)
    return files.get_file(session, row.file_digest)


def about(
    session: Session,
    product_ids: Iterable[int],
    area_ids: Iterable[int],
    batch_ids: Iterable[int],
    *,
    most: int = 50,
) -> list[LaboratoryResult]:
    """The newest results that speak of some products, areas or batches, with their readings."""
    statement = (
        select(LaboratoryResult)
        .where(
            LaboratoryResult.removed_at.is_(None),
            LaboratoryResult.product_id.in_(sorted(set(product_ids)))
            | LaboratoryResult.area_id.in_(sorted(set(area_ids)))
            | LaboratoryResult.batch_id.in_(sorted(set(batch_ids))),
        )
        .options(selectinload(LaboratoryResult.readings))
        .order_by(LaboratoryResult.sampled_on.desc(), LaboratoryResult.id.desc())
        .limit(most)
    )
    return list(session.scalars(statement))


def _row(
    subject: Subject, report: Report, judged: Sequence[Judged], actor: Actor, now: datetime
) -> LaboratoryResult:
    return LaboratoryResult(
        organisation_id=subject.organisation_id,
        commune_code=subject.commune_code,
        province_code=subject.province_code,
        product_id=subject.id if subject.kind == "product" else None,
        batch_id=subject.id if subject.kind == "batch" else None,
        area_id=subject.id if subject.kind == "area" else None,
        laboratory=report.laboratory,
        accreditation=report.accreditation,
        number=report.number,
        sampled_on=report.sampled_on,
        reported_on=report.reported_on or report.sampled_on,
        applies_from=report.applies_from or report.sampled_on,
        food_group=report.food_group,
        outcome=judging.verdict(judged),
        retest_of_id=report.retest_of,
        recorded_at=now,
        recorded_by_id=actor.person_id,
        readings=[_line(place, each) for place, each in enumerate(judged)],
    )


def _line(place: int, judged: Judged) -> LaboratoryReading:
    told = judged.reading
    return LaboratoryReading(
        place=place,
        parameter=told.parameter,
        value=told.value,
        is_below_detection=told.is_below_detection,
        detection_limit=told.detection_limit,
        unit=told.unit,
        method=told.method,
        most=judged.limit,
        limit_source=judged.limit_source,
        outcome=judged.outcome,
    )


def _settle(session: Session, actor: Actor, row: LaboratoryResult, now: datetime) -> None:
    """Hold what a failed result speaks of, or free what a removed one had held.

    A re-test that comes or goes moves the end of what the result it answers speaks of.
    """
    settled = _settle_one(session, actor, row, "withdrawn", now)
    if row.retest_of_id is not None:
        before = _find(session, row.retest_of_id)
        settled = settled.joined(_settle_one(session, actor, before, "retested", now))
    reach.touch(session, standing.batches_about(session, row), now=now)
    notices.tell(session, settled)


def _settle_one(
    session: Session, actor: Actor, row: LaboratoryResult, because: str, now: datetime
) -> Settled:
    cause = standing.cause_of_result(row)
    sources = standing.batches_of_result(session, row)
    return settling.settle(session, cause, sources, because, now=now, by=actor.person_id)


def _note(session: Session, row: LaboratoryResult, kind: str, now: datetime) -> None:
    body = {
        "number": row.number,
        "sampled_on": row.sampled_on.isoformat(),
        "applies_from": row.applies_from.isoformat(),
        "outcome": row.outcome,
        "readings": [
            [
                each.parameter,
                "KPH" if each.value is None else f"{each.value.normalize():f}",
                each.unit,
                each.outcome,
            ]
            for each in row.readings
        ],
    }
    log.append(session, kind=kind, subject=row.cause, body=body, now=now)


def _find(session: Session, result_id: int, *, lock: bool = False) -> LaboratoryResult:
    statement = (
        select(LaboratoryResult)
        .where(LaboratoryResult.id == (result_id if 0 < result_id <= INT64 else 0))
        .options(
            selectinload(LaboratoryResult.readings),
            joinedload(LaboratoryResult.product),
            joinedload(LaboratoryResult.area),
            joinedload(LaboratoryResult.batch).joinedload(Batch.product),
            joinedload(LaboratoryResult.organisation),
        )
    )
    if lock:
        statement = statement.with_for_update(of=LaboratoryResult)
    row = session.scalar(statement)
    if row is None:
        raise NotFound
    return row
