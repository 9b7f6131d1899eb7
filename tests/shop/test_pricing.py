"""What a basket costs."""

from hypothesis import given
from hypothesis import strategies as st

from shop.pricing import PricedLine, Terms, missing_for_free_delivery, seller_total

lines = st.lists(
    st.builds(PricedLine, st.integers(1, 100_000_000), st.integers(1, 9_999)), max_size=20
)
terms = st.builds(Terms, st.integers(0, 500_000), st.none() | st.integers(1, 10_000_000))


def test_delivery_is_charged_below_the_free_amount_and_not_from_it_on() -> None:
    asked = Terms(delivery_vnd=30_000, free_from_vnd=300_000)

    below = seller_total([PricedLine(149_999, 2)], asked)
    reached = seller_total([PricedLine(150_000, 2)], asked)

    assert (below.items_vnd, below.delivery_vnd, below.total_vnd) == (299_998, 30_000, 329_998)
    assert (reached.delivery_vnd, reached.total_vnd) == (0, 300_000)
    assert missing_for_free_delivery(below, asked) == 2
    assert missing_for_free_delivery(reached, asked) == 0


def test_nothing_costs_nothing() -> None:
    assert seller_total([], Terms(30_000)).total_vnd == 0


@given(lines, terms)
def test_the_parts_add_up_to_the_total_exactly(basket: list[PricedLine], asked: Terms) -> None:
    total = seller_total(basket, asked)

    assert total.total_vnd == total.items_vnd + total.delivery_vnd
    assert total.items_vnd == sum(line.price_vnd * line.quantity for line in basket)
    assert total.delivery_vnd in (0, asked.delivery_vnd)


@given(lines, terms)
def test_what_is_missing_for_free_delivery_makes_it_free(
    basket: list[PricedLine], asked: Terms
) -> None:
    missing = missing_for_free_delivery(seller_total(basket, asked), asked)

    if missing:
        more = seller_total([*basket, PricedLine(missing, 1)], asked)
        assert more.delivery_vnd == 0
