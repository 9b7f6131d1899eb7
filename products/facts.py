"""What higher rooms may read of the product register."""

from datetime import date

from sqlalchemy import Select, select

from products import star_terms
from products.models import Product, StarCertificate


def certified_products(day: date) -> Select[int, int]:
    """(organisation, product) of every product that holds a certificate running on a day.

    Whoever owns such a product is an OCOP owner (chủ thể OCOP) on that day.
    """
    return (
        select(Product.organisation_id, Product.id)
        .join(StarCertificate, StarCertificate.product_id == Product.id)
        .where(StarCertificate.valid_from <= day, StarCertificate.valid_to >= day)
        .distinct()
    )


def products_with_stars(day: date, least: int) -> Select[int]:
    """The products that may show at least so many stars on a day."""
    return select(StarCertificate.product_id).where(
        StarCertificate.valid_from <= day,
        StarCertificate.valid_to >= day,
        StarCertificate.stars >= max(least, star_terms.term("shown_from_stars", day)),
    )
