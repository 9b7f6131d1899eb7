"""The household list of a plot as a sheet (XLSX, CSV): previewed, taken in as one, undone as one.

A row may name the household's parcel, which is listed with the row's size when there is none.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from functools import partial

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
    known = {fold(parcel.label): parcel for parcel in of_plot(session, area.plot_id)}
    made = []
    for line in lines:
        told = {name: value for name, value in line.values.items() if name != "parcel"}
        row = households.enter(session, actor, area_id, Household(**told), now=now)
        made.append(f"h{row.id}")
        label = line.values.get("parcel")
        if label:
            made += _give(session, actor, area_id, known, label, row, now)
    return made


def _undo(
    area_id: int, session: Session, actor: Actor, references: Sequence[str], now: datetime
) -> None:
    area = parcels.writable(session, actor, area_id)
    listed = [int(each[1:]) for each in references if each.startswith("p")]
    if any(parcels.is_in_diary(session, parcel_id) for parcel_id in listed):
        raise Conflict("household.built_upon")
    if listed:
        parcels.remove(session, actor, area_id, listed, now=now)
    for each in references:
        if each.startswith("h"):
            session.delete(households.get_household(session, area, int(each[1:])))
    session.flush()


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


def _give(
    session: Session,
    actor: Actor,
    area_id: int,
    known: dict[str, Parcel],
    label: str,
    row: PlotHousehold,
    now: datetime,
) -> list[str]:
    """Give the household its parcel; lists it first when the plot has none of that name."""
    parcel = known.get(fold(label))
    if parcel is not None:
        parcel.household_id = row.id
        return []
    told = ParcelTold(label, area_ha=row.area_ha, household=row.id, origin="listed")
    parcel = parcels.add(session, actor, area_id, told, now=now).parcel
    known[fold(label)] = parcel
    return [f"p{parcel.id}"]
