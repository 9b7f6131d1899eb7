"""What higher rooms may read of accounts, for figures, maps and documents. No personal data."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from accounts.models import Organisation
from accounts.register.models import CooperativeProfile


@dataclass(frozen=True)
class OrganisationFact:
    """An organisation as outsiders may know it."""

    id: int
    code: str
    slug: str
    name: str
    kind: str
    tax_type: str
    commune_code: str
    province_code: str
    is_verified: bool


def organisations_by_id(session: Session, ids: Iterable[int]) -> dict[int, OrganisationFact]:
    """Many organisations at once."""
    wanted = set(ids)
    if not wanted:
        return {}
    rows = session.scalars(select(Organisation).where(Organisation.id.in_(wanted)))
    return {row.id: _fact(row) for row in rows}


def verified_organisations(
    session: Session, *, kind: str | None = None, province_code: str | None = None
) -> list[OrganisationFact]:
    """All that somebody vouches for, by name."""
    return first_verified(session, kind=kind, province_code=province_code)[0]


def first_verified(
    session: Session,
    *,
    kind: str | None = None,
    province_code: str | None = None,
    commune_code: str | None = None,
    ids: Collection[int] | None = None,
    limit: int | None = None,
) -> tuple[list[OrganisationFact], int]:
    """The first of those somebody vouches for, by name, and how many they are in all."""
    conditions = [Organisation.status == "verified"]
    if kind:
        conditions.append(Organisation.kind == kind)
    if province_code:
        conditions.append(Organisation.province_code == province_code)
    if commune_code:
        conditions.append(Organisation.commune_code == commune_code)
    if ids is not None:
        conditions.append(Organisation.id.in_(sorted(ids)))
    rows = session.execute(
        select(
            Organisation.id,
            Organisation.code,
            Organisation.slug,
            Organisation.name,
            Organisation.kind,
            Organisation.tax_type,
            Organisation.commune_code,
            Organisation.province_code,
        )
        .where(*conditions)
        .order_by(Organisation.sort_key)
        .limit(limit)
    )
    found = [OrganisationFact(*row, is_verified=True) for row in rows]
    if limit is None or len(found) < limit:
        return found, len(found)
    every = session.scalar(select(func.count()).select_from(Organisation).where(*conditions))
    return found, every or 0


def count_by_kind(session: Session) -> dict[str, int]:
    """How many verified organisations there are of each kind."""
    rows = session.execute(
        select(Organisation.kind, func.count().label("how_many"))
        .where(Organisation.status == "verified")
        .group_by(Organisation.kind)
    )
    return {row.kind: row.how_many for row in rows}


def cooperative_codes_by_commune(session: Session, province_code: str) -> dict[str, list[str]]:
    """Commune → codes of its working, verified cooperatives (linkage indicators count them)."""
    rows = session.execute(
        select(Organisation.commune_code, Organisation.code)
        .outerjoin(CooperativeProfile, CooperativeProfile.organisation_id == Organisation.id)
        .where(
            Organisation.kind == "cooperative",
            Organisation.status == "verified",
            Organisation.province_code == province_code,
            func.coalesce(CooperativeProfile.activity, "active") == "active",
        )
        .order_by(Organisation.commune_code, Organisation.code)
    )
    found: dict[str, list[str]] = {}
    for commune_code, code in rows:
        found.setdefault(commune_code, []).append(code)
    return found


def _fact(row: Organisation) -> OrganisationFact:
    return OrganisationFact(
        row.id,
        row.code,
        row.slug,
        row.name,
        row.kind,
        row.tax_type,
        row.commune_code,
        row.province_code,
        row.is_verified,
    )
