"""Export: the plots file of an organisation, and its preview with what goes in and what not.

preview = export.look(session, actor, code, Wish(commodity="coffee"), now=now)
text = export.write(session, actor, code, Wish(commodity="coffee"), now=now)
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Literal

from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload

from accounts import audit, organisations, permissions
from accounts.models import Organisation
from accounts.permissions import Actor
from foundation import clock
from foundation.errors import Finding, Invalid, Refused
from growing_areas.eudr import document, plots
from growing_areas.eudr.plots import Entry, Ground
from growing_areas.eudr.rules import Commodity, Rules, commodities_on, rules_on
from growing_areas.models import IN_FORCE, GrowingArea
from growing_areas.parcels.models import Parcel
from territory import units

Producer = Literal["organisation", "households"]
PRODUCERS: tuple[Producer, ...] = ("organisation", "households")


@dataclass(frozen=True)
class Wish:
    """What is to go into a file.

    ``commodity`` or ``crop`` narrow it; ``left_out`` are codes its owner leaves out; ``points``
    asks for a point where one will do; ``producer``: whose name each plot bears.
    """

    commodity: str | None = None
    crop: str | None = None
    left_out: tuple[str, ...] = ()
    points: bool = False
    producer: Producer = "organisation"


@dataclass(frozen=True)
class Preview:
    """A file as it would be: every regulated area with its fate, and the whole file's faults."""

    organisation: Organisation
    entries: tuple[Entry, ...]
    rules: Rules
    faults: tuple[Finding, ...]
    size_bytes: int

    def of_state(self, *states: str) -> list[Entry]:
        """The areas in these states, in the order of their codes."""
        return [entry for entry in self.entries if entry.state in states]

    @property
    def producers(self) -> int:
        """How many producers the file names: with more than one, the EU takes it by web only."""
        going = self.of_state("in")
        return len({feature.producer for entry in going for feature in entry.features})


def look(
    session: Session, actor: Actor, organisation_code: str, wish: Wish, *, now: datetime
) -> Preview:
    """What the file would hold, area by area; nothing is refused here, everything is told.

    Raises: NotFound, Forbidden; Invalid for a commodity, crop or area that is not there.
    """
    return _look(session, actor, organisation_code, wish, now=now)[0]


def write(
    session: Session, actor: Actor, organisation_code: str, wish: Wish, *, now: datetime
) -> str:
    """The file itself.

    Raises: NotFound, Forbidden, Invalid; Refused("eudr.nothing"); Refused("eudr.refused") with
    everything the EU system would refuse; Refused("eudr.too_large").
    """
    preview, text = _look(session, actor, organisation_code, wish, now=now)
    wanted = preview.of_state("in", "refused")
    if not wanted:
        raise Refused("eudr.nothing", organisation=preview.organisation.name)
    faults = [fault for entry in wanted for fault in entry.faults]
    if faults:
        raise Refused("eudr.refused", [*faults, *preview.faults])
    if preview.faults:
        raise Refused(preview.faults[0].code, **preview.faults[0].params)
    return text


def _look(
    session: Session, actor: Actor, organisation_code: str, wish: Wish, *, now: datetime
) -> tuple[Preview, str]:
    organisation = organisations.get_organisation(session, organisation_code)
    permissions.require(actor, "area.read", organisation)
    day = clock.business_day(now)
    rules = rules_on(day)
    by_crop = _crops(wish, commodities_on(day))
    found = _areas(session, organisation.id, list(by_crop))
    _check_left_out(wish, found)
    grounds = _grounds(session, actor, organisation, found, wish, now=now)
    places = units.labels(session, {area.commune_code for area in found}, day)
    entries = []
    for area in found:
        commodity = by_crop[area.crop_code]
        if area.status != IN_FORCE:
            entries.append(plots.aside(area, commodity, "not_in_force"))
        elif area.code in wish.left_out:
            entries.append(plots.aside(area, commodity, "left_out"))
        else:
            place = places.get(area.commune_code, "")
            entry = plots.entry_of(
                area, commodity, grounds[area.id], place, rules, points=wish.points
            )
            entries.append(entry)
    return _previewed(organisation, _judged(entries), rules)


def _judged(entries: Sequence[Entry]) -> list[Entry]:
    """What only the whole file shows: the same ground twice, an area without any plot."""
    twice = plots.shared_ground(entries)
    judged = []
    for entry in entries:
        more = [twice[entry.area.id]] if entry.area.id in twice else []
        if entry.state in ("in", "refused") and not entry.features:
            more.append(Finding("eudr.no_parcels", {"area": entry.area.code}))
        faults = (*entry.faults, *more)
        judged.append(replace(entry, state="refused", faults=faults) if more else entry)
    return judged


def _previewed(
    organisation: Organisation, entries: list[Entry], rules: Rules
) -> tuple[Preview, str]:
    going = [feature for entry in entries if entry.state == "in" for feature in entry.features]
    text = document.write(going, decimals=rules.decimals)
    size, faults = len(text.encode()), []
    if size > rules.most_bytes:
        faults.append(Finding("eudr.too_large", {"most_mb": rules.most_bytes // 1_000_000}))
    return Preview(organisation, tuple(entries), rules, tuple(faults), size), text


def _crops(wish: Wish, commodities: dict[str, Commodity]) -> dict[str, Commodity]:
    """The crops asked for and the commodity each is."""
    findings = []
    by_crop = {crop: found for found in commodities.values() for crop in found.crop_codes}
    if wish.commodity is not None and wish.commodity not in commodities:
        findings.append(
            Finding("eudr.no_such_commodity", {"commodity": wish.commodity}, "commodity")
        )
    if findings:
        raise Invalid(findings)
    return {
        crop: commodity
        for crop, commodity in by_crop.items()
        if wish.commodity in (None, commodity.code) and wish.crop in (None, crop)
    }


def _areas(session: Session, organisation_id: int, crops: list[str]) -> list[GrowingArea]:
    """The organisation's areas of regulated crops, coded ones first, by code."""
    return list(
        session.scalars(
            select(GrowingArea)
            .options(joinedload(GrowingArea.version))
            .where(GrowingArea.organisation_id == organisation_id, GrowingArea.crop_code.in_(crops))
            .order_by(GrowingArea.code, GrowingArea.id)
        )
    )


def _check_left_out(wish: Wish, found: list[GrowingArea]) -> None:
    unknown = set(wish.left_out) - {area.code for area in found}
    if unknown:
        raise Invalid(
            [Finding("eudr.no_such_area", {"area": code}, "leave_out") for code in sorted(unknown)]
        )


def _grounds(
    session: Session,
    actor: Actor,
    organisation: Organisation,
    found: list[GrowingArea],
    wish: Wish,
    *,
    now: datetime,
) -> dict[int, list[Ground]]:
    """What each area is made of; households' names are a look at personal data, audited."""
    if wish.producer == "organisation":
        return {area.id: plots.own_ground(area, organisation.name) for area in found}
    if organisation.id not in actor.organisation_ids():
        audit.record(session, actor, "area.households_read", f"eudr:{organisation.code}", now=now)
    parcels = session.scalars(
        select(Parcel)
        .options(joinedload(Parcel.household))
        .where(Parcel.plot_id.in_({area.plot_id for area in found}), Parcel.removed_at.is_(None))
        .order_by(Parcel.plot_id, Parcel.number)
    ).all()
    by_plot: dict[int, list[Parcel]] = defaultdict(list)
    for parcel in parcels:
        by_plot[parcel.plot_id].append(parcel)
    return {area.id: plots.household_grounds(by_plot[area.plot_id]) for area in found}
