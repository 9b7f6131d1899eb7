"""The wing's data: complete, dated, sourced, and consistent with what reads it."""

from datetime import date

import pytest

from growing_areas import rules
from growing_areas.dossiers import checklists, labels, lifecycle, lists, requirements, terms
from growing_areas.dossiers.requirements import PIECES, Requirement
from growing_areas.rules import KINDS, Validity

TODAY = date(2026, 11, 21)
FILES = ("deadlines", "validity", "standards", "pieces", "causes")


@pytest.mark.parametrize("name", FILES)
def test_every_row_has_a_source_dates_and_says_whether_it_was_verified(name: str) -> None:
    for row in rules.rows(name):
        validity = rules.validity_of(row)
        assert validity.source
        assert row["verified"] in ("yes", "no")
        assert validity.valid_to is None or validity.valid_from < validity.valid_to


def test_holidays_have_names_and_sources_and_reach_next_year() -> None:
    days = [date.fromisoformat(row["on"]) for row in rules.rows("holidays")]

    assert days == sorted(set(days))
    assert {2026, 2027} <= {day.year for day in days}
    assert all(r["source"] and r["name_vi"] and r["name_en"] for r in rules.rows("holidays"))


def test_every_step_that_waits_has_a_deadline_today() -> None:
    for step in terms.DUE_STEPS[:6]:
        assert terms.due_after(step, TODAY) is not None
    assert {d.step for d in terms.deadlines()} == set(terms.DUE_STEPS[:6])


def test_pieces_and_standards_speak_of_kinds_there_are() -> None:
    kinds = {k for rule in requirements.requirements() for k in rule.kinds} - {"*"}

    asked_for = {rule.piece for rule in requirements.requirements()}
    assert set(PIECES) - asked_for == {"agreement_papers"}
    assert asked_for < set(PIECES)
    assert kinds <= set(KINDS)
    assert {k for s in lists.standards().values() for k in s.kinds} <= set(KINDS)
    assert all(labels.piece(piece) for piece in PIECES)


def test_causes_belong_to_steps_that_ask_for_a_reason() -> None:
    asking = {name for name, step in lifecycle.STEPS.items() if step.needs_reason}

    for cause in lists.causes().values():
        assert set(cause.steps) <= asking
        assert cause.piece is None or cause.piece in PIECES


def test_checklists_ask_something_critical_on_every_visit_of_every_kind() -> None:
    checklist = checklists.in_force(TODAY)

    assert checklist.validity.source
    for kind in KINDS:
        for visit in checklists.VISITS:
            items = checklist.items_for(kind, visit)
            assert any(item.critical for item in items), (kind, visit)
            assert len({item.code for item in items}) == len(items)


def test_unverified_texts_never_keep_a_dossier_from_being_handed_in() -> None:
    """Beyond what every area has anyway (crop, outline, market, somebody who answers for it)."""
    asked = requirements.asked_for("perennial", "VN", "25", TODAY)

    errors = {rule.piece for rule in asked if rule.severity == "error"}
    assert errors == {"crop", "outline", "map_extract", "representative", "target_market"}


def test_a_province_can_tighten_but_not_loosen() -> None:
    validity = Validity("Sở", date(2022, 1, 1), None, True)
    table = [
        Requirement("variety", ("*",), "*", "*", "warning", validity),
        Requirement("variety", ("perennial",), "*", "25", "error", validity),
        Requirement("households", ("*",), "*", "*", "error", validity),
        Requirement("households", ("*",), "*", "25", "warning", validity),
    ]

    here = requirements.asked_for("perennial", "VN", "25", TODAY, table)
    there = requirements.asked_for("perennial", "VN", "48", TODAY, table)

    assert [(r.piece, r.severity) for r in here] == [("variety", "error"), ("households", "error")]
    assert [(r.piece, r.severity) for r in there] == [
        ("variety", "warning"), ("households", "error"),
    ]  # fmt: skip
