"""Where a plan stands: its figures in a period against its targets, whole and by commune."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from sqlalchemy.orm import Session

from foundation.errors import NotFound
from indicators import formulas, periods, places, series
from indicators.definitions import Indicator
from indicators.formulas import Standing
from indicators.periods import Period
from indicators.places import Place
from indicators.plans import Plan, Target
from indicators.series import Figure, Scope

MONTHS_SHOWN = 12


@dataclass(frozen=True)
class Line:
    """One indicator of a plan: its figure where it can be computed, against every target."""

    indicator: Indicator
    targets: tuple[Target, ...]
    figure: Figure | None

    @property
    def target(self) -> Target | None:
        """The one target to be measured by; None when there is none or the plan contradicts."""
        values = {target.value for target in self.targets if target.value is not None}
        if len(values) != 1:
            return None
        return next(target for target in self.targets if target.value is not None)

    @property
    def is_contradicted(self) -> bool:
        """Whether the plan states several numbers."""
        return len({target.value for target in self.targets if target.value is not None}) > 1

    @property
    def standing(self) -> Standing:
        """How the figure stands against the target."""
        if self.target is None:
            return "no_number"
        value = self.figure.value if self.figure else None
        return formulas.standing(value, self.target.value, self.target.op)


@dataclass(frozen=True)
class Board:
    """A plan in a period. `unit` is the commune asked for, None for the whole place."""

    plan: Plan
    period: Period
    unit: Place | None
    communes: tuple[Place, ...]
    lines: tuple[Line, ...]
    history: dict[str, list[tuple[Period, Decimal | None]]]
    by_commune: dict[tuple[str, str], Figure]

    def figures(self) -> list[Line]:
        """Return the lines that have a figure here."""
        return [line for line in self.lines if line.figure is not None]


def scope_of(session: Session, plan: Plan, unit: str | None, today: date) -> "Where":
    """Return where to count. Raises: NotFound("plan.unit_outside") for a commune of elsewhere."""
    communes = places.list_communes(session, plan, today)
    if unit is None or unit in (plan.place_code, plan.province_code):
        codes = tuple(commune.code for commune in communes)
        return Where(None, tuple(communes), Scope(codes, plan.place_code))
    chosen = next((commune for commune in communes if commune.code == unit), None)
    if chosen is None:
        raise NotFound("plan.unit_outside")
    return Where(chosen, tuple(communes), Scope((chosen.code,), chosen.code))


@dataclass(frozen=True)
class Where:
    """The place asked for: one commune (`unit`), or all of the plan's."""

    unit: Place | None
    communes: tuple[Place, ...]
    scope: Scope


def draw(session: Session, plan: Plan, period: Period, unit: str | None, *, today: date) -> Board:
    """Compute everything a plan's page shows, in a handful of statements."""
    where = scope_of(session, plan, unit, today)
    computed = plan.figures()
    months = periods.months_until(min(period.last_day, today), MONTHS_SHOWN)
    over_time = series.over_time(session, where.scope, computed, [period, *months])
    whole = Scope(tuple(commune.code for commune in where.communes), plan.place_code)
    return Board(
        plan=plan,
        period=period,
        unit=where.unit,
        communes=where.communes,
        lines=tuple(_line(plan, indicator, period, over_time) for indicator in plan.indicators()),
        history={
            indicator.code: [
                (month, over_time[indicator.code, month.code].value) for month in months
            ]
            for indicator in computed
        },
        by_commune=series.by_commune(session, whole, computed, period),
    )


def _line(
    plan: Plan, indicator: Indicator, period: Period, figures: dict[tuple[str, str], Figure]
) -> Line:
    targets: Sequence[Target] = plan.targets_of(indicator.code)
    return Line(indicator, tuple(targets), figures.get((indicator.code, period.code)))
