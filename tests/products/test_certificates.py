"""Star certificates: who records them, and when they show."""

from datetime import date, datetime

import pytest
from sqlalchemy.orm import Session

from foundation.errors import Forbidden, Invalid, NotFound, Refused
from products import certificates, facts
from products.certificates import Recognition
from tests.accounts.factories import make_member, make_official, make_organisation
from tests.products.factories import give_stars, make_product

GIVEN = Recognition(4, "12/OCOP", "QĐ 12/QĐ-UBND", date(2026, 3, 1))


def test_an_officer_of_the_place_records_a_certificate_for_thirty_six_months(
    session: Session, now: datetime
) -> None:
    product = make_product(session, make_organisation(session, now), now=now)
    officer = make_official(session, now)

    made = certificates.record(session, officer, product.code, GIVEN, now=now)

    assert made.valid_to == date(2029, 3, 1)
    assert certificates.stars_on(session, [product.id], date(2029, 3, 1)) == {product.id: 4}
    assert certificates.stars_on(session, [product.id], date(2029, 3, 2)) == {}
    assert certificates.stars_on(session, [product.id], date(2026, 2, 28)) == {}


def test_nobody_certifies_their_own_product_or_another_province(
    session: Session, now: datetime
) -> None:
    maker = make_organisation(session, now)
    product = make_product(session, maker, now=now)

    with pytest.raises(Forbidden):
        certificates.record(session, make_member(session, maker, now), product.code, GIVEN, now=now)
    with pytest.raises(NotFound):
        certificates.record(
            session, make_official(session, now, scope="01"), product.code, GIVEN, now=now
        )


def test_the_highest_of_several_running_certificates_shows(session: Session, now: datetime) -> None:
    product = make_product(session, make_organisation(session, now), now=now)
    give_stars(session, product, 3, date(2024, 5, 1), now=now)
    give_stars(session, product, 5, date(2026, 5, 1), now=now)

    assert certificates.stars_on(session, [product.id], date(2026, 11, 21)) == {product.id: 5}
    assert [row.stars for row in certificates.history(session, product.id)] == [5, 3]


def test_a_number_is_recorded_once_and_ends_after_it_starts(
    session: Session, now: datetime
) -> None:
    product = make_product(session, make_organisation(session, now), now=now)
    officer = make_official(session, now)
    certificates.record(session, officer, product.code, GIVEN, now=now)

    with pytest.raises(Refused, match=r"certificate\.number_taken"):
        certificates.record(session, officer, product.code, GIVEN, now=now)
    backwards = Recognition(3, "1", "QĐ", date(2026, 3, 1), date(2026, 3, 1))
    with pytest.raises(Invalid):
        certificates.record(session, officer, product.code, backwards, now=now)


def test_owners_of_certified_products_are_counted_as_ocop_owners(
    session: Session, now: datetime
) -> None:
    product = make_product(session, make_organisation(session, now), now=now)
    make_product(session, make_organisation(session, now), now=now)
    give_stars(session, product, 3, date(2026, 1, 1), now=now)

    rows = session.execute(facts.certified_products(date(2026, 11, 21))).all()

    assert [tuple(row) for row in rows] == [(product.organisation_id, product.id)]
