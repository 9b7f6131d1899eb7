"""The gravest thing is said first, and nothing is ever called genuine or fake."""

from dataclasses import replace
from datetime import UTC, date, datetime

import pytest
from flask import Flask

from foundation import i18n
from traceability.scan import verdict_words
from traceability.scan.verdicts import Kind, SerialSeen, judge

TODAY = date(2026, 11, 21)
PAST = date(2026, 11, 20)


def seen(scans: int, state: str = "printed", standing: str | None = None) -> SerialSeen:
    first_at = datetime(2026, 11, 20, tzinfo=UTC)
    return SerialSeen("7K3M9QXP2ABCDEF", state, scans, first_at, standing)


@pytest.mark.parametrize(
    ("state", "expires_on", "serial", "kind"),
    [
        ("released", None, None, "known"),
        ("released", TODAY, None, "known"),
        ("released", PAST, None, "expired"),
        ("open", None, None, "draft"),
        ("open", PAST, None, "expired"),
        ("held", PAST, seen(50), "held"),
        ("held", None, seen(1, "void"), "void"),
        ("released", None, seen(1), "first_scan"),
        ("released", None, seen(2), "scanned"),
        ("released", None, seen(9), "scanned"),
        ("released", None, seen(10), "scanned_often"),
        ("released", None, seen(5, standing="open"), "scanned_often"),
        ("released", None, seen(5, standing="confirmed"), "copied"),
        ("released", PAST, seen(5, standing="confirmed"), "expired"),
        ("released", None, seen(50, standing="explained"), "scanned"),
        ("released", PAST, seen(10), "expired"),
        ("closed", None, seen(1), "first_scan"),
    ],
)
def test_the_gravest_comes_first(
    state: str, expires_on: date | None, serial: SerialSeen | None, kind: Kind
) -> None:
    assert judge(state=state, expires_on=expires_on, serial=serial, on=TODAY).kind == kind


@pytest.mark.parametrize("language", ["vi", "en"])
@pytest.mark.parametrize("state", ["released", "open", "held", "recalled"])
@pytest.mark.parametrize("serial", [None, seen(1), seen(3), seen(1234), seen(1, "void")], ids=str)
def test_no_verdict_swears_that_goods_are_genuine_or_fake(
    language: str, state: str, serial: SerialSeen | None
) -> None:
    i18n.set_language(language)
    for expires_on in (None, PAST):
        verdict = judge(state=state, expires_on=expires_on, serial=serial, on=TODAY)
        words = verdict_words.tell(verdict, expires_on)
        said = f"{words.title} {words.text}".lower()

        for oath in ("giả", "hàng thật", "chính hãng", "fake", "genuine", "counterfeit"):
            assert oath not in said
    i18n.set_language("vi")


def test_the_number_of_scans_and_the_first_day_are_told() -> None:
    i18n.set_language("vi")
    verdict = judge(state="released", expires_on=None, serial=seen(1234), on=TODAY)

    words = verdict_words.tell(verdict, None)

    assert "1.234 lần" in words.title
    assert "20/11/2026" in words.text


@pytest.mark.parametrize(
    ("sighting", "said"),
    [("leap", "xa nhau"), ("weeks", "nhiều ngày"), ("unpasted", "chưa khai"), ("scans", "Số lần")],
)
def test_what_was_seen_of_a_suspected_code_is_told(sighting: str, said: str) -> None:
    i18n.set_language("vi")
    serial = replace(seen(4, standing="open"), sighting=sighting)

    words = verdict_words.tell(
        judge(state="closed", expires_on=None, serial=serial, on=TODAY), None
    )

    assert said in words.text


def test_an_ended_recall_keeps_its_verdict_and_says_when_it_ended(app: Flask) -> None:
    ended_on = date(2026, 11, 20)
    verdict = judge(
        state="recalled", expires_on=None, serial=None, on=date(2026, 11, 22),
        recall_ended_on=ended_on,
    )  # fmt: skip

    words = verdict_words.tell(verdict, None)

    assert (verdict.kind, words.tone) == ("recalled", "bad")
    assert words.title == "Lô hàng đã bị thu hồi (kết thúc ngày 20/11/2026)"
    assert "đang" not in words.title + words.text
