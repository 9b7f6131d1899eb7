"""Claims as lists and one by one: who says what of whose goods, and how it stands."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import ColumnElement, Select, func, or_, select, true
from sqlalchemy.orm import Session, aliased

from accounts import permissions
from accounts.models import Organisation
from accounts.permissions import TABLE, Actor
from foundation import paging
from foundation.errors import NotFound
from foundation.inputs import INT64
from foundation.paging import Page
from products.models import Product
from traceability.epcis import declared
from traceability.epcis.models import EpcisEvent
from traceability.lineage.models import StepClaim, TraceEdge, TraceNode
from traceability.models import Batch

_TELLER = aliased(Organisation, name="teller")
_OWNER = aliased(Organisation, name="owner")
MOST_PARENTS = 20
_MOST_COUNTED = 100


@dataclass(frozen=True)
class Goods:
    """Things as a claim names them: a batch of somebody's here, or an address alone."""

    uri: str
    code: str | None = None
    lot: str | None = None
    product: str | None = None
    holder: str | None = None
    state: str | None = None
    quantity: Decimal | None = None
    unit: str | None = None


@dataclass(frozen=True)
class Claim:
    """One claim: `teller` says that `went_in` went into `goods`, which are the owner's.

    `organisation_id`, `commune_code`, `province_code` are the owner's and of the goods' place.
    """

    row: StepClaim
    event_id: str
    happened_at: datetime
    teller_id: int
    teller: str
    organisation_id: int | None
    owner: str | None
    commune_code: str | None
    province_code: str | None
    goods: Goods
    went_in: tuple[Goods, ...] = ()

    @property
    def is_urgent(self) -> bool:
        """Whether what went in is held or recalled, and nobody has decided."""
        waits = self.row.state in ("open", "denied")
        return waits and any(each.state in ("held", "recalled") for each in self.went_in)


def list_claims(
    session: Session, actor: Actor, *, state: str = "", cursor: str | None = None, size: int = 50
) -> Page[Claim]:
    """The claims a reader is concerned by, the newest first; undecided ones unless told.

    Owners of the goods, officers of their place, and who told them. Raises: Forbidden, Invalid.
    """
    permissions.require(actor, "claim.read")
    wanted = (state,) if state else ("open", "denied")
    statement = (
        select(StepClaim)
        .select_from(StepClaim)
        .join(EpcisEvent, EpcisEvent.id == StepClaim.event_id)
        .join(TraceNode, TraceNode.id == StepClaim.child_id)
        .outerjoin(Batch, Batch.id == TraceNode.batch_id)
        .outerjoin(_OWNER, _OWNER.id == TraceNode.organisation_id)
        .where(StepClaim.state.in_(wanted), _concerned(actor), ~declared.is_wrong())
    )
    page: Page[StepClaim] = paging.fetch(
        session, statement, [StepClaim.id], cursor=cursor, size=size, descending=True
    )
    told = {each.row.id: each for each in of_ids(session, [row.id for row in page.items])}
    return page.map(lambda row: told[row.id])


def get_claim(session: Session, actor: Actor, claim_id: int) -> Claim:
    """One claim for those it concerns. Raises: Forbidden, NotFound("claim.not_found")."""
    permissions.require(actor, "claim.read")
    found = of_ids(session, [claim_id]) if 0 < claim_id <= INT64 else ()
    if not found or not is_seen(actor, found[0]):
        raise NotFound("claim.not_found")
    return found[0]


def is_seen(actor: Actor, claim: Claim) -> bool:
    """Whether a claim is the reader's to know: its owner's, its place's, or their own word."""
    return permissions.may(actor, "claim.read", claim) or (
        claim.teller_id in actor.organisation_ids()
    )


def of_ids(session: Session, ids: Iterable[int]) -> list[Claim]:
    """Claims by id, the newest first; three statements however many."""
    statement = _whole().where(StepClaim.id.in_(list(ids))).order_by(StepClaim.id.desc())
    rows = session.execute(statement).all()
    went_in = _went_in(session, [row.StepClaim for row in rows])
    return [
        Claim(
            row.StepClaim, row.event_id, row.event_time, row.teller_id, row.teller, row.owner_id,
            row.owner, row.commune_code, row.province_code,
            Goods(row.uri, row.code, row.lot, row.product, row.owner, row.state),
            went_in.get((row.StepClaim.event_id, row.StepClaim.child_id), ()),
        )
        for row in rows
    ]  # fmt: skip


def awaiting_owner(session: Session, actor: Actor) -> int:
    """How many claims wait for the word of an organisation of the reader's; at most 100 count."""
    mine = actor.organisation_ids(*TABLE["claim.answer"])
    if not mine:
        return 0
    return _count(session, TraceNode.organisation_id.in_(mine), ("open",))


def awaiting_office(session: Session, actor: Actor) -> int:
    """How many claims wait for a decision of the reader's office; at most 100 are counted."""
    if not permissions.may_anywhere(actor, "claim.decide"):
        return 0
    return _count(session, _within(actor), ("open", "denied"))


def _count(session: Session, whose: ColumnElement[bool], states: tuple[str, ...]) -> int:
    some = (
        select(StepClaim.id)
        .join(EpcisEvent, EpcisEvent.id == StepClaim.event_id)
        .join(TraceNode, TraceNode.id == StepClaim.child_id)
        .outerjoin(Batch, Batch.id == TraceNode.batch_id)
        .outerjoin(_OWNER, _OWNER.id == TraceNode.organisation_id)
        .where(StepClaim.state.in_(states), whose, ~declared.is_wrong())
        .limit(_MOST_COUNTED)
        .subquery()
    )
    return session.scalar(select(func.count()).select_from(some)) or 0


def _whole() -> Select[*tuple[Any, ...]]:
    commune = func.coalesce(Batch.commune_code, _OWNER.commune_code)
    province = func.coalesce(Batch.province_code, _OWNER.province_code)
    return (
        select(
            StepClaim,
            EpcisEvent.event_id,
            EpcisEvent.event_time,
            _TELLER.id.label("teller_id"),
            _TELLER.name.label("teller"),
            TraceNode.organisation_id.label("owner_id"),
            _OWNER.name.label("owner"),
            commune.label("commune_code"),
            province.label("province_code"),
            TraceNode.uri,
            Batch.code,
            Batch.lot,
            Product.name.label("product"),
            Batch.state,
        )
        .select_from(StepClaim)
        .join(EpcisEvent, EpcisEvent.id == StepClaim.event_id)
        .join(_TELLER, _TELLER.id == EpcisEvent.organisation_id)
        .join(TraceNode, TraceNode.id == StepClaim.child_id)
        .outerjoin(Batch, Batch.id == TraceNode.batch_id)
        .outerjoin(Product, Product.id == Batch.product_id)
        .outerjoin(_OWNER, _OWNER.id == TraceNode.organisation_id)
    )


def _went_in(
    session: Session, rows: Sequence[StepClaim]
) -> dict[tuple[int, int], tuple[Goods, ...]]:
    """What each of some claims says went in, a few of them."""
    place = func.row_number().over(
        partition_by=(TraceEdge.event_id, TraceEdge.child_id), order_by=TraceEdge.parent_id
    )
    wanted = select(TraceEdge, place.label("place")).where(
        TraceEdge.child_id.in_([row.child_id for row in rows]),
        TraceEdge.event_id.in_([row.event_id for row in rows]),
    ).subquery()  # fmt: skip
    statement = (
        select(
            wanted.c.event_id, wanted.c.child_id, TraceNode.uri, Batch.code, Batch.lot,
            Product.name, Organisation.name, Batch.state, wanted.c.quantity, wanted.c.unit,
        )
        .join(TraceNode, TraceNode.id == wanted.c.parent_id)
        .outerjoin(Batch, Batch.id == TraceNode.batch_id)
        .outerjoin(Product, Product.id == Batch.product_id)
        .outerjoin(Organisation, Organisation.id == TraceNode.organisation_id)
        .where(wanted.c.place <= MOST_PARENTS)
        .order_by(wanted.c.place)
    )  # fmt: skip
    found: dict[tuple[int, int], tuple[Goods, ...]] = {}
    for event_id, child_id, *goods in session.execute(statement):
        key = (event_id, child_id)
        found[key] = (*found.get(key, ()), Goods(*goods))
    return found


def _concerned(actor: Actor) -> ColumnElement[bool]:
    mine = actor.organisation_ids()
    return or_(
        _within(actor, "inspector"),
        TraceNode.organisation_id.in_(mine),
        EpcisEvent.organisation_id.in_(mine),
    )


def _within(actor: Actor, *also: str) -> ColumnElement[bool]:
    """The condition that goods lie in the territory of an office of the reader's."""
    places = actor.scopes("officer", *also)
    if actor.system or actor.has_role("admin") or "" in places:
        return true()
    return or_(
        func.coalesce(Batch.commune_code, _OWNER.commune_code).in_(places),
        func.coalesce(Batch.province_code, _OWNER.province_code).in_(places),
    )
