"""Links owners add to their codes: a page of their own, a leaflet, a video, for a time.

They hang on a product (``OfProduct``: on everything that bears its number) or on one code of the
organisation's own (``OfKey``: a lot, a growing area, a place, a unit, a paper).
"""

from collections.abc import Sequence
from dataclasses import dataclass, fields
from datetime import date, datetime
from typing import Any, Generic, TypeVar, cast

from sqlalchemy import ColumnElement, Select, func, or_, select
from sqlalchemy.orm import Session

from accounts import organisations, permissions, verification
from accounts.models import Organisation
from accounts.permissions import Actor
from foundation import clock, paging
from foundation.errors import Finding, Invalid, NotFound, Refused
from foundation.paging import Page
from ledger import log
from products import register
from traceability.linking import new_links, owning
from traceability.linking.models import KeyLink, OwnLink, ProductLink
from traceability.linking.new_links import NewLink

MOST_LINKS = 30

Row = TypeVar("Row", bound=OwnLink)


class Of(Generic[Row]):
    """What links hang on."""


@dataclass(frozen=True)
class OfProduct(Of[ProductLink]):
    """The links of a product's labels, by its code."""

    code: str


@dataclass(frozen=True)
class OfKey(Of[KeyLink]):
    """The links of an organisation's codes; ``typed`` is one of them, as path or whole address.

    Without ``typed`` it means all of them, which may be read and taken off.
    """

    organisation: str
    typed: str | None = None


@dataclass(frozen=True)
class _Held(Generic[Row]):
    """The rows meant, what a new one is filled with, and what the ledger calls them."""

    table: type[Row]
    columns: dict[str, Any]
    subject: str
    kind: str

    def rows(self) -> Select[Any]:
        table = self.table
        mine = [getattr(table, name) == value for name, value in self.columns.items()]
        return select(table).where(*mine, table.removed_at.is_(None))


def add(session: Session, actor: Actor, of: Of[Row], link: NewLink, *, now: datetime) -> Row:
    """Add a link.

    Raises: Forbidden, NotFound, Invalid, Refused("link.too_many_own"), Refused("link.not_yours").
    """
    held = _held(session, actor, of, may_write=True, is_locked=True)
    findings = new_links.findings_of(link)
    if findings:
        raise Invalid(findings)
    if _count(session, held) >= MOST_LINKS:
        raise Refused("link.too_many_own", most=MOST_LINKS)
    made = held.table(**held.columns)
    made.added_at, made.added_by_id = now, actor.person_id
    _fill(made, link)
    session.add(made)
    session.flush()
    _record(session, held, "added", {"type": link.link_type, "href": link.href}, now)
    return made


def change(
    session: Session, actor: Actor, of: Of[Row], link_id: int, link: NewLink, *, now: datetime
) -> Row:
    """Put another link in a link's place. Raises: Forbidden, NotFound, Invalid."""
    held = _held(session, actor, of, may_write=True, is_locked=True)
    kept = _get(session, held, link_id)
    findings = new_links.findings_of(link)
    if findings:
        raise Invalid(findings)
    before = {"type": kept.link_type, "href": kept.href}
    _fill(kept, link)
    session.flush()
    told = {"from": before, "type": link.link_type, "href": link.href}
    _record(session, held, "changed", told, now)
    return kept


def check(session: Session, actor: Actor, of: Of[Row], link: NewLink) -> list[Finding]:
    """What keeps a link from being added; nothing is written. Raises: Forbidden, NotFound."""
    held = _held(session, actor, of, may_write=True)
    findings = new_links.findings_of(link)
    if _count(session, held) >= MOST_LINKS:
        findings.append(Finding("link.too_many_own", {"most": MOST_LINKS}))
    return findings


def get(session: Session, actor: Actor, of: Of[Row], link_id: int) -> Row:
    """One link of what one may read. Raises: Forbidden, NotFound."""
    return _get(session, _held(session, actor, of), link_id)


def remove(session: Session, actor: Actor, of: Of[Row], link_id: int, *, now: datetime) -> None:
    """Take a link off; what it was stays on record. Raises: Forbidden, NotFound."""
    held = _held(session, actor, of, may_write=True, is_locked=True)
    link = _get(session, held, link_id)
    link.removed_at = now
    _record(session, held, "removed", {"type": link.link_type, "href": link.href}, now)


def list_links(session: Session, actor: Actor, of: OfProduct) -> Sequence[ProductLink]:
    """The links of a product's labels, those of past and coming days too. Raises: NotFound."""
    held = _held(session, actor, of)
    return session.scalars(held.rows().order_by(held.table.link_type, held.table.id)).all()


def list_keys(
    session: Session, actor: Actor, of: OfKey, *, cursor: str | None = None, size: int
) -> Page[KeyLink]:
    """One page of the links of an organisation's codes, or of one of them, code by code.

    Raises: NotFound, Invalid.
    """
    held = _held(session, actor, of)
    key = (KeyLink.path, KeyLink.id)
    return paging.fetch(session, held.rows(), key, cursor=cursor, size=size)


def in_force(session: Session, product_id: int, on: date) -> Sequence[ProductLink]:
    """A product's links of a day."""
    mine = select(ProductLink).where(
        ProductLink.product_id == product_id, *_of_day(ProductLink, on)
    )
    return session.scalars(mine.order_by(ProductLink.link_type, ProductLink.id)).all()


def in_force_at(session: Session, paths: Sequence[str], on: date) -> Sequence[KeyLink]:
    """The links of a day of codes, as far as somebody vouches for who added them."""
    statement = (
        select(KeyLink)
        .join(Organisation, Organisation.id == KeyLink.organisation_id)
        .where(Organisation.status == "verified")
        .where(KeyLink.path.in_(paths), *_of_day(KeyLink, on))
        .order_by(func.length(KeyLink.path).desc(), KeyLink.link_type, KeyLink.id)
    )
    return session.scalars(statement).all()


def is_in_force(link: OwnLink, now: datetime) -> bool:
    """Whether a label leads there today."""
    today = clock.business_day(now)
    return link.valid_from <= today and (link.valid_to is None or today <= link.valid_to)


def _of_day(table: type[OwnLink], on: date) -> list[ColumnElement[bool]]:
    return [
        table.removed_at.is_(None),
        table.valid_from <= on,
        or_(table.valid_to.is_(None), table.valid_to >= on),
    ]


def _held(
    session: Session,
    actor: Actor,
    of: Of[Row],
    *,
    may_write: bool = False,
    is_locked: bool = False,
) -> _Held[Row]:
    action = "product.write" if may_write else "product.read"
    held: Any
    if isinstance(of, OfProduct):
        held = _product(session, actor, of, action, is_locked=is_locked)
    elif isinstance(of, OfKey):
        held = _key(session, actor, of, action, is_locked=is_locked)
        if may_write and of.typed is not None:
            _require_own_key(session, held)
    else:
        raise TypeError(of)
    return cast(_Held[Row], held)


def _product(
    session: Session, actor: Actor, of: OfProduct, action: str, *, is_locked: bool
) -> _Held[ProductLink]:
    product = register.get_own_product(session, actor, of.code)
    permissions.require(actor, action, product)
    if is_locked:
        session.refresh(product, with_for_update=True)
    return _Held(ProductLink, {"product_id": product.id}, product.code, "product")


def _key(
    session: Session, actor: Actor, of: OfKey, action: str, *, is_locked: bool
) -> _Held[KeyLink]:
    organisation = organisations.get_organisation(session, of.organisation, lock=is_locked)
    permissions.require(actor, action, organisation)
    columns: dict[str, Any] = {"organisation_id": organisation.id}
    if of.typed is not None:
        columns["path"] = new_links.read_key(of.typed).path()
    return _Held(KeyLink, columns, organisation.code, "key")


def _require_own_key(session: Session, held: _Held[KeyLink]) -> None:
    organisation = session.get_one(Organisation, held.columns["organisation_id"])
    verification.require_verified(session, organisation.id)
    owning.require_owned(session, organisation, new_links.read_key(held.columns["path"]))


def _count(session: Session, held: _Held[Any]) -> int:
    return session.scalar(select(func.count()).select_from(held.rows().subquery())) or 0


def _get(session: Session, held: _Held[Row], link_id: int) -> Row:
    found: Row | None = session.scalars(held.rows().where(held.table.id == link_id)).first()
    if found is None:
        raise NotFound
    return found


def _fill(row: OwnLink, link: NewLink) -> None:
    for field in fields(NewLink):
        setattr(row, field.name, getattr(link, field.name))


def _record(
    session: Session, held: _Held[Any], what: str, body: dict[str, Any], now: datetime
) -> None:
    path = {"path": held.columns["path"]} if "path" in held.columns else {}
    kind = f"{held.kind}.link_{what}"
    log.append(session, kind=kind, subject=held.subject, body={**body, **path}, now=now)
