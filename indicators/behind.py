"""Opening a figure: the rows it is made of, and those that fell out of the numerator."""

from collections import defaultdict
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from sqlalchemy.orm import Session

from accounts import permissions
from accounts.permissions import Actor
from indicators import sources
from indicators.board import Where
from indicators.definitions import Indicator
from indicators.models import RosterCount
from indicators.plans import Plan
from indicators.registers import rosters
from indicators.series import Figure
from indicators.sources import FactRow


@dataclass(frozen=True)
class CountedRow:
    """A row behind a figure; `is_counted` says whether it is in the numerator too."""

    row: FactRow
    is_counted: bool


@dataclass(frozen=True)
class CommuneTotal:
    """What one commune adds to a figure."""

    commune_code: str
    rows: int
    numerator: Decimal


def may_list(actor: Actor, plan: Plan, where: Where) -> bool:
    """Say whether the rows themselves are this reader's to see."""
    return permissions.may(actor, "indicator.rows", _subject(plan, where))


def list_rows(
    session: Session, actor: Actor, plan: Plan, where: Where, figure: Figure
) -> list[CountedRow]:
    """Return every row behind a figure, for officers of the place.

    Raises: Forbidden, Unauthenticated.
    """
    permissions.require(actor, "indicator.rows", _subject(plan, where))
    return _rows(session, where, figure)


def list_totals(session: Session, where: Where, figure: Figure) -> list[CommuneTotal]:
    """Return what each commune adds to a figure, for everybody: no names, no codes."""
    totals: dict[str, list[Decimal]] = defaultdict(list)
    for counted in _rows(session, where, figure):
        if counted.is_counted:
            totals[counted.row.commune_code].append(counted.row.value)
    return [
        CommuneTotal(code, len(values), sum(values, Decimal(0)))
        for code, values in sorted(totals.items())
    ]


def list_rosters(session: Session, where: Where, figure: Figure) -> list[RosterCount]:
    """Return the dated lists a figure is divided by."""
    measure = figure.indicator.measure
    if measure is None or measure.of_roster is None:
        return []
    codes = (where.scope.whole_code, *where.scope.commune_codes)
    dated = rosters.dated(session, {measure.of_roster}, codes)
    return [roster for roster in dated if roster.as_of <= figure.period.last_day]


@dataclass(frozen=True)
class _Subject:
    commune_code: str | None
    province_code: str


def _subject(plan: Plan, where: Where) -> _Subject:
    return _Subject(where.unit.code if where.unit else None, plan.province_code)


def _rows(session: Session, where: Where, figure: Figure) -> list[CountedRow]:
    measure = figure.indicator.measure
    if measure is None or figure.through is None:
        return []
    inside = frozenset(where.scope.commune_codes)
    first = _first_day(figure.indicator, figure)
    numerator = _of(session, measure.value, first, figure.through, inside)
    if measure.of is None:
        return [CountedRow(row, True) for row in numerator]
    counted = {(row.day, row.code) for row in numerator}
    return [
        CountedRow(row, (row.day, row.code) in counted)
        for row in _of(session, measure.of, first, figure.through, inside)
    ]


def _of(
    session: Session, measure: str, first: date, last: date, inside: frozenset[str]
) -> list[FactRow]:
    found = sources.rows_of(session, measure, first, last)
    return [row for row in found if row.commune_code in inside]


def _first_day(indicator: Indicator, figure: Figure) -> date:
    through = figure.through or figure.period.last_day
    return through if indicator.nature == "stock" else figure.period.first_day
