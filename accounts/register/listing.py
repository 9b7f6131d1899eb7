"""The register as an office reads it: whose word for this year is still out, and where."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Select, exists
from sqlalchemy.orm import Session

from accounts import organisations
from accounts.models import Organisation
from accounts.organisations import OrganisationQuery
from accounts.permissions import Actor
from accounts.register.models import CooperativeConfirmation
from foundation import clock, paging
from foundation.paging import Page


@dataclass(frozen=True)
class RegisterQuery(OrganisationQuery):
    """The filters of the register; ``confirmed`` is "yes" or "no", for the present year."""

    kind: str | None = "cooperative"
    confirmed: str | None = None


def list_register(
    session: Session, actor: Actor, query: RegisterQuery, *, now: datetime
) -> Page[Organisation]:
    """The cooperatives of the actor's territory, by name."""
    key = (Organisation.sort_key, Organisation.id)
    found = selection(actor, query, now=now)
    return paging.fetch(session, found, key, cursor=query.cursor, size=query.size)


def selection(actor: Actor, query: RegisterQuery, *, now: datetime) -> Select[Organisation]:
    """The cooperatives of a list, unordered (the export reads the same ones)."""
    statement = organisations.selection(actor, query)
    if query.confirmed is None:
        return statement
    this_year = exists().where(
        CooperativeConfirmation.organisation_id == Organisation.id,
        CooperativeConfirmation.year == clock.business_day(now).year,
    )
    return statement.where(this_year if query.confirmed == "yes" else ~this_year)
