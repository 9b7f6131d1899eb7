"""Complaints as lists and one by one, for who answers for the goods and for the officers."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, Select, func, or_, select, true
from sqlalchemy.orm import Session

from accounts import permissions
from accounts.models import Organisation
from accounts.permissions import TABLE, Actor
from foundation import codes, paging
from foundation.errors import NotFound
from foundation.inputs import INT64
from foundation.paging import Page
from products.models import Product
from traceability import batches
from traceability.complaints.models import (
    WAITING,
    Complaint,
    ComplaintPhoto,
    ComplaintRemark,
    ComplaintSender,
)
from traceability.models import Batch, Serial

_MOST_COUNTED = 100


@dataclass(frozen=True)
class Listed:
    """A complaint with the names of what it is about; all None for a code that names nothing."""

    row: Complaint
    batch: str | None = None
    lot: str | None = None
    product: str | None = None
    organisation: str | None = None
    organisation_code: str | None = None
    serial: str | None = None

    @property
    def organisation_id(self) -> int | None:
        return self.row.organisation_id

    @property
    def commune_code(self) -> str | None:
        return self.row.commune_code

    @property
    def province_code(self) -> str | None:
        return self.row.province_code


@dataclass(frozen=True)
class Whole:
    """One complaint with its sender's words (None once erased), photos and what was said."""

    about: Listed
    sender: ComplaintSender | None
    photos: tuple[int, ...]
    remarks: tuple[ComplaintRemark, ...]


@dataclass(frozen=True)
class Wish:
    """Which complaints: what waits unless a state is named (`all`), of a kind, lot or words."""

    state: str = ""
    kind: str = ""
    q: str = ""
    batch: str = ""


def list_complaints(
    session: Session,
    actor: Actor,
    wish: Wish | None = None,
    *,
    cursor: str | None = None,
    size: int = paging.DEFAULT_SIZE,
) -> Page[Listed]:
    """The complaints a reader is concerned by, the newest first. Raises: Forbidden, Invalid."""
    permissions.require(actor, "complaint.read")
    statement = _filtered(select(Complaint).where(_visible(actor)), wish or Wish())
    page: Page[Complaint] = paging.fetch(
        session, statement, [Complaint.id], cursor=cursor, size=size, descending=True
    )
    told = {each.row.id: each for each in of_ids(session, [row.id for row in page.items])}
    return page.map(lambda row: told[row.id])


def get_complaint(session: Session, actor: Actor, complaint_id: int) -> Listed:
    """One complaint for those it concerns. Raises: NotFound("complaint.not_found"), Forbidden."""
    permissions.require(actor, "complaint.read")
    found = of_ids(session, [complaint_id]) if 0 < complaint_id <= INT64 else []
    if not found or not permissions.may(actor, "complaint.read", found[0]):
        raise NotFound("complaint.not_found")
    return found[0]


def whole(session: Session, about: Listed) -> Whole:
    """A complaint with everything told of it."""
    here = about.row.id
    photos = select(ComplaintPhoto.number).where(ComplaintPhoto.complaint_id == here)
    remarks = select(ComplaintRemark).where(ComplaintRemark.complaint_id == here)
    return Whole(
        about,
        session.get(ComplaintSender, here),
        tuple(session.scalars(photos.order_by(ComplaintPhoto.number))),
        tuple(session.scalars(remarks.order_by(ComplaintRemark.id))),
    )


def side_of(actor: Actor, about: Listed) -> str:
    """For which side a reader of a complaint speaks: the organisation's or the office's."""
    mine = actor.organisation_ids(*_own("complaint.read"))
    return "organisation" if about.organisation_id in mine else "office"


def of_ids(session: Session, ids: Iterable[int]) -> list[Listed]:
    """Complaints by id with their names, the newest first; one statement however many."""
    rows = session.execute(
        _named().where(Complaint.id.in_(list(ids))).order_by(Complaint.id.desc())
    )
    return [Listed(*row) for row in rows]


def awaiting_owner(session: Session, actor: Actor) -> int:
    """How many wait for an answer of the reader's organisations; at most 100 are counted."""
    mine = actor.organisation_ids(*_own("complaint.handle"))
    if not mine:
        return 0
    return _count(session, Complaint.organisation_id.in_(mine), Complaint.state.in_(WAITING[:2]))


def awaiting_office(session: Session, actor: Actor) -> int:
    """How many are the matter of the reader's office by now; at most 100 are counted."""
    if not permissions.may_anywhere(actor, "complaint.handle"):
        return 0
    return _count(
        session,
        _within(actor),
        Complaint.state.in_(WAITING),
        Complaint.office_since.is_not(None),
    )


def _own(action: str) -> tuple[str, ...]:
    return tuple(role for role, relation in TABLE[action].items() if relation == "own")


def _named() -> Select[Any]:
    serial = (
        select(Serial.code)
        .where(Serial.batch_id == Complaint.batch_id, Serial.number == Complaint.serial_number)
        .scalar_subquery()
    )
    return (
        select(
            Complaint, Batch.code, Batch.lot, Product.name, Organisation.name, Organisation.code,
            serial,
        )
        .outerjoin(Batch, Batch.id == Complaint.batch_id)
        .outerjoin(Product, Product.id == Batch.product_id)
        .outerjoin(Organisation, Organisation.id == Complaint.organisation_id)
    )  # fmt: skip


def _filtered(statement: Select[Any], wish: Wish) -> Select[Any]:
    if wish.state != "all":
        states = (wish.state,) if wish.state else WAITING
        statement = statement.where(Complaint.state.in_(states))
    if wish.kind:
        statement = statement.where(Complaint.kind == wish.kind)
    if wish.q:
        number = wish.q.strip().removeprefix("#")
        named: list[ColumnElement[bool]] = [
            Complaint.batch_id.in_(select(Batch.id).where(batches.says(wish.q)))
        ]
        if number.isascii() and number.isdigit() and len(number) < 15:
            named.append(Complaint.id == int(number))
        statement = statement.where(or_(*named))
    if wish.batch:
        known = select(Batch.id).where(Batch.code == codes.normalise(wish.batch))
        statement = statement.where(Complaint.batch_id.in_(known))
    return statement


def _visible(actor: Actor) -> ColumnElement[bool]:
    mine = actor.organisation_ids(*_own("complaint.read"))
    return or_(_within(actor, "inspector"), Complaint.organisation_id.in_(mine))


def _within(actor: Actor, *also: str) -> ColumnElement[bool]:
    places = actor.scopes("officer", *also)
    if actor.system or actor.has_role("admin") or "" in places:
        return true()
    return or_(Complaint.commune_code.in_(places), Complaint.province_code.in_(places))


def _count(session: Session, *conditions: ColumnElement[bool]) -> int:
    some = select(Complaint.id).where(*conditions).limit(_MOST_COUNTED).subquery()
    return session.scalar(select(func.count()).select_from(some)) or 0
