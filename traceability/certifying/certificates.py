"""Certificates of products and batches: recorded, shown with their validity, taken back.

A growing area's certificates are pieces of its dossier (`growing_areas.dossiers.certificates`).
Source: data/standards.csv.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import asdict, dataclass
from datetime import date, datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload

from accounts import audit, permissions
from accounts.permissions import Actor
from foundation import clock, files
from foundation.errors import Conflict, Finding, Invalid, NotFound
from foundation.inputs import INT64
from foundation.models import StoredFile
from ledger import log
from traceability.certifying import lists, papers, standing, subjects
from traceability.certifying.models import GoodsCertificate
from traceability.certifying.papers import Papers
from traceability.certifying.subjects import Named, Subject
from traceability.models import Batch
from traceability.quality import notices, reach, settling

WARNED_DAYS = (60, 30, 0)
"""So many days before a certificate ends its cooperative is warned; 0 is the day after."""


@dataclass(frozen=True)
class Certified:
    """What a certificate says."""

    standard: str
    number: str
    issuer: str
    valid_from: date
    valid_to: date
    scope: str = ""


def record(
    session: Session,
    actor: Actor,
    named: Named,
    certified: Certified,
    kept: Papers = Papers(),  # noqa: B008 - frozen
    *,
    now: datetime,
) -> GoodsCertificate:
    """Enter a certificate of a product or a batch, with its files where there are any.

    Raises: NotFound, Forbidden; Invalid for a standard such goods are not certified by, an end
    before the start, an area (its dossier keeps its certificates).
    """
    subject = subjects.get(session, actor, named, "quality.write")
    _check(subject, certified, clock.business_day(now))
    row = GoodsCertificate(
        organisation_id=subject.organisation_id,
        commune_code=subject.commune_code,
        province_code=subject.province_code,
        product_id=subject.id if subject.kind == "product" else None,
        batch_id=subject.id if subject.kind == "batch" else None,
        recorded_at=now,
        recorded_by_id=actor.person_id,
        **asdict(certified),
    )
    papers.keep(session, row, kept, now=now)
    session.add(row)
    session.flush()
    _note(session, row, "certificate.recorded", {"subject": f"{subject.kind}:{subject.code}"}, now)
    touch(session, row, now=now)
    return row


def attach(
    session: Session, actor: Actor, certificate_id: int, kept: Papers, *, now: datetime
) -> GoodsCertificate:
    """Put files to a certificate that was entered without, or in the place of what it has.

    Raises: NotFound, also for one that was taken off; Forbidden.
    """
    row = _locked(session, certificate_id)
    permissions.require(actor, "quality.write", row)
    papers.replace(session, row, kept, now=now)
    _note(session, row, "certificate.filed", {}, now)
    touch(session, row, now=now)
    return row


def withdraw(
    session: Session, actor: Actor, certificate_id: int, on: date, because: str, *, now: datetime
) -> GoodsCertificate:
    """Write that the issuer took a certificate back: what it vouched for is held.

    The cooperative or the officer of its place may. Raises: NotFound, Forbidden,
    Conflict("certificate.already_withdrawn"), Invalid for a day to come or no reason.
    """
    row = _locked(session, certificate_id)
    permissions.require(actor, "quality.judge", row)
    if row.withdrawn_on is not None:
        raise Conflict("certificate.already_withdrawn")
    found = []
    if on > clock.business_day(now):
        found.append(Finding("certificate.withdrawn_in_future", {}, "withdrawn_on"))
    if not because.strip():
        found.append(Finding("input.required", {}, "reason"))
    if found:
        raise Invalid(found)
    row.withdrawn_on, row.withdrawn_because = on, because.strip()
    session.flush()
    _note(session, row, "certificate.withdrawn", {"withdrawn_on": on.isoformat()}, now)
    _settle(session, actor, row, now)
    return row


def remove(
    session: Session, actor: Actor, certificate_id: int, because: str, *, now: datetime
) -> GoodsCertificate:
    """Take a certificate off that was entered by mistake; its files are let go, its row stays.

    One its issuer took back stays, unless an officer removes it. Raises: NotFound, Forbidden,
    Conflict("certificate.removed"), Invalid without a reason.
    """
    row = _locked(session, certificate_id)
    action = "hold.decide" if row.withdrawn_on is not None else "quality.write"
    permissions.require(actor, action, row)
    if not because.strip():
        raise Invalid([Finding("input.required", {}, "reason")])
    row.removed_at, row.removed_because = now, because.strip()
    papers.let_go(session, row)
    _note(session, row, "certificate.removed", {}, now)
    _settle(session, actor, row, now)
    return row


def get(session: Session, actor: Actor, certificate_id: int) -> GoodsCertificate:
    """A certificate, for whoever may see its organisation's papers. Raises: NotFound."""
    row = _find(session, certificate_id)
    permissions.require(actor, "quality.read", row)
    return row


def require_writable(session: Session, actor: Actor, certificate_id: int) -> None:
    """Let those pass who may put files to a certificate. Raises: NotFound, Forbidden."""
    permissions.require(actor, "quality.write", get(session, actor, certificate_id))


def read_file(session: Session, actor: Actor, certificate_id: int, *, now: datetime) -> StoredFile:
    """The private original; an outsider's look is audited. Raises: NotFound, Forbidden."""
    row = get(session, actor, certificate_id)
    if row.file_digest is None:
        raise NotFound("file.not_found")
    if row.organisation_id not in actor.organisation_ids():
        audit.record(session, actor, "quality.file_read", f"certificate:{row.id}", now=now)
    return files.get_file(session, row.file_digest)


def of_goods(
    session: Session, product_ids: Iterable[int], batch_ids: Iterable[int]
) -> list[GoodsCertificate]:
    """The certificates of some products and batches, ended ones too; the last to end first."""
    statement = select(GoodsCertificate).where(
        GoodsCertificate.removed_at.is_(None),
        GoodsCertificate.product_id.in_(sorted(set(product_ids)))
        | GoodsCertificate.batch_id.in_(sorted(set(batch_ids))),
    )
    ordered = statement.order_by(GoodsCertificate.valid_to.desc(), GoodsCertificate.id.desc())
    return list(session.scalars(ordered))


def state_on(row: GoodsCertificate, day: date) -> str:
    """Where a certificate stands: withdrawn, not_yet, ended, ending (within 60 days), valid."""
    if row.withdrawn_on is not None and row.withdrawn_on <= day:
        return "withdrawn"
    if day < row.valid_from:
        return "not_yet"
    if day > row.valid_to:
        return "ended"
    return "ending" if row.valid_to - day <= timedelta(days=WARNED_DAYS[0]) else "valid"


def touch(session: Session, row: GoodsCertificate, *, now: datetime) -> None:
    """Let the scan pages that tell of a certificate be built anew."""
    reach.touch(session, standing.batches_about(session, row), now=now)


def _settle(session: Session, actor: Actor, row: GoodsCertificate, now: datetime) -> None:
    cause = standing.cause_of_certificate(row)
    sources = standing.batches_of_certificate(session, row)
    settled = settling.settle(session, cause, sources, "withdrawn", now=now, by=actor.person_id)
    touch(session, row, now=now)
    notices.tell(session, settled)


def _check(subject: Subject, certified: Certified, today: date) -> None:
    usable = {standard.code for standard in lists.standards_of(subject.kind, today)}
    found = []
    if certified.standard not in usable:
        found.append(Finding("certificate.unknown_standard", {}, "standard"))
    if certified.valid_to < certified.valid_from:
        found.append(Finding("certificate.ends_before_start", {}, "valid_to"))
    if found:
        raise Invalid(found)


def _note(
    session: Session, row: GoodsCertificate, kind: str, more: dict[str, str], now: datetime
) -> None:
    body = {
        "standard": row.standard,
        "number": row.number,
        "valid_from": row.valid_from.isoformat(),
        "valid_to": row.valid_to.isoformat(),
        **more,
    }
    log.append(session, kind=kind, subject=row.cause, body=body, now=now)


def _locked(session: Session, certificate_id: int) -> GoodsCertificate:
    row = _find(session, certificate_id, lock=True)
    if row.removed_at is not None:
        raise NotFound
    return row


def _find(session: Session, certificate_id: int, *, lock: bool = False) -> GoodsCertificate:
    if not 0 < certificate_id <= INT64:
        raise NotFound
    statement = (
        select(GoodsCertificate)
        .where(GoodsCertificate.id == certificate_id)
        .options(
            joinedload(GoodsCertificate.product),
            joinedload(GoodsCertificate.batch).joinedload(Batch.product),
            joinedload(GoodsCertificate.organisation),
        )
    )
    if lock:
        statement = statement.with_for_update(of=GoodsCertificate)
    row = session.scalar(statement)
    if row is None:
        raise NotFound
    return row
