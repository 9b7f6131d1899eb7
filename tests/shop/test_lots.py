"""Which lots packs come from."""

from datetime import date, timedelta
from decimal import Decimal

from hypothesis import given
from hypothesis import strategies as st

from shop.lots import Demand, Lot, allocate, packs_on_sale, whole_packs

DAY = date(2026, 11, 21)
PACK_SIZES = st.sampled_from([Decimal("0.25"), Decimal("0.5"), Decimal(1), Decimal("1.5")])


@st.composite
def shelves(draw: st.DrawFn) -> list[Lot]:
    amounts = draw(st.lists(st.decimals(0, 50, places=3), max_size=8))
    return [
        Lot(
            batch_id=number,
            product_id=draw(st.integers(1, 2)),
            free=amount,
            expires_on=draw(st.none() | st.dates(DAY, DAY + timedelta(days=300))),
            produced_on=DAY,
        )
        for number, amount in enumerate(amounts, start=1)
    ]


demands = st.lists(
    st.builds(Demand, st.integers(1, 2), PACK_SIZES, st.integers(1, 60)), min_size=1, max_size=5
)


def lot(batch_id: int, free: str, days: int | None = 30) -> Lot:
    expires_on = None if days is None else DAY + timedelta(days=days)
    return Lot(batch_id, 1, Decimal(free), expires_on, DAY)


def test_five_packs_over_lots_of_three_and_four_are_three_and_two() -> None:
    plan = allocate([Demand(1, Decimal(1), 5)], [lot(2, "4", 20), lot(1, "3", 10)])

    assert [(part.batch_id, part.packs) for part in plan.slices[0]] == [(1, 3), (2, 2)]


def test_a_pack_never_holds_two_lots() -> None:
    plan = allocate([Demand(1, Decimal(1), 2)], [lot(1, "1.9"), lot(2, "0.9")])

    assert plan.short == {0: 1}


def test_a_lot_without_an_expiry_date_comes_last() -> None:
    plan = allocate([Demand(1, Decimal(1), 1)], [lot(1, "5", None), lot(2, "5", 300)])

    assert plan.slices[0][0].batch_id == 2


def test_two_packs_of_one_product_draw_on_the_same_lot() -> None:
    plan = allocate([Demand(1, Decimal(1), 3), Demand(1, Decimal("0.5"), 3)], [lot(1, "4")])

    assert plan.short == {1: 2}


@given(shelves(), demands)
def test_no_lot_gives_more_than_it_holds(shelf: list[Lot], wanted: list[Demand]) -> None:
    plan = allocate(wanted, shelf)

    given_out: dict[int, Decimal] = {}
    for slices in plan.slices:
        for part in slices:
            given_out[part.batch_id] = given_out.get(part.batch_id, Decimal(0)) + part.quantity
    free = {each.batch_id: each.free for each in shelf}
    assert all(amount <= free[batch_id] for batch_id, amount in given_out.items())


@given(shelves(), demands)
def test_every_demand_is_met_or_told_short_with_what_there_is(
    shelf: list[Lot], wanted: list[Demand]
) -> None:
    plan = allocate(wanted, shelf)

    for place, demand in enumerate(wanted):
        served = sum(part.packs for part in plan.slices[place])
        assert served == plan.short.get(place, demand.packs)
        assert place not in plan.short or served < demand.packs
        assert all(
            part.quantity == part.packs * demand.pack_quantity for part in plan.slices[place]
        )


@given(shelves(), PACK_SIZES)
def test_a_single_demand_for_all_there_is_is_met(shelf: list[Lot], size: Decimal) -> None:
    of_one = [each for each in shelf if each.product_id == 1]
    everything = packs_on_sale(of_one, size)
    if everything:
        assert not allocate([Demand(1, size, everything)], shelf).short
    assert allocate([Demand(1, size, everything + 1)], shelf).short == {0: everything}


@given(st.decimals(-10, 1000, places=3), PACK_SIZES)
def test_whole_packs_fit_and_one_more_does_not(free: Decimal, size: Decimal) -> None:
    packs = whole_packs(free, size)

    assert packs * size <= max(free, Decimal(0))
    assert (packs + 1) * size > free
