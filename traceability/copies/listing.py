"""Suspicions as lists and one by one: a cooperative's own, an officer's of the territory."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy import ColumnElement, Select, or_, select, true
from sqlalchemy.orm import Session, joinedload

from accounts import permissions
from accounts.permissions import Actor
from foundation import counting, paging
from foundation.errors import NotFound
from foundation.i18n import N_, _
from foundation.inputs import INT64
from foundation.paging import Page
from foundation.tables import Cell, Column
from territory import units
from traceability import batches
from traceability.copies import remembering, telling
from traceability.copies.models import CopySuspicion
from traceability.copies.sightings import Sightings
from traceability.models import Batch, Serial
from traceability.scan.models import Scan

MOST_SHOWN = 50
_AT_ONCE = 1_000
_COLUMNS = (
    Column("batch", N_("Mã truy xuất")),
    Column("lot", N_("Mã lô")),
    Column("product", N_("Sản phẩm")),
    Column("organisation", N_("Tổ chức")),
    Column("commune_code", N_("Mã xã")),
    Column("number", N_("Số tem"), "integer"),
    Column("scans", N_("Lượt quét"), "integer"),
    Column("score", N_("Điểm đáng ngờ"), "integer"),
    Column("seen", N_("Đã thấy gì")),
    Column("state", N_("Trạng thái")),
    Column("noticed_at", N_("Nhận ra lúc"), "datetime"),
    Column("decided_at", N_("Kết luận lúc"), "datetime"),
    Column("because", N_("Lý do")),
)


@dataclass(frozen=True)
class SuspicionQuery:
    """What to list; `state` "all": whatever became of them."""

    q: str = ""
    state: str = "open"
    reason: str = ""
    cursor: str | None = None
    size: int = paging.DEFAULT_SIZE


@dataclass(frozen=True)
class Look:
    """One scan of a suspected code: when, from which province if known, on what kind of device."""

    at: datetime
    place: str | None
    device: str


def list_suspicions(
    session: Session, actor: Actor, query: SuspicionQuery, *, office: bool
) -> Page[CopySuspicion]:
    """Suspicions an actor may see at a desk, the newest first. Raises: Forbidden, Invalid."""
    statement = _selection(actor, query, office=office)
    return paging.fetch(
        session, statement, [CopySuspicion.id],
        cursor=query.cursor, size=query.size, descending=True,
    )  # fmt: skip


def get(session: Session, actor: Actor, suspicion_id: int) -> CopySuspicion:
    """One suspicion, for those it concerns. Raises: NotFound, Forbidden."""
    permissions.require(actor, "copy.read")
    statement = select(CopySuspicion).where(CopySuspicion.id == suspicion_id)
    found = session.scalar(whole(statement)) if 0 < suspicion_id <= INT64 else None
    if found is None or not permissions.may(actor, "copy.read", found):
        raise NotFound("suspicion.not_found")
    return found


def code_of(session: Session, suspicion: CopySuspicion) -> str | None:
    """What is printed under the symbol of a serial's label."""
    serial = session.get(Serial, (suspicion.batch_id, suspicion.serial_number))
    return serial.code if serial else None


def seen_of(session: Session, suspicion: CopySuspicion) -> Sightings | None:
    """What is remembered of a suspected serial; None of a lot, or once it was forgotten."""
    key = (suspicion.batch_id, suspicion.serial_number)
    return remembering.recall(session, [key]).get(key)


def looks_of(
    session: Session, suspicion: CopySuspicion, *, days: int, now: datetime
) -> Sequence[Look]:
    """The last scans of a suspected code, the newest first, as far back as scans are judged."""
    statement = (
        select(Scan.scanned_at, Scan.place, Scan.device)
        .where(Scan.batch_id == suspicion.batch_id, Scan.scanned_at > now - timedelta(days=days))
        .order_by(Scan.scanned_at.desc())
        .limit(MOST_SHOWN)
    )
    if not suspicion.is_of_lot:
        statement = statement.where(Scan.serial_number == suspicion.serial_number)
    return [Look(*row) for row in session.execute(statement)]


def waiting_own(session: Session, actor: Actor) -> int:
    """How many suspicions of one's own organisations wait for a look (the menu's count)."""
    mine = actor.organisation_ids()
    return _count(session, CopySuspicion.organisation_id.in_(mine)) if mine else 0


def waiting_office(session: Session, actor: Actor) -> int:
    """How many suspicions of one's territory wait for a look (the menu's count)."""
    if not permissions.may_anywhere(actor, "copy.read"):
        return 0
    return _count(session, _within(actor))


def table(
    session: Session, actor: Actor, query: SuspicionQuery, *, office: bool, on: date
) -> tuple[list[Column], Iterator[tuple[Cell, ...]]]:
    """The columns and every row of a list. Raises: Forbidden."""
    statement = _selection(actor, query, office=office).order_by(CopySuspicion.id)
    found = session.scalars(statement.execution_options(yield_per=_AT_ONCE)).partitions()
    columns = [Column(each.code, _(each.label), each.kind) for each in _COLUMNS]
    return columns, (row for some in found for row in _rows(session, list(some), on))


def _rows(session: Session, some: Sequence[CopySuspicion], on: date) -> Iterator[tuple[Cell, ...]]:
    places = units.province_names(session, on)
    for each in some:
        yield (
            each.batch.code,
            each.batch.lot,
            each.batch.product.name,
            each.batch.organisation.name,
            each.commune_code,
            None if each.is_of_lot else each.serial_number,
            each.scans,
            each.score,
            "; ".join(telling.sentences(each, places)),
            telling.state_name(each.state),
            each.noticed_at,
            each.decided_at,
            each.because,
        )


def _selection(actor: Actor, query: SuspicionQuery, *, office: bool) -> Select[CopySuspicion]:
    permissions.require(actor, "copy.read")
    whose = _within(actor) if office else _own(actor)
    statement = whole(select(CopySuspicion)).join(CopySuspicion.batch).where(whose)
    if query.state != "all":
        statement = statement.where(CopySuspicion.state == query.state)
    if query.reason:
        statement = statement.where(CopySuspicion.reasons.contains([[query.reason]]))
    if query.q:
        statement = statement.where(batches.says(query.q))
    return statement


def whole(statement: Select[CopySuspicion]) -> Select[CopySuspicion]:
    """Suspicions with their batch, its product and its house."""
    return statement.options(
        joinedload(CopySuspicion.batch).joinedload(Batch.product),
        joinedload(CopySuspicion.batch).joinedload(Batch.organisation),
    )


def _count(session: Session, whose: ColumnElement[bool]) -> int:
    some = select(CopySuspicion.id).where(CopySuspicion.state == "open", whose)
    return counting.count(session, some)


def _own(actor: Actor) -> ColumnElement[bool]:
    if actor.system or actor.has_role("admin"):
        return true()
    return CopySuspicion.organisation_id.in_(actor.organisation_ids())


def _within(actor: Actor) -> ColumnElement[bool]:
    places = actor.scopes("officer", "inspector")
    if actor.system or actor.has_role("admin") or "" in places:
        return true()
    return or_(CopySuspicion.commune_code.in_(places), CopySuspicion.province_code.in_(places))
