"""Products as tests need them."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from typing import Any

from sqlalchemy.orm import Session

from accounts.models import Organisation
from accounts.permissions import SYSTEM
from products import certificates, register
from products.certificates import Recognition
from products.models import Product
from products.register import ProductDetails

COFFEE = "Cà phê bột Trường Sơn"


def make_product(
    session: Session,
    organisation: Organisation,
    *,
    now: datetime,
    name: str = COFFEE,
    unit: str = "KGM",
    **details: Any,
) -> Product:
    """A product of an organisation, a 500 g pack counted in kilograms unless told otherwise."""
    if unit == "KGM" and "net_content" not in details:
        details |= {"net_content": Decimal(500), "net_unit": "GRM"}
    details.setdefault("ocop_group", "drinks.soft")
    return register.create(
        session, SYSTEM, organisation.code, unit, ProductDetails(name=name, **details), now=now
    )


def give_stars(
    session: Session, product: Product, stars: int, valid_from: date, *, now: datetime
) -> None:
    """An OCOP recognition from a day on."""
    recognition = Recognition(stars, f"{stars}/{valid_from:%Y}", "QĐ 12/QĐ-UBND", valid_from)
    certificates.record(session, SYSTEM, product.code, recognition, now=now)
