"""The API against whatever its document allows and forbids: never a 5xx, never an odd answer.

Every operation of the OpenAPI document, with real tokens, in a told house whose commits are real.
A run of the suite is short; ``NGUON_FUZZ_EXAMPLES=1000`` makes the drill of it (``make drill``).
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from sqlalchemy import text

from foundation import db
from foundation.config import Config
from tests.app.told_house import ToldHouse, told_house

EXAMPLES = int(os.environ.get("NGUON_FUZZ_EXAMPLES", "4"))
# Where a value of the story may stand: random texts alone would never get past "no such thing".
_KNOWN = {
    "code": "SELECT code FROM batches UNION ALL SELECT code FROM products UNION ALL"
    " SELECT code FROM offers UNION ALL SELECT code FROM orders UNION ALL"
    " SELECT code FROM organisations UNION ALL SELECT code FROM sensors",
    "alarm_id": "SELECT id FROM sensor_alarms",
    "area_id": "SELECT id FROM growing_areas",
    "entry_id": "SELECT id FROM diary_entries",
    "job_id": "SELECT id FROM label_jobs",
    "organisation": "SELECT code FROM organisations",
    "product": "SELECT code FROM products",
    "batch": "SELECT code FROM batches WHERE state = 'released'",
    "offer": "SELECT code FROM offers",
    "commune_code": "SELECT commune_code FROM organisations",
}
_FIXED: dict[str, list[Any]] = {
    "slug": ["quang-nam", "ve-giang"],
    "crop": ["rice", "coffee"],
    "unit": ["KGM", "kg", "21238"],
    "period": ["2026", "2026-05", "2026-Q2"],
    "indicator": ["eco.link_digital", "gov.docs.prov"],
    "layout": ["a4-24"],
    "sequence": [1, 2, 10**6],
    "first": [1],
    "second": [5],
    "lon": [108.84],
    "lat": [15.05],
    "bbox": ["100,8,110,24"],
}


@dataclass(frozen=True)
class Fuzzed:
    """The house, its document and what is known of its rows."""

    house: ToldHouse
    schema: Any
    known: dict[str, list[Any]]


# Its tool is imported by the one process that uses it.


def _checks() -> list[Any]:
    from schemathesis.checks import not_a_server_error
    from schemathesis.specs.openapi import checks

    return [
        not_a_server_error,
        checks.status_code_conformance,
        checks.content_type_conformance,
        checks.response_headers_conformance,
        checks.response_schema_conformance,
    ]


@pytest.fixture(scope="module")
def fuzzed(server_url: str, template: str, test_config: Config) -> Iterator[Fuzzed]:
    import schemathesis

    with told_house(server_url, template, test_config) as house:
        with db.reading() as session:
            known = {
                name: [row[0] for row in session.execute(text(sql))] for name, sql in _KNOWN.items()
            }
        schema = schemathesis.openapi.from_wsgi("/api/v1/openapi.json", house.app)
        yield Fuzzed(house, schema, {**known, **_FIXED})


def test_no_call_ends_in_a_server_error_or_an_undocumented_answer(fuzzed: Fuzzed) -> None:
    people = ("admin@demo.nguon.vn", "coop@demo.nguon.vn")
    tokens = [{"Authorization": f"Bearer {fuzzed.house.token(email)}"} for email in people]
    checks = _checks()
    failures = {}
    for found in fuzzed.schema.get_all_operations():
        operation = found.ok()
        try:
            _fuzz(fuzzed, operation, [*tokens, {}], checks)
        except (Exception, BaseExceptionGroup) as error:  # noqa: BLE001 - all are told at once
            failures[operation.label] = _told(error)

    assert failures == {}


def _fuzz(fuzzed: Fuzzed, operation: Any, callers: list[dict[str, str]], checks: list[Any]) -> None:
    from schemathesis.generation.modes import GenerationMode

    cases = st.one_of(
        operation.as_strategy(generation_mode=GenerationMode.POSITIVE),
        operation.as_strategy(generation_mode=GenerationMode.NEGATIVE),
    )

    @settings(
        max_examples=EXAMPLES,
        deadline=None,
        database=None,
        phases=[Phase.generate, Phase.shrink] if EXAMPLES > 100 else [Phase.generate],
        suppress_health_check=list(HealthCheck),
        derandomize=EXAMPLES <= 100,
    )
    @given(cases, _wishes(fuzzed.known))
    def attack(case: Any, wished: dict[str, Any]) -> None:
        _make_likely(case, wished)
        # Thinking of a case costs more than sending it: each is sent by everybody.
        for headers in callers:
            answer = case.call(headers=headers)
            case.validate_response(answer, checks=checks)

    attack()


def _wishes(known: dict[str, list[Any]]) -> st.SearchStrategy[dict[str, Any]]:
    return st.fixed_dictionaries(
        {name: st.none() | st.sampled_from(values) for name, values in known.items() if values}
    )


def _make_likely(case: Any, wished: dict[str, Any]) -> None:
    """Put rows of the story where the case names some, as often as chance wants it."""
    for place in (case.path_parameters, case.query, case.body):
        if isinstance(place, dict):
            for name in place.keys() & wished.keys():
                if wished[name] is not None:
                    place[name] = wished[name]
    if isinstance(case.body, dict) and isinstance(case.body.get("lines"), list):
        for line in case.body["lines"]:
            if isinstance(line, dict) and wished["offer"] is not None:
                line["offer"] = wished["offer"]


def _told(error: BaseException) -> str:
    inner = getattr(error, "exceptions", None)
    return " | ".join(map(_told, inner)) if inner else f"{type(error).__name__}: {error}"[:1500]
