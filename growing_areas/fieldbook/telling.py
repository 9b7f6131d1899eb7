"""Telling: one thing done on the land as the farmer tells it, and what is wrong with it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from uuid import UUID

from sqlalchemy.orm import Session

from foundation import quantity
from foundation.errors import Finding
from growing_areas.models import GrowingArea
from growing_areas.parcels import lines
from growing_areas.season import CHEMICAL, Harvest, Spraying, forbidding_sprays_of
from growing_areas.shapes.measure import M2_PER_HA

_DOSE = ("dose_amount", "dose_unit", "dose_per")
_LARGER = Decimal("1.05")
"""Treated ground may exceed a drawn outline by so much before it is asked about."""


@dataclass(frozen=True)
class Work:
    """One thing done on an area, as the farmer tells it.

    ``worker`` is a name: kept apart from the line and erasable. ``dose_amount`` in ``dose_unit``
    is for ``dose_per_amount`` of ``dose_per`` (20 ml for 16 litres of water); ``dose`` is the same
    in free words. ``work_key`` names the telling: told twice, it is written once.
    """

    activity: str
    done_on: date
    product_name: str | None = None
    active_ingredient: str | None = None
    pre_harvest_days: int | None = None
    dose: str | None = None
    target: str | None = None
    equipment: str | None = None
    water_source: str | None = None
    treated_ha: Decimal | None = None
    quantity: Decimal | None = None
    unit: str | None = None
    notes: str | None = None
    # The parcels it was done on; none named means the whole area.
    parcels: Sequence[int] = ()
    worker: str | None = None
    material: int | None = None
    dose_amount: Decimal | None = None
    dose_unit: str | None = None
    dose_per_amount: Decimal | None = None
    dose_per: str | None = None
    weather: str | None = None
    head_count: int | None = None
    waste_kind: str | None = None
    disposal: str | None = None
    work_key: UUID | None = None

    def settled(self) -> Work:
        """The same with units by their codes, amounts as stored, a dose for one unless told."""
        more: dict[str, object] = {}
        if self.unit is not None:
            more["unit"] = quantity.get_unit(self.unit).code
        if self.quantity is not None:
            more["quantity"] = quantity.stored(self.quantity)
        if self.dose_unit is not None:
            more["dose_unit"] = quantity.get_unit(self.dose_unit).code
        if self.dose_amount is not None and self.dose_per_amount is None:
            more["dose_per_amount"] = Decimal(1)
        return replace(self, **more)  # type: ignore[arg-type]


def errors(
    session: Session, area: GrowingArea, work: Work, today: date, named: Sequence[int] = ()
) -> list[Finding]:
    """What keeps a line from being written.

    ``named`` are parcels an earlier line named: they may be gone by now.
    """
    found = parcel_errors(session, area, work.parcels, work.done_on, named)
    return [*found, *wrong(work, today)]


def parcel_errors(
    session: Session,
    area: GrowingArea,
    parcels: Sequence[int],
    done_on: date,
    named: Sequence[int] = (),
) -> list[Finding]:
    """What is wrong with the parcels named of one area."""
    return lines.parcel_findings(session, area.plot_id, parcels, done_on, named)


def wrong(work: Work, today: date) -> list[Finding]:
    """What is wrong with a telling wherever it was done."""
    found = []
    if work.done_on > today:
        found.append(Finding("diary.in_future", {"on": work.done_on}, "done_on"))
    if work.activity in CHEMICAL and not work.product_name and work.material is None:
        found.append(Finding("diary.product_needed", {}, "product_name"))
    if (work.quantity is None) != (work.unit is None):
        found.append(Finding("diary.quantity_needs_unit", {}, "unit"))
    for field in ("unit", "dose_unit"):
        unit = getattr(work, field)
        if unit is not None and quantity.find_unit(unit) is None:
            found.append(Finding("quantity.unit_unknown", {"unit": unit[:40]}, field))
    absent = [name for name in _DOSE if getattr(work, name) is None]
    if absent and (len(absent) < len(_DOSE) or work.dose_per_amount is not None):
        found.append(Finding("diary.dose_half", {}, absent[0]))
    return found


def warnings(session: Session, tellings: Sequence[tuple[GrowingArea, Work]]) -> list[list[Finding]]:
    """What is worth knowing about lines that are written all the same, line by line."""
    beyond = lines.outside_findings_of(session, [(area, work.parcels) for area, work in tellings])
    harvests = [
        Harvest((area.id,), work.done_on, tuple(work.parcels))
        if work.activity == "harvest"
        else None
        for area, work in tellings
    ]
    sprays = forbidding_sprays_of(session, (each for each in harvests if each is not None))
    return [
        [*strays, *_of_size(area, work), *_of_harvest(sprays[harvest] if harvest else ())]
        for (area, work), strays, harvest in zip(tellings, beyond, harvests, strict=True)
    ]


def _of_size(area: GrowingArea, work: Work) -> list[Finding]:
    size_ha = Decimal(str(area.version.area_m2)) / M2_PER_HA
    if work.treated_ha is None or work.treated_ha <= size_ha * _LARGER:
        return []
    params = {"area_ha": round(size_ha, 2), "treated_ha": work.treated_ha}
    return [Finding("diary.more_than_area", params, "treated_ha", severity="warning")]


def _of_harvest(sprays: Sequence[Spraying]) -> list[Finding]:
    """The diary tells the truth, so a harvest too early is written down, with a warning."""
    found = []
    for spraying in sprays:
        params = {
            "product": spraying.product_name or "",
            "sprayed_on": spraying.done_on,
            "first_permitted_on": spraying.first_permitted_on,
        }
        code = "diary.interval_unknown" if spraying.is_unknown else "diary.within_interval"
        found.append(Finding(code, params, "done_on", severity="warning"))
    return found
