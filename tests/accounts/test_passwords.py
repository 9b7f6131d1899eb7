"""Passwords: good enough, kept well, and as slow for strangers as for the known."""

import statistics
import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from accounts import passwords


@pytest.mark.parametrize(
    ("password", "code"),
    [
        ("ngan", "password.too_short"),
        ("x" * 201, "password.too_long"),
        ("12345678", "password.too_common"),
        ("Mật Khẩu 123", "password.too_common"),
        ("aaaaaaaaaa", "password.too_common"),
        ("nguyen thi hoa", "password.too_common"),
        ("hoa@vidu.vn", "password.too_common"),
    ],
)
def test_a_weak_password_is_told_why(password: str, code: str) -> None:
    found = passwords.findings(password, own_words=("Nguyễn Thị Hoa", "hoa@vidu.vn"))

    assert [(finding.code, finding.field) for finding in found] == [(code, "password")]


def test_a_few_words_are_good_enough() -> None:
    assert passwords.findings("trâu ăn cỏ bờ đê") == []


@settings(max_examples=10, deadline=None)
@given(st.text(min_size=8, max_size=60), st.text(min_size=8, max_size=60))
def test_only_the_very_password_matches(one: str, other: str) -> None:
    kept = passwords.hashed(one)

    assert passwords.matches(kept, one)
    assert passwords.matches(kept, other) == (one == other)
    assert one not in kept


def test_no_account_takes_as_long_as_a_wrong_password() -> None:
    kept = passwords.hashed("trâu ăn cỏ bờ đê")

    def seconds(of: str | None) -> float:
        started = time.process_time()
        assert not passwords.matches(of, "sai mật khẩu")
        return time.process_time() - started

    known, unknown = zip(*((seconds(kept), seconds(None)) for _ in range(25)), strict=True)

    ratio = statistics.median(known) / statistics.median(unknown)
    assert 0.7 < ratio < 1.43


def test_what_is_kept_wrongly_matches_nothing() -> None:
    assert not passwords.matches("not-a-hash", "x")
