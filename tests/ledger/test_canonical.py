"""One fact, one way of writing it."""

import json
import struct
from datetime import UTC, date, datetime, timedelta, timezone
from decimal import Decimal
from typing import Any

import pytest
import rfc8785
from hypothesis import example, given
from hypothesis import strategies as st

from ledger import canonical

BODIES = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**53) + 1, 2**53 - 1) | st.text(),
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


# Appendix B of RFC 8785, by the bits of the double.
NUMBERS = {
    "0000000000000000": "0",
    "8000000000000000": "0",
    "0000000000000001": "5e-324",
    "8000000000000001": "-5e-324",
    "7fefffffffffffff": "1.7976931348623157e+308",
    "ffefffffffffffff": "-1.7976931348623157e+308",
    "4340000000000000": "9007199254740992",
    "c340000000000000": "-9007199254740992",
    "4430000000000000": "295147905179352830000",
    "44b52d02c7e14af5": "9.999999999999997e+22",
    "44b52d02c7e14af6": "1e+23",
    "44b52d02c7e14af7": "1.0000000000000001e+23",
    "444b1ae4d6e2ef4e": "999999999999999700000",
    "444b1ae4d6e2ef4f": "999999999999999900000",
    "444b1ae4d6e2ef50": "1e+21",
    "3eb0c6f7a0b5ed8c": "9.999999999999997e-7",
    "3eb0c6f7a0b5ed8d": "0.000001",
    "41b3de4355555553": "333333333.3333332",
    "41b3de4355555554": "333333333.33333325",
    "41b3de4355555555": "333333333.3333333",
    "41b3de4355555556": "333333333.3333334",
    "41b3de4355555557": "333333333.33333343",
    "becbf647612f3696": "-0.0000033333333333333333",
    "43143ff3c1cb0959": "1424953923781206.2",
}


@pytest.mark.parametrize(("bits", "written"), NUMBERS.items())
def test_doubles_are_written_as_the_standard_prints_them(bits: str, written: str) -> None:
    assert canonical.number(struct.unpack(">d", bytes.fromhex(bits))[0]) == written


@given(st.floats(allow_nan=False, allow_infinity=False))
def test_a_written_double_is_read_back_as_itself(value: float) -> None:
    assert float(canonical.number(value)) == value


@pytest.mark.parametrize("value", [float("nan"), float("inf"), 2**53, "\ud800"])
def test_what_json_cannot_hold_is_refused(value: object) -> None:
    with pytest.raises(ValueError):
        canonical.document({"x": value})


def test_names_are_sorted_by_their_utf16_units_and_texts_escaped_as_ecmascript_does() -> None:
    names = ["\u20ac", "\r", "\ufb33", "1", "\U0001f600", "\x80", "\xf6"]

    written = canonical.text(dict.fromkeys(names))

    order = ["\r", "1", "\x80", "\xf6", "\u20ac", "\U0001f600", "\ufb33"]
    assert list(json.loads(written)) == order
    assert canonical.text('\u20ac$\u000f\nA\'B"\\\\"/') == (
        '"\u20ac$\\u000f\\nA\'B\\"\\\\\\\\\\"/"'
    )


JSON = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(2**53) + 1, 2**53 - 1)
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
    max_leaves=30,
)


@given(JSON)
@example({"\U0001f600": 1, "\ufb33": 2, "": 3})
@example([1e21, 1e-7, -0.0, 5e-324, 1.7976931348623157e308, 108.0, '\x7f\u2028\x1f\\/"'])
def test_another_implementation_writes_the_same_bytes(value: Any) -> None:
    assert canonical.document(value).encode() == rfc8785.dumps(value)
