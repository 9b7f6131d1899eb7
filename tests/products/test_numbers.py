"""A corrected number keeps old labels alive and is never another product's."""

from datetime import datetime

import pytest
from sqlalchemy.orm import Session

from accounts.permissions import SYSTEM
from foundation.errors import Invalid, Refused
from products import numbers, register
from tests.growing_areas.factories import make_organisation
from tests.products.factories import make_product

WRONG, RIGHT = "08930001000018", "08930001000117"


def test_a_product_is_found_by_every_number_it_bore(session: Session, now: datetime) -> None:
    product = make_product(session, make_organisation(session, now), now=now, gtin=WRONG)

    numbers.correct(session, SYSTEM, product.code, RIGHT, "Chép nhầm", now=now)

    assert product.gtin == RIGHT
    assert register.find_by_gtin(session, RIGHT) is product
    assert register.find_by_gtin(session, WRONG) is product
    (past,) = numbers.past_numbers(session, product.id)
    assert (past.gtin, past.reason) == (WRONG, "Chép nhầm")


def test_a_past_number_is_never_given_to_another(session: Session, now: datetime) -> None:
    maker = make_organisation(session, now)
    product = make_product(session, maker, now=now, gtin=WRONG)
    numbers.correct(session, SYSTEM, product.code, RIGHT, "Chép nhầm", now=now)

    with pytest.raises(Refused, match=r"product\.gtin_taken"):
        make_product(session, maker, now=now, name="Trà", gtin=WRONG)


def test_a_number_may_be_corrected_back(session: Session, now: datetime) -> None:
    product = make_product(session, make_organisation(session, now), now=now, gtin=WRONG)
    numbers.correct(session, SYSTEM, product.code, RIGHT, "Nhầm", now=now)
    numbers.correct(session, SYSTEM, product.code, WRONG, "Vẫn là mã cũ", now=now)

    assert product.gtin == WRONG
    assert [past.gtin for past in numbers.past_numbers(session, product.id)] == [RIGHT]


def test_a_wrong_number_and_the_same_one_are_refused(session: Session, now: datetime) -> None:
    product = make_product(session, make_organisation(session, now), now=now, gtin=WRONG)

    with pytest.raises(Invalid):
        numbers.correct(session, SYSTEM, product.code, "08930001000010", "Nhầm", now=now)
    with pytest.raises(Refused, match=r"product\.gtin_same"):
        numbers.correct(session, SYSTEM, product.code, WRONG, "Nhầm", now=now)


def test_a_number_under_another_s_confirmed_prefix_is_refused(
    session: Session, now: datetime
) -> None:
    brand = make_organisation(session, now, name="Chủ đầu mã")
    maker = make_organisation(session, now, name="Nơi làm")
    brand.gs1_prefix = "8930001"
    # Its own word alone keeps nobody from a number.
    product = make_product(session, maker, now=now, gtin=WRONG)
    brand.gs1_prefix_confirmed_at = now
    session.flush()

    with pytest.raises(Refused, match=r"product\.gtin_of_another"):
        make_product(session, maker, now=now, name="Trà", gtin=RIGHT)
    with pytest.raises(Refused, match=r"product\.gtin_of_another"):
        numbers.correct(session, SYSTEM, product.code, RIGHT, "Nhầm", now=now)
    assert make_product(session, brand, now=now, name="Cốm", gtin=RIGHT).gtin == RIGHT
    # The number it bore before the other's prefix was confirmed stays with it.
    details = register.ProductDetails(name="Gạo", gtin=WRONG)
    assert register.update(session, SYSTEM, product.code, details, now=now).gtin == WRONG


@pytest.mark.parametrize(
    ("gtin", "is_outside"),
    [
        (WRONG, False),
        ("18930001000015", False),
        ("08935000000014", True),
        ("00000096385074", False),
    ],
)
def test_a_number_outside_the_own_prefix_is_told_of(
    session: Session, now: datetime, gtin: str, is_outside: bool
) -> None:
    maker = make_organisation(session, now)
    maker.gs1_prefix, maker.gs1_prefix_confirmed_at = "8930001", now
    product = make_product(session, maker, now=now)
    product.gtin = gtin

    assert numbers.is_outside_own_prefix(product, maker) is is_outside
