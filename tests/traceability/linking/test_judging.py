"""The strict verdict on a URI is the one GS1's own engine gives."""

import csv
from datetime import date
from importlib import resources
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from traceability.linking import content, identifiers, judging

HOST = "https://id.example.vn"
ITEM = "/01/08930001000018"
STANDARD = Path(__file__).resolve().parents[4] / "shared" / "standards"


def faults(uri: str) -> list[str]:
    return [found.code for found in judging.judge(uri).findings]


@pytest.mark.parametrize(
    ("uri", "canonical"),
    [
        ("https://a/01/12312312312333", "/01/12312312312333"),
        ("HTTP://a/00/006141411234567890", "/00/006141411234567890"),
        ("https://[2001:db8::1]:8443/x/01/12312312312333", "/01/12312312312333"),
        ("https://a/00/faux/00/006141411234567890", "/00/006141411234567890"),
        (f"{HOST}/vn{ITEM}/10/L1?11=260115&15=270115", f"{ITEM}/10/L1?11=260115&15=270115"),
        (f"{HOST}/01/1/414/8930001000018", "/414/8930001000018"),
        (f"{HOST}{ITEM}?99=b&15=260200&utm_source=zalo&flag#top", f"{ITEM}?15=260200&99=b"),
        (f"{HOST}{ITEM}/10/A%2fB+%2", f"{ITEM}/10/A%2FB%2B%252"),
        (f"{HOST}{ITEM}/22/2A/10/L/21/9", f"{ITEM}/22/2A/10/L/21/9"),
        (f"{HOST}{ITEM}/235/X?10=L", f"{ITEM}/235/X?10=L"),
        (
            f"{HOST}/00/089300010000000018?02=08930001000018&37=24&10=L1",
            "/00/089300010000000018?02=08930001000018&37=24&10=L1",
        ),
        (f"{HOST}/415/8930001000018/8020/A?3912=7041", "/415/8930001000018/8020/A?3912=7041"),
        (f"{HOST}/8013/1987654Ad4X4bL5ttr2310c2K", "/8013/1987654Ad4X4bL5ttr2310c2K"),
        (f"{HOST}/00/006141411234567890?01=40170725", "/00/006141411234567890?01=00000040170725"),
    ],
)  # fmt: skip
def test_well_formed_addresses_have_one_canonical_form(uri: str, canonical: str) -> None:
    judged = judging.judge(uri)

    assert judged.findings == ()
    assert judged.canonical == "https://id.gs1.org" + canonical


@pytest.mark.parametrize(
    ("rest", "code"),
    [
        (f"{ITEM}/", "link.no_key"),
        (f"{ITEM}/10/", "link.value_empty"),
        ("/01//10/A", "link.value_empty"),
        ("/gtin/08930001000018", "link.no_key"),
        ("/01/8930001000018", "link.value_form"),
        (f"{ITEM}/10/Ch%C3%A8", "link.value_form"),
        (f"{ITEM}/10/A%00B", "link.value_empty"),
        (f"{ITEM}/21/1/10/A", "link.qualifier_order"),
        (f"{ITEM}/22/A/235/B", "link.qualifier_order"),
        (f"{ITEM}?10=A", "link.belongs_in_path"),
        (f"{ITEM}?21=A", "link.belongs_in_path"),
        (f"{ITEM}?8011=1", "link.not_an_attribute"),
        (f"{ITEM}?15=260101&15=260101", "link.duplicate"),
        (f"{ITEM}?01=08930001000018", "link.duplicate"),
        (f"{ITEM}?18=1", "link.identifier_unknown"),
        (f"{ITEM}?15=", "link.value_empty"),
        (f"{ITEM}?15=260230", "link.date_impossible"),
        (f"{ITEM}?91=A+B", "link.value_form"),
        (f"{ITEM}?02=08930001000018", "link.excluded"),
        (f"{ITEM}?3103=001000&3102=000100", "link.excluded"),
        (f"{ITEM}?3922=100", "link.required"),
        ("/415/8930001000018", "link.required"),
        ("/01/08930001000010", "link.check_digit"),
        ("/8010/ABCD1", "link.value_form"),
        ("/8013/1987654Ad4X4bL5ttr2310cXK", "link.check_digit"),
    ],
)
def test_malformed_addresses_are_refused_by_name(rest: str, code: str) -> None:
    assert code in faults(HOST + rest)


@pytest.mark.parametrize(
    ("uri", "code"),
    [
        ("", "link.scheme"),
        ("ftp://a/01/08930001000018", "link.scheme"),
        ("HtTp://a/01/08930001000018", "link.scheme"),
        ("https:///01/08930001000018", "link.malformed"),
        ("https://a$b/01/08930001000018", "link.malformed"),
        ("https://a", "link.malformed"),
        ("https://a/01/08930001000018/10/A B", "link.character"),
        ("https://a/01/08930001000018/10/è", "link.character"),
    ],
)
def test_what_is_no_web_address_is_refused(uri: str, code: str) -> None:
    assert faults(uri) == [code]


@pytest.mark.parametrize(
    ("ai", "good", "bad"),
    [
        ("422", "704", "703 "),
        ("426", "704", "999"),
        ("7030", "999A", "000A"),
        ("4307", "VN", "XX"),
        ("3912", "70410", "00010"),
        ("4309", "18000000003600000000", "18000000010000000000"),
        ("4324", "2601312359", "2601312460"),
        ("4326", "260131", "260100"),
        ("4330", "000010-", "000010+"),
        ("4321", "1", "2"),
        ("4300", "Cty%20A", "Cty%2"),
        ("7007", "260101260131", "26010126013"),
        ("7241", "80", "11"),
        ("7250", "20240229", "20230229"),
        ("7252", "9", "3"),
        ("7258", "9/9", "2/1"),
        ("8001", "12345678901291", "12345678901221"),
        ("8003", "08930001000018AB", "18930001000018AB"),
        ("8006", "089300010000180102", "089300010000180201"),
        ("8007", "BE71096123456769", "BE71096123456760"),
        ("8008", "2601012359", "2601012459"),
        ("8011", "0", "01"),
        ("8110", "012345612345611110123", "712345612345611110123"),
        ("8110", "0123456123456111101233260131", "0123456123456111101233260132"),
        ("8112", "001234561234560123456", "201234561234560123456"),
        ("7040", "1AB-", "1AB!"),
        ("255", "8930001000018123", "8930001000018A"),
    ],
)
def test_values_hold_what_their_identifier_says(ai: str, good: str, bad: str) -> None:
    identifier = identifiers.find(ai)
    assert identifier is not None

    assert content.find_fault(identifier, good) is None
    assert content.find_fault(identifier, bad) is not None


def test_every_row_of_the_table_names_its_source_and_is_understood() -> None:
    table = resources.files("traceability.linking").joinpath("data/application_identifiers.csv")
    rows = list(csv.DictReader(table.read_text("utf-8").splitlines()))

    for row in rows:
        assert row["source"]
        date.fromisoformat(row["valid_from"])
        found = identifiers.find(row["ai"][:4].split("-")[0])
        assert found is not None
        for part in found.parts:
            assert set(part.checks) <= content._CHECKS.keys()
        for group in found.requires:
            assert all(pattern.endswith("n") or identifiers.find(pattern) for pattern in group)
    assert {"00", "01", "253", "255", "401", "402", "414", "415", "417", "8003", "8004", "8006",
            "8010", "8013", "8017", "8018"} == set(identifiers.primary_keys())  # fmt: skip


def test_the_table_says_what_the_published_dictionary_says() -> None:
    source = STANDARD / "gs1-syntax-dictionary.txt"
    if not source.exists():
        pytest.skip("the published dictionary is not here")
    told = [line.split() for line in source.read_text("utf-8").splitlines()]
    lines = [words for words in told if words and words[0][0].isdigit()]

    assert len(lines) > 200
    for words in lines:
        found = identifiers.find(words[0].split("-")[0])
        assert found is not None, words[0]
        flags = words[1] if not words[1][0].isalnum() else ""
        assert found.is_attribute == ("?" in flags)
        assert found.is_fixed_length == ("*" in flags)
        assert (found.sequences is not None) == any(w.startswith("dlpkey") for w in words)
        formats = [w for w in words[1:] if w[0] in "NXYZ[" and any(c.isdigit() for c in w)]
        assert len(found.parts) <= len(formats)


@given(st.text(max_size=80))
def test_any_text_has_a_verdict(text: str) -> None:
    for uri in (text, HOST + ITEM + "/" + text, HOST + ITEM + "?" + text):
        judged = judging.judge(uri)
        assert judged.is_valid == (not judged.findings)
        assert (judged.canonical is not None) == judged.is_valid


@given(st.text(st.sampled_from(content.CSET_82), min_size=1, max_size=20))
def test_a_canonical_form_is_its_own_canonical_form(lot: str) -> None:
    path = judging.path_of((judging.Element("01", "08930001000018"), judging.Element("10", lot)))

    judged = judging.judge(HOST + path)

    assert judged.canonical is not None
    assert judging.judge(judged.canonical).canonical == judged.canonical
