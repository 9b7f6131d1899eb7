"""Lines: how a telling becomes a row of a diary, with what the catalogue and the ledger need."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields, replace
from datetime import datetime
from decimal import Decimal
from typing import Any
from uuid import uuid4

from sqlalchemy import select
from sqlalchemy.orm import Session

from accounts.permissions import Actor
from foundation import jobs, quantity
from foundation.errors import Finding
from growing_areas.catalogue import catalogue
from growing_areas.catalogue.catalogue import Judgement
from growing_areas.dossiers import lifecycle
from growing_areas.fieldbook import persons, photos
from growing_areas.fieldbook.sharing import share_out
from growing_areas.fieldbook.telling import Work
from growing_areas.models import DiaryEntry, GrowingArea
from growing_areas.parcels.lines import name_parcels
from growing_areas.parcels.models import Parcel
from growing_areas.season import AWAITED, is_waited_for
from ledger import log

SPRAY_RECORDED = "diary.spray_recorded"
"""The job that whoever keeps batches handles: sprayings were written, corrected or struck out."""
HARVEST_CORRECTED = "diary.harvest_corrected"
"""The same of harvests that were corrected or struck out, whose batches may stand on them."""
EARLY, EARLY_UNKNOWN = "within_interval", "interval_unknown"
FLAGS = (
    catalogue.NOT_LISTED, catalogue.NOT_THEN, catalogue.NOT_FOR_CROP,
    "interval_missing", EARLY, EARLY_UNKNOWN,
)  # fmt: skip
"""What a line is shown with to its cooperative and to officers."""
_BESIDE = ("parcels", "worker", "material")
_HECTARE_PLACES = 4
_IN_ONE_JOB = 500


@dataclass(frozen=True)
class Told:
    """Work as one area's diary tells it, judged by the catalogue."""

    work: Work
    is_share: bool | None = None
    material_id: int | None = None
    catalogue_days: int | None = None
    flags: tuple[str, ...] = ()

    @classmethod
    def of(cls, session: Session, area: GrowingArea, work: Work, *, is_share: bool | None) -> Told:
        """A telling as it stands; units are settled when they are known."""
        work = named_by_catalogue(session, work)
        known = all(
            unit is None or quantity.find_unit(unit) for unit in (work.unit, work.dose_unit)
        )
        return cls(work.settled() if known else work, is_share)

    def weighed(self, judged: Judgement, warnings: Sequence[Finding]) -> Told:
        """The same with what the catalogue says, and with what is to be looked at."""
        flags = list(judged.flags)
        said = [days for days in (self.work.pre_harvest_days, judged.days) if days is not None]
        if self.work.activity == "spraying" and not said:
            flags.append("interval_missing")
        told = {finding.code for finding in warnings}
        flags += [flag for flag in (EARLY, EARLY_UNKNOWN) if f"diary.{flag}" in told]
        work = self.work
        if work.active_ingredient is None and judged.active_ingredient:
            work = replace(work, active_ingredient=judged.active_ingredient)
        return replace(
            self,
            work=work,
            material_id=judged.material_id,
            catalogue_days=judged.days,
            flags=tuple(flags),
        )


def named_by_catalogue(session: Session, work: Work) -> Work:
    """Work whose material was chosen from the catalogue, with the product's name.

    Raises: NotFound("catalogue.not_found").
    """
    if work.material is None or work.product_name:
        return work
    return replace(work, product_name=catalogue.get_material(session, work.material).name)


def shared(
    session: Session,
    areas: Sequence[GrowingArea],
    parcels: Sequence[tuple[int, ...]],
    work: Work,
) -> list[tuple[GrowingArea, Told]]:
    """Work of several areas as each tells it: amounts shared out by the size of the ground."""
    if len(areas) == 1:
        return [(areas[0], Told(replace(work, parcels=parcels[0])))]
    sizes = _sizes(session, areas, parcels)
    places = quantity.get_unit(work.unit).decimals if work.unit else 0
    amounts = _shares(work.quantity, sizes, places)
    hectares = _shares(work.treated_ha, sizes, _HECTARE_PLACES)
    heads = _shares(Decimal(work.head_count) if work.head_count else None, sizes, 0)
    key = work.work_key or uuid4()
    is_share = work.quantity is not None or work.treated_ha is not None or bool(work.head_count)
    return [
        (
            area,
            Told(
                replace(
                    work,
                    parcels=parcels[at],
                    quantity=amounts[at],
                    treated_ha=hectares[at],
                    head_count=int(heads[at] or 0) or None,
                    work_key=key,
                ),
                is_share or None,
            ),
        )
        for at, area in enumerate(areas)
    ]


def keyed(
    session: Session,
    actor: Actor,
    told: Told,
    old: DiaryEntry,
    photos_kept: Sequence[int] | None,
    *,
    now: datetime,
) -> Told:
    """A correction with a key of its own where photos of the old line go with it."""
    key = told.work.work_key
    if key is None and old.work_key is None:
        return told
    key = key or uuid4()
    photos.refuse_strangers(session, actor, key)
    photos.carry_over(session, actor, old, key, photos_kept, now=now)
    return replace(told, work=replace(told.work, work_key=key))


@dataclass(frozen=True)
class NewLine:
    """A line to be written: of which area, in whose place and why; ``void``: it never was."""

    area: GrowingArea
    told: Told
    corrects: DiaryEntry | None = None
    reason: str | None = None
    void: bool = False


def write(
    session: Session, actor: Actor, new: Sequence[NewLine], *, now: datetime
) -> list[DiaryEntry]:
    """Add the rows, name their parcels, tell the ledger, and whoever must look at batches."""
    workers = _workers(session, new, now)
    entries = [_row(actor, each, workers.get(_worker_key(each)), now) for each in new]
    session.add_all(entries)
    session.flush()
    told = list(zip(new, entries, strict=True))
    name_parcels(session, [(entry, each.told.work.parcels) for each, entry in told])
    _tell_ledger(session, told, now)
    tell_batches(
        session,
        [entry.id for each, entry in told if _is_waited_for(entry, each.corrects)],
        [
            entry.id
            for each, entry in told
            if each.corrects is not None and each.corrects.activity == "harvest"
        ],
    )
    return entries


def tell_batches(session: Session, sprayed: Sequence[int], harvested: Sequence[int] = ()) -> None:
    """Have sprayings, and corrections of harvests, looked at: one job of many lines each."""
    for name, ids in ((SPRAY_RECORDED, sprayed), (HARVEST_CORRECTED, harvested)):
        for start in range(0, len(ids), _IN_ONE_JOB):
            jobs.defer(session, name, {"entries": list(ids[start : start + _IN_ONE_JOB])})


def lines_of(payload: Mapping[str, Any]) -> list[int]:
    """The lines one of those jobs speaks of; one of before an upgrade names a single line."""
    told = payload.get("entries", [payload.get("entry")])
    return [int(each) for each in told if each is not None]


def catalogue_findings(entry: DiaryEntry) -> list[Finding]:
    """What the catalogue has against a line, and an interval nobody knows, as warnings."""
    params = {"product": entry.product_name or "", "on": entry.done_on}
    found = [
        Finding(f"catalogue.{flag}", params, "product_name", severity="warning")
        for flag in entry.flags or ()
        if flag in (catalogue.NOT_LISTED, catalogue.NOT_THEN, catalogue.NOT_FOR_CROP)
    ]
    if "interval_missing" in (entry.flags or ()):
        found.append(Finding("diary.interval_missing", {}, "pre_harvest_days", severity="warning"))
    return found


def _row(actor: Actor, new: NewLine, worker_id: int | None, now: datetime) -> DiaryEntry:
    told = new.told
    said = {each.name: getattr(told.work, each.name) for each in fields(told.work)}
    for name in _BESIDE:
        del said[name]
    return DiaryEntry(
        area_id=new.area.id,
        organisation_id=new.area.organisation_id,
        worker_id=worker_id,
        material_id=told.material_id,
        catalogue_days=told.catalogue_days,
        flags=list(told.flags) or None,
        is_share=told.is_share,
        corrects_id=new.corrects.id if new.corrects else None,
        void=new.void,
        reason=new.reason,
        recorded_at=now,
        recorded_by_id=actor.person_id,
        **said,
    )


def _is_waited_for(entry: DiaryEntry, corrects: DiaryEntry | None) -> bool:
    # What is corrected may hold goods by a list that came after it was written.
    return is_waited_for(entry) or (corrects is not None and corrects.activity in AWAITED)


def _tell_ledger(
    session: Session, told: Sequence[tuple[NewLine, DiaryEntry]], now: datetime
) -> None:
    pictures = photos.of_keys(session, (entry.work_key for _new, entry in told))
    for new, entry in told:
        body: dict[str, Any] = {
            "entry": entry.id,
            "area": entry.area_id,
            "activity": entry.activity,
            "done_on": entry.done_on,
            "pre_harvest_days": entry.pre_harvest_days,
            "corrects": entry.corrects_id,
            "void": entry.void,
        }
        own = pictures.get(entry.work_key, []) if entry.work_key else []
        if own:
            body["photos"] = {str(photo.id): photos.commitment(photo) for photo in own}
        subject = lifecycle.subject_of(new.area)
        log.append(session, kind="diary.recorded", subject=subject, body=body, now=now)


def _worker_key(new: NewLine) -> tuple[int, str]:
    return new.area.organisation_id, new.told.work.worker or ""


def _workers(session: Session, new: Sequence[NewLine], now: datetime) -> dict[tuple[int, str], int]:
    """Whoever did the work, by organisation and name as told; each name is looked for once."""
    named = sorted({_worker_key(each) for each in new if each.told.work.worker})
    return {
        (owner, name): persons.get_or_name(session, owner, "worker", name, now=now)
        for owner, name in named
    }


def _sizes(
    session: Session, areas: Sequence[GrowingArea], parcels: Sequence[tuple[int, ...]]
) -> list[Decimal]:
    """How large the ground of each area is, in m²: of the parcels named, or of all of it."""
    named = {parcel_id for each in parcels for parcel_id in each}
    known: dict[int, float] = {}
    if named:
        rows = session.execute(select(Parcel.id, Parcel.area_m2).where(Parcel.id.in_(named)))
        known = {row.id: row.area_m2 for row in rows}
    sizes = [
        sum(known[each] for each in set(told)) if told else area.version.area_m2
        for area, told in zip(areas, parcels, strict=True)
    ]
    return [Decimal(str(size)) for size in sizes]


def _shares(total: Decimal | None, sizes: Sequence[Decimal], places: int) -> list[Decimal | None]:
    return [None] * len(sizes) if total is None else [*share_out(total, sizes, places)]
