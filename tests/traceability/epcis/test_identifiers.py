"""EPC names, Digital Links and our own addresses: one thing, one address."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from traceability.digital_link import CSET_82, Link, check_digit
from traceability.epcis import identifiers, translation, urns

PAIRS = {
    "urn:epc:id:sgtin:8930001.000001.A%2FB": "/01/08930001000018/21/A%2FB",
    "urn:epc:id:sgtin:893000.0000001.7": "/01/08930000000019/21/7",
    "urn:epc:class:lgtin:8930001.000001.TRASHAN-26A": "/01/08930001000018/10/TRASHAN-26A",
    "urn:epc:idpat:sgtin:8930001.000001.*": "/01/08930001000018",
    "urn:epc:id:sscc:8930001.0000000001": "/00/089300010000000018",
    "urn:epc:id:sgln:8930001.00001.0": "/414/8930001000018",
    "urn:epc:id:sgln:8930001.00001.PLOT-17": "/414/8930001000018/254/PLOT-17",
    "urn:epc:id:pgln:8930001.00001": "/417/8930001000018",
    "urn:epc:id:grai:8930001.00001.7x": "/8003/089300010000187x",
    "urn:epc:idpat:grai:8930001.00001.*": "/8003/08930001000018",
    "urn:epc:id:giai:8930001.cold-1": "/8004/8930001cold-1",
    "urn:epc:id:gsrn:8930001.0000000001": "/8018/893000100000000012",
    "urn:epc:id:gsrnp:8930001.0000000001": "/8017/893000100000000012",
    "urn:epc:id:gdti:8930001.00001.D-9": "/253/8930001000018D-9",
    "urn:epc:id:sgcn:8930001.00001.09": "/255/893000100001809",
    "urn:epc:id:ginc:8930001.ship7": "/401/8930001ship7",
    "urn:epc:id:cpi:8930001.PQ7%2F2.11": "/8010/8930001PQ7%2F2/8011/11",
    "urn:epc:id:itip:8930001.000001.01.02.7": "/8006/089300010000180102/21/7",
    "urn:epc:id:upui:8930001.000001.a(B": "/01/08930001000018/235/a%28B",
}


@pytest.mark.parametrize("name", PAIRS)
def test_an_epc_name_and_its_digital_link_are_one_thing(name: str) -> None:
    link = "https://id.gs1.org" + PAIRS[name]
    prefix = name.split(":")[4].split(".")[0]
    lengths = {prefix: len(prefix)}

    assert identifiers.canonical(name) == link
    assert identifiers.canonical(f"https://shop.example/vn{PAIRS[name]}?15=270101") == link
    assert identifiers.as_urn(link, lengths) == name
    assert identifiers.as_urn(link, {}) is None, "a guess may be another company's name"


@pytest.mark.parametrize(
    "address",
    [
        "urn:epc:id:sgtin:8930001.00001.7",
        "urn:epc:id:sgtin:8930001.000001.",
        "urn:epc:id:sgtin:8930001.000001.a b",
        "urn:epc:id:sgtin:89300.00000001.7",
        "urn:epc:id:sscc:8930001.00000001",
        "urn:epc:id:gid:95100000.12345.400",
        "urn:epc:class:lgtin:8930001.000001." + "L" * 21,
        "urn:uuid:11111111-1111-4111-8111-111111111111",
        "https://example.org/01/08930001000010/21/7",
        "https://example.org/shops/7",
        "https://example.org",
        "tag:example.org,2026:7",
    ],
)
def test_what_is_no_gs1_key_stays_as_it_came(address: str) -> None:
    assert identifiers.canonical(address) == address


def test_our_own_addresses_are_kept_without_our_domain() -> None:
    base = "https://nguon.example"
    ours = identifiers.hosts_of([base])

    assert identifiers.node_address(f"{base}/areas/abc", ours) == "/areas/abc"
    assert identifiers.node_address("https://other.example/t/abc", ours).startswith("https://other")
    assert identifiers.node_address(f"{base}/01/08930001000018/10/L1", ours) == (
        "https://id.gs1.org/01/08930001000018/10/L1"
    )


def test_only_the_narrowest_qualifier_is_left_for_the_hash() -> None:
    address = "https://x.example/01/08930001000018/22/A/10/L1/21/7?15=270101"

    assert identifiers.narrowest(address) == "https://id.gs1.org/01/08930001000018/21/7"
    assert identifiers.canonical(address) == "https://id.gs1.org/01/08930001000018/10/L1/21/7"


@given(
    st.integers(6, 12),
    st.text("0123456789", min_size=13, max_size=13),
    st.text(sorted(CSET_82), min_size=1, max_size=20),
    st.sampled_from(["21", "10"]),
)
def test_every_trade_item_goes_there_and_back(
    length: int, digits: str, serial: str, qualifier: str
) -> None:
    link = Link("01", digits + check_digit(digits), ((qualifier, serial),))

    name = urns.name_of(link, {digits[1 : length + 1]: length})

    assert name is not None
    assert urns.find_link(name) == link
    assert identifiers.canonical(name) == identifiers.canonical(link.canonical())


@given(st.text())
def test_no_text_breaks_the_reader(text: str) -> None:
    for lead in ("", "urn:epc:id:sgtin:", "urn:epc:idpat:itip:8930001.", "https://x.example/01/"):
        assert isinstance(identifiers.canonical(lead + text), str)
        identifiers.as_urn(lead + text, {"": 7})


def test_an_event_is_told_in_the_form_that_is_asked_for() -> None:
    names = {
        "epcList": ["urn:epc:id:sgtin:8930001.000001.7", "https://example.org/7"],
        "quantityList": [{"epcClass": "urn:epc:class:lgtin:8930001.000001.L1", "quantity": 7}],
        "parentID": "urn:epc:id:sscc:8930001.0000000001",
        "readPoint": {"id": "urn:epc:id:sgln:8930001.00001.0", "x:own": "urn:epc:id:sscc:1"},
        "sourceList": [{"type": "location", "source": "urn:epc:id:pgln:8930001.00001"}],
        "bizTransactionList": [{"bizTransaction": "urn:epc:id:gdti:8930001.00001.D"}],
        "sensorElementList": [
            {
                "sensorMetadata": {"deviceID": "urn:epc:id:giai:8930001.cold-1"},
                "sensorReport": [{"type": "Temperature", "rawData": "urn:epc:id:giai:8930001.x"}],
            }
        ],
        "x:own": "urn:epc:id:sscc:8930001.0000000001",
    }

    links = translation.translated(names, "Always_GS1_Digital_Link")

    assert links["epcList"] == [
        "https://id.gs1.org/01/08930001000018/21/7",
        "https://example.org/7",
    ]
    assert links["readPoint"]["x:own"] == "urn:epc:id:sscc:1"
    assert links["x:own"] == names["x:own"]
    assert "urn:epc" not in str(links["sensorElementList"])
    assert translation.translated(links, "Always_EPC_URN", {"893": 7}) == names
    untold = {name: value for name, value in links.items() if name in ("epcList", "parentID")}
    assert translation.translated(untold, "Always_EPC_URN") == untold
    assert translation.translated(names, "Never_Translates") == names
