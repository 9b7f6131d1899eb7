"""Whose token it is."""

from __future__ import annotations

from typing import Any

from accounts import facts, people
from accounts.doors import current_actor
from accounts.schemas import MeSchema
from api.blueprints import Blueprint
from foundation import db, web

blueprint = Blueprint("api_me", __name__, url_prefix="/api/v1", description="The caller")


@blueprint.get("/me")
@web.signed_in
@blueprint.response(200, MeSchema)
def me() -> dict[str, Any]:
    """The caller's name, contacts and roles."""
    actor = current_actor()
    with db.reading() as session:
        person = people.get_person(session, actor.person_id or 0)
        codes = facts.organisations_by_id(session, actor.organisation_ids())
        return {
            "name": person.name,
            "email": person.email,
            "phone": person.phone,
            "locale": person.locale,
            "roles": [
                {
                    "role": held.role,
                    "organisation": codes[held.organisation_id].code
                    if held.organisation_id is not None
                    else None,
                    "scope": held.scope,
                }
                for held in actor.held
            ],
        }
