"""Rules of the papers: who writes them and on what law; data with source. PURE."""

from __future__ import annotations

import csv
from dataclasses import dataclass
from datetime import date
from functools import cache
from importlib import resources

from growing_areas.rules import Validity, validity_of


@dataclass(frozen=True)
class Issuer:
    """Who writes the paper about a kind of code; ``{province}`` stands for the province's name,
    a slash in the data for a new line.

    ``number`` leaves room for what the agency's clerk writes by hand.
    """

    kind: str
    paper: str
    about: str
    agency_above: str
    agency: str
    number: str
    capacity: str
    validity: Validity


@dataclass(frozen=True)
class LegalBasis:
    """A "Căn cứ …" line."""

    kind: str
    text: str
    validity: Validity


def _rows(name: str) -> list[dict[str, str]]:
    place = resources.files("growing_areas.papers").joinpath(f"data/{name}.csv")
    return list(csv.DictReader(place.read_text("utf-8").splitlines()))


@cache
def issuers() -> tuple[Issuer, ...]:
    """Every issuer, past ones included."""
    return tuple(
        Issuer(
            row["kind"],
            row["paper"],
            row["about"],
            row["agency_above"].replace(" / ", "\n"),
            row["agency"],
            row["number"],
            row["capacity"],
            validity_of(row),
        )
        for row in _rows("issuers")
    )


def issuer(kind: str, on: date) -> Issuer:
    """Who writes about a kind of code on that day; the earliest known where none is."""
    known = [each for each in issuers() if each.kind == kind]
    fit = [each for each in known if each.validity.covers(on)]
    return (fit or sorted(known, key=lambda each: each.validity.valid_from))[0]


@cache
def legal_bases() -> tuple[LegalBasis, ...]:
    """Every basis, past ones included."""
    return tuple(
        LegalBasis(row["kind"], row["text"], validity_of(row)) for row in _rows("legal_bases")
    )


def bases(kind: str, on: date) -> list[str]:
    """The lines that a paper about a kind of code rests on, on that day."""
    return [b.text for b in legal_bases() if b.kind == kind and b.validity.covers(on)]
