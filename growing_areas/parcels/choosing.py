"""Choosing parcels in a form: what each is called, and who may read the household's name."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload

from accounts.permissions import Actor
from foundation.vietnamese import collation_key
from growing_areas.models import GrowingArea
from growing_areas.parcels.models import Parcel, PlotHousehold


def sees_names(actor: Actor, area: GrowingArea) -> bool:
    """Members of the organisation know their households; others ask for the list, audited."""
    return area.organisation_id in actor.organisation_ids()


def parcel_choices(session: Session, actor: Actor, area: GrowingArea) -> list[tuple[int, str]]:
    """The parcels of an area as a form offers them: label and, for members, the household."""
    return [
        (parcel.id, _told(parcel, with_name=sees_names(actor, area)))
        for parcel in _present(session, [area])
    ]


def choices_of_areas(
    session: Session, actor: Actor, areas: Sequence[GrowingArea]
) -> list[tuple[int, str]]:
    """The parcels of several areas, each behind its area's code."""
    by_plot = {area.plot_id: area for area in areas}
    return [
        (
            parcel.id,
            f"{by_plot[parcel.plot_id].code}: "
            + _told(parcel, with_name=sees_names(actor, by_plot[parcel.plot_id])),
        )
        for parcel in _present(session, areas)
    ]


def parcels_by_area(
    session: Session, actor: Actor, areas: Sequence[GrowingArea]
) -> list[tuple[GrowingArea, list[tuple[int, str]]]]:
    """The parcels of several areas as a form offers them, area by area; one statement.

    Registrations of one plot share its parcels: they stand under each.
    """
    by_plot: dict[int, list[Parcel]] = {}
    for parcel in _present(session, areas):
        by_plot.setdefault(parcel.plot_id, []).append(parcel)
    return [
        (
            area,
            [
                (parcel.id, _told(parcel, with_name=sees_names(actor, area)))
                for parcel in by_plot[area.plot_id]
            ],
        )
        for area in areas
        if area.plot_id in by_plot
    ]


def households_of(session: Session, areas: Sequence[GrowingArea]) -> list[tuple[int, str]]:
    """The households on the lists of some areas' plots, by name: for their own members only."""
    plots = {area.plot_id for area in areas}
    if not plots:
        return []
    rows = session.execute(
        select(PlotHousehold.id, PlotHousehold.name).where(PlotHousehold.plot_id.in_(plots))
    )
    found = [(row.id, row.name) for row in rows]
    return sorted(found, key=lambda row: collation_key(row[1]))


def _present(session: Session, areas: Sequence[GrowingArea]) -> list[Parcel]:
    statement = (
        select(Parcel)
        .where(Parcel.plot_id.in_({area.plot_id for area in areas}), Parcel.removed_at.is_(None))
        .options(joinedload(Parcel.household))
        .order_by(Parcel.plot_id, Parcel.number)
    )
    return list(session.scalars(statement))


def _told(parcel: Parcel, *, with_name: bool) -> str:
    if with_name and parcel.household is not None:
        return f"{parcel.label} · {parcel.household.name}"
    return parcel.label
