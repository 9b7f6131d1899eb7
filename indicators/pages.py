"""Public pages of the plans: where each stands, and every figure opened to what it is made of."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from flask import Blueprint, Response, request
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from accounts.doors import current_actor
from foundation import charts, clock, db, downloads, inputs, web
from foundation.i18n import get_language, number
from indicators import behind, board, export, periods, plans, series, showing, sparklines
from indicators.board import Board, Line
from indicators.definitions import Indicator
from indicators.periods import Period
from indicators.plans import Plan
from indicators.schemas import ExportQuery, PlanQuery, period_of

blueprint = Blueprint("indicators", __name__)


@blueprint.get("/plans")
@web.public
def list_plans() -> ResponseReturnValue:
    """The plans, with what each asks for."""
    found = list(plans.plans().values())
    return web.render("indicators/plans.html", plans=found, **_words())


@blueprint.get("/plans/<slug>")
@web.public
def show_plan(slug: str) -> ResponseReturnValue:
    """Where a plan stands in a period: the whole place or one of its communes."""
    plan = plans.get_plan(slug)
    query = inputs.load(PlanQuery, request.args)
    period = period_of(query, periods.year_of(clock.today()))
    with db.reading() as session:
        drawn = board.draw(session, plan, period, query.get("unit"), today=clock.today())
    return web.render(
        "indicators/plan.html",
        board=drawn,
        plan=plan,
        period=period,
        cards=[_card(drawn, line) for line in drawn.figures()],
        stated=[line for line in drawn.lines if line.targets],
        choices=periods.choices(clock.today()),
        communes=_communes(drawn),
        **_words(),
    )


@blueprint.get("/plans/<slug>/indicators/<code>/rows")
@web.public
def show_rows(slug: str, code: str) -> ResponseReturnValue:
    """What a figure is made of: rows for officers of the place, sums by commune for everybody."""
    plan = plans.get_plan(slug)
    indicator = plans.get_indicator(plan, code)
    query = inputs.load(PlanQuery, request.args)
    period = period_of(query, periods.year_of(clock.today()))
    with db.reading() as session:
        where = board.scope_of(session, plan, query.get("unit"), clock.today())
        months = periods.months_until(min(period.last_day, clock.today()), board.MONTHS_SHOWN)
        found = series.over_time(session, where.scope, [indicator], [period, *months])
        figure = found[indicator.code, period.code]
        context = _opened(session, plan, where, figure)
    history = [(month, found[indicator.code, month.code].value) for month in months]
    return web.render(
        "indicators/rows.html",
        plan=plan,
        indicator=indicator,
        period=period,
        where=where,
        figure=figure,
        drawing=_chart(plan, history, indicator),
        names={commune.code: commune.name for commune in where.communes},
        **context,
        **_words(),
    )


@blueprint.get("/plans/<slug>/export")
@web.public
def download(slug: str) -> Response:
    """The figures of a period as a file."""
    plan = plans.get_plan(slug)
    query = inputs.load(ExportQuery, request.args)
    period = period_of(query, periods.year_of(clock.today()))
    with db.reading() as session:
        return downloads.table_response(
            export.COLUMNS,
            export.rows(session, plan, period, today=clock.today()),
            query["format"],
            f"{plan.slug}-{period.code}",
            notes=export.notes(plan, period),
        )


def _opened(
    session: Session, plan: Plan, where: board.Where, figure: series.Figure
) -> dict[str, Any]:
    actor = current_actor()
    rosters = behind.list_rosters(session, where, figure)
    if behind.may_list(actor, plan, where):
        rows = behind.list_rows(session, actor, plan, where, figure)
        return {"rows": rows, "totals": None, "rosters": rosters}
    totals = behind.list_totals(session, where, figure)
    return {"rows": None, "totals": totals, "rosters": rosters}


def _card(drawn: Board, line: Line) -> dict[str, Any]:
    """One figure with its line over the last months."""
    values = [value for _month, value in drawn.history[line.indicator.code]]
    return {"line": line, "spark": sparklines.draw(values)}


def _chart(
    plan: Plan, months: list[tuple[Period, Decimal | None]], indicator: Indicator
) -> charts.Drawing:
    """A figure month by month, against the plan's target if it states just one."""
    targets = {t.value for t in plan.targets_of(indicator.code) if t.value is not None}
    labels = [f"{month.first_day:%m/%y}" for month, _value in months]
    values = [None if v is None else v.quantize(Decimal("0.01")) for _month, v in months]
    name = indicator.name(get_language())
    return charts.lines(labels, {name: values}, target=min(targets) if len(targets) == 1 else None)


def _communes(drawn: Board) -> list[dict[str, Any]]:
    """Communes with anything to show, each with its figure per indicator."""
    codes = [line.indicator.code for line in drawn.figures()]
    rows = []
    for commune in drawn.communes:
        figures = {code: drawn.by_commune[code, commune.code] for code in codes}
        if any(figure.parts.numerator for figure in figures.values()):
            rows.append({"code": commune.code, "name": commune.name, "figures": figures})
    return rows


def _words() -> dict[str, Any]:
    return {
        "showing": showing,
        "language": get_language(),
        "number": number,
        "today": clock.today(),
    }
