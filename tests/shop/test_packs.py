"""What one pack holds."""

from decimal import Decimal

import pytest

from shop.packs import Pack, of_product


@pytest.mark.parametrize(
    ("unit", "content", "content_unit", "pack"),
    [
        ("KGM", Decimal("500.000"), "GRM", Pack(Decimal("0.500"), "500 g")),
        ("KGM", None, None, Pack(Decimal(1), "1 kg")),
        ("LTR", Decimal("0.75"), "LTR", Pack(Decimal("0.750"), "0,75 lít")),
        ("XBX", Decimal(250), "GRM", Pack(Decimal(1), "hộp 250 g")),
        ("H87", None, None, Pack(Decimal(1), "1 cái")),
        ("TNE", Decimal(1), "GRM", Pack(Decimal(1), "1 g")),
    ],
)
def test_a_pack_is_the_net_content_in_the_stock_unit(
    unit: str, content: Decimal | None, content_unit: str | None, pack: Pack
) -> None:
    assert of_product(unit, content, content_unit) == pack
