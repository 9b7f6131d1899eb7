"""Judging: many shapes of one file weighed together, against the register and each other."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy.orm import Session

from foundation.errors import Finding, Invalid
from growing_areas import checking, geometry, overlap, proposals
from growing_areas.geometry import Reading
from growing_areas.overlap import Overlap
from growing_areas.proposals import Checked, Proposal
from growing_areas.yardstick import Yardstick

Progress = Callable[[int, int], None]


@dataclass(frozen=True)
class Judged:
    """What became of the proposal at its place in the file: fit to be stored, or why not."""

    at: int
    checked: Checked | None
    findings: tuple[Finding, ...]


def judge_all(
    session: Session,
    organisation_id: int,
    proposed: Sequence[Proposal],
    *,
    on: date,
    progress: Progress,
) -> Iterator[Judged]:
    """Judge each proposal, in order; none names an earlier plot.

    A handful of questions are asked of the database for the whole file, and each outline is read
    once, which is the greater part of the work.
    """
    readings = []
    for done, proposal in enumerate(proposed, start=1):
        readings.append(geometry.read(proposal.geometry))
        progress(done, len(proposed))
    overlaps = _overlaps(session, organisation_id, proposed, readings)
    yardstick = Yardstick(session, on)
    for at, (proposal, reading) in enumerate(zip(proposed, readings, strict=True)):
        own = checking.outline_findings(reading)
        try:
            checked = proposals.judge(yardstick, proposal, reading.outline, own, overlaps[at])
        except Invalid as error:
            yield Judged(at, None, tuple(error.findings))
        else:
            yield Judged(at, checked, checked.findings)


def _overlaps(
    session: Session,
    organisation_id: int,
    proposed: Sequence[Proposal],
    readings: Sequence[Reading],
) -> list[Sequence[Overlap]]:
    """The overlaps of each shape; those without an outline have none."""
    named = [
        (at, proposal.name, reading.outline)
        for at, (proposal, reading) in enumerate(zip(proposed, readings, strict=True))
        if reading.outline is not None
    ]
    drawn = [(name, outline) for _, name, outline in named]
    found: list[Sequence[Overlap]] = [() for _ in proposed]
    for (at, _, _), over in zip(
        named, overlap.find_many(session, drawn, organisation_id=organisation_id), strict=True
    ):
        found[at] = over
    return found
