"""Offers for programs: what is for sale, and putting something on sale."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy.orm import Session

from accounts.doors import current_actor
from api.blueprints import Blueprint
from foundation import clock, config, db, web
from shop import catalogue, offers
from shop.catalogue import Wish
from shop.models import Offer
from shop.offers import OfferTerms
from shop.schemas import OfferInput, OfferListSchema, OfferSchema, OffersQuery, OfferTermsInput

blueprint = Blueprint("api_offers", __name__, url_prefix="/api/v1", description="What is for sale")


@blueprint.post("/offers")
@web.guarded("offer.write")
@blueprint.arguments(OfferInput)
@blueprint.made_at(OfferSchema, "/offers/{code}")
def create_offer(given: dict[str, Any]) -> dict[str, Any]:
    """Put a product on sale; it sells what the product's released batches hold.

    Without `pack` and `pack_quantity` a pack is the product's net content.
    """
    product = given.pop("product")
    with db.transaction() as session:
        made = offers.create(
            session, current_actor(), product, OfferTerms(**given), now=clock.now()
        )
        return _json(session, [made])[0]


@blueprint.put("/offers/<code>")
@web.guarded("offer.write")
@blueprint.arguments(OfferTermsInput)
@blueprint.response(200, OfferSchema)
def change_offer(given: dict[str, Any], code: str) -> dict[str, Any]:
    """Change an offer's price, pack or smallest number, or take it off the shelf."""
    with db.transaction() as session:
        made = offers.update(session, current_actor(), code, OfferTerms(**given), now=clock.now())
        return _json(session, [made])[0]


@blueprint.get("/offers")
@web.public
@blueprint.arguments(OffersQuery, location="query")
@blueprint.response(200, OfferListSchema)
def list_offers(query: dict[str, Any]) -> dict[str, Any]:
    """What is for sale. `q` finds with or without diacritics; `stars` means at least so many."""
    size = query.pop("limit")
    with db.reading() as session:
        page = catalogue.list_offers(session, Wish(**query, size=size), now=clock.now())
        return {"items": _json(session, page.items), "next": page.next_cursor}


@blueprint.get("/offers/<code>")
@web.public
@blueprint.response(200, OfferSchema)
def get_offer(code: str) -> dict[str, Any]:
    """One offer."""
    with db.reading() as session:
        return _json(session, [catalogue.get_on_shelf(session, code)])[0]


def _json(session: Session, rows: Sequence[Offer]) -> list[dict[str, Any]]:
    base_url = config.current().base_url
    return [
        {
            "code": shown.offer.code,
            "product": shown.product.code,
            "name": shown.product.name,
            "slug": shown.product.slug,
            "gtin": shown.product.gtin,
            "seller": shown.seller.code,
            "ocop_group": shown.product.ocop_group,
            "stars": shown.stars,
            "price_vnd": shown.offer.price_vnd,
            "pack": shown.offer.pack,
            "pack_quantity": shown.offer.pack_quantity,
            "unit": shown.product.unit,
            "min_quantity": shown.offer.min_quantity,
            "in_stock": shown.packs_left,
            "commune_code": shown.offer.commune_code,
            "province_code": shown.offer.province_code,
            "active": shown.offer.active,
            "url": f"{base_url}/products/{shown.product.slug}",
        }
        for shown in catalogue.describe(session, rows, now=clock.now())
    ]
