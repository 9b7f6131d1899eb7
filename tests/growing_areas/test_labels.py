"""The words of pages: where somebody looks for a crop."""

from __future__ import annotations

from growing_areas import labels


def test_crops_stand_in_the_order_of_a_vietnamese_dictionary() -> None:
    by_kind = {kind: [name for _code, name in crops] for kind, crops in labels.crop_options()}
    annual = next(names for names in by_kind.values() if "Lúa" in names)

    assert annual.index("Cà chua") < annual.index("Củ cải") < annual.index("Dưa hấu")
    assert annual.index("Dưa hấu") < annual.index("Đậu bắp") < annual.index("Lúa")
    in_one = [name for _code, name in labels.crop_choices()]
    assert in_one.index("Bưởi") < in_one.index("Chè") < in_one.index("Lúa") < in_one.index("Tôm sú")
    assert len(in_one) == sum(len(names) for names in by_kind.values())
