"""What a seller asks of every order: delivery fee, how long it takes, how goods come back."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from accounts import organisations, permissions
from accounts.models import Organisation
from accounts.permissions import Actor
from shop.models import SellerTerms
from shop.pricing import Terms


@dataclass(frozen=True)
class Asked:
    """A seller's terms as entered."""

    delivery_vnd: int
    free_from_vnd: int | None = None
    delivery_days: str | None = None
    returns: str | None = None


def put(
    session: Session, actor: Actor, organisation_code: str, asked: Asked, *, now: datetime
) -> SellerTerms:
    """Set a seller's terms; placed orders keep theirs. Raises: Forbidden, NotFound."""
    organisation = get_shop(session, actor, organisation_code)
    terms = session.get(SellerTerms, organisation.id)
    if terms is None:
        terms = SellerTerms(organisation_id=organisation.id)
        session.add(terms)
    terms.delivery_vnd = asked.delivery_vnd
    terms.free_from_vnd = asked.free_from_vnd
    terms.delivery_days = asked.delivery_days
    terms.returns = asked.returns
    terms.updated_at = now
    session.flush()
    return terms


def get_shop(session: Session, actor: Actor, code: str) -> Organisation:
    """A seller, for those who may set its terms. Raises: Forbidden, NotFound."""
    organisation = organisations.get_organisation(session, code)
    permissions.require(actor, "offer.write", organisation)
    return organisation


def find_terms(session: Session, organisation_id: int) -> SellerTerms | None:
    """A seller's terms, or None when nothing was set (delivery is free then)."""
    return session.get(SellerTerms, organisation_id)


def of_sellers(session: Session, organisation_ids: Iterable[int]) -> dict[int, Terms]:
    """The delivery fees of these sellers; who set none delivers free."""
    ids = set(organisation_ids)
    rows = session.scalars(select(SellerTerms).where(SellerTerms.organisation_id.in_(ids)))
    known = {row.organisation_id: Terms(row.delivery_vnd, row.free_from_vnd) for row in rows}
    return {organisation_id: known.get(organisation_id, Terms()) for organisation_id in ids}
