"""Products for programs."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy.orm import Session

from accounts import facts
from accounts.doors import current_actor
from api.blueprints import Blueprint
from foundation import clock, db, web
from products import certificates, register
from products.certificates import Recognition
from products.models import Product
from products.register import ProductDetails
from products.schemas import (
    CertificateInput,
    CertificateSchema,
    ProductInput,
    ProductListQuery,
    ProductListSchema,
    ProductSchema,
)

blueprint = Blueprint(
    "api_products", __name__, url_prefix="/api/v1", description="The product register"
)


@blueprint.post("/products")
@web.guarded("product.write")
@blueprint.arguments(ProductInput)
@blueprint.made_at(ProductSchema, "/products/{code}")
def create_product(given: dict[str, Any]) -> dict[str, Any]:
    """Enter a product of an organisation.

    `unit` (UN/CEFACT: KGM, LTR, H87 …) is what its batches and stock are counted in and stays;
    a `gtin` once given stays too.
    """
    organisation, unit = given.pop("organisation"), given.pop("unit")
    with db.transaction() as session:
        made = register.create(
            session,
            current_actor(),
            organisation,
            unit,
            ProductDetails(**given),
            now=clock.now(),
        )
        return _json(session, [made])[0]


@blueprint.get("/products")
@web.guarded("product.read")
@blueprint.arguments(ProductListQuery, location="query")
@blueprint.response(200, ProductListSchema)
def list_products(query: dict[str, Any]) -> dict[str, Any]:
    """The products the caller may see: their own, those of their territory, or all."""
    with db.reading() as session:
        page = register.list_products(
            session,
            current_actor(),
            q=query["q"],
            group=query["group"],
            cursor=query.get("cursor"),
            size=query["limit"],
        )
        return {"items": _json(session, page.items), "next": page.next_cursor}


@blueprint.get("/products/<code>")
@web.guarded("product.read")
@blueprint.response(200, ProductSchema)
def get_product(code: str) -> dict[str, Any]:
    """One product, for its maker, officers of its place, and admins."""
    with db.reading() as session:
        return _json(session, [register.get_own_product(session, current_actor(), code)])[0]


@blueprint.post("/products/<code>/certificates")
@web.guarded("product.certify")
@blueprint.arguments(CertificateInput)
@blueprint.response(201, CertificateSchema)
def record_certificate(given: dict[str, Any], code: str) -> dict[str, Any]:
    """Record an OCOP star certificate; without `valid_to` it runs for the term in force."""
    with db.transaction() as session:
        made = certificates.record(
            session, current_actor(), code, Recognition(**given), now=clock.now()
        )
        return {
            "product": register.get_product(session, code).code,
            "stars": made.stars,
            "number": made.number,
            "decision": made.decision,
            "valid_from": made.valid_from,
            "valid_to": made.valid_to,
        }


def _json(session: Session, rows: Sequence[Product]) -> list[dict[str, Any]]:
    stars = certificates.stars_on(session, [row.id for row in rows], clock.today())
    makers = facts.organisations_by_id(session, {row.organisation_id for row in rows})
    return [
        {
            "code": row.code,
            "slug": row.slug,
            "organisation": makers[row.organisation_id].code,
            "name": row.name,
            "name_en": row.name_en,
            "gtin": row.gtin,
            "ocop_group": row.ocop_group,
            "stars": stars.get(row.id),
            "unit": row.unit,
            "net_content": row.net_content,
            "net_unit": row.net_unit,
            "shelf_life_days": row.shelf_life_days,
            "storage": row.storage,
            "ingredients": row.ingredients,
            "brand": row.brand,
            "warnings": row.warnings,
            "portal_url": row.portal_url,
            "description": row.description,
            "description_en": row.description_en,
            "commune_code": row.commune_code,
            "province_code": row.province_code,
            "created_at": row.created_at,
        }
        for row in rows
    ]
