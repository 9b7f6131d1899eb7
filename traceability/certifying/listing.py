"""Lists of papers: what an organisation holds, what an officer's territory holds."""

from __future__ import annotations

from typing import Any, TypeVar

from sqlalchemy import ColumnElement, Select, func, or_, select, true
from sqlalchemy.orm import Session, joinedload, selectinload

from accounts import permissions
from accounts.permissions import Actor
from foundation import codes, paging
from foundation.paging import Page
from products.models import Product
from traceability.certifying.models import GoodsCertificate, LaboratoryResult
from traceability.models import Batch

Paper = TypeVar("Paper", GoodsCertificate, LaboratoryResult)


def list_certificates(
    session: Session,
    actor: Actor,
    *,
    product: str | None = None,
    batch: str | None = None,
    cursor: str | None = None,
    size: int = paging.DEFAULT_SIZE,
) -> Page[GoodsCertificate]:
    """The certificates an actor may see, the last to end first. Raises: Forbidden, Invalid."""
    statement = certificates_of(actor, product, batch)
    key = (GoodsCertificate.valid_to, GoodsCertificate.id)
    return paging.fetch(session, statement, key, cursor=cursor, size=size, descending=True)


def list_results(
    session: Session,
    actor: Actor,
    *,
    product: str | None = None,
    batch: str | None = None,
    cursor: str | None = None,
    size: int = paging.DEFAULT_SIZE,
) -> Page[LaboratoryResult]:
    """The results an actor may see, the newest sample first. Raises: Forbidden, Invalid."""
    statement = results_of(actor, product, batch)
    key = (LaboratoryResult.sampled_on, LaboratoryResult.id)
    return paging.fetch(session, statement, key, cursor=cursor, size=size, descending=True)


def laboratories(session: Session, actor: Actor, most: int = 12) -> list[str]:
    """The laboratories an actor's organisations had reports of, the last one first."""
    statement = (
        select(LaboratoryResult.laboratory)
        .where(LaboratoryResult.organisation_id.in_(actor.organisation_ids()))
        .group_by(LaboratoryResult.laboratory)
        .order_by(func.max(LaboratoryResult.id).desc())
    )
    return list(session.scalars(statement.limit(most)))


def certificates_of(
    actor: Actor, product: str | None = None, batch: str | None = None
) -> Select[GoodsCertificate]:
    """The statement of the certificates an actor may see. Raises: Forbidden."""
    return _selection(actor, GoodsCertificate, product, batch)


def results_of(
    actor: Actor, product: str | None = None, batch: str | None = None
) -> Select[LaboratoryResult]:
    """The statement of the results an actor may see, with their readings. Raises: Forbidden."""
    return _selection(actor, LaboratoryResult, product, batch).options(
        selectinload(LaboratoryResult.readings), joinedload(LaboratoryResult.area)
    )


def _selection(
    actor: Actor, paper: type[Paper], product: str | None, batch: str | None
) -> Select[Paper]:
    permissions.require(actor, "quality.read")
    statement = (
        select(paper)
        .where(paper.removed_at.is_(None), _visible(actor, paper))
        .options(joinedload(paper.product), joinedload(paper.batch), joinedload(paper.organisation))
    )
    if product:
        wanted: Any = select(Product.id).where(Product.code == codes.normalise(product))
        statement = statement.where(paper.product_id.in_(wanted))
    if batch:
        wanted = select(Batch.id).where(Batch.code == codes.normalise(batch))
        statement = statement.where(paper.batch_id.in_(wanted))
    return statement


def _visible(actor: Actor, paper: type[Paper]) -> ColumnElement[bool]:
    scopes = actor.scopes("officer", "inspector")
    if actor.system or actor.has_role("admin") or "" in scopes:
        return true()
    return or_(
        paper.organisation_id.in_(actor.organisation_ids()),
        paper.commune_code.in_(scopes),
        paper.province_code.in_(scopes),
    )
