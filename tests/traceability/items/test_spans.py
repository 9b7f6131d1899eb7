"""Spans say of every number what a list of single labels would say."""

from __future__ import annotations

from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from traceability.items import spans
from traceability.items.spans import Span

NUMBERS = 30
laid = st.builds(
    lambda ends, state, act: Span(min(ends), max(ends), state, act),
    st.tuples(st.integers(1, NUMBERS), st.integers(1, NUMBERS)),
    st.sampled_from(spans.STATES),
    st.integers(1, 3),
)


def one_by_one(found: list[Span]) -> dict[int, tuple[str, int]]:
    told: dict[int, tuple[str, int]] = {}
    for each in found:
        for number in range(each.first, each.last + 1):
            assert number not in told, "two spans tell of one number"
            told[number] = (each.state, each.act_id)
    return told


@given(st.lists(laid, max_size=8))
def test_laying_ranges_over_one_another_equals_writing_each_number(acts: list[Span]) -> None:
    standing: list[Span] = []
    written: dict[int, tuple[str, int]] = {}

    for act in acts:
        standing = spans.lay(standing, [act])
        written |= dict.fromkeys(range(act.first, act.last + 1), (act.state, act.act_id))

    assert one_by_one(standing) == written
    assert standing == sorted(standing)
    # Neighbours that say the same are one span, however they came to be.
    for one, next_one in pairwise(standing):
        alike = (one.state, one.act_id) == (next_one.state, next_one.act_id)
        assert not (alike and one.last + 1 == next_one.first)


@given(st.lists(laid, max_size=8), laid)
def test_what_was_cut_out_before_an_act_leads_back_to_it(acts: list[Span], act: Span) -> None:
    before: list[Span] = []
    for each in acts:
        before = spans.lay(before, [each])
    cut = spans.cut(before, act.first, act.last)

    after = spans.lay(before, [act])
    back = spans.lay(after, cut)

    # Numbers nobody had spoken of stay the act's: acts never reach beyond what is printed.
    if not spans.gaps(before, act.first, act.last):
        assert back == before


@given(st.lists(laid, max_size=6), laid)
def test_gaps_are_the_numbers_no_span_covers(acts: list[Span], asked: Span) -> None:
    standing: list[Span] = []
    for each in acts:
        standing = spans.lay(standing, [each])

    told = one_by_one(standing)
    missing = {
        number
        for first, last in spans.gaps(standing, asked.first, asked.last)
        for number in range(first, last + 1)
    }

    assert missing == set(range(asked.first, asked.last + 1)) - set(told)
