"""Importing: many outlines from one file become drafts, all of them or none."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime

from sqlalchemy import update
from sqlalchemy.orm import Session

from accounts import organisations, permissions
from accounts.permissions import Actor
from foundation.errors import Finding, Invalid
from growing_areas import proposals, registration
from growing_areas.files.reading import DrawnFeature
from growing_areas.imports.models import AreaImport
from growing_areas.models import GrowingArea
from growing_areas.proposals import Proposal
from growing_areas.registration import Proposed
from growing_areas.shapes import repairs

MOST_FEATURES = 500
Progress = Callable[[int, int], None]
_AREAS = ("Polygon", "MultiPolygon")


@dataclass(frozen=True)
class ShapeTold:
    """What is said of one shape alone; what is not said it has in common with the file."""

    name: str | None = None
    crop: str | None = None
    commune_code: str | None = None


Told = Mapping[int, ShapeTold]
"""By the shape's number in the file."""


@dataclass(frozen=True)
class Row:
    """One shape of a file, as it would be stored: its number, what it is, size and findings."""

    number: int
    name: str
    area_m2: float | None
    findings: tuple[Finding, ...]
    crop: str = ""
    commune_code: str = ""
    geometry: object = field(default=None, repr=False)

    @property
    def is_sound(self) -> bool:
        return not any(finding.severity == "error" for finding in self.findings)


@dataclass(frozen=True)
class Imported:
    """The stored drafts, their batch, and what was said about them and about shapes left out."""

    batch: AreaImport
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
    told: Told | None = None,
) -> list[Row]:
    """What each shape of a file would become; nothing is stored."""
    organisation = organisations.get_organisation(session, organisation_code)
    permissions.require(actor, "area.propose", organisation)
    kept, left_out = _polygons(features)
    rows = [_left_out_row(finding) for finding in left_out]
    for feature in kept:
        proposal = _proposal(common, feature, told)
        try:
            checked = proposals.check(session, organisation.id, proposal, plot_id=None, now=now)
        except Invalid as error:
            rows.append(_row(feature, proposal, None, _numbered(error.findings, feature.number)))
        else:
            area = checked.measures.area_m2
            found = (*feature.findings, *checked.findings)
            rows.append(_row(feature, proposal, area, found))
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
    file_name: str = "",
    progress: Progress = _silent,
) -> Imported:
    """Store every shape of a file as a draft of one batch, or none.

    Raises: NotFound, Forbidden; Invalid with the findings of every faulty shape (field
    ``features.3.geometry``).
    """
    organisation = organisations.get_organisation(session, organisation_code)
    permissions.require(actor, "area.propose", organisation)
    batch = AreaImport(
        organisation=organisation,
        person_id=actor.person_id,
        file_name=file_name[:200],
        state="stored",
        area_count=0,
        ordered_at=now,
        stored_at=now,
        findings=[],
    )
    session.add(batch)
    session.flush()
    return fill(session, actor, batch, common, features, now=now, progress=progress)


def fill(
    session: Session,
    actor: Actor,
    batch: AreaImport,
    common: Proposal,
    features: Sequence[DrawnFeature],
    *,
    now: datetime,
    told: Told | None = None,
    progress: Progress = _silent,
) -> Imported:
    """Store every shape as a draft of this batch; raises Invalid and stores none."""
    owner = batch.organisation.code
    kept, left_out = _polygons(features)
    created: list[Proposed] = []
    errors: list[Finding] = []
    findings = list(left_out)
    for done, feature in enumerate(kept, start=1):
        progress(done, len(kept))
        proposal = _proposal(common, feature, told)
        try:
            made = registration.propose(session, actor, owner, proposal, now=now)
        except Invalid as error:
            errors += _numbered(error.findings, feature.number)
        else:
            created.append(made)
            findings += _numbered((*feature.findings, *made.findings), feature.number)
    if errors:
        raise Invalid(errors, "area.import_invalid", count=len({f.field for f in errors}))
    batch.area_count = len(created)
    _mark(session, batch, [made.area.id for made in created])
    return Imported(batch, tuple(created), tuple(findings))


def _mark(session: Session, batch: AreaImport, area_ids: Sequence[int]) -> None:
    session.flush()
    marked = update(GrowingArea).where(GrowingArea.id.in_(area_ids))
    session.execute(marked.values(import_id=batch.id))


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
            place = f"features.{feature.number}"
            left_out.append(Finding("file.not_an_area", told, place, severity="warning"))
    if not kept:
        raise Invalid([replace(finding, severity="error") for finding in left_out])
    return kept, left_out


def _proposal(common: Proposal, feature: DrawnFeature, told: Told | None) -> Proposal:
    own = (told or {}).get(feature.number, ShapeTold())
    name = own.name or feature.name or f"{common.name} {feature.number}"
    return replace(
        common,
        name=name[:200],
        crop=own.crop or common.crop,
        commune_code=own.commune_code or common.commune_code,
        geometry=feature.geometry,
        origin="file",
    )


def repaired(features: Sequence[DrawnFeature], names: Sequence[str]) -> list[DrawnFeature]:
    """The same shapes with the repairs applied that a person accepted for the whole file."""
    if not names:
        return list(features)
    return [
        replace(feature, geometry=repairs.repair(feature.geometry, names)) for feature in features
    ]


def _numbered(findings: Iterable[Finding], number: int) -> tuple[Finding, ...]:
    return tuple(
        replace(
            finding,
            field=f"features.{number}.{finding.field or 'geometry'}",
            params={**finding.params, "feature": number},
        )
        for finding in findings
    )


def _row(
    feature: DrawnFeature,
    proposal: Proposal,
    area_m2: float | None,
    findings: tuple[Finding, ...],
) -> Row:
    return Row(
        feature.number,
        proposal.name,
        area_m2,
        findings,
        proposal.crop,
        proposal.commune_code,
        feature.geometry,
    )


def _left_out_row(finding: Finding) -> Row:
    told = replace(finding, severity="error")
    return Row(int(finding.params["feature"]), str(finding.params["name"]), None, (told,))


def commune_of(session: Session, organisation_code: str) -> str:
    """The commune an organisation lies in, for files that do not say."""
    return organisations.get_organisation(session, organisation_code).commune_code
