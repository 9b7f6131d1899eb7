"""Scan addresses are read and refused as GS1's own engine does."""

from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from foundation.errors import Invalid
from traceability import digital_link

LOTS = st.text(st.sampled_from(sorted(digital_link.CSET_82)), min_size=1, max_size=20)


def codes_of(raw_path: str, query: str = "") -> list[str]:
    with pytest.raises(Invalid) as refused:
        digital_link.parse(raw_path, query)
    return [finding.code for finding in refused.value.findings]


def test_a_full_link_is_read_and_has_its_canonical_form() -> None:
    link = digital_link.parse("/01/08930001000018/10/TRASHAN-26A/21/000123")

    assert (link.key, link.value) == ("01", "08930001000018")
    assert (link.lot, link.serial) == ("TRASHAN-26A", "000123")
    expected = "https://id.gs1.org/01/08930001000018/10/TRASHAN-26A/21/000123"
    assert link.canonical() == expected


@pytest.mark.parametrize(
    ("path", "query"),
    [
        ("/414/8930001000018/254/PLOT-17", ""),
        ("/00/089300010000000018", "02=08930001000018&37=24"),
        ("/01/08930001000018/10/L1", "11=260115&15=270115"),
        ("/01/08930001000018/22/2A/10/L1/21/9", ""),
        ("/01/08930001000018/235/X1", ""),
        ("/01/08930001000018/", ""),
        ("/01/08930001000018", "15=260200&utm_source=zalo"),
    ],
)
def test_links_the_engine_accepts_are_accepted(path: str, query: str) -> None:
    assert digital_link.parse(path, query).value


@pytest.mark.parametrize(
    ("path", "query", "code"),
    [
        ("/01/08930001000018/21/1/10/A", "", "link.qualifier_order"),
        ("/01/08930001000018", "10=A", "link.belongs_in_path"),
        ("/01/8930001000018", "", "link.value_form"),
        ("/gtin/08930001000018", "", "link.key_unknown"),
        ("/01/08930001000010", "", "link.check_digit"),
        ("/01/08930001000018/10/Ch%C3%A8", "", "link.value_form"),
        ("/01/08930001000018", "15=260230", "link.date_impossible"),
        ("/01/08930001000018/10", "", "link.malformed"),
        ("/01/08930001000018/10/%2", "", "link.malformed"),
        ("/01/08930001000018/10/%FF", "", "link.malformed"),
        ("/01/08930001000018//10/A", "", "link.malformed"),
        ("/01/08930001000018/17/260101", "", "link.qualifier_unknown"),
        ("/01/08930001000018", "18=1", "link.identifier_unknown"),
        ("/01/08930001000018", "15=", "link.value_empty"),
        ("/01/08930001000018", "15=260101&15=260101", "link.duplicate"),
        ("/01/08930001000018", "22=A", "link.belongs_in_path"),
        ("/01/08930001000018", "7040=1ABC", "link.not_an_attribute"),
        ("/415/8930001000018", "", "link.required"),
        ("/01/08930001000018/10/A/10/B", "", "link.qualifier_order"),
        ("/01/08930001000018/10/" + "A" * 21, "", "link.value_form"),
        ("/01/٠٨٩٣٠٠٠١٠٠٠٠١٨", "", "link.value_form"),
        ("/", "", "link.malformed"),
    ],
)
def test_links_the_engine_refuses_are_refused_by_name(path: str, query: str, code: str) -> None:
    assert codes_of(path, query) == [code]


def test_every_fault_of_a_link_is_told_at_once() -> None:
    found = codes_of("/01/08930001000010/10/Ch%C3%A8", "10=A")

    assert found == ["link.check_digit", "link.value_form", "link.duplicate"]


def test_a_slash_inside_a_lot_survives() -> None:
    link = digital_link.parse("/01/08930001000018/10/A%2FB")

    assert link.lot == "A/B"
    assert link.path() == "/01/08930001000018/10/A%2FB"


@pytest.mark.parametrize(
    ("path", "known", "expected"),
    [
        ("/10/A/B", ("A/B", None), ("A/B", None)),
        ("/10/A/B/21/7", ("A/B", "7"), ("A/B", "7")),
        ("/10/A/21/7/8", ("A", "7/8"), ("A", "7/8")),
        ("/10/A%2", None, ("A%2", None)),
        ("/10/A/21/7", None, ("A", "7")),
    ],
)
def test_a_path_decoded_by_the_server_is_read_as_the_register_knows_it(
    path: str, known: tuple[str, str | None] | None, expected: tuple[str, str | None]
) -> None:
    link = digital_link.parse_decoded(
        "/01/08930001000018" + path, "", lambda link: (link.lot, link.serial) == known
    )

    assert (link.lot, link.serial) == expected


@pytest.mark.parametrize("path", ["/21/1/10/A", "/10/A/21", "/10/A//B", "/10/", "/x"])
def test_a_decoded_path_in_which_a_qualifier_would_disappear_stays_refused(path: str) -> None:
    with pytest.raises(Invalid):
        digital_link.parse_decoded("/01/08930001000018" + path, "", lambda link: False)


@pytest.mark.parametrize(
    ("path", "lot", "serial"),
    [("/10/A/B", "A/B", None), ("/10/A/B/C/21/7", "A/B/C", "7"), ("/10/A/21/7/8", "A", "7/8")],
)
def test_a_slash_in_a_value_nobody_knows_is_part_of_the_value(
    path: str, lot: str, serial: str | None
) -> None:
    link = digital_link.parse_decoded("/01/08930001000018" + path, "", lambda link: False)

    assert (link.lot, link.serial) == (lot, serial)


def test_a_plus_in_the_path_is_a_plus() -> None:
    assert digital_link.parse("/01/08930001000018/10/A+B").lot == "A+B"


@given(LOTS, LOTS)
def test_whatever_is_built_is_read_back(lot: str, serial: str) -> None:
    address = digital_link.build("https://nguon.vn/", "08930001000018", lot=lot, serial=serial)

    link = digital_link.parse(address.removeprefix("https://nguon.vn"))

    assert (link.lot, link.serial) == (lot, serial)


@given(st.text(max_size=60), st.text(max_size=30))
def test_any_text_is_read_or_refused_never_a_crash(path: str, query: str) -> None:
    with suppress(Invalid):
        link = digital_link.parse("/01/08930001000018/10/" + path, query)
        assert digital_link.parse(link.path()).lot == link.lot


@given(st.integers(0, 10**13 - 1), st.integers(0, 13), st.integers(1, 9))
def test_every_single_wrong_digit_is_noticed(number: int, place: int, change: int) -> None:
    body = f"{number:013d}"
    gtin = body + digital_link.check_digit(body)
    wrong = gtin[:place] + str((int(gtin[place]) + change) % 10) + gtin[place + 1 :]

    assert codes_of(f"/01/{wrong}") == ["link.check_digit"]


def test_a_lot_in_vietnamese_letters_cannot_be_printed() -> None:
    with pytest.raises(Invalid):
        digital_link.build("https://nguon.vn", "08930001000018", lot="Chè-1")


def test_a_batch_without_gtin_has_our_own_address() -> None:
    assert digital_link.build_own("https://nguon.vn", "ABC2") == "https://nguon.vn/t/ABC2"
    assert digital_link.build_own("https://nguon.vn/", "ABC2", "X9") == "https://nguon.vn/t/ABC2/X9"
