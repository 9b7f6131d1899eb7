"""A compressed address says the same as the long one."""

from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from traceability.linking import compression, content, judging, verdicts
from traceability.linking.judging import Element
from traceability.linking.packing import Unreadable

ITEM = Element("01", "08930001000018")
TEXT = st.text(st.sampled_from(content.CSET_82), min_size=1, max_size=20)


@pytest.mark.parametrize(
    "uri",
    [
        "/01/09780345418913/10/ABC123/21/000123?17=261231&99=AbC.d",
        "/01/09780345418913/10/abc/21/7?15=261231",
        "/414/8930001000018/254/PLOT-17",
        "/8003/08930001000018AB",
        "/253/8930001000018",
        "/253/8930001000018007",
        "/255/8930001000018?3902=0012",
        "/8010/8930%23A/8011/12",
        "/00/089300010000000018?02=08930001000018&37=24",
        "/417/8930001000018/7040/1AB-",
        "/01/08930001000018?423=704156&8008=2601012359&3103=000500",
    ],
)
def test_what_is_compressed_comes_back_whole(uri: str) -> None:
    whole = "https://nguon.vn" + uri
    verdict = verdicts.consider(whole)

    assert verdict.compressed is not None
    opened = verdicts.open_compressed(verdict.compressed)
    assert opened is not None
    was, now = judging.judge(whole), judging.judge(opened)
    assert now.path == was.path
    assert set(now.attributes) == set(was.attributes)


def test_the_well_known_sequences_make_it_shorter() -> None:
    part = compression.compress((ITEM, Element("10", "LOT-26A")))

    assert part.startswith("C"), "0B stands for GTIN and lot"
    assert len(part) < len("01/08930001000018/10/LOT-26A")


def test_other_parameters_can_travel_inside() -> None:
    part = compression.compress((ITEM,), [("linkType", "gs1:pip"), ("n", "007")])

    assert compression.decompress(part).others == (("linkType", "gs1:pip"), ("n", "007"))


def test_a_lot_may_be_compressed_behind_a_key_in_full() -> None:
    whole = "https://nguon.vn/01/08930001000018"
    part = compression.compress((Element("10", "A1"),))

    assert verdicts.open_compressed(f"{whole}/{part}") == whole + "/10/A1"


@given(TEXT, TEXT)
def test_any_lot_and_serial_come_back(lot: str, serial: str) -> None:
    elements = (ITEM, Element("10", lot), Element("21", serial))

    assert compression.decompress(compression.compress(elements)).elements == elements


@given(st.text(st.sampled_from("ABCDEFabcdef0123456789-_"), min_size=8, max_size=60))
def test_any_part_is_opened_into_something_well_formed_or_refused(part: str) -> None:
    with suppress(Unreadable):
        opened = compression.decompress(part)
        uri = compression.uncompressed("https://nguon.vn", "", opened)
        assert judging.judge(uri).is_valid


@pytest.mark.parametrize("part", ["abc", "shop-and-more", "A" * 501, "workspace", "Chè-nhà-vườn"])
def test_words_of_our_own_addresses_are_not_taken_for_it(part: str) -> None:
    with pytest.raises(Unreadable):
        compression.decompress(part)
