"""The register of products: who makes what, under which number, in which OCOP group."""

import secrets
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import cast

from sqlalchemy import Select, false, or_, select, true
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from accounts import permissions
from accounts.models import Organisation
from accounts.permissions import Actor
from foundation import clock, codes, paging, quantity, vietnamese
from foundation.errors import Finding, Invalid, NotFound, Refused
from foundation.paging import Page
from ledger import log
from products import gtin, numbers, ocop_groups, search_keys
from products.models import Product, ProductGtin
from territory import units

CODE_LENGTH = 8

_CHANCE = secrets.SystemRandom()


@dataclass(frozen=True)
class ProductDetails:
    """What a maker says about a product; ``gtin`` as typed or scanned, 8 to 14 digits."""

    name: str
    name_en: str | None = None
    gtin: str | None = None
    ocop_group: str | None = None
    net_content: Decimal | None = None
    net_unit: str | None = None
    shelf_life_days: int | None = None
    storage: str | None = None
    ingredients: str | None = None
    brand: str | None = None
    warnings: str | None = None
    portal_url: str | None = None
    description: str | None = None
    description_en: str | None = None


def create(
    session: Session,
    actor: Actor,
    organisation_code: str,
    unit: str,
    details: ProductDetails,
    *,
    now: datetime,
    chance: codes.Chooser = _CHANCE,
) -> Product:
    """Enter a product of an organisation into the register.

    ``unit`` is what its batches and stock are counted in (KGM, H87 …); it stays for good,
    because prices and quantities elsewhere rest on it.
    Raises: Forbidden, NotFound, Invalid, Refused("product.gtin_taken"),
    Refused("product.gtin_of_another").
    """
    organisation = session.scalar(
        select(Organisation).where(Organisation.code == organisation_code)
    )
    if organisation is None:
        raise NotFound
    permissions.require(actor, "product.write", organisation)
    findings = _findings(details)
    if quantity.find_unit(unit) is None:
        findings.append(Finding("quantity.unit_unknown", {"unit": unit}, "unit"))
    if findings:
        raise Invalid(findings)
    if details.gtin:
        numbers.refuse_anothers(session, details.gtin, organisation.id)
    code = "SP" + codes.new_code(CODE_LENGTH, chance)
    product = Product(
        code=code,
        slug=_free_slug(session, details.name, code),
        organisation_id=organisation.id,
        unit=quantity.get_unit(unit).code,
        commune_code=organisation.commune_code,
        province_code=organisation.province_code,
        created_at=now,
    )
    _fill(session, product, organisation, details, now)
    _write(session, product)
    numbers.hold(session, product, now=now)
    _log(session, "product.registered", product, organisation, now)
    return product


def update(
    session: Session, actor: Actor, code: str, details: ProductDetails, *, now: datetime
) -> Product:
    """Change what a product's maker says about it; its address (slug) stays.

    Raises: Forbidden, NotFound, Invalid, Refused("product.gtin_taken"),
    Refused("product.gtin_fixed"): a number once printed is never given to another thing
    (GS1 GTIN Management Standard).
    """
    product = get_product(session, code)
    permissions.require(actor, "product.write", product)
    findings = _findings(details)
    if findings:
        raise Invalid(findings)
    wanted = gtin.normalise(details.gtin) if details.gtin else None
    if product.gtin is not None and wanted != product.gtin:
        raise Refused("product.gtin_fixed", gtin=gtin.shown(product.gtin))
    if wanted is not None and product.gtin is None:
        numbers.refuse_anothers(session, wanted, product.organisation_id)
    organisation = session.get_one(Organisation, product.organisation_id)
    _fill(session, product, organisation, details, now)
    _write(session, product)
    numbers.hold(session, product, now=now)
    _log(session, "product.changed", product, organisation, now)
    return product


def find_product(session: Session, code: str) -> Product | None:
    """The product of a code, however it was typed, or None."""
    return session.scalar(select(Product).where(Product.code == codes.normalise(code)))


def get_product(session: Session, code: str) -> Product:
    """The product of a code. Raises: NotFound."""
    product = find_product(session, code)
    if product is None:
        raise NotFound
    return product


def get_own_product(session: Session, actor: Actor, code: str) -> Product:
    """The product of a code, for those who may see it in the workspace. Raises: NotFound."""
    product = get_product(session, code)
    permissions.require(actor, "product.read", product)
    return product


def find_by_slug(session: Session, slug: str) -> Product | None:
    """The product at a public address, or None."""
    return session.scalar(select(Product).where(Product.slug == slug))


def find_by_gtin(session: Session, number: str) -> Product | None:
    """The product that bears or ever bore a bar code's number (8 to 14 digits), or None."""
    if gtin.find_fault(number):
        return None
    held = ProductGtin.gtin == gtin.normalise(number)
    statement = select(Product).join(ProductGtin, ProductGtin.product_id == Product.id)
    return session.scalar(statement.where(held))


def list_products(
    session: Session,
    actor: Actor,
    *,
    q: str = "",
    group: str = "",
    cursor: str | None = None,
    size: int = paging.DEFAULT_SIZE,
) -> Page[Product]:
    """The products an actor may see, in dictionary order. Raises: Forbidden, Invalid."""
    permissions.require(actor, "product.read")
    statement = _visible_to(actor)
    query = search_keys.folded_query(q)
    if query is not None:
        statement = statement.where(Product.search_folded.op("@@")(query))
    if group:
        statement = statement.where(
            or_(Product.ocop_group == group, Product.ocop_group.startswith(group + "."))
        )
    return paging.fetch(
        session, statement, [Product.name_key, Product.id], cursor=cursor, size=size
    )


def list_of_organisations(session: Session, organisation_ids: tuple[int, ...]) -> list[Product]:
    """Every product of these organisations, in dictionary order (for choice lists)."""
    statement = (
        select(Product)
        .where(Product.organisation_id.in_(organisation_ids))
        .order_by(Product.name_key, Product.id)
        .limit(1000)
    )
    return list(session.scalars(statement))


def _visible_to(actor: Actor) -> Select[Product]:
    statement = select(Product)
    if actor.system or actor.has_role("admin"):
        return statement
    scopes = actor.scopes("officer")
    return statement.where(
        or_(
            Product.organisation_id.in_(actor.organisation_ids()),
            Product.commune_code.in_(scopes),
            Product.province_code.in_(scopes),
            true() if "" in scopes else false(),
        )
    )


def _findings(details: ProductDetails) -> list[Finding]:
    findings = []
    fault = gtin.find_fault(details.gtin) if details.gtin else None
    if fault:
        findings.append(Finding(fault, {"gtin": details.gtin}, "gtin"))
    if details.ocop_group and details.ocop_group not in ocop_groups.groups():
        findings.append(Finding("product.group_unknown", {}, "ocop_group"))
    if (details.net_content is None) != (details.net_unit is None):
        findings.append(Finding("product.net_content_pair", {}, "net_content"))
    if details.net_unit and quantity.find_unit(details.net_unit) is None:
        findings.append(Finding("quantity.unit_unknown", {"unit": details.net_unit}, "net_unit"))
    if not vietnamese.words(details.name):
        findings.append(Finding("product.name_without_words", {}, "name"))
    return findings


def _fill(
    session: Session,
    product: Product,
    organisation: Organisation,
    details: ProductDetails,
    now: datetime,
) -> None:
    product.name = details.name
    product.name_en = details.name_en
    product.name_key = vietnamese.collation_key(details.name)
    product.gtin = gtin.normalise(details.gtin) if details.gtin else None
    product.ocop_group = details.ocop_group
    product.net_content = details.net_content
    product.net_unit = quantity.get_unit(details.net_unit).code if details.net_unit else None
    product.shelf_life_days = details.shelf_life_days
    product.storage = details.storage
    product.ingredients = details.ingredients
    product.brand = details.brand
    product.warnings = details.warnings
    product.portal_url = details.portal_url
    product.description = details.description
    product.description_en = details.description_en
    product.updated_at = now
    texts = _search_texts(session, product, organisation, now)
    product.search_folded = cast(str, search_keys.folded_vector(texts))
    product.search_exact = cast(str, search_keys.exact_vector(texts))


def _search_texts(
    session: Session, product: Product, organisation: Organisation, now: datetime
) -> search_keys.Weighted:
    commune = units.find_unit(session, product.commune_code, clock.business_day(now))
    place = commune.label if commune else ""
    return [
        ("A", product.name),
        ("B", product.name_en or ""),
        ("C", f"{organisation.name} {place}"),
        ("D", product.description or ""),
    ]


def _free_slug(session: Session, name: str, code: str) -> str:
    slug = "-".join(vietnamese.words(name))[:100].strip("-")
    taken = session.scalar(select(Product.id).where(Product.slug == slug))
    return f"{slug}-{code.lower()}" if taken else slug


def _write(session: Session, product: Product) -> None:
    """Write the row; of two that claim one number or address at once, the second gives way."""
    try:
        with session.begin_nested():
            session.add(product)
            session.flush()
    except IntegrityError as error:
        broken = str(error.orig)
        if "uq_products_gtin" in broken:
            raise Refused("product.gtin_taken", gtin=gtin.shown(product.gtin or "")) from None
        if "uq_products_slug" not in broken:
            raise
        product.slug = f"{product.slug}-{product.code.lower()}"
        session.add(product)
        session.flush()


def _log(
    session: Session, kind: str, product: Product, organisation: Organisation, now: datetime
) -> None:
    body = {
        "organisation": organisation.code,
        "gtin": product.gtin,
        "ocop_group": product.ocop_group,
        "unit": product.unit,
    }
    log.append(session, kind=kind, subject=product.code, body=body, now=now)
