"""Every primary key with every order of its qualifiers, made from the table of identifiers."""

from __future__ import annotations

from itertools import combinations
from typing import Any
from urllib.parse import quote

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from traceability import digital_link
from traceability.linking import content, identifiers, judging, verdicts
from traceability.linking.identifiers import Identifier, Part

_LETTERS = {"N": "0123456789", "X": content.CSET_82, "Y": "#-/0123456789ABCXYZ", "Z": "-0aZ_="}
_PAIR = "23456789ABCDEFGHJKLMNPQRSTUVWXYZ"
# A consumer product variant goes with a GTIN only, whatever the pieces' key lists.
_UNFIT = {("8006", "22")}
SEQUENCES = sorted(
    {
        (key, *chosen)
        for key in identifiers.primary_keys()
        for sequence in (identifiers.find(key) or pytest.fail(key)).sequences or ()
        for count in range(len(sequence) + 1)
        for chosen in combinations(sequence, count)
        if (key, *chosen[:1]) not in _UNFIT
    }
)


def _identifier(ai: str) -> Identifier:
    found = identifiers.find(ai)
    assert found is not None
    return found


@st.composite
def values(draw: Any, ai: str) -> str:
    """A well-formed value of an application identifier."""
    return "".join(draw(_piece(part)) for part in _identifier(ai).parts)


def _piece(part: Part) -> st.SearchStrategy[str]:
    least = part.shortest
    made = st.text(_LETTERS[part.charset], min_size=least, max_size=part.longest)
    if "pieceoftotal" in part.checks:
        return st.sampled_from(["0101", "0312", "9999"])
    if "importeridx" in part.checks:
        return st.sampled_from("-059AZ_az")
    if "zero" in part.checks:
        return st.just("0" * part.longest)
    if "gcppos1" in part.checks or "gcppos2" in part.checks:
        made = (
            st.integers(0, 10**5 - 1)
            .map("{:05d}".format)
            .flatmap(lambda head: made_after(head, part))
        )
    if "csum" in part.checks:
        made = made.map(lambda text: text[:-1] + content.check_digit(text[:-1]))
    if "csumalpha" in part.checks:
        made = made.map(_with_pair)
    if "hasnondigit" in part.checks:
        made = made.map(lambda text: text[:-1] + "A")
    if "nozeroprefix" in part.checks:
        made = made.map(lambda text: "1" + text[1:])
    return st.one_of(st.just(""), made) if part.is_optional else made


def made_after(head: str, part: Part) -> st.SearchStrategy[str]:
    shortest = max(part.shortest - len(head), 1)
    rest = st.text(_LETTERS[part.charset], min_size=shortest, max_size=part.longest - len(head))
    return rest.map(lambda text: head + text)


def _with_pair(text: str) -> str:
    body = (text + "AAAA")[: max(len(text) - 2, 5)][:23]
    weighted = zip(reversed(body), content._PRIMES, strict=False)
    total = sum(content.CSET_82.index(letter) * prime for letter, prime in weighted) % 1021
    return body + _PAIR[total >> 5] + _PAIR[total & 31]


@pytest.mark.parametrize("names", SEQUENCES, ids="/".join)
@settings(max_examples=4, deadline=None)
@given(st.data())
def test_what_is_made_by_the_rules_is_read_back(names: tuple[str, ...], data: Any) -> None:
    made = [(name, data.draw(values(name))) for name in names]
    path = "".join(f"/{name}/{quote(value, safe='')}" for name, value in made)
    if names == ("415",):
        # A payment slip's number always comes with its party's.
        path += "/8020/1"
        made.append(("8020", "1"))

    judged = judging.judge("https://nguon.vn" + path)
    link = digital_link.parse(path)

    assert judged.findings == ()
    assert judged.canonical == "https://id.gs1.org" + path == link.canonical()
    assert [(each.ai, each.value) for each in judged.path] == made
    short = verdicts.consider("https://nguon.vn" + path).compressed
    assert short is not None
    opened = verdicts.open_compressed(short)
    assert opened == "https://nguon.vn" + path


def test_a_variant_of_a_piece_is_refused_as_gs1s_engine_does() -> None:
    found = judging.judge("https://nguon.vn/8006/000000000000000101/22/0").findings

    assert [finding.code for finding in found] == ["link.required"]


@pytest.mark.parametrize("names", [s for s in SEQUENCES if len(s) > 2], ids="/".join)
@settings(max_examples=1, deadline=None)
@given(st.data())
def test_another_order_is_refused(names: tuple[str, ...], data: Any) -> None:
    turned = (names[0], *reversed(names[1:]))
    path = "".join(f"/{name}/{quote(data.draw(values(name)), safe='')}" for name in turned)

    found = judging.judge("https://nguon.vn" + path).findings

    assert "link.qualifier_order" in {finding.code for finding in found}


@pytest.mark.parametrize("key", identifiers.primary_keys())
def test_a_qualifier_of_another_key_is_refused_by_name(key: str) -> None:
    own = {name for sequence in _identifier(key).sequences or () for name in sequence}
    strange = next(name for name in ("10", "7040", "8011") if name not in own)

    found = judging.judge(f"https://nguon.vn/{key}/1/{strange}/1").findings

    assert {"key": key, "qualifier": strange} in [finding.params for finding in found]
