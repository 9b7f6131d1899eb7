"""The table of a plan's figures: one row an indicator and place, one column a level."""

from collections.abc import Iterator
from datetime import date
from decimal import Decimal

from sqlalchemy.orm import Session

from foundation.i18n import get_language, word
from foundation.tables import Cell, Column, Notes
from indicators import board as boards
from indicators.board import Board, Line
from indicators.formulas import Parts
from indicators.periods import Period
from indicators.places import Place
from indicators.plans import Plan
from indicators.series import Figure

COLUMNS = (
    Column("plan", "Kế hoạch"),
    Column("indicator", "Mã chỉ tiêu"),
    Column("indicator_name", "Tên chỉ tiêu"),
    Column("unit", "Đơn vị tính"),
    Column("period", "Kỳ"),
    Column("through", "Tính đến ngày", "date"),
    Column("province_code", "Mã tỉnh"),
    Column("commune_code", "Mã xã"),
    Column("commune", "Xã, phường"),
    Column("numerator", "Tử số", "decimal"),
    Column("denominator", "Mẫu số", "decimal"),
    Column("value", "Giá trị", "decimal"),
    Column("targets", "Chỉ tiêu kế hoạch (mục)"),
    Column("conflict", "Kế hoạch mâu thuẫn", "boolean"),
    Column("standing", "Tình trạng"),
    Column("note", "Ghi chú"),
)
_PLACES = Decimal("0.0001")


def rows(session: Session, plan: Plan, period: Period, *, today: date) -> Iterator[list[Cell]]:
    """Yield every indicator's row of the whole place, then of its communes where computed."""
    drawn = boards.draw(session, plan, period, None, today=today)
    for line in drawn.lines:
        yield _row(drawn, line, line.figure, None)
        if line.figure is not None:
            for commune in drawn.communes:
                figure = drawn.by_commune[line.indicator.code, commune.code]
                yield _row(drawn, line, figure, commune)


def notes(plan: Plan, period: Period) -> Notes:
    """Return what a reader of the table must know."""
    return Notes(
        f"{plan.name_vi} – kỳ {period.code}",
        (
            plan.document_vi,
            "Ô trống ở cột Giá trị nghĩa là chưa có số liệu, không phải số không.",
            "Tỷ lệ được gộp từ tử số và mẫu số, không lấy trung bình.",
        ),
    )


def _row(drawn: Board, line: Line, figure: Figure | None, commune: Place | None) -> list[Cell]:
    parts = figure.parts if figure else Parts(None)
    value = parts.value()
    return [
        drawn.plan.slug,
        line.indicator.code,
        line.indicator.name(get_language()),
        line.indicator.unit,
        drawn.period.code,
        figure.through if figure else None,
        drawn.plan.province_code,
        commune.code if commune else None,
        commune.name if commune else None,
        parts.numerator,
        parts.denominator,
        None if value is None else value.quantize(_PLACES),
        "; ".join(_target(target.value, target.op, target.section) for target in line.targets),
        any(target.conflict for target in line.targets),
        line.standing if commune is None else None,
        _note(line, figure, commune),
    ]


def _target(value: Decimal | None, op: str, section: str) -> str:
    number = "không ghi số" if value is None else f"{op} {value:f}"
    return f"{number} ({section})"


def _note(line: Line, figure: Figure | None, commune: Place | None) -> str | None:
    if figure is None:
        return word("indicator.not_reported")
    if figure.unknown is not None:
        return word(f"indicator.{figure.unknown}")
    if figure.is_partial and commune is None:
        return word("indicator.partial")
    return line.indicator.reading(get_language()) or None if commune is None else None
