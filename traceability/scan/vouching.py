"""What vouches for a batch, and what stands against it, as its scan page tells it.

Numbers, bodies and days are public; files only as the copies their owners made for everybody.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from sqlalchemy.orm import Session

from foundation.i18n import _
from growing_areas.dossiers import certificates as area_certificates
from growing_areas.dossiers import labels as area_labels
from traceability.certifying import certificates, laboratory, lists
from traceability.certifying.models import LaboratoryReading, LaboratoryResult
from traceability.models import Batch
from traceability.quality import holds, labels
from traceability.scan.origins import Origin

MOST_RESULTS = 5


@dataclass(frozen=True)
class VoucherTold:
    """A certificate and where it stands: valid, ending, ended, not_yet or withdrawn."""

    standard: str
    number: str
    issuer: str
    scope: str
    valid_from: date
    valid_to: date
    state: str
    subject: str
    file: str | None


@dataclass(frozen=True)
class ReadingTold:
    """One reading; ``value`` None: below detection (KPH)."""

    parameter: str
    value: Decimal | None
    unit: str
    most: Decimal | None
    outcome: str


@dataclass(frozen=True)
class ResultTold:
    """A laboratory's report: what it is about, and what it came to."""

    laboratory: str
    accreditation: str
    number: str
    sampled_on: date
    outcome: str
    subject: str
    readings: tuple[ReadingTold, ...]
    file: str | None

    @property
    def failed(self) -> tuple[str, ...]:
        """What was above its limit."""
        return tuple(each.parameter for each in self.readings if each.outcome == "failed")


def held_because(session: Session, batch_id: int) -> tuple[str, ...]:
    """Why a batch is held, one sentence a cause: by codes, without the names fields were given."""
    found = holds.open_holds(session, [batch_id]).get(batch_id, ())
    return tuple(
        dict.fromkeys(
            labels.sentence(hold.reason, hold.details, {}) for hold in found if hold.details
        )
    )


def vouchers(
    session: Session, batch: Batch, origin: Origin, today: date
) -> tuple[VoucherTold, ...]:
    """The certificates of a batch, its product, and of the areas on the day of the last harvest."""
    own = [
        VoucherTold(
            _standard(row.standard),
            row.number,
            row.issuer,
            row.scope,
            row.valid_from,
            row.valid_to,
            certificates.state_on(row, today),
            "batch" if row.batch_id else "product",
            row.public_digest,
        )
        for row in certificates.of_goods(session, [batch.product_id], [batch.id])
    ]
    if not origin.area_ids:
        return tuple(own)
    held = area_certificates.valid_on(session, origin.area_ids, origin.harvests[-1])
    rows = {(row.standard, row.number): row for some in held.values() for row in some}
    return (
        *own,
        *(
            VoucherTold(
                area_labels.standard(row.standard),
                row.number,
                row.body,
                "",
                row.valid_from,
                row.valid_to,
                area_certificates.state_on(row, today),
                "area",
                None,
            )
            for row in rows.values()
        ),
    )


def results(session: Session, batch: Batch, origin: Origin) -> tuple[ResultTold, ...]:
    """The newest laboratory results of a batch, what it is made of, its product and its areas."""
    found = laboratory.about(
        session, [batch.product_id], origin.area_ids, origin.batch_ids, most=MOST_RESULTS
    )
    return tuple(_result(row) for row in found)


def _result(row: LaboratoryResult) -> ResultTold:
    subject = "batch" if row.batch_id else "product" if row.product_id else "area"
    return ResultTold(
        row.laboratory,
        row.accreditation,
        row.number,
        row.sampled_on,
        row.outcome,
        subject,
        tuple(_reading(each) for each in row.readings),
        row.public_digest,
    )


def _reading(row: LaboratoryReading) -> ReadingTold:
    name = labels.parameter_name(row.parameter)
    return ReadingTold(name, row.value, row.unit, row.most, row.outcome)


def _standard(code: str) -> str:
    found = lists.standards().get(code)
    return _(found.name) if found else code
