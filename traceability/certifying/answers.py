"""Certificates and results as programs read and send them."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from traceability.certifying import certificates
from traceability.certifying.certificates import Certified
from traceability.certifying.judging import Reading
from traceability.certifying.laboratory import Report
from traceability.certifying.models import (
    GoodsCertificate,
    LaboratoryReading,
    LaboratoryResult,
    Vouching,
)
from traceability.certifying.subjects import Named


def named(given: dict[str, Any]) -> Named:
    """What a paper is about, taken out of what was sent."""
    return Named(given.pop("product", None), given.pop("batch", None), given.pop("area", None))


def certified(given: Mapping[str, Any]) -> Certified:
    """A loaded `GoodsCertificateInput` without its subject."""
    return Certified(**given)


def report(given: Mapping[str, Any]) -> Report:
    """A loaded `LaboratoryReportInput` without its subject."""
    readings = tuple(Reading(**each) for each in given["readings"])
    return Report(**{**given, "readings": readings})


def certificate_json(row: GoodsCertificate, on: date) -> dict[str, Any]:
    """A certificate and where it stands on a day; product and batch are loaded."""
    return {
        "id": row.id,
        "product": row.product.code if row.product else None,
        "batch": row.batch.code if row.batch else None,
        "standard": row.standard,
        "number": row.number,
        "issuer": row.issuer,
        "scope": row.scope,
        "valid_from": row.valid_from,
        "valid_to": row.valid_to,
        "withdrawn_on": row.withdrawn_on,
        **_files(row),
        "state": certificates.state_on(row, on),
    }


def result_json(row: LaboratoryResult) -> dict[str, Any]:
    """A result with its readings; product and batch are loaded."""
    return {
        "id": row.id,
        "product": row.product.code if row.product else None,
        "batch": row.batch.code if row.batch else None,
        "area": row.area_id,
        "laboratory": row.laboratory,
        "accreditation": row.accreditation,
        "number": row.number,
        "sampled_on": row.sampled_on,
        "reported_on": row.reported_on,
        "applies_from": row.applies_from,
        "food_group": row.food_group,
        "outcome": row.outcome,
        "retest_of": row.retest_of_id,
        **_files(row),
        "readings": [_reading(each) for each in row.readings],
    }


def _files(row: Vouching) -> dict[str, Any]:
    """Whether there is a private original, and where the public copy is."""
    public = f"/files/{row.public_digest}" if row.public_digest else None
    return {"has_file": row.file_digest is not None, "public_file": public}


def _reading(row: LaboratoryReading) -> dict[str, Any]:
    return {
        "parameter": row.parameter,
        "value": row.value,
        "unit": row.unit,
        "detection_limit": row.detection_limit,
        "most": row.most,
        "limit_source": row.limit_source,
        "method": row.method,
        "outcome": row.outcome,
    }
