"""Whose token it is."""

from __future__ import annotations

from typing import Any

from accounts import facts, people
from accounts.doors import current_actor
from accounts.schemas import MeSchema
from accounts.vouchers import handing_out
from accounts.vouchers.schemas import OwnRowListSchema, VoucherSchema
from api.blueprints import Blueprint
from foundation import clock, db, web

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


@blueprint.get("/me/vouchers")
@web.signed_in
@blueprint.response(200, OwnRowListSchema)
def list_vouchers() -> dict[str, Any]:
    """What is recorded about the caller and may be kept as proof."""
    with db.reading() as session:
        rows = handing_out.list_own(session, current_actor())
    return {"items": [{"table": row.table, "key": row.key, "name": row.name} for row in rows]}


@blueprint.get("/me/vouchers/<table>/<int:key>")
@web.signed_in
@blueprint.response(200, VoucherSchema)
def take_voucher(table: str, key: int) -> dict[str, Any]:
    """The caller's own voucher: proof of what was recorded, also after it was erased here."""
    with db.reading() as session:
        return handing_out.take_own(session, current_actor(), table, key, now=clock.now())
