"""What a producer's public page tells of rooms above ``accounts``."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from accounts.models import Organisation
from accounts.ports import ProducerLink, ProducerSection
from foundation import clock
from foundation.i18n import _
from growing_areas.crops import find_crop
from growing_areas.models import GrowingArea
from products import certificates
from products.models import Product
from shop.models import Offer


def areas_of(session: Session, organisation: Organisation) -> ProducerSection | None:
    """Return its growing areas in force, by code."""
    areas = session.scalars(
        select(GrowingArea)
        .where(
            GrowingArea.organisation_id == organisation.id,
            GrowingArea.status == "approved",
            GrowingArea.code.is_not(None),
        )
        .order_by(GrowingArea.code)
    ).all()
    if not areas:
        return None
    links = tuple(
        ProducerLink(f"{area.code} – {area.name}", f"/areas/{area.code}", _crop_name(area))
        for area in areas
    )
    return ProducerSection(_("Vùng trồng đã cấp mã"), links)


def _crop_name(area: GrowingArea) -> str:
    crop = find_crop(area.crop_code)
    return "" if crop is None else crop.name


def products_of(session: Session, organisation: Organisation) -> ProducerSection | None:
    """Return its products on sale, by name."""
    products = session.scalars(
        select(Product)
        .where(
            Product.organisation_id == organisation.id,
            Product.id.in_(select(Offer.product_id).where(Offer.active.is_(True))),
        )
        .order_by(Product.name_key)
    ).all()
    if not products:
        return None
    now: datetime = clock.now()
    stars = certificates.stars_on(
        session, [product.id for product in products], clock.business_day(now)
    )
    links = tuple(
        ProducerLink(
            product.name,
            f"/products/{product.slug}",
            _("OCOP %(stars)s sao", stars=stars[product.id]) if product.id in stars else "",
        )
        for product in products
    )
    return ProducerSection(_("Sản phẩm đang bán"), links)
