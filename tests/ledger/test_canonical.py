"""One fact, one way of writing it."""

from datetime import UTC, date, datetime, timedelta, timezone
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ledger import canonical

BODIES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
    max_leaves=20,
)


@given(st.dictionaries(st.text(), BODIES))
def test_the_order_of_keys_does_not_matter(body: dict[str, object]) -> None:
    turned = dict(reversed(list(body.items())))

    assert canonical.text(body) == canonical.text(turned)


def test_decimals_days_and_instants_become_texts() -> None:
    hanoi = timezone(timedelta(hours=7))
    body = {
        "q": Decimal("1.500"),
        "d": date(2026, 11, 21),
        "t": datetime(2026, 1, 2, 7, tzinfo=hanoi),
    }

    assert canonical.text(body) == (
        '{"d":"2026-11-21","q":"1.500","t":"2026-01-02T00:00:00.000000+00:00"}'
    )


@pytest.mark.parametrize("body", [{"x": 1.5}, {"x": {1, 2}}, {1: "x"}])
def test_what_has_no_one_form_is_refused(body: object) -> None:
    with pytest.raises(TypeError):
        canonical.text(body)


def test_every_part_of_an_entry_is_committed_to() -> None:
    parts: dict[str, Any] = {
        "kind": "test.noted",
        "subject": "VN-1",
        "body": "{}",
        "nonce": b"n",
        "recorded_at": datetime(2026, 1, 1, tzinfo=UTC),
    }
    others: dict[str, Any] = {
        "kind": "k",
        "subject": "s",
        "body": "b",
        "nonce": b"",
        "recorded_at": datetime(2026, 1, 2, tzinfo=UTC),
    }
    original = canonical.leaf_input(**parts)

    for name, other in others.items():
        assert canonical.leaf_input(**{**parts, name: other}) != original
