"""Yields: what each parcel and household harvested in a year, from the diary that stands.

A harvest of one parcel is that parcel's. One line about several parcels is shared among them by
their size and marked as an estimate; one about the whole area stays in a row of its own.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload

from accounts.permissions import Actor
from foundation import quantity
from foundation.tables import Cell, Column
from growing_areas import areas, season
from growing_areas.models import DiaryEntry
from growing_areas.parcels import versions
from growing_areas.parcels.board import of_plot
from growing_areas.parcels.models import Parcel, ParcelVersion
from growing_areas.shapes.measure import hectares

COLUMNS = (
    Column("parcel", "Thửa"),
    Column("household", "Hộ"),
    Column("area_ha", "Diện tích (ha)", "decimal"),
    Column("harvests", "Số lần thu", "integer"),
    Column("quantity", "Sản lượng", "decimal"),
    Column("unit", "Đơn vị"),
    Column("per_ha", "Sản lượng/ha", "decimal"),
    Column("estimated", "Ước theo diện tích", "boolean"),
)


@dataclass
class Yield:
    """What one parcel gave in one unit; ``parcel`` None is the area as a whole."""

    parcel: Parcel | None
    unit: str
    quantity: Decimal = Decimal(0)
    harvests: int = 0
    is_estimated: bool = False
    area_m2: float = 0.0
    """The parcel's size on the day of its last harvest."""

    @property
    def per_ha(self) -> Decimal | None:
        """The harvest of one hectare, to the kilogram (or piece)."""
        if self.parcel is None:
            return None
        return (self.quantity / (Decimal(self.area_m2) / 10_000)).quantize(Decimal(1))


def of_area(session: Session, actor: Actor, area_id: int, year: int) -> list[Yield]:
    """The harvests of a year by parcel, in its number's order; raises NotFound, Forbidden."""
    area = areas.get_area(session, actor, area_id)
    entries = [
        entry
        for entry in season.entries_between(
            session, [area.id], date(year, 1, 1), date(year, 12, 31)
        )
        if entry.activity == "harvest" and entry.quantity is not None and entry.unit is not None
    ]
    named = {parcel_id for entry in entries for parcel_id in entry.parcel_ids}
    drawn = versions.all_of(session, named)
    return shared_out(entries, _parcels(session, area.plot_id, entries), drawn)


def shared_out(
    entries: Iterable[DiaryEntry],
    parcels: Sequence[Parcel],
    drawn: Mapping[int, Sequence[ParcelVersion]],
) -> list[Yield]:
    """Harvest lines shared out among the parcels they name, by the sizes of their days."""
    known = {parcel.id: parcel for parcel in parcels}
    rows: dict[tuple[int, str], Yield] = {}
    for entry in entries:
        amount, unit = _weighed(entry)
        named = [known[parcel_id] for parcel_id in entry.parcel_ids]
        sizes = {
            parcel.id: Decimal(versions.held_on(drawn[parcel.id], entry.done_on).area_m2)
            for parcel in named
        }
        together = sum(sizes.values(), Decimal(0))
        whole: list[Parcel | None] = [None]
        for parcel in named or whole:
            row = rows.setdefault((parcel.id if parcel else 0, unit), Yield(parcel, unit))
            share = sizes[parcel.id] / together if parcel else Decimal(1)
            row.area_m2 = float(sizes[parcel.id]) if parcel else 0.0
            row.quantity += quantity.stored(amount * share)
            row.harvests += 1
            row.is_estimated = row.is_estimated or len(named) > 1
    return sorted(
        rows.values(), key=lambda row: (row.parcel.number if row.parcel else 10**9, row.unit)
    )


def table_rows(rows: Sequence[Yield], *, with_names: bool) -> list[list[Cell]]:
    """The rows as a table; names of households only for those who may have them."""
    return [
        [
            row.parcel.label if row.parcel else "Cả vùng",
            _name(row.parcel) if with_names else None,
            hectares(row.area_m2) if row.parcel else None,
            row.harvests,
            row.quantity,
            row.unit,
            row.per_ha,
            row.is_estimated,
        ]
        for row in rows
    ]


def _name(parcel: Parcel | None) -> str | None:
    return parcel.household.name if parcel is not None and parcel.household is not None else None


def _parcels(session: Session, plot_id: int, entries: Sequence[DiaryEntry]) -> list[Parcel]:
    """The parcels that are there, and those removed since that a line names."""
    present = of_plot(session, plot_id)
    named = {parcel_id for entry in entries for parcel_id in entry.parcel_ids}
    gone = named - {parcel.id for parcel in present}
    if not gone:
        return present
    statement = select(Parcel).where(Parcel.id.in_(gone)).options(joinedload(Parcel.household))
    return [*present, *session.scalars(statement)]


def _weighed(entry: DiaryEntry) -> tuple[Decimal, str]:
    """A weight in kilograms, whatever it was written in; anything else as it was written."""
    amount, unit = entry.quantity or Decimal(0), entry.unit or "H87"
    if quantity.is_convertible(unit, "KGM"):
        return quantity.convert(amount, unit, "KGM"), "KGM"
    return amount, unit
