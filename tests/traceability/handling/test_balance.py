"""What went in covers what came out, weighed exactly."""

from decimal import Decimal
from fractions import Fraction

from hypothesis import given
from hypothesis import strategies as st

from products.models import Product
from traceability.handling import amounts as told
from traceability.handling.balance import Excess, Goods, Loss, Recovery, weigh
from traceability.handling.conversions import Pack, in_unit

LOOSE = Pack("KGM")
HALF_KILO_BAG = Pack("XBG", Decimal(500), "GRM")
FRESH, TEA, BAGS = 1, 2, 3
TEA_FROM_FRESH = Recovery(FRESH, TEA, Decimal(100), "KGM", Decimal(18), Decimal(25), "KGM")

amounts = st.decimals(min_value="0.001", max_value="100000", places=3)
units = st.sampled_from(["KGM", "GRM", "DTN", "TNE"])
parts = st.lists(amounts, min_size=1, max_size=5)


def kilograms(amount: str | Decimal, product: int = FRESH) -> Goods:
    return Goods(product, Decimal(amount), "KGM", LOOSE)


def bags(count: str | Decimal) -> Goods:
    return Goods(BAGS, Decimal(count), "XBG", HALF_KILO_BAG)


def test_weight_for_weight_where_nothing_else_is_stated() -> None:
    assert weigh([kilograms("100")], [kilograms("100", TEA)]).excesses == ()

    over = weigh([kilograms("100")], [kilograms("100.001", TEA)])

    assert over.excesses == (Excess(TEA, Decimal("100.001"), Decimal("100.000"), "KGM"),)


def test_a_stated_recovery_is_the_most_and_the_least() -> None:
    def made(amount: str) -> tuple[object, ...]:
        found = weigh([kilograms("1000")], [kilograms(amount, TEA)], [TEA_FROM_FRESH])
        return found.excesses + found.losses

    assert made("250") == made("180") == ()
    assert made("250.5") == (Excess(TEA, Decimal("250.5"), Decimal("250.000"), "KGM"),)
    assert made("120") == (Loss(TEA, Decimal(120), Decimal("180.000"), "KGM"),)


def test_bags_and_kilograms_compare_through_net_content_only() -> None:
    assert weigh([kilograms("10")], [bags("20")]).excesses == ()
    assert weigh([kilograms("10")], [bags("21")]).excesses[0].possible == Decimal("20.000")

    unknown = Goods(BAGS, Decimal(20), "XBG", Pack("XBG"))

    assert weigh([kilograms("10")], [unknown]).incomparable == (BAGS,)


def test_large_bags_give_more_small_ones_of_the_same_weight_and_no_more() -> None:
    large = Goods(FRESH, Decimal(10), "XBG", Pack("XBG", Decimal(5), "KGM"))

    assert weigh([large], [bags("100")]).excesses == ()
    assert weigh([large], [bags("101")]).excesses[0].possible == Decimal("100.000")
    assert weigh([bags("100")], [large]).excesses == ()
    assert weigh([bags("99")], [large]).excesses[0].possible == Decimal("9.900")


def test_a_stated_recovery_compares_what_no_measure_does() -> None:
    oil = Recovery(FRESH, TEA, Decimal(10), "H87", None, Decimal(1), "LTR")
    coconuts = Goods(FRESH, Decimal(100), "H87", Pack("H87"))
    litres = Goods(TEA, Decimal("10.5"), "LTR", Pack("LTR"))

    assert weigh([coconuts], [litres]).incomparable == (TEA,)
    assert weigh([coconuts], [litres], [oil]).excesses[0].possible == Decimal("10.000")


def test_two_products_share_the_weight_of_one_input() -> None:
    found = weigh([kilograms("100")], [kilograms("60", TEA), kilograms("60", BAGS)])

    assert found.excesses == (Excess(None, Decimal("120.000"), Decimal("100.000"), "KGM"),)


def test_a_product_that_takes_up_water_may_outweigh_its_input_when_stated() -> None:
    soaked = Recovery(FRESH, TEA, Decimal(1), "KGM", None, Decimal(3), "KGM")

    found = weigh([kilograms("10")], [kilograms("30", TEA)], [soaked])

    assert found.excesses == ()
    assert found.lost == Decimal("-20.000")


def test_packaging_beside_the_goods_does_not_hinder_the_weighing() -> None:
    boxes = Goods(9, Decimal(5), "XBX", Pack("XBX"))

    assert weigh([kilograms("10"), boxes], [kilograms("10", TEA)]).excesses == ()
    assert weigh([kilograms("10"), boxes], [kilograms("11", TEA)]).excesses


@given(parts, parts)
def test_without_statements_nothing_is_ever_made_out_of_nothing(
    inputs: list[Decimal], outputs: list[Decimal]
) -> None:
    found = weigh(
        [kilograms(each) for each in inputs],
        [kilograms(each, 10 + place) for place, each in enumerate(outputs)],
    )

    assert bool(found.excesses) == (sum(outputs) > sum(inputs))
    assert found.lost == sum(inputs) - sum(outputs)


@given(amounts, parts, st.decimals(min_value="0.001", max_value="5", places=3))
def test_how_an_output_is_cut_into_lines_changes_nothing(
    taken: Decimal, outputs: list[Decimal], most: Decimal
) -> None:
    stated = [Recovery(FRESH, TEA, Decimal(1), "KGM", None, most, "KGM")]

    cut = weigh([kilograms(taken)], [kilograms(each, TEA) for each in outputs], stated)
    whole = weigh([kilograms(taken)], [kilograms(sum(outputs, Decimal(0)), TEA)], stated)

    assert cut == whole
    assert bool(cut.excesses) == (sum(outputs) > taken * most)


@given(parts, amounts, amounts)
def test_another_input_never_makes_a_balanced_step_unbalanced(
    inputs: list[Decimal], output: Decimal, more: Decimal
) -> None:
    goods = [kilograms(each) for each in inputs]
    if weigh(goods, [kilograms(output, TEA)], [TEA_FROM_FRESH]).excesses:
        return

    assert not weigh([*goods, kilograms(more)], [kilograms(output, TEA)], [TEA_FROM_FRESH]).excesses


@given(amounts, units, units, st.decimals(min_value="0.001", max_value="50", places=3))
def test_converting_there_and_back_loses_nothing(
    amount: Decimal, unit: str, other: str, net: Decimal
) -> None:
    pack = Pack("XBG", net, other)

    there = in_unit(amount, unit, "XBG", pack)

    assert there is not None
    assert in_unit(there, "XBG", unit, pack) == Fraction(amount)


def test_less_than_one_pack_is_told_as_that_and_not_as_another_unit() -> None:
    bags = Product(unit="XBG", net_content=Decimal(500), net_unit="GRM")

    assert told.countable(Decimal("0.4"), "KGM", bags) == (None, "XBG")
    little = told.unit_finding("KGM", bags)
    other = told.unit_finding("LTR", bags)

    assert (little.code, little.field) == ("batch.less_than_a_pack", "quantity")
    assert (little.params["net"], little.params["net_unit"]) == (Decimal(500), "g")
    assert other.code == "batch.unit_differs"
