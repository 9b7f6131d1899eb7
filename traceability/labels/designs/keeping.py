"""A cooperative's label designs: made, copied, changed, set aside, made the usual one."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import Select, or_, select
from sqlalchemy.orm import Session, joinedload

from accounts import organisations, permissions
from accounts.models import Organisation
from accounts.permissions import Actor
from foundation.errors import Finding, Invalid, NotFound
from products.models import Product
from traceability.labels.designs.design import NEEDED, STANDARD, Design, from_json
from traceability.labels.designs.models import LabelDesign, LabelDesignUse
from traceability.labels.names import named_once
from traceability.labels.papers import keeping as papers

ACTION = "label.issue"
_TAKEN = "label.design_name_taken"


def add(
    session: Session, actor: Actor, organisation: str, name: str, design: Design, *, now: datetime
) -> LabelDesign:
    """Keep a new design of a cooperative's. Raises: Forbidden, NotFound, Invalid."""
    owner = organisations.get_organisation(session, organisation)
    permissions.require(actor, ACTION, owner)
    return _added(session, _row(owner, name, design, now))


def copy(
    session: Session, actor: Actor, design_id: int, name: str, *, now: datetime
) -> LabelDesign:
    """A second design that begins as the first. Raises: Forbidden, NotFound, Invalid."""
    row = _locked(session, actor, design_id)
    return _added(session, _row(row.organisation, name, from_json(row.content), now))


def change(
    session: Session, actor: Actor, design_id: int, name: str, design: Design, *, now: datetime
) -> LabelDesign:
    """Change a design from its next version on; what was ordered keeps the words it was ordered
    with. Raises: Forbidden, NotFound("label.design_not_found"), Invalid."""
    row = _locked(session, actor, design_id)
    _check(design)
    if (name, design.as_json()) != (row.name, row.content):
        with named_once(session, _TAKEN, name):
            row.name, row.content = name, design.as_json()
            row.version += 1
            row.changed_at = now
    return row


def archive(session: Session, actor: Actor, design_id: int, *, now: datetime) -> LabelDesign:
    """Offer a design no more, nor use it by itself anywhere. Raises: Forbidden, NotFound."""
    row = _locked(session, actor, design_id)
    row.archived_at = row.archived_at or now
    session.flush()
    return row


def restore(session: Session, actor: Actor, design_id: int) -> LabelDesign:
    """Offer a design again. Raises: Forbidden, NotFound, Invalid("label.design_name_taken")."""
    row = _locked(session, actor, design_id)
    with named_once(session, _TAKEN, row.name):
        row.archived_at = None
    return row


def get(session: Session, actor: Actor, design_id: int) -> LabelDesign:
    """One's own design. Raises: NotFound("label.design_not_found"), Forbidden."""
    return _own(session, actor, select(LabelDesign).where(LabelDesign.id == design_id))


def list_own(
    session: Session, organisation_ids: tuple[int, ...], *, archived: bool = False
) -> list[LabelDesign]:
    """The designs of some organisations, by name."""
    asked = LabelDesign.archived_at.is_not(None) if archived else LabelDesign.archived_at.is_(None)
    statement = (
        select(LabelDesign)
        .where(LabelDesign.organisation_id.in_(organisation_ids), asked)
        .options(joinedload(LabelDesign.organisation))
        .order_by(LabelDesign.name, LabelDesign.id)
    )
    return list(session.scalars(statement))


def uses(session: Session, organisation_ids: tuple[int, ...]) -> list[LabelDesignUse]:
    """Where the designs of some organisations are the usual ones."""
    statement = (
        select(LabelDesignUse)
        .join(LabelDesign)
        .where(
            LabelDesignUse.organisation_id.in_(organisation_ids), LabelDesign.archived_at.is_(None)
        )
        .options(joinedload(LabelDesignUse.design), joinedload(LabelDesignUse.product))
        .order_by(LabelDesignUse.id)
    )
    return list(session.scalars(statement))


def make_usual(
    session: Session, actor: Actor, design_id: int, product: str | None, layout: str
) -> LabelDesignUse:
    """Use a design by itself for a product (code), on a paper, for both, or everywhere.

    Raises: Forbidden, NotFound, Invalid("label.design_archived", "label.layout_unknown",
    "label.product_unknown").
    """
    row = _locked(session, actor, design_id)
    if row.archived_at is not None:
        raise Invalid([Finding("label.design_archived", {"name": row.name}, "design")])
    product_id = _product_id(session, row.organisation_id, product)
    if layout:
        try:
            papers.get_layout(session, row.organisation_id, layout)
        except NotFound as error:
            raise Invalid([Finding(error.code, error.params, "layout")]) from None
    same = (LabelDesignUse.organisation_id == row.organisation_id) & (
        LabelDesignUse.layout == layout
    )
    found = session.scalar(
        select(LabelDesignUse)
        .where(same, LabelDesignUse.product_id.is_not_distinct_from(product_id))
        .with_for_update()
    )
    if found is None:
        found = LabelDesignUse(
            organisation_id=row.organisation_id, product_id=product_id, layout=layout
        )
        session.add(found)
    found.design_id = row.id
    session.flush()
    return found


def drop_use(session: Session, actor: Actor, design_id: int, use_id: int) -> None:
    """Use a design by itself there no more. Raises: Forbidden, NotFound."""
    row = _locked(session, actor, design_id)
    found = session.get(LabelDesignUse, use_id)
    if found is not None and found.design_id == row.id:
        session.delete(found)
        session.flush()


def usual(
    session: Session, organisation_id: int, product_id: int, layout: str
) -> LabelDesign | None:
    """The design used by itself: of product and paper, else of the product, else of the paper,
    else of all; none where nothing was said."""
    rank = (
        LabelDesignUse.product_id.is_(None).asc(),
        (LabelDesignUse.layout == "").asc(),
    )
    statement = (
        select(LabelDesign)
        .join(LabelDesignUse, LabelDesignUse.design_id == LabelDesign.id)
        .where(
            LabelDesignUse.organisation_id == organisation_id,
            LabelDesign.archived_at.is_(None),
            or_(LabelDesignUse.product_id == product_id, LabelDesignUse.product_id.is_(None)),
            LabelDesignUse.layout.in_(("", layout)),
        )
        .order_by(*rank)
        .limit(1)
    )
    return session.scalar(statement)


def chosen(
    session: Session, organisation_id: int, product_id: int, layout: str, design_id: int | None
) -> LabelDesign | None:
    """The design an order names (0: the standard one), or the usual one where it names none.

    Raises: Invalid("label.design_unknown") for another's or one set aside.
    """
    if design_id is None:
        return usual(session, organisation_id, product_id, layout)
    if design_id == 0:
        return None
    row = session.get(LabelDesign, design_id)
    if row is None or row.organisation_id != organisation_id or row.archived_at is not None:
        raise Invalid([Finding("label.design_unknown", {}, "design")])
    return row


def content_of(row: LabelDesign | None) -> Design:
    """What a design says; the standard one without a row."""
    return from_json(row.content) if row is not None else STANDARD


def _locked(session: Session, actor: Actor, design_id: int) -> LabelDesign:
    """One's own design, to be written by nobody else meanwhile."""
    statement = select(LabelDesign).where(LabelDesign.id == design_id)
    return _own(session, actor, statement.with_for_update(of=LabelDesign))


def _own(session: Session, actor: Actor, statement: Select[Any]) -> LabelDesign:
    row: LabelDesign | None = session.scalar(
        statement.options(joinedload(LabelDesign.organisation))
    )
    if row is None:
        raise NotFound("label.design_not_found")
    permissions.require(actor, ACTION, row)
    return row


def _product_id(session: Session, organisation_id: int, code: str | None) -> int | None:
    if not code:
        return None
    found = session.scalar(
        select(Product.id).where(Product.code == code, Product.organisation_id == organisation_id)
    )
    if found is None:
        raise Invalid([Finding("label.product_unknown", {}, "product")])
    return found


def _row(owner: Organisation, name: str, design: Design, now: datetime) -> LabelDesign:
    _check(design)
    row = LabelDesign(
        organisation_id=owner.id,
        commune_code=owner.commune_code,
        province_code=owner.province_code,
        name=name,
        version=1,
        content=design.as_json(),
        created_at=now,
        changed_at=now,
    )
    row.organisation = owner
    return row


def _check(design: Design) -> None:
    missing = [fact for fact in NEEDED if fact not in design.facts]
    if missing:
        raise Invalid([Finding("label.design_needs_lot", {}, "facts")])


def _added(session: Session, row: LabelDesign) -> LabelDesign:
    with named_once(session, _TAKEN, row.name):
        session.add(row)
    return row
