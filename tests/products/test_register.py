"""The register of products."""

from datetime import datetime
from decimal import Decimal

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from accounts.permissions import ANONYMOUS, SYSTEM
from foundation.errors import Forbidden, Invalid, NotFound, Refused, Unauthenticated
from ledger.models import LedgerEntry
from products import register
from products.register import ProductDetails
from tests.accounts.factories import (
    THANG_BINH,
    make_member,
    make_official,
    make_organisation,
)
from tests.products.factories import make_product

GTIN = "8930001000018"


def test_a_product_gets_a_code_an_address_and_its_makers_place(
    session: Session, now: datetime
) -> None:
    maker = make_organisation(session, now)

    product = make_product(session, maker, now=now, gtin="893-0001-000018")

    assert product.code.startswith("SP")
    assert product.slug == "ca-phe-bot-truong-son"
    assert product.gtin == "0" + GTIN
    assert (product.commune_code, product.province_code) == ("21238", "51")
    assert register.find_product(session, product.code.lower()) is product
    assert register.find_by_gtin(session, GTIN) is product
    assert register.find_by_gtin(session, "1") is None
    entry = session.scalars(select(LedgerEntry).where(LedgerEntry.subject == product.code)).one()
    assert entry.kind == "product.registered"


def test_two_products_of_one_name_have_two_addresses(session: Session, now: datetime) -> None:
    maker = make_organisation(session, now)

    one, two = (make_product(session, maker, now=now) for _ in range(2))

    assert two.slug == f"{one.slug}-{two.code.lower()}"


def test_a_number_is_given_once(session: Session, now: datetime) -> None:
    maker, other = make_organisation(session, now), make_organisation(session, now)
    product = make_product(session, maker, now=now, gtin=GTIN)

    with pytest.raises(Refused, match=r"product\.gtin_taken"):
        make_product(session, other, now=now, gtin=GTIN)

    with pytest.raises(Refused, match=r"product\.gtin_fixed"):
        register.update(
            session, SYSTEM, product.code, ProductDetails("Cà phê", gtin="96385074"), now=now
        )


def test_a_number_may_be_added_later(session: Session, now: datetime) -> None:
    product = make_product(session, make_organisation(session, now), now=now)

    register.update(session, SYSTEM, product.code, ProductDetails("Chè dây", gtin=GTIN), now=now)

    assert (product.name, product.gtin, product.slug) == (
        "Chè dây",
        "0" + GTIN,
        "ca-phe-bot-truong-son",
    )


def test_everything_wrong_is_told_at_once(session: Session, now: datetime) -> None:
    maker = make_organisation(session, now)
    details = ProductDetails(
        "!!!", gtin="123", ocop_group="nothing", net_content=Decimal(1), net_unit=None
    )

    with pytest.raises(Invalid) as refused:
        register.create(session, SYSTEM, maker.code, "XXX", details, now=now)

    assert [finding.field for finding in refused.value.findings] == [
        "gtin",
        "ocop_group",
        "net_content",
        "name",
        "unit",
    ]


def test_only_the_makers_own_people_enter_its_products(session: Session, now: datetime) -> None:
    maker, other = make_organisation(session, now), make_organisation(session, now)
    stranger, staff = (
        make_member(session, other, now),
        make_member(session, maker, now, role="staff"),
    )
    details = ProductDetails("Chè")

    with pytest.raises(NotFound):
        register.create(session, stranger, maker.code, "KGM", details, now=now)
    with pytest.raises(Forbidden):
        register.create(session, staff, maker.code, "KGM", details, now=now)
    with pytest.raises(Unauthenticated):
        register.create(session, ANONYMOUS, maker.code, "KGM", details, now=now)
    with pytest.raises(NotFound):
        register.create(session, SYSTEM, "KHONGCO", "KGM", details, now=now)


def test_each_sees_their_own_products_and_officers_those_of_their_place(
    session: Session, now: datetime
) -> None:
    here = make_organisation(session, now)
    there = make_organisation(session, now, commune_code=THANG_BINH)
    chè, gạo = (
        make_product(session, here, now=now, name="Chè"),
        make_product(session, there, now=now, name="Gạo"),
    )

    def seen(actor: object) -> list[str]:
        page = register.list_products(session, actor)  # type: ignore[arg-type]
        return [product.name for product in page.items]

    assert seen(make_member(session, there, now)) == [gạo.name]
    assert seen(make_official(session, now)) == [chè.name]
    assert seen(make_official(session, now, scope="")) == ["Chè", "Gạo"]
    assert seen(make_official(session, now, role="admin")) == ["Chè", "Gạo"]
    with pytest.raises(NotFound):
        register.get_own_product(session, make_member(session, there, now), chè.code)


def test_the_list_stands_in_dictionary_order_and_is_searched_without_marks(
    session: Session, now: datetime
) -> None:
    maker = make_organisation(session, now)
    for name in ("Đường phèn", "Dưa hấu", "Êm dịu", "Ăn liền", "An toàn"):
        make_product(session, maker, now=now, name=name)

    page = register.list_products(session, SYSTEM)
    found = register.list_products(session, SYSTEM, q="duong")

    assert [p.name for p in page.items] == [
        "An toàn",
        "Ăn liền",
        "Dưa hấu",
        "Đường phèn",
        "Êm dịu",
    ]
    assert [p.name for p in found.items] == ["Đường phèn"]
