"""Plans for programs: targets as stated, figures over time, exports."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from flask import Response
from marshmallow import Schema, fields

from api.blueprints import Blueprint
from foundation import clock, db, downloads, web
from foundation.i18n import get_language
from indicators import board, export, periods, plans, series
from indicators.definitions import Indicator
from indicators.plans import Plan, Target
from indicators.schemas import ExportQuery, PlanQuery, SeriesQuery, period_of
from indicators.series import Figure

blueprint = Blueprint("api_plans", __name__, url_prefix="/api/v1", description="Plans")


class TargetSchema(Schema):
    """One target as one section states it; ``value`` null is an aim without a number."""

    value = fields.String(required=True, allow_none=True)
    op = fields.String(required=True)
    unit = fields.String(required=True)
    level = fields.String(required=True)
    section = fields.String(required=True)
    deadline = fields.Date(required=True)
    conflict = fields.Boolean(required=True)


class FigureSchema(Schema):
    """A figure; ``value`` null with ``unknown_because`` saying why. Decimals are texts."""

    indicator = fields.String(required=True)
    period = fields.String(required=True)
    unit = fields.String(required=True, metadata={"description": "plan slug or commune code"})
    through = fields.Date(required=True, allow_none=True)
    numerator = fields.String(required=True, allow_none=True)
    denominator = fields.String(required=True, allow_none=True)
    value = fields.String(required=True, allow_none=True)
    is_partial = fields.Boolean(required=True)
    unknown_because = fields.String(required=True, allow_none=True)


class IndicatorSchema(Schema):
    """An indicator of a plan with every target the plan states for it."""

    code = fields.String(required=True)
    name = fields.String(required=True)
    unit = fields.String(required=True)
    source = fields.String(required=True)
    computed = fields.Boolean(required=True)
    targets = fields.List(fields.Nested(TargetSchema), required=True)


class PlanSummarySchema(Schema):
    """A plan in a list."""

    slug = fields.String(required=True)
    name = fields.String(required=True)
    authority = fields.String(required=True)
    level = fields.String(required=True)
    province_code = fields.String(required=True)
    valid_from = fields.Date(required=True)
    valid_to = fields.Date(required=True)
    state = fields.String(required=True)


class PlanListSchema(Schema):
    """All plans."""

    items = fields.List(fields.Nested(PlanSummarySchema), required=True)
    next = fields.String(required=True, allow_none=True)


class PlanSchema(PlanSummarySchema):
    """A plan with its indicators and their figures in a period."""

    period = fields.String(required=True)
    commune_codes = fields.List(fields.String(), required=True)
    indicators = fields.List(fields.Nested(IndicatorSchema), required=True)
    figures = fields.List(fields.Nested(FigureSchema), required=True)


class SeriesSchema(Schema):
    """A figure in a period, and month by month up to it."""

    figure = fields.Nested(FigureSchema, required=True)
    months = fields.List(fields.Nested(FigureSchema), required=True)


@blueprint.get("/plans")
@web.public
@blueprint.response(200, PlanListSchema)
def list_plans() -> dict[str, Any]:
    """The plans."""
    return {"items": [_summary(plan) for plan in plans.plans().values()], "next": None}


@blueprint.get("/plans/<slug>")
@web.public
@blueprint.arguments(PlanQuery, location="query")
@blueprint.response(200, PlanSchema)
def get_plan(query: dict[str, Any], slug: str) -> dict[str, Any]:
    """A plan: every indicator with its targets, and the figures of a period (this year's)."""
    plan = plans.get_plan(slug)
    period = period_of(query, periods.year_of(clock.today()))
    with db.reading() as session:
        drawn = board.draw(session, plan, period, query.get("unit"), today=clock.today())
    unit = drawn.unit.code if drawn.unit else plan.slug
    return {
        **_summary(plan),
        "period": period.code,
        "commune_codes": [commune.code for commune in drawn.communes],
        "indicators": [_indicator(plan, line.indicator) for line in drawn.lines],
        "figures": [_figure(line.figure, unit) for line in drawn.figures() if line.figure],
    }


@blueprint.get("/plans/<slug>/series")
@web.public
@blueprint.arguments(SeriesQuery, location="query")
@blueprint.response(200, SeriesSchema)
def get_series(query: dict[str, Any], slug: str) -> dict[str, Any]:
    """One indicator in a period and over the twelve months up to its end."""
    plan = plans.get_plan(slug)
    indicator = plans.get_indicator(plan, query["indicator"])
    today = clock.today()
    period = period_of(query, periods.year_of(today))
    months = periods.months_until(min(period.last_day, today), board.MONTHS_SHOWN)
    with db.reading() as session:
        where = board.scope_of(session, plan, query.get("unit"), today)
        found = series.over_time(session, where.scope, [indicator], [period, *months])
    unit = where.unit.code if where.unit else plan.slug
    return {
        "figure": _figure(found[indicator.code, period.code], unit),
        "months": [_figure(found[indicator.code, month.code], unit) for month in months],
    }


@blueprint.get("/plans/<slug>/export")
@web.public
@blueprint.arguments(ExportQuery, location="query")
@blueprint.doc(
    responses={
        "200": {
            "description": "The figures: the whole place, then commune by commune.",
            "content": {
                "application/json": {"schema": {"type": "object"}},
                "text/csv": {"schema": {"type": "string"}},
                "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet": {
                    "schema": {"type": "string", "format": "binary"}
                },
            },
        }
    }
)
def export_plan(query: dict[str, Any], slug: str) -> Response:
    """The figures of a period as XLSX, CSV or JSON; `X-Row-Count` states the rows."""
    plan = plans.get_plan(slug)
    period = period_of(query, periods.year_of(clock.today()))
    with db.reading() as session:
        return downloads.table_response(
            export.COLUMNS,
            export.rows(session, plan, period, today=clock.today()),
            query["format"],
            f"{plan.slug}-{period.code}",
            notes=export.notes(plan, period),
        )


def _summary(plan: Plan) -> dict[str, Any]:
    language = get_language()
    return {
        "slug": plan.slug,
        "name": plan.name(language),
        "authority": plan.authority(language),
        "level": plan.level,
        "province_code": plan.province_code,
        "valid_from": plan.valid_from,
        "valid_to": plan.valid_to,
        "state": plan.state(clock.today()),
    }


def _indicator(plan: Plan, indicator: Indicator) -> dict[str, Any]:
    return {
        "code": indicator.code,
        "name": indicator.name(get_language()),
        "unit": indicator.unit,
        "source": indicator.source,
        "computed": indicator.measure is not None,
        "targets": [_target(target) for target in plan.targets_of(indicator.code)],
    }


def _target(target: Target) -> dict[str, Any]:
    return {
        "value": _text(target.value),
        "op": target.op,
        "unit": target.indicator.unit,
        "level": target.level,
        "section": target.section,
        "deadline": target.deadline,
        "conflict": target.conflict,
    }


def _figure(figure: Figure, unit: str) -> dict[str, Any]:
    value = figure.value
    return {
        "indicator": figure.indicator.code,
        "period": figure.period.code,
        "unit": unit,
        "through": figure.through,
        "numerator": _text(figure.parts.numerator),
        "denominator": _text(figure.parts.denominator),
        "value": _text(None if value is None else value.quantize(Decimal("0.0001"))),
        "is_partial": figure.is_partial,
        "unknown_because": figure.unknown,
    }


def _text(value: Decimal | None) -> str | None:
    return None if value is None else f"{value:f}"
