"""Figures of a plan: for a period, over time, by commune; unknown is said, never zero."""

from collections import defaultdict
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Literal

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from indicators import formulas
from indicators.definitions import Indicator, Measure
from indicators.formulas import Parts
from indicators.models import BuiltDay, DayFact
from indicators.periods import Period
from indicators.registers import rosters

Unknown = Literal["no_days", "no_roster", "no_denominator", "not_reported"]
Sums = dict[tuple[str, date], Decimal]


@dataclass(frozen=True)
class Figure:
    """One indicator in one period and place.

    `through` is the last day that could be counted; `is_partial` says that days are missing
    before it, or that the period still runs; `unknown` says why there is no value.
    """

    indicator: Indicator
    period: Period
    parts: Parts
    through: date | None
    is_partial: bool
    unknown: Unknown | None

    @property
    def value(self) -> Decimal | None:
        """The figure itself."""
        return self.parts.value()


@dataclass(frozen=True)
class Scope:
    """Where to count: the communes, and the code a roster of the whole bears."""

    commune_codes: tuple[str, ...]
    whole_code: str


def over_time(
    session: Session, scope: Scope, indicators: Sequence[Indicator], periods: Sequence[Period]
) -> dict[tuple[str, str], Figure]:
    """Compute indicators in several periods; keys are (indicator code, period code)."""
    first = min(period.first_day for period in periods)
    last = max(period.last_day for period in periods)
    built = _built_days(session, first, last)
    sums = _sums_by_day(session, _measures(indicators), scope.commune_codes, first, last)
    totals = _roster_totals(session, scope, indicators, periods)
    return {
        (indicator.code, period.code): _figure(
            indicator, period, built, sums, totals.get((indicator.code, period.code))
        )
        for indicator in indicators
        for period in periods
    }


def compute(session: Session, scope: Scope, indicator: Indicator, period: Period) -> Figure:
    """Compute one indicator in one period."""
    return over_time(session, scope, [indicator], [period])[indicator.code, period.code]


def by_commune(
    session: Session, scope: Scope, indicators: Sequence[Indicator], period: Period
) -> dict[tuple[str, str], Figure]:
    """Compute indicators for every commune of a place; keys are (indicator code, commune code)."""
    built = _built_days(session, period.first_day, period.last_day)
    sums: dict[str, Sums] = defaultdict(dict)
    statement = select(DayFact).where(
        DayFact.measure.in_(_measures(indicators)),
        DayFact.commune_code.in_(scope.commune_codes),
        DayFact.day.between(period.first_day, period.last_day),
    )
    for fact in session.scalars(statement):
        sums[fact.commune_code][fact.measure, fact.day] = fact.value
    kinds = _roster_kinds(indicators)
    dated = rosters.dated(session, kinds, scope.commune_codes)
    totals = {kind: rosters.newest_of(dated, kind, period.last_day) for kind in kinds}
    figures = {}
    for indicator in indicators:
        kind = indicator.measure.of_roster if indicator.measure else None
        for commune in scope.commune_codes:
            total = _part(totals[kind].get(commune)) if kind else Parts(None)
            figures[indicator.code, commune] = _figure(
                indicator, period, built, sums[commune], total.numerator
            )
    return figures


def _figure(
    indicator: Indicator,
    period: Period,
    built: Collection[date],
    sums: Sums,
    roster: Decimal | None,
) -> Figure:
    measure = indicator.measure
    days = [day for day in built if period.first_day <= day <= period.last_day]
    if measure is None or not days:
        unknown: Unknown = "no_days" if measure else "not_reported"
        return Figure(indicator, period, Parts(None), None, False, unknown)
    through = max(days)
    numerator = _value(indicator, measure.value, sums, days, through)
    if measure.of_roster is not None:
        parts = Parts(numerator, roster, True)
        reason: Unknown | None = "no_roster" if roster is None else None
    elif measure.of is not None:
        parts = Parts(numerator, _value(indicator, measure.of, sums, days, through), True)
        reason = None
    else:
        parts, reason = Parts(numerator), None
    if reason is None and parts.value() is None:
        reason = "no_denominator"
    is_partial = through < period.last_day
    if indicator.nature == "flow":
        is_partial = len(days) < len(period.days())
    return Figure(indicator, period, parts, through, is_partial, reason)


def _value(
    indicator: Indicator, measure: str, sums: Sums, days: Collection[date], through: date
) -> Decimal:
    if indicator.nature == "stock":
        return sums.get((measure, through), Decimal(0))
    return sum((sums.get((measure, day), Decimal(0)) for day in days), Decimal(0))


def _measures(indicators: Sequence[Indicator]) -> set[str]:
    measures: list[Measure] = [i.measure for i in indicators if i.measure is not None]
    return {measure.value for measure in measures} | {m.of for m in measures if m.of is not None}


def _built_days(session: Session, first: date, last: date) -> set[date]:
    return set(session.scalars(select(BuiltDay.day).where(BuiltDay.day.between(first, last))))


def _sums_by_day(
    session: Session, measures: set[str], communes: Collection[str], first: date, last: date
) -> Sums:
    statement = (
        select(DayFact.measure, DayFact.day, func.sum(DayFact.value))
        .where(
            DayFact.measure.in_(measures),
            DayFact.commune_code.in_(communes),
            DayFact.day.between(first, last),
        )
        .group_by(DayFact.measure, DayFact.day)
    )
    return {(measure, day): value for measure, day, value in session.execute(statement)}


def _roster_kinds(indicators: Sequence[Indicator]) -> set[str]:
    return {i.measure.of_roster for i in indicators if i.measure and i.measure.of_roster}


def _roster_totals(
    session: Session, scope: Scope, indicators: Sequence[Indicator], periods: Sequence[Period]
) -> dict[tuple[str, str], Decimal | None]:
    """Denominators: the whole place's own roster, else those of all its communes together."""
    totals: dict[tuple[str, str], Decimal | None] = {}
    kinds = _roster_kinds(indicators)
    dated = rosters.dated(session, kinds, (*scope.commune_codes, scope.whole_code))
    for indicator in indicators:
        kind = indicator.measure.of_roster if indicator.measure else None
        if kind is None:
            continue
        for period in periods:
            known = rosters.newest_of(dated, kind, period.last_day)
            parts = [_part(known.get(commune)) for commune in scope.commune_codes]
            if scope.whole_code in known:
                parts = [_part(known[scope.whole_code])]
            total = formulas.rolled_up(parts, is_ratio=False)
            totals[indicator.code, period.code] = total.numerator
    return totals


def _part(total: int | None) -> Parts:
    return Parts(None if total is None else Decimal(total))
