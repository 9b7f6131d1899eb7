"""Importing parcels: each shape of a file one parcel of the plot, all chosen ones or none."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime

from sqlalchemy.orm import Session

from accounts.permissions import Actor
from foundation.errors import Finding, Invalid
from foundation.vietnamese import fold
from growing_areas.files.reading import DrawnFeature
from growing_areas.imports.importing import repaired
from growing_areas.models import GrowingArea
from growing_areas.parcels import households, parcels
from growing_areas.parcels.board import MOST, Board, ParcelTold
from growing_areas.parcels.parcels import Placed
from growing_areas.shapes.measure import M2_PER_HA

HOUSEHOLD_COLUMNS = ("household", "ho", "chu_ho", "ten_ho", "ho_dan", "owner", "farmer")
"""What maps made in Vietnam call the column of the farming household, folded."""


@dataclass(frozen=True)
class ParcelWishes:
    """What a person decides about a file: telling columns, shapes to take (None: all), repairs."""

    label_column: str = ""
    household_column: str = ""
    take: frozenset[int] | None = None
    repairs: tuple[str, ...] = ()


@dataclass(frozen=True)
class Row:
    """One shape as it would be stored."""

    number: int
    label: str
    household: str
    area_ha: float | None
    findings: tuple[Finding, ...]
    geometry: object = field(default=None, repr=False)

    @property
    def is_sound(self) -> bool:
        return not any(finding.severity == "error" for finding in self.findings)


@dataclass(frozen=True)
class _Shape:
    """One shape of a file: its number there, what it is called, whose it is."""

    number: int
    label: str
    household: str
    geometry: object
    findings: tuple[Finding, ...]


def preview(
    session: Session,
    actor: Actor,
    area_id: int,
    features: Sequence[DrawnFeature],
    wishes: ParcelWishes,
) -> list[Row]:
    """What each shape would become, tried against the plot and against each other.

    A shape that is not to be taken is in nobody's way.
    """
    area = parcels.writable(session, actor, area_id)
    board = Board.of(session, area)
    known = _households(session, area)
    rows = []
    for shape in _shapes(features, wishes):
        told, unknown = _told(shape, known)
        found = [*shape.findings, *board.weigh(told), *unknown]
        size = None
        if not any(finding.severity == "error" for finding in found):
            _geometry, area_m2, _origin = board.ground_of(told)
            size = area_m2 / M2_PER_HA
            if wishes.take is None or shape.number in wishes.take:
                board.put(told, actor, area.created_at)
        rows.append(
            Row(shape.number, shape.label, shape.household, size, tuple(found), shape.geometry)
        )
    return rows


def take_in(
    session: Session,
    actor: Actor,
    area_id: int,
    features: Sequence[DrawnFeature],
    wishes: ParcelWishes,
    *,
    now: datetime,
) -> list[Placed]:
    """Store every chosen shape as a parcel, or none.

    Raises: Invalid("parcel.invalid") with the findings of every faulty shape (field
    ``parcels.3.geometry``), Invalid("import.nothing_taken").
    """
    area = parcels.writable(session, actor, area_id)
    known = _households(session, area)
    chosen = [
        _told(shape, known)[0]
        for shape in _shapes(features, wishes)
        if wishes.take is None or shape.number in wishes.take
    ]
    if not chosen:
        raise Invalid([Finding("import.nothing_taken", {}, "take")])
    return parcels.add_all(session, actor, area_id, chosen, now=now)


def _shapes(features: Sequence[DrawnFeature], wishes: ParcelWishes) -> list[_Shape]:
    """The shapes of a file, mended as accepted, with labels and households by their columns."""
    if len(features) > MOST:
        params = {"count": len(features), "most": MOST}
        raise Invalid([Finding("file.too_many_features", params, "file")])
    column = wishes.household_column
    wanted = [column] if column else list(HOUSEHOLD_COLUMNS)
    return [
        _Shape(
            feature.number,
            _label(feature, wishes.label_column)[:120],
            _column(feature.properties, wanted)[:200],
            feature.geometry,
            tuple(replace(finding, field="geometry") for finding in feature.findings),
        )
        for feature in repaired(features, wishes.repairs)
    ]


def _label(feature: DrawnFeature, column: str) -> str:
    return _column(feature.properties, [column]) if column else feature.name


def _told(shape: _Shape, known: Mapping[str, int]) -> tuple[ParcelTold, list[Finding]]:
    found = []
    household = known.get(fold(shape.household)) if shape.household else None
    if shape.household and household is None:
        params = {"name": shape.household}
        found.append(Finding("parcel.household_unknown", params, "household", severity="warning"))
    # A shape without a form is a fault of the file, not a parcel merely listed.
    geometry = shape.geometry if shape.geometry is not None else {}
    return ParcelTold(shape.label, geometry, None, household, "file"), found


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
        if isinstance(value, float) and value.is_integer():
            value = int(value)
        if value is not None and str(value).strip():
            return "".join(sign for sign in str(value) if sign.isprintable()).strip()
    return ""
