"""The one way a table leaves the house: CSV, XLSX or JSON, whole and harmless.

Every file carries a row of stable codes (a file that goes out can come back in, whatever the
language) and a row of Vietnamese labels. Rows stream: memory does not grow with their number.
"""

import csv
import io
import json
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any, BinaryIO, Literal

from foundation.clock import VIETNAM
from foundation.errors import Finding, Invalid, Refused
from foundation.formulas import armed as armed
from foundation.formulas import disarmed as disarmed

Kind = Literal["text", "integer", "decimal", "money", "percent", "date", "datetime", "boolean"]
Cell = str | int | Decimal | date | datetime | bool | None

FORMATS = ("xlsx", "csv", "json")
MEDIA_TYPES = {
    "csv": "text/csv; charset=utf-8",
    "json": "application/json",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}
HEADER_ROWS = 2
SHEET_ROWS = 1_048_576
SHEET_TEXT = 32_767
"""What one sheet and one cell of an XLSX file can hold."""

_PROGRESS_EVERY = 1_000
_EXACT_DIGITS = 15
_NUMBER_FORMATS = {
    "integer": "#,##0",
    "money": '#,##0 "₫"',
    "decimal": "#,##0.###",
    "percent": "0.0#",
    "date": "dd/mm/yyyy",
    "datetime": "dd/mm/yyyy hh:mm",
}


@dataclass(frozen=True)
class Column:
    """A column: the stable code in the first row, the Vietnamese label in the second."""

    code: str
    label: str
    kind: Kind = "text"


@dataclass(frozen=True)
class Notes:
    """What a reader must know about a table: its title and lines of explanation."""

    title: str
    lines: tuple[str, ...] = ()


def export(
    columns: Sequence[Column],
    rows: Iterable[Sequence[Cell]],
    format: str,  # noqa: A002 - the word of the command line and of the API
    stream: BinaryIO,
    *,
    notes: Notes,
    on_rows: Callable[[int], None] | None = None,
) -> int:
    """Write every row to *stream* and return how many there were.

    `on_rows` hears the count so far every thousand rows. Raises: Invalid("table.format"),
    Refused("table.cell_too_long") when a text does not fit an XLSX cell.
    """
    writer = {"csv": _write_csv, "json": _write_json, "xlsx": _write_xlsx}.get(format)
    if writer is None:
        params = {"format": format[:20], "formats": ", ".join(FORMATS)}
        raise Invalid([Finding("table.format", params, field="format")])
    counter = _Counter(on_rows)
    writer(columns, counter.watch(rows), stream, notes, counter)
    return counter.count


class _Counter:
    """Counts the rows that pass and tells about it now and then."""

    def __init__(self, on_rows: Callable[[int], None] | None) -> None:
        self.count = 0
        self._on_rows = on_rows

    def watch(self, rows: Iterable[Sequence[Cell]]) -> Iterable[Sequence[Cell]]:
        for row in rows:
            yield row
            self.count += 1
            if self._on_rows and self.count % _PROGRESS_EVERY == 0:
                self._on_rows(self.count)


def plain(value: Cell) -> str:
    """Write a value the way machines read it back: ISO dates, dot decimals."""
    match value:
        case None:
            return ""
        case bool():
            return "true" if value else "false"
        case Decimal():
            return f"{value:f}"
        case datetime():
            return value.astimezone(VIETNAM).isoformat(timespec="seconds")
        case date():
            return value.isoformat()
        case _:
            return str(value)


def _write_csv(
    columns: Sequence[Column],
    rows: Iterable[Sequence[Cell]],
    stream: BinaryIO,
    notes: Notes,
    counter: _Counter,
) -> None:
    # The byte-order mark makes Excel read the file as UTF-8.
    text = io.TextIOWrapper(stream, "utf-8-sig", newline="", write_through=True)
    try:
        writer = csv.writer(text, lineterminator="\r\n")
        writer.writerow([column.code for column in columns])
        writer.writerow([disarmed(column.label) for column in columns])
        for row in rows:
            writer.writerow([_csv_cell(value) for value in row])
    finally:
        text.detach()


def _csv_cell(value: Cell) -> str:
    return disarmed(value) if isinstance(value, str) else plain(value)


def _write_json(
    columns: Sequence[Column],
    rows: Iterable[Sequence[Cell]],
    stream: BinaryIO,
    notes: Notes,
    counter: _Counter,
) -> None:
    head = {
        "title": notes.title,
        "notes": list(notes.lines),
        "columns": [{"code": c.code, "label": c.label, "kind": c.kind} for c in columns],
    }
    stream.write(_json(head)[:-1] + b',"items":[')
    separator = b"\n"
    for row in rows:
        item = {column.code: _json_value(value) for column, value in zip(columns, row, strict=True)}
        stream.write(separator + _json(item))
        separator = b",\n"
    stream.write(b'\n],"row_count":' + str(counter.count).encode() + b"}\n")


def _json(value: object) -> bytes:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode()


def _json_value(value: Cell) -> str | int | bool | None:
    return value if value is None or isinstance(value, str | int) else plain(value)


def _write_xlsx(
    columns: Sequence[Column],
    rows: Iterable[Sequence[Cell]],
    stream: BinaryIO,
    notes: Notes,
    counter: _Counter,
) -> None:
    import xlsxwriter

    book = xlsxwriter.Workbook(stream, {"constant_memory": True, "strings_to_urls": False})
    try:
        sheets = _Sheets(book, columns)
        for row in rows:
            sheets.write(row)
        _write_notes(book, notes, counter.count, sheets.number)
    finally:
        book.close()


class _Sheets:
    """The data sheets of one book; a full sheet is followed by the next one."""

    def __init__(self, book: Any, columns: Sequence[Column]) -> None:
        self._book = book
        self._columns = columns
        self._bold = book.add_format({"bold": True})
        self._formats = {
            kind: book.add_format({"num_format": pattern})
            for kind, pattern in _NUMBER_FORMATS.items()
        }
        self.number = 0
        self._open()

    def _open(self) -> None:
        self.number += 1
        self._sheet = self._book.add_worksheet(f"Dữ liệu {self.number}")
        self._sheet.freeze_panes(HEADER_ROWS, 0)
        for place, column in enumerate(self._columns):
            self._sheet.set_column(place, place, max(12, min(40, len(column.label) + 2)))
            self._sheet.write_string(0, place, column.code)
        for place, column in enumerate(self._columns):
            self._sheet.write_string(1, place, column.label, self._bold)
        self._next = HEADER_ROWS

    def write(self, row: Sequence[Cell]) -> None:
        if self._next == SHEET_ROWS:
            self._open()
        for place, (column, value) in enumerate(zip(self._columns, row, strict=True)):
            self._cell(place, column, value)
        self._next += 1

    def _cell(self, place: int, column: Column, value: Cell) -> None:
        sheet, form = self._sheet, self._formats.get(column.kind)
        match value:
            case None:
                return
            case bool():
                sheet.write_boolean(self._next, place, value)
            case datetime():
                local = value.astimezone(VIETNAM).replace(tzinfo=None)
                sheet.write_datetime(self._next, place, local, form)
            case date():
                sheet.write_datetime(self._next, place, value, form)
            case int() | Decimal() if _is_exact(value):
                sheet.write_number(self._next, place, value, form)
            case _:
                self._text(place, column, plain(value))

    def _text(self, place: int, column: Column, text: str) -> None:
        if len(text) > SHEET_TEXT:
            raise Refused("table.cell_too_long", column=column.label, most=SHEET_TEXT)
        self._sheet.write_string(self._next, place, text)


def _is_exact(value: int | Decimal) -> bool:
    """A spreadsheet keeps fifteen digits; a longer number goes out as text instead."""
    return len(Decimal(value).normalize().as_tuple().digits) <= _EXACT_DIGITS


def _write_notes(book: Any, notes: Notes, row_count: int, sheets: int) -> None:
    sheet = book.add_worksheet("Ghi chú")
    sheet.set_column(0, 0, 90)
    lines = (notes.title, *notes.lines, f"Số dòng dữ liệu: {row_count}", f"Số trang tính: {sheets}")
    for place, line in enumerate(lines):
        sheet.write_string(place, 0, line)
