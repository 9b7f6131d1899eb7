"""Queries as callers write them."""

from __future__ import annotations

import contextlib
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from traceability.epcis.exceptions import (
    NotImplementedHere,
    QueryParameterException,
    QueryTooComplex,
)
from traceability.epcis.querying.asking import Condition, EventQuery, read
from traceability.epcis.querying.parameters import KNOWN


def _one(name: str, value: Any, **prefixes: str) -> Condition:
    query = read({name: value}, prefixes)
    assert len(query.conditions) == 1
    return query.conditions[0]


def test_a_list_in_an_address_is_parted_by_bars() -> None:
    assert _one("EQ_bizStep", "shipping|receiving").values == ("shipping", "receiving")


def test_a_list_in_json_is_a_list() -> None:
    assert _one("EQ_bizStep", ["shipping", "receiving"]).values == ("shipping", "receiving")


def test_a_type_or_unit_in_the_name_is_told_apart() -> None:
    assert _one("EQ_bizTransaction_po", "urn:x:1").qualifier == "po"
    assert _one("EQ_source_owning_party", "urn:x:1").qualifier == "owning_party"
    assert _one("GE_value_CEL", "4.5") == Condition("value", "GE", (Decimal("4.5"),), "CEL")
    assert _one("EQ_quantity_KGM", "4|5").values == (Decimal(4), Decimal(5))
    assert _one("EQ_bizTransaction_urn:epcglobal:cbv:btt:po", "urn:x:1").qualifier == (
        "urn:epcglobal:cbv:btt:po"
    )


def test_a_moment_needs_its_offset_and_may_have_lost_its_plus() -> None:
    wanted = datetime(2022, 6, 29, 17, 15, 47, tzinfo=UTC)

    assert _one("GE_eventTime", "2022-06-30T00:15:47.000+07:00").values == (wanted,)
    assert _one("GE_eventTime", "2022-06-30T00:15:47.000 07:00").values == (wanted,)
    values: tuple[Any, ...] = ("2022-06-30T00:15:47", "2022-06-30", "yesterday", "", 7, None, [])
    for wrong in values:
        with pytest.raises(QueryParameterException):
            read({"GE_eventTime": wrong})


def test_both_spellings_of_the_time_of_an_error_mean_the_same() -> None:
    moment = "2022-06-30T00:15:47Z"

    assert _one("GE_errorDeclarationTime", moment) == _one("GE_errorDeclaration_Time", moment)


def test_an_error_may_be_asked_for_by_anything_but_no() -> None:
    for yes in ("true", "", None, True, 1, "1"):
        assert _one("EXISTS_errorDeclaration", yes).operator == "EXISTS"
    for no in ("false", False, 0, "0"):
        assert read({"EXISTS_errorDeclaration": no}).conditions == ()


def test_unknown_names_are_refused_and_extensions_are_said_to_be_missing() -> None:
    for unknown in ("EQ_bizstep", "GE_value", "EQ_value_c", "perpage", "", "EQ_", "MATCH_x"):
        with pytest.raises(QueryParameterException):
            read({unknown: "a"})
    for extension in (
        "EQ_example:myField",
        "GE_ILMD_example:harvest",
        "EXISTS_INNER_example:x",
        "EQ_https://example.org/epcis#field",
        "EQATTR_bizLocation_urn:x",
        "HASATTR_readPoint",
        "EQ_SENSORREPORT_ex:field",
        "EQ_ERROR_DECLARATION_ex:field",
    ):
        with pytest.raises(NotImplementedHere):
            read({extension: "a"})


def test_limits_exclude_each_other_and_the_first_ones_need_an_order() -> None:
    refused: tuple[dict[str, Any], ...] = (
        {"eventCountLimit": "5", "maxEventCount": "5", "orderBy": "eventTime"},
        {"eventCountLimit": "5"},
        {"eventCountLimit": "0", "orderBy": "eventTime"},
        {"maxEventCount": "-1"},
        {"maxEventCount": "1.5"},
        {"orderBy": "quantity"},
        {"orderDirection": "down"},
    )
    for wrong in refused:
        with pytest.raises(QueryParameterException):
            read(wrong)
    query = read({"eventCountLimit": 5, "orderBy": "recordTime", "orderDirection": "ASC"})
    assert (query.first, query.order_by, query.ascending) == (5, "recordTime", True)


def test_newest_come_first_unless_asked_otherwise() -> None:
    assert not read({"orderBy": "eventTime"}).ascending


def test_words_with_a_known_prefix_are_written_out() -> None:
    found = read({"@context": {"ex": "https://ex.org/"}, "EQ_bizStep": ["ex:drying"]})

    assert found.conditions[0].values == ("https://ex.org/drying",)
    assert _one("EQ_bizStep", "ex:drying", ex="urn:a:").values == ("urn:a:drying",)
    assert _one("EQ_readPoint", "https://ex.org/1", https="x:").values == ("https://ex.org/1",)


def test_actions_and_event_types_are_those_of_the_standard() -> None:
    for name, value in (("EQ_action", "OBSERVES"), ("eventType", "QuantityEvent")):
        with pytest.raises(QueryParameterException):
            read({name: value})
    assert _one("eventType", "https://example.org/OwnEvent").values


def test_too_many_values_are_too_complex() -> None:
    with pytest.raises(QueryTooComplex):
        read({"MATCH_epc": [f"urn:x:{n}" for n in range(1001)]})


@given(
    st.dictionaries(
        st.one_of(st.sampled_from(sorted(KNOWN)), st.text(max_size=30)),
        st.recursive(
            st.one_of(st.none(), st.booleans(), st.integers(), st.floats(), st.text(max_size=30)),
            lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner),
            max_leaves=5,
        ),
        max_size=3,
    )
)
def test_whatever_is_asked_is_a_query_or_an_exception_of_the_standard(given: Any) -> None:
    with contextlib.suppress(QueryParameterException, QueryTooComplex, NotImplementedHere):
        assert isinstance(read(given), EventQuery)
