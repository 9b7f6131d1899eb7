"""The field book: the diaries of every area somebody may see as one list, filtered and paged."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date
from uuid import UUID

from sqlalchemy import (
    ARRAY,
    BigInteger,
    ColumnElement,
    Select,
    any_,
    exists,
    literal,
    or_,
    select,
    union,
)
from sqlalchemy.orm import Session, selectinload
from sqlalchemy.orm.attributes import set_committed_value

from accounts import permissions
from accounts.permissions import Actor
from foundation import paging
from foundation.paging import Page
from growing_areas import registration
from growing_areas.catalogue import today
from growing_areas.catalogue.catalogue import KINDS_FOR, Judgement
from growing_areas.fieldbook import persons, photos
from growing_areas.fieldbook.models import DiaryPhoto
from growing_areas.models import DiaryEntry, DiaryEntryParcel, GrowingArea
from growing_areas.parcels.models import Parcel, PlotHousehold
from growing_areas.registration import AreaQuery
from growing_areas.season import stands

_AT_ONCE = 5_000
"""Lines of a whole book that are looked up together: what stands beside them comes in one
statement of each kind, and a few thousand of them are still little to hold."""
_KEY = (DiaryEntry.done_on, DiaryEntry.id)


@dataclass(frozen=True)
class BookQuery:
    """Filters of the field book. A parcel's and a household's lines are those that touched it."""

    q: str | None = None
    organisation: str | None = None
    area: int | None = None
    parcel: int | None = None
    household: int | None = None
    crop: str | None = None
    activity: str | None = None
    since: date | None = None
    until: date | None = None
    flag: str | None = None
    cursor: str | None = None
    size: int = 50


@dataclass(frozen=True)
class BookLine:
    """A line with what a reader wants beside it; names only for members of its organisation."""

    entry: DiaryEntry
    area: GrowingArea
    parcels: tuple[str, ...]
    households: tuple[str, ...]
    worker: str | None
    photos: int
    # What today's catalogue says of the material; None where nothing was used.
    today: Judgement | None = None

    @property
    def area_name(self) -> str:
        """The area's code before its name, where it has one."""
        return f"{self.area.code} · {self.area.name}" if self.area.code else self.area.name


def list_lines(session: Session, actor: Actor, query: BookQuery) -> Page[BookLine]:
    """The lines that stand and the actor may see, newest work first. Raises: Forbidden, Invalid."""
    page = paging.fetch(
        session, _statement(actor, query), _KEY,
        cursor=query.cursor, size=query.size, descending=True,
    )  # fmt: skip
    return replace(page, items=told(session, actor, page.items))


def count(session: Session, actor: Actor, query: BookQuery) -> int:
    """How many lines a query finds, bounded as lists are."""
    page = paging.fetch(session, _statement(actor, query), _KEY, size=1)
    return page.total or 0


def walk(session: Session, actor: Actor, query: BookQuery) -> Iterator[BookLine]:
    """Every line of a query, oldest first; a few statements for each five thousand."""
    statement = _standing_lines(actor, query).order_by(*_KEY)
    rows = session.scalars(statement.execution_options(yield_per=_AT_ONCE))
    for part in rows.partitions(_AT_ONCE):
        _load_links(session, part)
        yield from told(session, actor, list(part))


def told(session: Session, actor: Actor, entries: Sequence[DiaryEntry]) -> list[BookLine]:
    """Lines with what stands beside them; six statements at most, however many."""
    areas = _areas(session, entries)
    parcels = _parcels(session, entries)
    own = set(actor.organisation_ids())
    known = [entry for entry in entries if entry.organisation_id in own]
    names = persons.names(session, (entry.worker_id for entry in known))
    pictures = photos.of_keys(session, (entry.work_key for entry in entries))
    used = [entry for entry in entries if entry.activity in KINDS_FOR and entry.product_name]
    crops = {area.id: area.crop_code for area in areas.values()}
    judged = today.judgements(session, used, crops)
    return [
        BookLine(
            entry,
            areas[entry.area_id],
            tuple(parcels[each].label for each in entry.parcel_ids if each in parcels),
            _households(entry, parcels) if entry.organisation_id in own else (),
            names.get(entry.worker_id or 0),
            _standing(pictures, entry.work_key),
            judged.get(entry.id),
        )
        for entry in entries
    ]


def conditions(actor: Actor, query: BookQuery) -> list[ColumnElement[bool]]:
    """What makes a line one of the list, whether it stands or not."""
    permissions.require(actor, "diary.read")
    wanted = AreaQuery(crop=query.crop, organisation=query.organisation)
    seen = select(GrowingArea.id).where(*registration.conditions(actor, wanted))
    found: list[ColumnElement[bool]] = [DiaryEntry.area_id.in_(seen)]
    scoped = actor.system or actor.has_role("admin", "officer", "inspector", "tech_team")
    if not scoped:
        # Known from the actor alone: lets the index by organisation and day give the order.
        found.append(DiaryEntry.organisation_id.in_(actor.organisation_ids("manager", "staff")))
    if query.area is not None:
        found.append(DiaryEntry.area_id == query.area)
    if query.activity:
        found.append(DiaryEntry.activity == query.activity)
    if query.since:
        found.append(DiaryEntry.done_on >= query.since)
    if query.until:
        found.append(DiaryEntry.done_on <= query.until)
    return [*found, *_of_material(query), *_of_ground(actor, query)]


def _statement(actor: Actor, query: BookQuery) -> Select[DiaryEntry]:
    return _standing_lines(actor, query).options(selectinload(DiaryEntry.parcel_links))


def _standing_lines(actor: Actor, query: BookQuery) -> Select[DiaryEntry]:
    return select(DiaryEntry).where(stands(), *conditions(actor, query))


def _load_links(session: Session, entries: Sequence[DiaryEntry]) -> None:
    """The parcels of many lines by one statement: the loader's own takes five hundred at a time."""
    links: dict[int, list[DiaryEntryParcel]] = {entry.id: [] for entry in entries}
    wanted = select(DiaryEntryParcel).where(
        DiaryEntryParcel.entry_id == any_(literal(list(links), ARRAY(BigInteger)))
    )
    for link in session.scalars(wanted.order_by(DiaryEntryParcel.parcel_id)):
        links[link.entry_id].append(link)
    for entry in entries:
        set_committed_value(entry, "parcel_links", links[entry.id])


def _of_material(query: BookQuery) -> list[ColumnElement[bool]]:
    found: list[ColumnElement[bool]] = []
    if query.q:
        found.append(
            or_(
                DiaryEntry.product_name.icontains(query.q, autoescape=True),
                DiaryEntry.active_ingredient.icontains(query.q, autoescape=True),
            )
        )
    if query.flag:
        found.append(DiaryEntry.flags.is_not(None))
        if query.flag != "any":
            found.append(DiaryEntry.flags.contains([query.flag]))
    return found


def _of_ground(actor: Actor, query: BookQuery) -> list[ColumnElement[bool]]:
    """Lines about a parcel, or about the whole area it lies in."""
    found = []
    if query.parcel is not None:
        found.append(_touching(Parcel.id == query.parcel))
    if query.household is not None:
        # Whose parcels are whose is for the household's own cooperative to know.
        own = GrowingArea.organisation_id.in_(actor.organisation_ids())
        members = select(GrowingArea.plot_id).where(own)
        mine = Parcel.plot_id.in_(members) if not actor.has_role("admin") else Parcel.id > 0
        found.append(_touching((Parcel.household_id == query.household) & mine))
    return found


def _touching(which: ColumnElement[bool]) -> ColumnElement[bool]:
    """Lines that name such a parcel, or no parcel and an area around one: as one list of ids."""
    links = exists().where(DiaryEntryParcel.entry_id == DiaryEntry.id)
    named = select(DiaryEntryParcel.entry_id).where(
        DiaryEntryParcel.parcel_id.in_(select(Parcel.id).where(which))
    )
    around = select(GrowingArea.id).where(
        GrowingArea.plot_id.in_(select(Parcel.plot_id).where(which))
    )
    whole = select(DiaryEntry.id).where(DiaryEntry.area_id.in_(around), ~links)
    return DiaryEntry.id.in_(union(named, whole))


def _areas(session: Session, entries: Iterable[DiaryEntry]) -> dict[int, GrowingArea]:
    wanted = {entry.area_id for entry in entries}
    rows = session.scalars(select(GrowingArea).where(GrowingArea.id.in_(wanted)))
    return {area.id: area for area in rows}


@dataclass(frozen=True)
class _Named:
    label: str
    household: str | None


def _parcels(session: Session, entries: Iterable[DiaryEntry]) -> dict[int, _Named]:
    wanted = {each for entry in entries for each in entry.parcel_ids}
    if not wanted:
        return {}
    rows = session.execute(
        select(Parcel.id, Parcel.label, PlotHousehold.name)
        .outerjoin(PlotHousehold, PlotHousehold.id == Parcel.household_id)
        .where(Parcel.id.in_(wanted))
    )
    return {row.id: _Named(row.label, row.name) for row in rows}


def _households(entry: DiaryEntry, parcels: dict[int, _Named]) -> tuple[str, ...]:
    names = (parcels[each].household for each in entry.parcel_ids if each in parcels)
    return tuple(dict.fromkeys(name for name in names if name))


def _standing(pictures: dict[UUID, list[DiaryPhoto]], key: UUID | None) -> int:
    if key is None:
        return 0
    return sum(photo.erased_at is None for photo in pictures.get(key, ()))
