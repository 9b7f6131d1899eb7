"""Links of a product's labels, and its corrected numbers, for programs of its owner."""

from __future__ import annotations

from typing import Any

from flask import Response
from sqlalchemy.orm import Session

from accounts.doors import current_actor
from api.blueprints import Blueprint
from foundation import clock, db, web
from products import numbers, register
from products.models import Product
from products.schemas import NumberInput
from traceability.linking import faults, own_links
from traceability.linking.models import OwnLink
from traceability.linking.new_links import NewLink
from traceability.linking.own_links import OfProduct
from traceability.linking.schemas import (
    CheckedLinkSchema,
    NumbersSchema,
    OwnLinkForm,
    OwnLinkListSchema,
    OwnLinkSchema,
)

blueprint = Blueprint(
    "api_product_links",
    __name__,
    url_prefix="/api/v1/products/<code>",
    description="Links of labels and corrected numbers",
)


@blueprint.get("/links")
@web.guarded("product.read")
@blueprint.response(200, OwnLinkListSchema)
def list_links(code: str) -> dict[str, Any]:
    """The links the owner added to a product's labels, those of other days too."""
    with db.reading() as session:
        found = own_links.list_links(session, current_actor(), OfProduct(code))
        return {"items": [_told(code, one) for one in found], "next": None}


@blueprint.post("/links")
@web.guarded("product.write")
@blueprint.arguments(OwnLinkForm)
@blueprint.made_at(OwnLinkSchema, "/products/{product}/links/{id}")
def add_link(given: dict[str, Any], code: str) -> dict[str, Any]:
    """Add a link to everything that bears the product's number; labels need no new print."""
    with db.transaction() as session:
        return _told(
            code,
            own_links.add(
                session, current_actor(), OfProduct(code), new_link(given), now=clock.now()
            ),
        )


@blueprint.post("/links/check")
@web.guarded("product.write")
@blueprint.arguments(OwnLinkForm)
@blueprint.response(200, CheckedLinkSchema)
def check_link(given: dict[str, Any], code: str) -> dict[str, Any]:
    """Tell whether a link could be added, and everything against it; nothing is kept."""
    with db.reading() as session:
        found = own_links.check(session, current_actor(), OfProduct(code), new_link(given))
    return {"valid": not found, "errors": [faults.told(finding) for finding in found]}


@blueprint.get("/links/<int:link_id>")
@web.guarded("product.read")
@blueprint.response(200, OwnLinkSchema)
def get_link(code: str, link_id: int) -> dict[str, Any]:
    """One link."""
    with db.reading() as session:
        return _told(code, own_links.get(session, current_actor(), OfProduct(code), link_id))


@blueprint.put("/links/<int:link_id>")
@web.guarded("product.write")
@blueprint.arguments(OwnLinkForm)
@blueprint.response(200, OwnLinkSchema)
def change_link(given: dict[str, Any], code: str, link_id: int) -> dict[str, Any]:
    """Put another link in this one's place."""
    with db.transaction() as session:
        return _told(
            code,
            own_links.change(
                session, current_actor(), OfProduct(code), link_id, new_link(given), now=clock.now()
            ),
        )


@blueprint.delete("/links/<int:link_id>")
@web.guarded("product.write")
@blueprint.response(204)
def remove_link(code: str, link_id: int) -> Response:
    """Take a link off; what it was stays on record."""
    with db.transaction() as session:
        own_links.remove(session, current_actor(), OfProduct(code), link_id, now=clock.now())
    return Response(status=204)


@blueprint.get("/gtins")
@web.guarded("product.read")
@blueprint.response(200, NumbersSchema)
def list_numbers(code: str) -> dict[str, Any]:
    """The product's number, and those it bore before."""
    with db.reading() as session:
        return _numbers(session, register.get_own_product(session, current_actor(), code))


@blueprint.post("/gtins")
@web.guarded("product.write")
@blueprint.arguments(NumberInput)
@blueprint.response(200, NumbersSchema)
def correct_number(given: dict[str, Any], code: str) -> dict[str, Any]:
    """Give the product the right number; labels that bear the wrong one go on leading to it."""
    with db.transaction() as session:
        product = numbers.correct(
            session, current_actor(), code, given["gtin"], given["reason"], now=clock.now()
        )
        return _numbers(session, product)


def new_link(given: dict[str, Any]) -> NewLink:
    """A link as it was sent; without a first day it is good from today."""
    return NewLink(**{**given, "valid_from": given.get("valid_from") or clock.today()})


def _numbers(session: Session, product: Product) -> dict[str, Any]:
    return {"gtin": product.gtin, "past": numbers.past_numbers(session, product.id)}


def _told(code: str, link: OwnLink) -> dict[str, Any]:
    return {"product": code, **told(link)}


def told(link: OwnLink) -> dict[str, Any]:
    """A link as programs are told of it, but for what it hangs on."""
    return {
        "id": link.id,
        "link_type": link.link_type,
        "href": link.href,
        "title": link.title,
        "language": link.language,
        "context": link.context,
        "valid_from": link.valid_from,
        "valid_to": link.valid_to,
        "in_force": own_links.is_in_force(link, clock.now()),
    }
