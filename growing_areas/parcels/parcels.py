"""Parcels: the pieces of a plot, drawn or listed, each farmed by one household.

A parcel belongs to the plot, so every registration of the plot (crop × market) shares it. What
the diary or a batch names is never deleted: a removed parcel keeps its row.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from sqlalchemy import exists, select
from sqlalchemy.orm import Session

from accounts import households as on_behalf
from accounts import permissions
from accounts.permissions import Actor
from foundation.errors import Conflict, Finding, Invalid, NotFound
from foundation.inputs import INT64
from growing_areas import areas
from growing_areas.models import DiaryEntryParcel, GrowingArea, Plot
from growing_areas.parcels import versions
from growing_areas.parcels.board import MOST, Board
from growing_areas.parcels.board import ParcelTold as ParcelTold
from growing_areas.parcels.board import of_plot as of_plot
from growing_areas.parcels.models import Parcel, PlotHousehold


@dataclass(frozen=True)
class Placed:
    """A parcel as stored, and what is worth knowing about it (no errors among it)."""

    parcel: Parcel
    findings: tuple[Finding, ...]


def list_parcels(session: Session, actor: Actor, area_id: int) -> list[Parcel]:
    """The parcels of an area's plot, by number, with their households.

    Raises: NotFound, Forbidden. Names of households are personal: doors show them to members only.
    """
    return of_plot(session, areas.get_area(session, actor, area_id).plot_id)


def get_parcel(session: Session, area: GrowingArea, parcel_id: int) -> Parcel:
    """A parcel of the area's plot, removed or not; raises NotFound("parcel.not_found")."""
    parcel = session.get(Parcel, parcel_id) if 0 < parcel_id <= INT64 else None
    if parcel is None or parcel.plot_id != area.plot_id:
        raise NotFound("parcel.not_found")
    return parcel


def add(session: Session, actor: Actor, area_id: int, told: ParcelTold, *, now: datetime) -> Placed:
    """Draw or list one more parcel of an area's plot.

    Raises: NotFound, Forbidden, Refused("consent.missing"); Invalid with every finding.
    """
    return add_all(session, actor, area_id, [told], now=now)[0]


def add_all(
    session: Session, actor: Actor, area_id: int, all_told: Sequence[ParcelTold], *, now: datetime
) -> list[Placed]:
    """Add several parcels, all of them or none.

    Raises: Invalid; with more than one parcel the fields read ``parcels.3.geometry``.
    """
    area = writable(session, actor, area_id)
    board = Board.of(session, area)
    placed, errors = [], []
    for place, told in enumerate(all_told, start=1):
        found = board.weigh(told)
        if len(all_told) > 1:
            found = [_numbered(finding, place) for finding in found]
        if any(finding.severity == "error" for finding in found):
            errors += found
            continue
        parcel = board.put(told, actor, now)
        placed.append(Placed(parcel, tuple(found)))
    if errors:
        raise Invalid(errors, "parcel.invalid")
    session.add_all(each.parcel for each in placed)
    session.flush()
    versions.begin(session, actor, [each.parcel for each in placed], "first", now=now)
    return placed


def weigh(
    session: Session, actor: Actor, area_id: int, told: ParcelTold, parcel_id: int | None = None
) -> list[Finding]:
    """Everything there is to say about a parcel, or about one drawn anew; nothing is stored."""
    area = writable(session, actor, area_id)
    kept = _present(session, area, parcel_id) if parcel_id is not None else None
    return Board.of(session, area, without=parcel_id).weigh(told, kept=kept)


def change(
    session: Session,
    actor: Actor,
    area_id: int,
    parcel_id: int,
    told: ParcelTold,
    *,
    now: datetime,
) -> Placed:
    """Name a parcel anew, give it to another household, or draw it anew.

    What batches named stays what it was: the label and outline of every day are kept
    (`versions`). Raises: Conflict("parcel.in_diary") when the diary names it and it would lie on
    other ground of the plot: a spray belongs to the ground it fell on. Invalid with every finding.
    """
    area = writable(session, actor, area_id)
    parcel = _present(session, area, parcel_id)
    board = Board.of(session, area, without=parcel.id)
    found = board.weigh(told, kept=parcel)
    kind = board.change_of(parcel, told)
    if kind == "redrawn" and is_in_diary(session, parcel.id):
        raise Conflict("parcel.in_diary", label=parcel.label)
    if any(finding.severity == "error" for finding in found):
        raise Invalid(found, "parcel.invalid")
    parcel.label = told.label or parcel.label
    parcel.household_id = told.household
    if kind in ("redrawn", "cut"):
        parcel.geometry, parcel.area_m2, parcel.origin = board.ground_of(told)
    session.flush()
    if kind is not None:
        versions.begin(session, actor, [parcel], kind, now=now)
    return Placed(parcel, tuple(found))


def assign(
    session: Session,
    actor: Actor,
    area_id: int,
    parcel_ids: Sequence[int],
    household_id: int | None,
) -> int:
    """Give several parcels to one household, or to nobody; returns how many.

    Raises: NotFound("household.not_found", "parcel.not_found").
    """
    area = writable(session, actor, area_id)
    if household_id is not None:
        household = session.get(PlotHousehold, household_id)
        if household is None or household.plot_id != area.plot_id:
            raise NotFound("household.not_found")
    chosen = several(session, area, parcel_ids)
    for parcel in chosen:
        parcel.household_id = household_id
    session.flush()
    return len(chosen)


def remove(
    session: Session, actor: Actor, area_id: int, parcel_ids: Sequence[int], *, now: datetime
) -> int:
    """Take parcels off the plot; diary and batches go on naming them. Returns how many.

    A spray written for a removed parcel counts for the whole area from then on: what lies over
    that ground now is not known.
    """
    area = writable(session, actor, area_id)
    chosen = several(session, area, parcel_ids)
    for parcel in chosen:
        parcel.removed_at, parcel.removed_by_id = now, actor.person_id
    session.flush()
    return len(chosen)


def restore(session: Session, actor: Actor, area_id: int, parcel_ids: Sequence[int]) -> int:
    """Put removed parcels back, if nothing was drawn over their ground since.

    Raises: NotFound; Invalid("parcel.invalid") naming the sisters in the way.
    """
    area = writable(session, actor, area_id)
    board = Board.of(session, area)
    wanted = set(parcel_ids[:MOST])
    statement = select(Parcel).where(
        Parcel.plot_id == area.plot_id, Parcel.id.in_(wanted), Parcel.removed_at.is_not(None)
    )
    back = list(session.scalars(statement.order_by(Parcel.number, Parcel.id)))
    if len(back) != len(wanted):
        raise NotFound("parcel.not_found")
    found = [finding for parcel in back for finding in board.take_back(parcel)]
    if found:
        raise Invalid(found, "parcel.invalid")
    session.flush()
    return len(back)


def restore_removed(session: Session, actor: Actor, area_id: int, removed_at: datetime) -> int:
    """Put back what one act removed at that instant; raises NotFound when nothing was."""
    area = writable(session, actor, area_id)
    statement = select(Parcel.id).where(
        Parcel.plot_id == area.plot_id, Parcel.removed_at == removed_at
    )
    taken = list(session.scalars(statement))
    if not taken:
        raise NotFound("parcel.not_found")
    return restore(session, actor, area_id, taken)


def take_back(
    session: Session, actor: Actor, area_id: int, created_at: datetime, *, now: datetime
) -> int:
    """Take off what one act added at that instant; returns how many.

    Raises: NotFound when nothing of it is there; Conflict("parcel.built_upon") when the diary names
    any of it.
    """
    area = writable(session, actor, area_id)
    made = [each for each in of_plot(session, area.plot_id) if each.created_at == created_at]
    if not made:
        raise NotFound("parcel.not_found")
    if is_in_diary(session, *(parcel.id for parcel in made)):
        raise Conflict("parcel.built_upon")
    return remove(session, actor, area_id, [parcel.id for parcel in made], now=now)


def is_in_diary(session: Session, *parcel_ids: int) -> bool:
    """Whether a line of a diary names the parcel, or any of several."""
    named = exists().where(DiaryEntryParcel.parcel_id.in_(parcel_ids))
    return bool(session.scalar(select(named)))


def writable(session: Session, actor: Actor, area_id: int) -> GrowingArea:
    """The area whose parcels the actor may change, its plot locked against others.

    Raises: NotFound, Forbidden, Refused("consent.missing").
    """
    area = areas.load_area(session, area_id)
    on_behalf.require_entry(session, actor, "area.propose", area)
    permissions.require(actor, "area.propose", area)
    session.execute(select(Plot.id).where(Plot.id == area.plot_id).with_for_update())
    return area


def several(session: Session, area: GrowingArea, parcel_ids: Sequence[int]) -> list[Parcel]:
    """Parcels that are there, by number; raises NotFound when one of those asked for is not."""
    wanted = set(parcel_ids[:MOST])
    found = [parcel for parcel in of_plot(session, area.plot_id) if parcel.id in wanted]
    if not wanted or len(found) != len(wanted):
        raise NotFound("parcel.not_found")
    return found


def _present(session: Session, area: GrowingArea, parcel_id: int) -> Parcel:
    parcel = get_parcel(session, area, parcel_id)
    if parcel.removed_at is not None:
        raise NotFound("parcel.not_found")
    return parcel


def _numbered(finding: Finding, place: int) -> Finding:
    field = f"parcels.{place}.{finding.field or 'geometry'}"
    return replace(finding, field=field, params={**finding.params, "parcel": place})
