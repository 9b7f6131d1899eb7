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
