"""Importing: many outlines from one file become drafts, all of them or none."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime

from sqlalchemy.orm import Session

from accounts import households, organisations, permissions
from accounts.permissions import Actor
from foundation import clock
from foundation.errors import Finding, Invalid
from growing_areas.files.reading import DrawnFeature
from growing_areas.imports import judging, storing
from growing_areas.imports.judging import Judged
from growing_areas.imports.models import AreaImport
from growing_areas.imports.storing import Draft
from growing_areas.proposals import Proposal
from growing_areas.registration import Proposed
from growing_areas.shapes import repairs

MOST_FEATURES = 5_000
"""So many shapes one import takes: what a file may hold (`files.features.MAX_FEATURES`)."""
MOST_AT_ONCE = 500
"""So many are stored while a program waits for its answer; pages and commands take more."""
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


def _silent(done: int, total: int) -> None:
    """Tell nobody how far an import has come."""


def preview(
    session: Session,
    actor: Actor,
    organisation_code: str,
    common: Proposal,
    features: Sequence[DrawnFeature],
    *,
    now: datetime,
    told: Told | None = None,
    progress: Progress = _silent,
) -> list[Row]:
    """What each shape of a file would become; nothing is stored."""
    organisation = organisations.get_organisation(session, organisation_code)
    permissions.require(actor, "area.propose", organisation)
    kept, left_out = _polygons(features)
    rows = [_left_out_row(finding) for finding in left_out]
    proposals = [_proposal(common, feature, told) for feature in kept]
    for judged in judging.judge_all(
        session, organisation.id, proposals, on=clock.business_day(now), progress=progress
    ):
        feature = kept[judged.at]
        rows.append(_row(feature, proposals[judged.at], judged))
    return sorted(rows, key=lambda row: row.number)


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


def refuse_too_many_at_once(features: Sequence[DrawnFeature]) -> None:
    """Refuse what takes longer than a program should wait. Raises: Invalid."""
    if len(features) > MOST_AT_ONCE:
        params = {"count": len(features), "most": MOST_AT_ONCE, "page_most": MOST_FEATURES}
        raise Invalid([Finding("import.too_many_at_once", params, "file")])


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
    households.require_entry(session, actor, "area.propose", batch.organisation)
    kept, left_out = _polygons(features)
    proposals = [_proposal(common, feature, told) for feature in kept]
    findings, errors = list(left_out), list[Finding]()
    drafts: list[Draft] = []
    for judged in judging.judge_all(
        session,
        batch.organisation.id,
        proposals,
        on=clock.business_day(now),
        progress=lambda done, total: progress(done // 2, total),
    ):
        feature = kept[judged.at]
        if judged.checked is None:
            errors += _numbered(judged.findings, feature.number)
        else:
            drafts.append((proposals[judged.at], judged.checked))
            findings += _numbered((*feature.findings, *judged.findings), feature.number)
    if errors:
        raise Invalid(errors, "area.import_invalid", count=len({f.field for f in errors}))
    created = storing.store(
        session, actor, batch, drafts, now=now,
        progress=lambda done, total: progress((total + done) // 2, total),
    )  # fmt: skip
    batch.area_count = len(created)
    return Imported(batch, tuple(created), tuple(findings))


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


def _row(feature: DrawnFeature, proposal: Proposal, judged: Judged) -> Row:
    sound = judged.checked
    return Row(
        feature.number,
        proposal.name,
        sound.measures.area_m2 if sound else None,
        (*feature.findings, *judged.findings),
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
