"""A laboratory's report as its sheet tells it, and everything that can be wrong with it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from foundation.errors import Finding, Invalid
from traceability.certifying import judging, lists, retesting
from traceability.certifying.judging import Reading
from traceability.certifying.models import LaboratoryResult

MOST_READINGS = 200


@dataclass(frozen=True)
class Report:
    """A laboratory's report, as its sheet tells it."""

    laboratory: str
    number: str
    sampled_on: date
    food_group: str
    readings: tuple[Reading, ...]
    reported_on: date | None = None
    accreditation: str = ""
    applies_from: date | None = None
    retest_of: int | None = None


def check(report: Report, before: LaboratoryResult | None, today: date) -> None:
    """Refuse a report that cannot be so, or does not answer what it says. Raises: Invalid."""
    found = []
    reported_on = report.reported_on or report.sampled_on
    if report.food_group not in lists.food_groups():
        found.append(Finding("laboratory.group_unknown", {}, "food_group"))
    if reported_on < report.sampled_on:
        found.append(Finding("laboratory.reported_early", {}, "reported_on"))
    if max(reported_on, report.sampled_on) > today:
        found.append(Finding("laboratory.in_future", {}, "sampled_on"))
    if report.applies_from is not None and report.applies_from > report.sampled_on:
        # What was sampled is spoken of in any case.
        on = {"on": report.sampled_on}
        found.append(Finding("laboratory.applies_late", on, "applies_from"))
    if not report.readings:
        found.append(Finding("laboratory.no_readings", {}, "readings"))
    if len(report.readings) > MOST_READINGS:
        found.append(Finding("laboratory.too_many", {"most": MOST_READINGS}, "readings"))
    found += [
        Finding("laboratory.unit_unknown", {"unit": each.unit[:20]}, f"readings.{place}.unit")
        for place, each in enumerate(report.readings)
        if each.unit not in judging.UNITS
    ]
    if before is not None:
        measured = {each.parameter for each in report.readings}
        found += retesting.findings(before, report.sampled_on, measured)
    if found:
        raise Invalid(found)
