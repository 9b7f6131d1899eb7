"""What is told about a place, checked and put into its row."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import cast

from sqlalchemy import delete, or_, select
from sqlalchemy.orm import Session

from accounts import permissions
from accounts.models import Organisation
from accounts.permissions import Actor
from foundation import clock, codes, vietnamese
from foundation.errors import Finding, Invalid
from products import search_keys
from products.models import Product
from products.places.hours import Week
from products.places.kinds import kinds
from products.places.models import TourismPlace, TourismPlaceProduct
from territory import picking, units
from territory.models import Unit


@dataclass(frozen=True)
class PlaceDetails:
    """What is told about a place; ``commune`` is a code or a name, ``position`` (lon, lat)."""

    kind: str
    name: str
    commune: str
    name_en: str | None = None
    organisation: str | None = None
    address: str | None = None
    position: tuple[float, float] | None = None
    description: str | None = None
    description_en: str | None = None
    opening_hours: Week = field(default_factory=dict)
    season: str | None = None
    to_buy: str | None = None
    website: str | None = None
    products: Sequence[str] = ()


@dataclass(frozen=True)
class Where:
    """Where a place lies, for the question whose territory it is."""

    commune_code: str
    province_code: str


def fill(
    session: Session, actor: Actor, place: TourismPlace, details: PlaceDetails, now: datetime
) -> None:
    """Put what is told into the row; whoever tells it has looked: it is confirmed today.

    Raises: Invalid with all that is wrong; Forbidden outside the actor's territory.
    """
    commune, organisation = _checked(session, details, now)
    permissions.require(actor, "place.write", Where(commune.code, commune.province_code))
    place.kind, place.name, place.name_en = details.kind, details.name, details.name_en
    place.name_key = vietnamese.collation_key(details.name)
    place.organisation_id = organisation.id if organisation else None
    place.commune_code, place.province_code = commune.code, commune.province_code
    place.address = details.address
    place.lon, place.lat = details.position or (None, None)
    place.description, place.description_en = details.description, details.description_en
    place.opening_hours = dict(details.opening_hours)
    place.season, place.to_buy, place.website = details.season, details.to_buy, details.website
    place.confirmed_on = clock.business_day(now)
    place.updated_at = now
    place.search = cast(
        str,
        search_keys.folded_vector(
            [
                ("A", details.name),
                ("B", details.name_en or ""),
                ("C", f"{units.label(commune)} {details.address or ''}"),
                ("D", f"{details.description or ''} {details.to_buy or ''}"),
            ]
        ),
    )


def _checked(
    session: Session, details: PlaceDetails, now: datetime
) -> tuple[Unit, Organisation | None]:
    """Where the place lies and who runs it; raises Invalid with everything that is wrong."""
    findings: list[Finding] = []
    if details.kind not in kinds():
        findings.append(Finding("place.unknown_kind", {}, "kind"))
    if not vietnamese.words(details.name):
        findings.append(Finding("product.name_without_words", {}, "name"))
    commune: Unit | None = None
    try:
        commune = picking.resolve(
            session, details.commune, clock.business_day(now), field="commune"
        )
    except Invalid as unresolved:
        findings += unresolved.findings
    organisation = None
    if details.organisation is not None:
        wanted_code = codes.normalise(details.organisation)
        organisation = session.scalar(
            select(Organisation).where(
                Organisation.code == wanted_code, Organisation.status == "verified"
            )
        )
        if organisation is None:
            findings.append(Finding("place.unknown_organisation", {}, "organisation"))
    findings += _products_named(session, details.products)[1]
    if findings or commune is None:
        raise Invalid(findings)
    return commune, organisation


def _products_named(session: Session, typed: Sequence[str]) -> tuple[list[int], list[Finding]]:
    """The products meant by codes or whole names, and what could not be told apart."""
    wishes = [text.strip() for text in typed if text.strip()]
    if not wishes:
        return [], []
    rows = session.execute(
        select(Product.id, Product.code, Product.name_key).where(
            or_(
                Product.code.in_([codes.normalise(wish) for wish in wishes]),
                Product.name_key.in_([vietnamese.collation_key(wish) for wish in wishes]),
            )
        )
    ).all()
    ids: list[int] = []
    findings = []
    for wish in wishes:
        meant = [
            row.id
            for row in rows
            if row.code == codes.normalise(wish) or row.name_key == vietnamese.collation_key(wish)
        ]
        ids += meant[:1]
        if len(meant) != 1:
            code = "place.product_ambiguous" if meant else "place.unknown_product"
            findings.append(Finding(code, {"product": wish[:60]}, "products"))
    return ids, findings


def sell(session: Session, place: TourismPlace, typed: Sequence[str]) -> None:
    """Put down what is sold there anew."""
    session.execute(delete(TourismPlaceProduct).where(TourismPlaceProduct.place_id == place.id))
    ids, _findings = _products_named(session, typed)
    session.add_all(
        TourismPlaceProduct(place_id=place.id, product_id=id_) for id_ in sorted(set(ids))
    )
    session.flush()
