"""The pre-harvest interval: nothing harvested inside it leaves under our name.

A batch answers for its own harvest and for those of everything it was made of. What a hold or a
refusal names: spray, product, plot and first permitted day.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Literal

from sqlalchemy import select
from sqlalchemy.orm import Session

from foundation.errors import Conflict, Finding
from growing_areas import season
from growing_areas.models import DiaryEntry, GrowingArea
from growing_areas.season import Harvest, Spraying
from traceability.models import Batch
from traceability.quality import reach
from traceability.quality.reach import Source
from traceability.quality.settling import Cause

Kept = Literal["kept", "unknown", "unsprayed", "unrecorded", "broken"]


@dataclass(frozen=True)
class Interval:
    """What the diary says of the interval before one harvest; days since the last spraying.

    `activity` and `done_on` are of the work it speaks of: the one that forbids the harvest or
    casts doubt on it, else the last after which days have to pass. A diary without one line of
    care for the season proves nothing: "unrecorded", never "unsprayed".
    """

    state: Kept
    last_sprayed_on: date | None
    days_waited: int | None
    activity: str | None = None
    done_on: date | None = None


@dataclass(frozen=True)
class Early:
    """A spraying that forbids the harvest of a batch, or of one it was made of."""

    source: Source
    spraying: Spraying
    area_name: str
    area_code: str | None

    @property
    def cause(self) -> Cause:
        """The hold it gives: ids, codes and days, never a name somebody gave a field."""
        told = self.spraying
        return Cause(
            cause_of(told.entry_id),
            "pre_harvest",
            {
                "entry": told.entry_id,
                "activity": told.activity,
                "area": told.area_id,
                "code": self.area_code,
                "spray": (told.product_name or told.active_ingredient or "")[:120],
                "sprayed_on": told.done_on.isoformat(),
                "permitted_from": _day(told.first_permitted_on).isoformat(),
            },
        )

    @property
    def params(self) -> dict[str, Any]:
        """What a sentence about it needs."""
        told = self.spraying
        return {
            "spray": told.product_name or told.active_ingredient or "",
            "area": f"{self.area_name} ({self.area_code})" if self.area_code else self.area_name,
            "sprayed_on": told.done_on,
            "permitted_from": told.first_permitted_on,
        }


def cause_of(entry_id: int) -> str:
    """What a hold that comes of a diary line is called."""
    return f"diary:{entry_id}"


def early_of(session: Session, batch_ids: Iterable[int]) -> dict[int, list[Early]]:
    """The sprayings that forbid a harvest in each of some batches; the last to end comes last.

    Seven statements, however many batches and levels. Decisions of officers are not looked at.
    """
    sources = reach.sources_of(session, batch_ids)
    found = _sprays(session, [each for some in sources.values() for each in some])
    areas = _areas(session, {spray.area_id for sprays in found.values() for spray in sprays})
    return {
        batch_id: sorted(
            (
                Early(source, spray, *areas[spray.area_id])
                for source in some
                for spray in found.get(source.batch_id, ())
            ),
            key=lambda each: (_day(each.spraying.first_permitted_on), each.spraying.entry_id),
        )
        for batch_id, some in sources.items()
    }


def standing_against(session: Session, batch: Batch) -> list[Early]:
    """The sprayings that forbid a batch to be sold: those no officer's decision has answered."""
    found = early_of(session, [batch.id]).get(batch.id, [])
    sources: dict[str, set[int]] = {}
    for each in found:
        sources.setdefault(each.cause.name, set()).add(each.source.batch_id)
    reached = reach.spread(session, sources)
    return [each for each in found if batch.id in reached[each.cause.name]]


def refuse(session: Session, batch: Batch) -> None:
    """Let a batch pass, or name what forbids it.

    Raises: Conflict("batch.pre_harvest_interval") naming every spray and the first good day. A
    spraying whose interval nobody knows forbids nothing; the scan page says so.
    """
    found = standing_against(session, batch)
    if found:
        raise refusal(found)


def refusal(found: Sequence[Early]) -> Conflict:
    """That a harvest came too early, by which spray it did and when it would not have."""
    findings = [Finding("batch.sprayed", each.params, "harvested_on") for each in found]
    return Conflict("batch.pre_harvest_interval", findings, **found[-1].params)


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
    forbidding = season.forbidding_sprays(session, area_ids, harvested_on, parcel_ids)
    return weigh_interval(entries, forbidding, harvested_on)


def weigh_interval(
    entries: Sequence[DiaryEntry], forbidding: Sequence[Spraying], harvested_on: date
) -> Interval:
    """The same, given what forbids the harvest or casts doubt on it."""
    used = [
        (entry.done_on, entry.activity)
        for entry in entries
        if season.is_waited_for(entry) and entry.done_on <= harvested_on
    ]
    used += [(spray.done_on, spray.activity) for spray in forbidding]
    if not used:
        is_kept = any(entry.activity != "harvest" for entry in entries)
        return Interval("unsprayed" if is_kept else "unrecorded", None, None)
    last_on, activity = max(used)
    waited = (harvested_on - last_on).days
    known = [spray for spray in forbidding if not spray.is_unknown]
    if not forbidding:
        return Interval("kept", last_on, waited, activity, last_on)
    worst = max(known or forbidding, key=lambda spray: spray.done_on)
    state: Kept = "broken" if known else "unknown"
    return Interval(state, last_on, waited, worst.activity, worst.done_on)


def harvest_of(source: Source) -> Harvest | None:
    """The harvest of a batch that has one on areas of the register."""
    if source.harvested_on is None or not source.area_ids:
        return None
    return Harvest(source.area_ids, source.harvested_on, source.parcel_ids)


def _sprays(session: Session, sources: Collection[Source]) -> dict[int, list[Spraying]]:
    """The sprayings known to forbid each source batch's own harvest."""
    harvests = {
        each.batch_id: harvest for each in sources if (harvest := harvest_of(each)) is not None
    }
    asked = season.forbidding_sprays_of(session, harvests.values())
    return {
        batch_id: [spray for spray in asked[harvest] if not spray.is_unknown]
        for batch_id, harvest in harvests.items()
    }


def _areas(session: Session, area_ids: Collection[int]) -> Mapping[int, tuple[str, str | None]]:
    statement = select(GrowingArea.id, GrowingArea.name, GrowingArea.code)
    rows = session.execute(statement.where(GrowingArea.id.in_(area_ids))) if area_ids else ()
    return {area_id: (name, code) for area_id, name, code in rows}


def _day(told: date | None) -> date:
    """A day that is known where it is asked for: what is unknown forbids nothing."""
    if told is None:
        raise ValueError("an interval that nobody knows")
    return told
