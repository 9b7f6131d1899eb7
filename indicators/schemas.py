"""Query shapes of plans, shared by pages, API and command line."""

from typing import Any

from foundation.errors import Finding, Invalid
from foundation.inputs import Choice, QuerySchema, Text
from foundation.tables import FORMATS
from indicators import periods
from indicators.periods import Period


class PlanQuery(QuerySchema):
    """Which period (2026, 2026-H1, 2026-Q3, 2026-11) and which commune."""

    period = Text(max=8)
    unit = Text(max=5)


class SeriesQuery(PlanQuery):
    """Which indicator too."""

    indicator = Text(required=True, max=40)


class ExportQuery(QuerySchema):
    """Which period, in which format."""

    period = Text(max=8)
    format = Choice(FORMATS, load_default="xlsx")


def period_of(query: dict[str, Any], default: Period) -> Period:
    """Return the period asked for. Raises: Invalid("plan.bad_period")."""
    code = query.get("period")
    if code is None:
        return default
    found = periods.find(code)
    if found is None:
        raise Invalid([Finding("plan.bad_period", {"period": code}, "period")])
    return found
