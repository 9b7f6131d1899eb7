"""Organisations for programs."""

from __future__ import annotations

from typing import Any

from accounts import organisations
from accounts.doors import current_actor
from accounts.models import Organisation
from accounts.organisations import OrganisationDetails, OrganisationQuery
from accounts.schemas import (
    OrganisationInput,
    OrganisationListSchema,
    OrganisationSchema,
    OrganisationsQuery,
)
from api.blueprints import Blueprint
from foundation import clock, db, web

blueprint = Blueprint(
    "api_organisations",
    __name__,
    url_prefix="/api/v1",
    description="Cooperatives, households, enterprises, agencies",
)


@blueprint.post("/organisations")
@web.signed_in
@blueprint.arguments(OrganisationInput)
@blueprint.made_at(OrganisationSchema, "/organisations/{code}")
def create_organisation(given: dict[str, Any]) -> dict[str, Any]:
    """Enter an organisation; its enterer becomes manager.

    It stays ``unverified`` until an officer of its place, or an admin, vouches for it; an admin's
    own entry is verified at once.
    """
    with db.transaction() as session:
        made = organisations.create(
            session, current_actor(), OrganisationDetails(**given), now=clock.now()
        )
        return _json(made)


@blueprint.get("/organisations")
@web.signed_in
@blueprint.arguments(OrganisationsQuery, location="query")
@blueprint.response(200, OrganisationListSchema)
def list_organisations(query: dict[str, Any]) -> dict[str, Any]:
    """Those the caller may see: their own, those of their territory, or all; by name."""
    size = query.pop("limit")
    with db.reading() as session:
        page = organisations.list_organisations(
            session, current_actor(), OrganisationQuery(**query, size=size)
        )
        return {"items": [_json(row) for row in page.items], "next": page.next_cursor}


@blueprint.get("/organisations/<code>")
@web.signed_in
@blueprint.response(200, OrganisationSchema)
def get_organisation(code: str) -> dict[str, Any]:
    """One organisation, for its members, officers of its place, and admins."""
    with db.reading() as session:
        return _json(organisations.read(session, current_actor(), code))


def _json(row: Organisation) -> dict[str, Any]:
    return {
        "code": row.code,
        "slug": row.slug,
        "name": row.name,
        "kind": row.kind,
        "tax_type": row.tax_type,
        # A household's tax number is its head's identity number: never sent.
        "tax_code": row.tax_code,
        "gln": row.gln,
        "gs1_prefix": row.gs1_prefix,
        # Null while only the organisation itself says so.
        "gs1_prefix_confirmed_at": row.gs1_prefix_confirmed_at,
        "representative": row.representative,
        "commune_code": row.commune_code,
        "province_code": row.province_code,
        "status": row.status,
        "verified_at": row.verified_at,
        "created_at": row.created_at,
    }
