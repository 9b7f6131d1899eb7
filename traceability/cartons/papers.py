"""The papers of logistic labels, and what GS1 asks of the bars on them. PURE.

Source: GS1 General Specifications 5.12.3.1 (symbols on logistic units: modules of 0.495 to
1.016 mm, bars 31.75 mm high); GS1 Logistic Label Guideline 3 (A6 or 4 × 6 inches; A5 or
6 × 8 inches where there is more to say).
"""

from __future__ import annotations

from dataclasses import dataclass

LEAST_MODULE_MM, MOST_MODULE_MM = 0.495, 1.016
BAR_HEIGHT_MM = 32.0
LEAST_BAR_HEIGHT_MM = 20.0


@dataclass(frozen=True)
class Paper:
    """One paper of a printer for logistic labels, in millimetres."""

    code: str
    width_mm: float
    height_mm: float


PAPERS = (
    Paper("100x150", 100, 150),
    Paper("a6", 105, 148),
    Paper("a5", 148, 210),
)


def get_paper(code: str) -> Paper:
    """Raises: KeyError for a paper nobody offers."""
    return {paper.code: paper for paper in PAPERS}[code]
