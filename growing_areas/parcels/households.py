"""Households of a plot: listed, agreed, erased. Personal data, never public, never in the ledger.

A household agrees to the registration of what it farms; the day, the way and, where there is
one, the signed paper are kept with its name.
Source: application form under QĐ 3156/QĐ-BNN-TT (household list); Law 91/2025/QH15 (consent).
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass
from datetime import date, datetime

from sqlalchemy import delete, exists, func, select, update
from sqlalchemy.orm import Session

from accounts import audit, permissions
from accounts import households as on_behalf
from accounts.permissions import Actor
from foundation import clock
from foundation.errors import Finding, Invalid, NotFound
from foundation.inputs import INT64
from foundation.vietnamese import fold
from growing_areas import areas
from growing_areas.models import GrowingArea
from growing_areas.parcels.models import Parcel, PlotHousehold
from growing_areas.proposals import Household


@dataclass(frozen=True)
class Agreements:
    """How many households of a plot are listed, how many agreed, of how many the paper is here."""

    listed: int
    agreed: int
    on_paper: int

    @property
    def missing(self) -> int:
        return self.listed - self.agreed


def of_plot(session: Session, plot_id: int) -> list[PlotHousehold]:
    """The households of a plot in the order they were listed; unasked who wants them."""
    statement = select(PlotHousehold).where(PlotHousehold.plot_id == plot_id)
    return list(session.scalars(statement.order_by(PlotHousehold.id)))


def count_of_plots(session: Session, plot_ids: Iterable[int]) -> dict[int, int]:
    """Plot → how many households work it: the number alone, for everybody."""
    statement = (
        select(PlotHousehold.plot_id, func.count())
        .where(PlotHousehold.plot_id.in_(list(plot_ids)))
        .group_by(PlotHousehold.plot_id)
    )
    return dict(session.execute(statement).all())


def agreements(session: Session, plot_id: int) -> Agreements:
    """How many households are listed and agreed, how many on paper (numbers, no names)."""
    row = session.execute(
        select(
            func.count(PlotHousehold.id),
            func.count(PlotHousehold.agreed_on),
            func.count(PlotHousehold.agreement_hash),
        ).where(PlotHousehold.plot_id == plot_id)
    ).one()
    return Agreements(row[0], row[1], row[2])


def read(session: Session, actor: Actor, area_id: int, *, now: datetime) -> list[PlotHousehold]:
    """The households of an area's plot: personal data, so an outsider's look is audited.

    Raises: NotFound, Forbidden.
    """
    area = areas.get_area(session, actor, area_id)
    if area.organisation_id not in actor.organisation_ids():
        audit.record(session, actor, "area.households_read", f"area:{area.id}", now=now)
    return of_plot(session, area.plot_id)


def read_list(
    session: Session, actor: Actor, area_id: int, *, now: datetime
) -> list[PlotHousehold]:
    """The list for who writes it; as `read`. Raises: NotFound, Forbidden."""
    permissions.require(actor, "area.propose", areas.get_area(session, actor, area_id))
    return read(session, actor, area_id, now=now)


def read_one(
    session: Session, actor: Actor, area_id: int, household_id: int, *, now: datetime
) -> tuple[GrowingArea, PlotHousehold]:
    """One household with its area, for who writes its list; an outsider's look is audited.

    Raises: NotFound, Forbidden.
    """
    area = areas.get_area(session, actor, area_id)
    permissions.require(actor, "area.propose", area)
    row = get_household(session, area, household_id)
    if area.organisation_id not in actor.organisation_ids():
        audit.record(session, actor, "area.households_read", f"area:{area.id}", now=now)
    return area, row


def enter(
    session: Session, actor: Actor, area_id: int, told: Household, *, now: datetime
) -> PlotHousehold:
    """List one more household of an area's plot.

    Raises: NotFound, Forbidden, Refused("consent.missing"); Invalid.
    """
    return enter_all(session, actor, area_id, [told], now=now)[0]


def enter_all(
    session: Session, actor: Actor, area_id: int, told: Sequence[Household], *, now: datetime
) -> list[PlotHousehold]:
    """List several households of an area's plot, in the order told. Raises as `enter`."""
    area = _writable(session, actor, area_id)
    for each in told:
        _check(each, clock.business_day(now))
    rows = [PlotHousehold(plot_id=area.plot_id, **asdict(each)) for each in told]
    session.add_all(rows)
    session.flush()
    return rows


def change(
    session: Session,
    actor: Actor,
    area_id: int,
    household_id: int,
    told: Household,
    *,
    now: datetime,
) -> PlotHousehold:
    """Correct what is known of a household, or write down that it agreed."""
    area = _writable(session, actor, area_id)
    row = get_household(session, area, household_id)
    _check(told, clock.business_day(now))
    for name, value in asdict(told).items():
        setattr(row, name, value)
    if row.agreed_on is None:
        row.agreement_hash = None
    session.flush()
    return row


def agree(
    session: Session,
    actor: Actor,
    area_id: int,
    household_ids: Sequence[int],
    agreed_on: date,
    agreed_how: str,
    *,
    now: datetime,
) -> int:
    """Write down that several households agreed on one day (a meeting); returns how many.

    Raises: NotFound, Forbidden; Invalid("household.agreed_in_future").
    """
    area = _writable(session, actor, area_id)
    _check(Household("", agreed_on=agreed_on, agreed_how=agreed_how), clock.business_day(now))
    changed = session.scalars(
        update(PlotHousehold)
        .where(PlotHousehold.plot_id == area.plot_id, PlotHousehold.id.in_(household_ids))
        .values(agreed_on=agreed_on, agreed_how=agreed_how)
        .returning(PlotHousehold.id)
    )
    return len(changed.all())


def erase(session: Session, actor: Actor, area_id: int, household_id: int) -> None:
    """Erase a household's personal data; its parcels stay, without a name."""
    area = _writable(session, actor, area_id)
    session.delete(get_household(session, area, household_id))
    session.flush()


def get_household(session: Session, area: GrowingArea, household_id: int) -> PlotHousehold:
    """A household of the area's plot; raises NotFound("household.not_found")."""
    row = session.get(PlotHousehold, household_id) if 0 < household_id <= INT64 else None
    if row is None or row.plot_id != area.plot_id:
        raise NotFound("household.not_found")
    return row


def add(session: Session, plot_id: int, listed: Iterable[Household]) -> list[PlotHousehold]:
    """List households of a plot; one that is there already (name and number) is not doubled."""
    rows = list(listed)
    if not rows:
        return []
    known = {_same(row) for row in of_plot(session, plot_id)}
    made = [
        PlotHousehold(plot_id=plot_id, **asdict(row)) for row in rows if _same(row) not in known
    ]
    session.add_all(made)
    session.flush()
    return made


def replace(session: Session, area: GrowingArea, listed: Sequence[Household]) -> None:
    """Let a registration's list stand for its plot; who is on both lists keeps row and parcels.

    A list sent with one registration takes nobody off a plot that others stand on.
    """
    kept = {_same(row): row for row in of_plot(session, area.plot_id)}
    wanted = {_same(row): row for row in listed}
    for key, row in wanted.items():
        if key in kept:
            told = {name: value for name, value in asdict(row).items() if value is not None}
            for name, value in told.items():
                setattr(kept[key], name, value)
    if not _is_shared(session, area):
        gone = [row.id for key, row in kept.items() if key not in wanted]
        session.execute(delete(PlotHousehold).where(PlotHousehold.id.in_(gone)))
    add(session, area.plot_id, listed)


def forget_unregistered(session: Session, plot_id: int) -> None:
    """Erase households and parcels of a plot that no registration stands on any more."""
    forget_plots(session, [plot_id])


def forget_plots(session: Session, plot_ids: Iterable[int]) -> None:
    """The same for several plots at once."""
    wanted = set(plot_ids)
    stood_on = select(GrowingArea.plot_id).where(GrowingArea.plot_id.in_(wanted))
    for rows in (Parcel, PlotHousehold):
        session.execute(delete(rows).where(rows.plot_id.in_(wanted), rows.plot_id.not_in(stood_on)))


def _writable(session: Session, actor: Actor, area_id: int) -> GrowingArea:
    area = areas.load_area(session, area_id)
    on_behalf.require_entry(session, actor, "area.propose", area)
    permissions.require(actor, "area.propose", area)
    return area


def _check(told: Household, today: date) -> None:
    if (told.agreed_on is None) != (told.agreed_how is None):
        raise Invalid([Finding("household.agreement_half", {}, "agreed_on")])
    if told.agreed_on is not None and told.agreed_on > today:
        raise Invalid([Finding("household.agreed_in_future", {"on": told.agreed_on}, "agreed_on")])


def _same(row: Household | PlotHousehold) -> tuple[str, str]:
    return fold(row.name), row.phone or ""


def _is_shared(session: Session, area: GrowingArea) -> bool:
    others = exists().where(GrowingArea.plot_id == area.plot_id, GrowingArea.id != area.id)
    return bool(session.scalar(select(others)))
