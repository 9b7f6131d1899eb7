"""Working days, months and the answers of a checklist."""

from datetime import date, timedelta

from hypothesis import given
from hypothesis import strategies as st

from growing_areas.dossiers import checklists, terms, workdays
from growing_areas.dossiers.checklists import Item

days = st.dates(date(2020, 1, 1), date(2035, 12, 31))


def test_weekends_and_holidays_are_not_working_days() -> None:
    # 30 April and 1 May 2026 are Thursday and Friday.
    assert workdays.add(date(2026, 4, 29), 1) == date(2026, 5, 4)
    assert workdays.add(date(2026, 11, 20), 1) == date(2026, 11, 23)
    # Seven days of Tết lie between.
    assert workdays.add(date(2026, 2, 13), 1) == date(2026, 2, 23)


@given(days, st.integers(1, 60))
def test_a_deadline_is_a_working_day_with_that_many_before_it(day: date, count: int) -> None:
    due = workdays.add(day, count)

    between = [day + timedelta(days=n) for n in range(1, (due - day).days + 1)]
    assert workdays.is_working(due)
    assert sum(map(workdays.is_working, between)) == count


@given(days, st.integers(-60, 60))
def test_months_keep_the_day_or_take_the_last_of_a_shorter_month(day: date, months: int) -> None:
    later = terms.months_after(day, months)

    assert (later.year * 12 + later.month) - (day.year * 12 + day.month) == months
    assert later.day == day.day or (later.day < day.day and (later + timedelta(days=1)).day == 1)


def test_a_critical_no_fails_and_an_open_critical_item_leaves_it_undecided() -> None:
    items = (
        Item("a", ("annual",), ("field",), True, "A", "A"),
        Item("b", ("annual",), ("field",), False, "B", "B"),
    )

    assert checklists.result(items, {"a": "yes", "b": "no"}) is True
    assert checklists.result(items, {"a": "no"}) is False
    assert checklists.result(items, {"b": "yes"}) is None


def test_codes_of_a_market_without_a_rule_have_no_end() -> None:
    term = terms.code_term("VN", date(2026, 11, 21))

    assert (term.validity_months, term.monitoring_months) == (None, 12)
