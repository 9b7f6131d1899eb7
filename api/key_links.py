"""Links of an organisation's codes: lots, growing areas, places, units, papers.

For what bears a product's number as a whole see the product's own links.
"""

from __future__ import annotations

from typing import Any

from flask import Response

from accounts.doors import current_actor
from api.blueprints import Blueprint
from api.product_links import new_link, told
from foundation import clock, db, web
from traceability.linking import faults, own_links
from traceability.linking.models import KeyLink
from traceability.linking.own_links import OfKey
from traceability.linking.schemas import (
    CheckedLinkSchema,
    KeyLinkForm,
    KeyLinkListSchema,
    KeyLinkSchema,
    KeyLinksQuery,
    OwnLinkForm,
)

blueprint = Blueprint(
    "api_key_links",
    __name__,
    url_prefix="/api/v1/organisations/<code>/links",
    description="Links of an organisation's codes",
)


@blueprint.get("")
@web.guarded("product.read")
@blueprint.arguments(KeyLinksQuery, location="query")
@blueprint.response(200, KeyLinkListSchema)
def list_links(query: dict[str, Any], code: str) -> dict[str, Any]:
    """The links of the organisation's codes, or of one, those of other days too."""
    of = OfKey(code, query.get("path"))
    with db.reading() as session:
        page = own_links.list_keys(
            session, current_actor(), of, cursor=query.get("cursor"), size=query["limit"]
        )
        return {"items": [_told(code, one) for one in page.items], "next": page.next_cursor}


@blueprint.post("")
@web.guarded("product.write")
@blueprint.arguments(KeyLinkForm)
@blueprint.made_at(KeyLinkSchema, "/organisations/{organisation}/links/{id}")
def add_link(given: dict[str, Any], code: str) -> dict[str, Any]:
    """Add a link to one code: of an own lot, location number or unit, or under the own prefix."""
    of = OfKey(code, given.pop("path"))
    with db.transaction() as session:
        made = own_links.add(session, current_actor(), of, new_link(given), now=clock.now())
        return _told(code, made)


@blueprint.post("/check")
@web.guarded("product.write")
@blueprint.arguments(KeyLinkForm)
@blueprint.response(200, CheckedLinkSchema)
def check_link(given: dict[str, Any], code: str) -> dict[str, Any]:
    """Tell whether a link could be added, and everything against it; nothing is kept."""
    of = OfKey(code, given.pop("path"))
    with db.reading() as session:
        found = own_links.check(session, current_actor(), of, new_link(given))
    return {"valid": not found, "errors": [faults.told(finding) for finding in found]}


@blueprint.get("/<int:link_id>")
@web.guarded("product.read")
@blueprint.response(200, KeyLinkSchema)
def get_link(code: str, link_id: int) -> dict[str, Any]:
    """One link."""
    with db.reading() as session:
        return _told(code, own_links.get(session, current_actor(), OfKey(code), link_id))


@blueprint.put("/<int:link_id>")
@web.guarded("product.write")
@blueprint.arguments(OwnLinkForm)
@blueprint.response(200, KeyLinkSchema)
def change_link(given: dict[str, Any], code: str, link_id: int) -> dict[str, Any]:
    """Put another link in this one's place, of the same code."""
    now = clock.now()
    with db.transaction() as session:
        kept = own_links.change(
            session, current_actor(), OfKey(code), link_id, new_link(given), now=now
        )
        return _told(code, kept)


@blueprint.delete("/<int:link_id>")
@web.guarded("product.write")
@blueprint.response(204)
def remove_link(code: str, link_id: int) -> Response:
    """Take a link off; what it was stays on record."""
    with db.transaction() as session:
        own_links.remove(session, current_actor(), OfKey(code), link_id, now=clock.now())
    return Response(status=204)


def _told(code: str, link: KeyLink) -> dict[str, Any]:
    return {"organisation": code, "path": link.path, **told(link)}
