"""The pre-harvest interval: nothing harvested inside it leaves under our name."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Literal

from sqlalchemy.orm import Session

from foundation.errors import Conflict, Finding
from growing_areas import season
from growing_areas.models import DiaryEntry, GrowingArea

Kept = Literal["kept", "unknown", "unsprayed", "unrecorded", "broken"]


@dataclass(frozen=True)
class Interval:
    """What the diary says of the interval before one harvest; days since the last spraying.

    A diary without one line of care for the season proves nothing: "unrecorded", never "unsprayed".
    """

    state: Kept
    last_sprayed_on: date | None
    days_waited: int | None


def refuse_early_harvest(
    session: Session,
    areas: Sequence[GrowingArea],
    harvested_on: date,
    parcel_ids: Sequence[int] = (),
) -> None:
    """Let a harvest pass, or name what forbids it; ``parcel_ids`` narrows areas to their parcels.

    Raises: Conflict("batch.pre_harvest_interval") naming every spray and the first good day.

    A spraying whose interval nobody wrote down forbids nothing; the scan page says so.
    """
    by_id = {area.id: area for area in areas}
    sprays = season.forbidding_sprays(session, by_id, harvested_on, parcel_ids)
    told = [
        {
            "spray": spray.product_name or spray.active_ingredient or "",
            "area": _name(by_id[spray.area_id]),
            "sprayed_on": spray.done_on,
            "permitted_from": spray.first_permitted_on,
        }
        for spray in sprays
        if spray.first_permitted_on is not None
    ]
    if told:
        findings = [Finding("batch.sprayed", params, "harvested_on") for params in told]
        raise Conflict("batch.pre_harvest_interval", findings, **told[-1])


def interval_before(
    session: Session,
    entries: Sequence[DiaryEntry],
    area_ids: Sequence[int],
    harvested_on: date,
    parcel_ids: Sequence[int] = (),
) -> Interval:
    """How a harvest stands to the sprayings before it, given the season's diary lines.

    ``entries`` are those of the harvested ground only.
    """
    sprayed = [
        entry.done_on
        for entry in entries
        if entry.activity in season.CHEMICAL and entry.done_on <= harvested_on
    ]
    if not sprayed:
        is_kept = any(entry.activity != "harvest" for entry in entries)
        return Interval("unsprayed" if is_kept else "unrecorded", None, None)
    forbidding = season.forbidding_sprays(session, area_ids, harvested_on, parcel_ids)
    state: Kept = "kept"
    if any(spray.is_unknown for spray in forbidding):
        state = "unknown"
    if any(not spray.is_unknown for spray in forbidding):
        state = "broken"
    return Interval(state, max(sprayed), (harvested_on - max(sprayed)).days)


def _name(area: GrowingArea) -> str:
    return f"{area.name} ({area.code})" if area.code else area.name
