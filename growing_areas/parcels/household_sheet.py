"""The household list of a plot as a sheet (XLSX, CSV): previewed, taken in as one, undone as one.

A row may name the household's parcel, which is listed with the row's size when there is none.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from functools import partial

from sqlalchemy import delete
from sqlalchemy.orm import Session

from accounts.permissions import Actor
from foundation.errors import Conflict, Finding
from foundation.imports import Kind, Line
from foundation.tables import Cell, Column
from foundation.vietnamese import fold
from growing_areas.parcels import households, parcels
from growing_areas.parcels.board import ParcelTold, of_plot
from growing_areas.parcels.models import Parcel, PlotHousehold
from growing_areas.parcels.schemas import HouseholdLine
from growing_areas.proposals import Household

COLUMNS = (
    Column("name", "Tên hộ"),
    Column("phone", "Điện thoại"),
    Column("area_ha", "Diện tích (ha)", "decimal"),
    Column("agreed_on", "Ngày đồng ý", "date"),
    Column("agreed_how", "Cách đồng ý"),
    Column("parcel", "Thửa"),
)


def kind_of(area_id: int) -> Kind[Actor]:
    """The import of one area's household list."""
    return Kind(
        code=f"growing_areas.households.{area_id}",
        title="Danh sách hộ",
        columns=COLUMNS,
        schema=HouseholdLine,
        check=partial(_check, area_id),
        apply=partial(_apply, area_id),
        undo=partial(_undo, area_id),
    )


def _check(area_id: int, session: Session, actor: Actor, lines: Sequence[Line]) -> list[Finding]:
    area = parcels.writable(session, actor, area_id)
    known = {fold(parcel.label): parcel for parcel in of_plot(session, area.plot_id)}
    found = []
    for line in lines:
        told = line.values
        if bool(told.get("agreed_on")) != bool(told.get("agreed_how")):
            found.append(line.finding("household.agreement_half", "agreed_on"))
        label = told.get("parcel")
        if label and fold(label) not in known and not told.get("area_ha"):
            found.append(line.finding("parcel.needs_size", "area_ha"))
    return found


def _apply(
    area_id: int, session: Session, actor: Actor, lines: Sequence[Line], now: datetime
) -> list[str]:
    area = parcels.writable(session, actor, area_id)
    told = [
        Household(**{name: value for name, value in line.values.items() if name != "parcel"})
        for line in lines
    ]
    rows = households.enter_all(session, actor, area_id, told, now=now)
    labels = [line.values.get("parcel") or "" for line in lines]
    given = [(label, row) for label, row in zip(labels, rows, strict=True) if label]
    known = {fold(parcel.label): parcel for parcel in of_plot(session, area.plot_id)}
    references = [f"h{row.id}" for row in rows]
    references += _given(known, given)
    listed = {fold(label): (label, row) for label, row in reversed(given)}
    new = [
        ParcelTold(label, area_ha=row.area_ha, household=row.id, origin="listed")
        for folded, (label, row) in listed.items()
        if folded not in known
    ]
    if new:
        placed = parcels.add_all(session, actor, area_id, new, now=now)
        references += [f"p{each.parcel.id}" for each in placed]
    return references


def _undo(
    area_id: int, session: Session, actor: Actor, references: Sequence[str], now: datetime
) -> None:
    """Take back what is still there: a household may have been erased, a parcel removed since."""
    area = parcels.writable(session, actor, area_id)
    listed = {int(each[1:]) for each in references if each.startswith("p")}
    made = {int(each[1:]) for each in references if each.startswith("h")}
    if parcels.is_in_diary(session, *listed):
        raise Conflict("household.built_upon")
    present = {parcel.id: parcel for parcel in of_plot(session, area.plot_id)}
    left = {row.id for row in households.of_plot(session, area.plot_id)}
    for each in references:
        if each.startswith("g"):
            parcel_id, _, before = each[1:].partition(":")
            parcel = present.get(int(parcel_id))
            if parcel is not None and parcel.household_id in made:
                parcel.household_id = int(before) if before and int(before) in left else None
    session.flush()
    if listed & present.keys():
        parcels.remove(session, actor, area_id, sorted(listed & present.keys()), now=now)
    session.execute(
        delete(PlotHousehold).where(
            PlotHousehold.plot_id == area.plot_id, PlotHousehold.id.in_(made)
        )
    )


def rows_of(listed: Sequence[PlotHousehold], present: Sequence[Parcel]) -> list[list[Cell]]:
    """The household list as a sheet that can come back in."""
    by_household: dict[int, str] = {}
    for parcel in present:
        if parcel.household_id is not None:
            by_household.setdefault(parcel.household_id, parcel.label)
    return [
        [
            row.name,
            row.phone,
            row.area_ha,
            row.agreed_on,
            row.agreed_how,
            by_household.get(row.id),
        ]
        for row in listed
    ]


def _given(known: Mapping[str, Parcel], given: Sequence[tuple[str, PlotHousehold]]) -> list[str]:
    """Give households the parcels that are there; what each had before is kept for the undo."""
    references = []
    for label, row in given:
        parcel = known.get(fold(label))
        if parcel is not None:
            references.append(f"g{parcel.id}:{parcel.household_id or ''}")
            parcel.household_id = row.id
    return references
