"""Importing: many outlines from one file become drafts, all of them or none."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from sqlalchemy.orm import Session

from accounts import organisations, permissions
from accounts.permissions import Actor
from foundation.errors import Finding, Invalid
from growing_areas import proposals, registration
from growing_areas.files.reading import DrawnFeature
from growing_areas.proposals import Proposal
from growing_areas.registration import Proposed
from growing_areas.shapes import repairs

MOST_FEATURES = 500
Progress = Callable[[int, int], None]
_AREAS = ("Polygon", "MultiPolygon")


@dataclass(frozen=True)
class Row:
    """One shape of a file, as it would be stored: its number, name, size and findings."""

    number: int
    name: str
    area_m2: float | None
    findings: tuple[Finding, ...]

    @property
    def is_sound(self) -> bool:
        return not any(finding.severity == "error" for finding in self.findings)


@dataclass(frozen=True)
class Imported:
    """The stored drafts, and what was said about them and about shapes left out."""

    created: tuple[Proposed, ...]
    findings: tuple[Finding, ...]


def preview(
    session: Session,
    actor: Actor,
    organisation_code: str,
    common: Proposal,
    features: Sequence[DrawnFeature],
    *,
    now: datetime,
) -> list[Row]:
    """What each shape of a file would become; nothing is stored."""
    organisation = organisations.get_organisation(session, organisation_code)
    permissions.require(actor, "area.propose", organisation)
    kept, left_out = _polygons(features)
    rows = [_left_out_row(finding) for finding in left_out]
    for feature in kept:
        proposal = _proposal(common, feature)
        try:
            checked = proposals.check(session, organisation.id, proposal, plot_id=None, now=now)
        except Invalid as error:
            rows.append(Row(feature.number, proposal.name, None, _numbered(error, feature.number)))
        else:
            area = checked.measures.area_m2
            found = (*feature.findings, *checked.findings)
            rows.append(Row(feature.number, proposal.name, area, found))
    return sorted(rows, key=lambda row: row.number)


def _silent(done: int, total: int) -> None:
    """Tell nobody how far an import has come."""


def import_features(
    session: Session,
    actor: Actor,
    organisation_code: str,
    common: Proposal,
    features: Sequence[DrawnFeature],
    *,
    now: datetime,
    progress: Progress = _silent,
) -> Imported:
    """Store every shape of a file as a draft, or none.

    Raises: Invalid with the findings of every faulty shape (field ``features.3.geometry``).
    """
    kept, left_out = _polygons(features)
    created: list[Proposed] = []
    errors: list[Finding] = []
    findings = list(left_out)
    for done, feature in enumerate(kept, start=1):
        progress(done, len(kept))
        proposal = _proposal(common, feature)
        try:
            proposed = registration.propose(session, actor, organisation_code, proposal, now=now)
        except Invalid as error:
            errors += _numbered(error, feature.number)
        else:
            created.append(proposed)
            told = (*feature.findings, *proposed.findings)
            findings += [_numbered_finding(finding, feature.number) for finding in told]
    if errors:
        raise Invalid(errors, "area.import_invalid", count=len({f.field for f in errors}))
    return Imported(tuple(created), tuple(findings))


def _polygons(features: Sequence[DrawnFeature]) -> tuple[list[DrawnFeature], list[Finding]]:
    """The shapes that are areas; pins and lines beside them are left out with a word."""
    if len(features) > MOST_FEATURES:
        params = {"count": len(features), "most": MOST_FEATURES}
        raise Invalid([Finding("file.too_many_features", params, "file")])
    kept, left_out = [], []
    for feature in features:
        kind = feature.geometry.get("type") if isinstance(feature.geometry, dict) else None
        if kind in _AREAS or kind is None:
            kept.append(feature)
        else:
            told: dict[str, object] = {
                "feature": feature.number,
                "name": feature.name,
                "type": str(kind)[:40],
            }
            field = f"features.{feature.number}"
            left_out.append(Finding("file.not_an_area", told, field, severity="warning"))
    if not kept:
        raise Invalid([replace(finding, severity="error") for finding in left_out])
    return kept, left_out


def _proposal(common: Proposal, feature: DrawnFeature) -> Proposal:
    name = feature.name or f"{common.name} {feature.number}"
    return replace(common, name=name[:200], geometry=feature.geometry, origin="file")


def repaired(features: Sequence[DrawnFeature], names: Sequence[str]) -> list[DrawnFeature]:
    """The same shapes with the repairs applied that a person accepted for the whole file."""
    if not names:
        return list(features)
    return [
        replace(feature, geometry=repairs.repair(feature.geometry, names)) for feature in features
    ]


def _numbered(error: Invalid, number: int) -> tuple[Finding, ...]:
    return tuple(_numbered_finding(finding, number) for finding in error.findings)


def _numbered_finding(finding: Finding, number: int) -> Finding:
    field = f"features.{number}.{finding.field or 'geometry'}"
    return replace(finding, field=field, params={**finding.params, "feature": number})


def _left_out_row(finding: Finding) -> Row:
    number = int(finding.params["feature"])
    return Row(number, str(finding.params["name"]), None, (finding,))


def commune_of(session: Session, organisation_code: str) -> str:
    """The commune an organisation lies in, for files that do not say."""
    return organisations.get_organisation(session, organisation_code).commune_code
