"""Links owners add to their labels: a page of their own, a leaflet, a video, for a time."""

import re
from dataclasses import dataclass, fields
from datetime import date, datetime
from urllib.parse import urlsplit

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from accounts import permissions
from accounts.permissions import Actor
from foundation import clock
from foundation.errors import Finding, Invalid, NotFound, Refused
from ledger import log
from products import register
from products.models import Product
from traceability.linking.kinds import kinds
from traceability.linking.models import ProductLink

MOST_LINKS = 30
_HOST = re.compile(r"(?:[A-Za-z0-9](?:[A-Za-z0-9-]{0,62})\.)+[A-Za-z]{2,63}(?::\d{1,5})?")
_SEEN = re.compile(r"[!-~]+")


@dataclass(frozen=True)
class NewLink:
    """Where it leads, of which kind, what it is called; ``language`` None when any will do."""

    link_type: str
    href: str
    title: str
    valid_from: date
    language: str | None = None
    valid_to: date | None = None


def add(
    session: Session, actor: Actor, product_code: str, link: NewLink, *, now: datetime
) -> ProductLink:
    """Add a link to everything that bears a product's number.

    Raises: Forbidden, NotFound, Invalid, Refused("link.too_many_own").
    """
    product = _locked_product(session, actor, product_code)
    findings = _findings(link)
    if findings:
        raise Invalid(findings)
    if len(of_product(session, product.id)) >= MOST_LINKS:
        raise Refused("link.too_many_own", most=MOST_LINKS)
    made = ProductLink(
        product_id=product.id,
        link_type=link.link_type,
        href=link.href,
        title=link.title,
        language=link.language,
        valid_from=link.valid_from,
        valid_to=link.valid_to,
        added_at=now,
        added_by_id=actor.person_id,
    )
    session.add(made)
    session.flush()
    body = {"type": link.link_type, "href": link.href}
    log.append(session, kind="product.link_added", subject=product.code, body=body, now=now)
    return made


def change(
    session: Session,
    actor: Actor,
    product_code: str,
    link_id: int,
    link: NewLink,
    *,
    now: datetime,
) -> ProductLink:
    """Put another link in a link's place. Raises: Forbidden, NotFound, Invalid."""
    product = _locked_product(session, actor, product_code)
    kept = _get(session, product, link_id)
    findings = _findings(link)
    if findings:
        raise Invalid(findings)
    body = {"from": {"type": kept.link_type, "href": kept.href}}
    for field in fields(NewLink):
        setattr(kept, field.name, getattr(link, field.name))
    session.flush()
    told = {**body, "type": link.link_type, "href": link.href}
    log.append(session, kind="product.link_changed", subject=product.code, body=told, now=now)
    return kept


def check(session: Session, actor: Actor, product_code: str, link: NewLink) -> list[Finding]:
    """What keeps a link from being added; nothing is written. Raises: Forbidden, NotFound."""
    product = register.get_own_product(session, actor, product_code)
    permissions.require(actor, "product.write", product)
    findings = _findings(link)
    if len(of_product(session, product.id)) >= MOST_LINKS:
        findings.append(Finding("link.too_many_own", {"most": MOST_LINKS}))
    return findings


def get(session: Session, actor: Actor, product_code: str, link_id: int) -> ProductLink:
    """One link of a product one may read. Raises: Forbidden, NotFound."""
    return _get(session, register.get_own_product(session, actor, product_code), link_id)


def remove(
    session: Session, actor: Actor, product_code: str, link_id: int, *, now: datetime
) -> None:
    """Take a link off; what it was stays on record. Raises: Forbidden, NotFound."""
    product = _locked_product(session, actor, product_code)
    link = _get(session, product, link_id)
    link.removed_at = now
    body = {"type": link.link_type, "href": link.href}
    log.append(session, kind="product.link_removed", subject=product.code, body=body, now=now)


def of_product(session: Session, product_id: int) -> list[ProductLink]:
    """A product's links, those of past and coming days too, by kind."""
    statement = (
        select(ProductLink)
        .where(ProductLink.product_id == product_id, ProductLink.removed_at.is_(None))
        .order_by(ProductLink.link_type, ProductLink.id)
    )
    return list(session.scalars(statement))


def in_force(session: Session, product_id: int, on: date) -> list[ProductLink]:
    """A product's links of a day."""
    statement = (
        select(ProductLink)
        .where(ProductLink.product_id == product_id, ProductLink.removed_at.is_(None))
        .where(ProductLink.valid_from <= on)
        .where(or_(ProductLink.valid_to.is_(None), ProductLink.valid_to >= on))
        .order_by(ProductLink.link_type, ProductLink.id)
    )
    return list(session.scalars(statement))


def is_in_force(link: ProductLink, now: datetime) -> bool:
    """Whether a label leads there today."""
    today = clock.business_day(now)
    return link.valid_from <= today and (link.valid_to is None or today <= link.valid_to)


def _get(session: Session, product: Product, link_id: int) -> ProductLink:
    link = session.get(ProductLink, link_id)
    if link is None or link.product_id != product.id or link.removed_at is not None:
        raise NotFound
    return link


def _locked_product(session: Session, actor: Actor, code: str) -> Product:
    product = register.get_own_product(session, actor, code)
    permissions.require(actor, "product.write", product)
    session.refresh(product, with_for_update=True)
    return product


def _findings(link: NewLink) -> list[Finding]:
    findings = []
    if link.link_type not in kinds():
        findings.append(Finding("link.kind_unknown", {}, "link_type"))
    if not _is_safe_address(link.href):
        findings.append(Finding("link.not_https", {}, "href"))
    if link.valid_to is not None and link.valid_to < link.valid_from:
        findings.append(Finding("link.ends_before_start", {}, "valid_to"))
    return findings


def _is_safe_address(href: str) -> bool:
    """An https address at a named host: no bare numbers, no passwords, nothing unseen."""
    if len(href) > 500 or not _SEEN.fullmatch(href):
        return False
    try:
        parts = urlsplit(href)
    except ValueError:
        return False
    return parts.scheme == "https" and _HOST.fullmatch(parts.netloc) is not None
