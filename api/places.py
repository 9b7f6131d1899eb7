"""Rural-tourism places for programs."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy.orm import Session

from accounts import facts
from accounts.doors import current_actor
from api.blueprints import Blueprint
from foundation import clock, config, db, web
from products.places import hours, listing, photos, register
from products.places.listing import PlaceWish
from products.places.models import TourismPlace
from products.places.schemas import (
    PlaceInput,
    PlaceListQuery,
    PlaceListSchema,
    PlaceReason,
    PlaceSchema,
    details_of_json,
)

blueprint = Blueprint(
    "api_places", __name__, url_prefix="/api/v1", description="Rural-tourism places"
)


@blueprint.get("/places")
@web.public
@blueprint.arguments(PlaceListQuery, location="query")
@blueprint.response(200, PlaceListSchema)
def list_places(query: dict[str, Any]) -> dict[str, Any]:
    """The places that receive visitors, in dictionary order."""
    cursor, size = query.pop("cursor", None), query.pop("limit")
    with db.reading() as session:
        page = listing.list_public(session, PlaceWish(**query), cursor=cursor, size=size)
        return {"items": _json(session, page.items), "next": page.next_cursor}


@blueprint.get("/places/<slug>")
@web.public
@blueprint.response(200, PlaceSchema)
def get_place(slug: str) -> dict[str, Any]:
    """One place, closed ones included."""
    with db.reading() as session:
        return _json(session, [listing.get_public(session, slug)])[0]


@blueprint.post("/places")
@web.guarded("place.write")
@blueprint.arguments(PlaceInput)
@blueprint.response(201, PlaceSchema)
def create_place(given: dict[str, Any]) -> dict[str, Any]:
    """Enter a place as a draft; officers do, for their territory."""
    with db.transaction() as session:
        made = register.create(session, current_actor(), details_of_json(given), now=clock.now())
        return _json(session, [made])[0]


@blueprint.post("/places/<code>/publish")
@web.guarded("place.write")
@blueprint.response(200, PlaceSchema)
def publish_place(code: str) -> dict[str, Any]:
    """Show a place to everybody."""
    with db.transaction() as session:
        place = register.publish(session, current_actor(), code, now=clock.now())
        return _json(session, [place])[0]


@blueprint.post("/places/<code>/close")
@web.guarded("place.write")
@blueprint.arguments(PlaceReason)
@blueprint.response(200, PlaceSchema)
def close_place(given: dict[str, Any], code: str) -> dict[str, Any]:
    """Say that a place receives nobody any more."""
    with db.transaction() as session:
        place = register.close(session, current_actor(), code, given["reason"], now=clock.now())
        return _json(session, [place])[0]


def _json(session: Session, rows: Sequence[TourismPlace]) -> list[dict[str, Any]]:
    ids = [row.id for row in rows]
    runners = facts.organisations_by_id(session, filter(None, (r.organisation_id for r in rows)))
    pictures = photos.of_places(session, ids)
    sold = listing.product_codes(session, ids)
    base = config.current().base_url
    return [
        {
            "code": row.code,
            "slug": row.slug,
            "kind": row.kind,
            "status": row.status,
            "name": row.name,
            "name_en": row.name_en,
            "organisation": runners[row.organisation_id].code if row.organisation_id else None,
            "commune_code": row.commune_code,
            "province_code": row.province_code,
            "address": row.address,
            "lon": row.lon,
            "lat": row.lat,
            "description": row.description,
            "description_en": row.description_en,
            "opening_hours": hours.schema_org(row.opening_hours),
            "season": row.season,
            "to_buy": row.to_buy,
            "website": row.website,
            "products": sold.get(row.id, []),
            "photos": [
                {"url": f"{base}/files/{photo.full_hash}", "caption": photo.caption}
                for photo in pictures.get(row.id, [])
            ],
            "confirmed_on": row.confirmed_on,
        }
        for row in rows
    ]
