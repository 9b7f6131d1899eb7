"""OCOP star certificates: recorded by officers, shown only while they are valid."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import func, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from accounts import permissions
from accounts.permissions import Actor
from foundation.errors import Finding, Invalid, Refused
from ledger import log
from products import register, star_terms
from products.models import StarCertificate


@dataclass(frozen=True)
class Recognition:
    """What a certificate says; without ``valid_to`` it runs the term in force on its first day."""

    stars: int
    number: str
    decision: str
    valid_from: date
    valid_to: date | None = None


def record(
    session: Session, actor: Actor, product_code: str, recognition: Recognition, *, now: datetime
) -> StarCertificate:
    """Enter a product's star certificate.

    Raises: Forbidden, NotFound, Invalid, Refused("certificate.number_taken").
    Source: QĐ 148/QĐ-TTg (24/2/2023) for stars; data/star_terms.csv for how long they last.
    """
    product = register.get_product(session, product_code)
    permissions.require(actor, "product.certify", product)
    valid_to = recognition.valid_to or star_terms.valid_until(recognition.valid_from)
    if valid_to <= recognition.valid_from:
        raise Invalid([Finding("certificate.ends_before_start", {}, "valid_to")])
    certificate = StarCertificate(
        product_id=product.id,
        stars=recognition.stars,
        number=recognition.number,
        decision=recognition.decision,
        valid_from=recognition.valid_from,
        valid_to=valid_to,
        recorded_by_id=actor.person_id,
        recorded_at=now,
    )
    try:
        with session.begin_nested():
            session.add(certificate)
            session.flush()
    except IntegrityError:
        raise Refused("certificate.number_taken", number=recognition.number) from None
    body = {
        "stars": certificate.stars,
        "number": certificate.number,
        "valid_from": certificate.valid_from.isoformat(),
        "valid_to": certificate.valid_to.isoformat(),
    }
    log.append(session, kind="product.certified", subject=product.code, body=body, now=now)
    return certificate


def stars_on(session: Session, product_ids: Iterable[int], day: date) -> dict[int, int]:
    """The stars each product may show on a day; products without any are left out.

    The mark is for three stars or more, and only while the certificate runs
    (QĐ 1162/QĐ-VPĐP-OCOP 2020).
    """
    statement = (
        select(StarCertificate.product_id, func.max(StarCertificate.stars))
        .where(
            StarCertificate.product_id.in_(list(product_ids)),
            StarCertificate.valid_from <= day,
            StarCertificate.valid_to >= day,
            StarCertificate.stars >= star_terms.term("shown_from_stars", day),
        )
        .group_by(StarCertificate.product_id)
    )
    return dict(session.execute(statement).all())


def history(session: Session, product_id: int) -> list[StarCertificate]:
    """Every certificate a product ever had, the newest first."""
    statement = (
        select(StarCertificate)
        .where(StarCertificate.product_id == product_id)
        .order_by(StarCertificate.valid_from.desc(), StarCertificate.id.desc())
    )
    return list(session.scalars(statement))


def is_valid_on(certificate: StarCertificate, day: date) -> bool:
    """Whether a certificate runs on a day."""
    return certificate.valid_from <= day <= certificate.valid_to
