"""Input shapes find everything wrong at once, and let nothing odd through."""

from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from marshmallow import ValidationError, fields
from werkzeug.datastructures import MultiDict

from foundation import i18n
from foundation.errors import Invalid
from foundation.inputs import (
    Choice,
    Day,
    Flag,
    InputSchema,
    Integer,
    Number,
    Text,
    findings_of,
    load,
)


class Sack(InputSchema):
    name = Text(required=True, max=10)
    kilos = Number(required=True, above_low=True)
    count = Integer(low=1, high=100)
    packed_on = Day()
    colour = Choice(("red", "green"))
    tags = fields.List(Text(max=5))


class Till(Sack):
    count = Integer()


def _codes(data: Any) -> dict[str | None, str]:
    with pytest.raises(Invalid) as caught:
        load(Sack, data)
    return {finding.field: finding.code for finding in caught.value.findings}


def test_all_findings_come_at_once() -> None:
    assert _codes(
        {"name": "x" * 11, "count": 2**64, "packed_on": "31/02/2026", "colour": "blue", "no": 1}
    ) == {
        "name": "input.too_long",
        "kilos": "input.required",
        "count": "input.out_of_range",
        "packed_on": "input.not_date",
        "colour": "input.not_a_choice",
        "no": "input.unknown_field",
    }


def test_numbers_and_days_may_be_written_as_in_vietnam() -> None:
    read = load(Sack, {"name": "Gạo", "kilos": "1.234,5", "packed_on": "21/11/2026"})

    assert read == {"name": "Gạo", "kilos": Decimal("1234.5"), "packed_on": date(2026, 11, 21)}


@pytest.mark.parametrize(
    "typed", ["21/11/2026", "21112026", "21 11 2026", "21-11-2026", "2026-11-21"]
)
def test_a_day_may_be_typed_without_a_slash(typed: str) -> None:
    read = load(Sack, {"name": "Gạo", "kilos": "1", "packed_on": typed})

    assert read["packed_on"] == date(2026, 11, 21)


@pytest.mark.parametrize(
    ("sent", "code"),
    [
        ("21/11/2026", "input.not_iso_date"),
        ("03/04/2026", "input.not_iso_date"),
        ("21112026", "input.not_iso_date"),
        ("2026-W47-6", "input.not_date"),
        ("2026-02-31", "input.not_date"),
        (20261121, "input.not_date"),
    ],
)
def test_a_program_writes_days_in_iso_8601_and_in_no_other_way(sent: Any, code: str) -> None:
    with pytest.raises(ValidationError) as caught:
        Sack().load({"name": "Gạo", "kilos": "1", "packed_on": sent})

    assert [finding.code for finding in findings_of(caught.value.messages)] == [code]


def test_a_program_writes_days_in_iso_8601() -> None:
    read = Sack().load({"name": "Gạo", "kilos": "1", "packed_on": "2026-11-21"})

    assert read["packed_on"] == date(2026, 11, 21)


@pytest.mark.parametrize(
    ("language", "typed"), [("vi", "42.000"), ("en", "42,000"), ("vi", "42000")]
)
def test_a_typed_whole_number_may_be_grouped(language: str, typed: str) -> None:
    form = MultiDict({"name": "Gạo", "kilos": "1", "count": typed})

    i18n.set_language(language)
    try:
        assert load(Till, form)["count"] == 42000
    finally:
        i18n.set_language("vi")


@pytest.mark.parametrize(
    ("language", "typed", "meant"),
    [
        ("vi", "1.200", "1200"),
        ("vi", "1.234.567,5", "1234567.5"),
        ("vi", "1200", "1200"),
        ("vi", "1,5", "1.5"),
        ("vi", "1.5", "1.5"),
        ("vi", "0.250", "0.25"),
        ("vi", "12 500", "12500"),
        ("en", "1,200", "1200"),
        ("en", "1,234.5", "1234.5"),
        ("en", "1.200", "1.2"),
    ],
)
def test_a_typed_number_is_read_as_its_writer_means_it(
    language: str, typed: str, meant: str
) -> None:
    i18n.set_language(language)
    try:
        form = MultiDict([("name", "Gạo"), ("kilos", typed)])
        assert load(Sack, form)["kilos"] == Decimal(meant)
    finally:
        i18n.set_language("vi")


def test_a_number_in_json_is_never_regrouped() -> None:
    assert load(Sack, {"name": "Gạo", "kilos": "1.200"})["kilos"] == Decimal("1.2")


def test_a_form_keeps_lists_and_drops_its_token() -> None:
    form = MultiDict(
        [("name", "Gạo"), ("kilos", "2"), ("tags", "a"), ("tags", "b"), ("csrf_token", "x")]
    )

    assert load(Sack, form)["tags"] == ["a", "b"]


@pytest.mark.parametrize("text", ["a\x00b", "a\x1bb", "\ud800"])
def test_invisible_characters_are_refused(text: str) -> None:
    assert "name" in _codes({"name": text, "kilos": "1"})


@pytest.mark.parametrize(
    "kilos", [True, "NaN", "Infinity", "1e400", [], {}, "1,2,3", "0", "0.0001"]
)
def test_odd_numbers_are_refused(kilos: Any) -> None:
    assert "kilos" in _codes({"name": "a", "kilos": kilos})


@pytest.mark.parametrize("data", [None, [], "text", 3, [{"name": "a"}]])
def test_what_is_no_object_is_refused(data: Any) -> None:
    assert _codes(data)


@given(
    st.dictionaries(
        st.text(),
        st.recursive(
            st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
            lambda inner: (
                st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3)
            ),
            max_leaves=5,
        ),
        max_size=6,
    )
)
def test_any_json_object_is_read_or_refused_never_more(data: dict[str, Any]) -> None:
    try:
        load(Sack, data)
    except Invalid as error:
        refused = error.findings
    else:
        refused = ()
    assert all(finding.code for finding in refused)


class Visit(InputSchema):
    passed = Flag(required=True)


@pytest.mark.parametrize("said", ["yes", "true", "on", 1, "không", None, [], {}])
def test_json_says_yes_or_no_only_by_true_or_false(said: Any) -> None:
    with pytest.raises(Invalid) as caught:
        load(Visit, {"passed": said})
    assert [finding.field for finding in caught.value.findings] == ["passed"]


@pytest.mark.parametrize(
    ("said", "meant"), [("on", True), ("true", True), ("1", True), ("0", False)]
)
def test_a_ticked_box_of_a_form_is_a_yes(said: str, meant: bool) -> None:
    assert load(Visit, MultiDict({"passed": said})) == {"passed": meant}


def test_json_true_and_false_stay_what_they_are() -> None:
    assert load(Visit, {"passed": True}) == {"passed": True}
    assert load(Visit, {"passed": False}) == {"passed": False}
