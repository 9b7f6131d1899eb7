"""What a batch's page offers first."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from traceability.handling.likeliest import next_steps

SOME = Decimal(10)


@pytest.mark.parametrize(
    ("state", "there", "is_releasable", "has_labels", "expected"),
    [
        ("open", SOME, True, False, ("release", "print")),
        ("open", SOME, False, False, ("print", "ship")),
        ("released", SOME, False, False, ("print", "ship")),
        ("released", SOME, False, True, ("ship", "pack")),
        ("released", Decimal(0), False, True, ("close",)),
        ("held", SOME, True, True, ("release",)),
        ("held", SOME, False, True, ()),
        ("recalled", SOME, False, True, ()),
        ("closed", Decimal(0), False, True, ("reopen",)),
    ],
)
def test_the_likeliest_step_stands_first(
    state: str, there: Decimal, is_releasable: bool, has_labels: bool, expected: tuple[str, ...]
) -> None:
    found = next_steps(state, there, is_releasable=is_releasable, has_labels=has_labels)

    assert found == expected


@given(
    st.sampled_from(["open", "held", "released", "recalled", "closed"]),
    st.decimals(0, 10**6, places=3),
    st.booleans(),
    st.booleans(),
)
def test_no_more_than_two_are_offered_and_none_twice(
    state: str, there: Decimal, is_releasable: bool, has_labels: bool
) -> None:
    found = next_steps(state, there, is_releasable=is_releasable, has_labels=has_labels)

    assert len(found) == len(set(found)) <= 2
