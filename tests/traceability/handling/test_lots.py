"""Lots proposed are lots that may be printed."""

from datetime import date
from itertools import islice

from hypothesis import given
from hypothesis import strategies as st

from traceability import digital_link
from traceability.handling import lots, states

DAY = date(2026, 11, 12)


def test_parts_of_a_batch_are_lettered_after_it() -> None:
    found = list(islice(lots.of_part("261112-1", DAY), 28))

    assert found[:2] == ["261112-1-A", "261112-1-B"]
    assert found[25:] == ["261112-1-Z", "261112-1-AA", "261112-1-AB"]


def test_a_lot_as_long_as_may_be_gives_parts_of_the_day() -> None:
    assert next(lots.of_part("X" * 20, DAY)) == "261112-1"


@given(st.text(alphabet="ABCxyz0189-/.:", min_size=1, max_size=20), st.dates())
def test_every_proposal_is_a_lot_and_no_two_are_the_same(parent: str, day: date) -> None:
    found = list(lots.of_part(parent, day))

    assert len(set(found)) == len(found)
    assert all(not digital_link.lot_findings(lot) for lot in found)


def test_nothing_leaves_a_house_unreleased_and_held_goods_only_shrink() -> None:
    assert [state for state in states.STATES if states.allows(state, "ship")] == ["released"]
    assert {state for state in states.STATES if states.allows(state, "split")} == {
        "open",
        "released",
    }
    assert all(set(states.ALLOWED[state]) <= set(states.STEPS) for state in states.STATES)
    assert states.allows("recalled", "waste")
    assert not states.allows("recalled", "release")
