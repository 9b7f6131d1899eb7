"""Importing parcels: each shape of a file one parcel of the plot, all of them or none."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from accounts.permissions import Actor
from foundation.errors import Finding, Invalid
from foundation.vietnamese import fold
from growing_areas.files.reading import DrawnFeature
from growing_areas.models import GrowingArea
from growing_areas.parcels import households, parcels
from growing_areas.parcels.board import MOST, Board, ParcelTold
from growing_areas.parcels.parcels import Placed
from growing_areas.shapes.measure import M2_PER_HA

HOUSEHOLD_COLUMNS = ("household", "ho", "chu_ho", "ten_ho", "ho_dan", "owner", "farmer")
"""What maps made in Vietnam call the column of the farming household, folded."""


@dataclass(frozen=True)
class Drawn:
    """One shape of a file: its number there, what it is called, whose it is."""

    number: int
    label: str
    household: str
    geometry: object


@dataclass(frozen=True)
class Row:
    """One shape as it would be stored."""

    number: int
    label: str
    household: str
    area_ha: float | None
    findings: tuple[Finding, ...]

    @property
    def is_sound(self) -> bool:
        return not any(finding.severity == "error" for finding in self.findings)


def drawn_of(
    features: Sequence[DrawnFeature], label_column: str, household_column: str
) -> list[Drawn]:
    """The shapes of a file with their labels and households by the columns told, or guessed."""
    if len(features) > MOST:
        params = {"count": len(features), "most": MOST}
        raise Invalid([Finding("file.too_many_features", params, "file")])
    wanted = [household_column] if household_column else list(HOUSEHOLD_COLUMNS)
    return [
        Drawn(
            feature.number,
            (_column(feature.properties, [label_column]) if label_column else feature.name)[:120],
            _column(feature.properties, wanted)[:200],
            feature.geometry,
        )
        for feature in features
    ]


def preview(session: Session, actor: Actor, area_id: int, shapes: Sequence[Drawn]) -> list[Row]:
    """What each shape would become, tried against the plot and against each other."""
    area = parcels.writable(session, actor, area_id)
    board = Board.of(session, area)
    known = _households(session, area)
    rows = []
    for shape in shapes:
        told, unknown = _told(shape, known)
        found = [*board.weigh(told), *unknown]
        size = None
        if not any(finding.severity == "error" for finding in found):
            size = board.put(told, actor, area.created_at).area_m2 / M2_PER_HA
        rows.append(Row(shape.number, shape.label, shape.household, size, tuple(found)))
    return rows


def take_in(
    session: Session, actor: Actor, area_id: int, shapes: Sequence[Drawn], *, now: datetime
) -> list[Placed]:
    """Store every shape as a parcel, or none.

    Raises: Invalid with the findings of every faulty shape (field ``parcels.3.geometry``).
    """
    area = parcels.writable(session, actor, area_id)
    known = _households(session, area)
    told = [_told(shape, known) for shape in shapes]
    lost = [finding for _, unknown in told for finding in unknown if finding.severity == "error"]
    if lost:
        raise Invalid(lost, "parcel.invalid")
    return parcels.add_all(session, actor, area_id, [each for each, _ in told], now=now)


def _told(shape: Drawn, known: Mapping[str, int]) -> tuple[ParcelTold, list[Finding]]:
    found = []
    household = known.get(fold(shape.household)) if shape.household else None
    if shape.household and household is None:
        params = {"name": shape.household}
        found.append(Finding("parcel.household_unknown", params, "household", severity="warning"))
    told = ParcelTold(shape.label, shape.geometry, None, household, "file")
    return told, found


def _households(session: Session, area: GrowingArea) -> dict[str, int]:
    """Households by name; a name two households bear stands for neither."""
    found: dict[str, int] = {}
    doubled = set()
    for row in households.of_plot(session, area.plot_id):
        key = fold(row.name)
        if key in found:
            doubled.add(key)
        found[key] = row.id
    return {name: number for name, number in found.items() if name not in doubled}


def _column(properties: Mapping[str, object], wanted: Sequence[str]) -> str:
    folded = {fold(str(key)).replace(" ", "_"): value for key, value in properties.items()}
    for name in wanted:
        value = folded.get(fold(name).replace(" ", "_"))
        if value is not None and str(value).strip():
            return str(value).strip()
    return ""
