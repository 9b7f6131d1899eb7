"""The child process that reads an uploaded table (XLSX or CSV): limited memory, limited time.

``python -m foundation.sheet_reader MOST_ROWS`` takes the file on stdin and answers JSON lines on
stdout: one list of texts a row, as a person would type them. Exit status 3 says "too many rows",
4 "not a table". Anything else, a kill by the limits included, counts as unreadable.
"""

import csv
import io
import json
import resource
import sys
import zipfile
from collections.abc import Iterator
from datetime import date, datetime
from typing import Any

MEMORY_BYTES = 512 * 1024 * 1024
CPU_SECONDS = 20
MOST_UNPACKED = 200 * 1024 * 1024
MOST_COLUMNS = 200
TOO_MANY_ROWS = 3
NOT_A_TABLE = 4
_ZIP = b"PK\x03\x04"


class NotATable(Exception):
    """The file is neither a workbook nor UTF-8 text in rows."""


def main() -> int:
    """Read stdin, write rows."""
    _limit()
    most_rows = int(sys.argv[1])
    data = sys.stdin.buffer.read()
    try:
        for number, row in enumerate(_rows(data)):
            if number >= most_rows:
                return TOO_MANY_ROWS
            sys.stdout.write(json.dumps(row[:MOST_COLUMNS], ensure_ascii=False) + "\n")
    except (NotATable, zipfile.BadZipFile, UnicodeDecodeError, csv.Error, KeyError, ValueError):
        return NOT_A_TABLE
    return 0


def _limit() -> None:
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY_BYTES, MEMORY_BYTES))
    resource.setrlimit(resource.RLIMIT_CPU, (CPU_SECONDS, CPU_SECONDS))
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


def _rows(data: bytes) -> Iterator[list[str]]:
    return _workbook_rows(data) if data.startswith(_ZIP) else _text_rows(data)


def _text_rows(data: bytes) -> Iterator[list[str]]:
    text = data.decode("utf-8-sig")
    if "\x00" in text:
        raise NotATable
    first = text.partition("\n")[0]
    # Excel in a Vietnamese locale separates by semicolons, its text format by tabs.
    separator = max(",;\t", key=first.count)
    yield from csv.reader(io.StringIO(text, newline=""), delimiter=separator, strict=True)


def _workbook_rows(data: bytes) -> Iterator[list[str]]:
    with zipfile.ZipFile(io.BytesIO(data)) as parts:
        if sum(part.file_size for part in parts.infolist()) > MOST_UNPACKED:
            raise NotATable
    import openpyxl

    book = openpyxl.load_workbook(io.BytesIO(data), read_only=True, data_only=True)
    sheet = book.worksheets[0]
    # What a file says of its own size is not believed: it may claim a million empty columns.
    sheet.reset_dimensions()
    for row in sheet.iter_rows(values_only=True, max_col=MOST_COLUMNS):
        yield [_typed(value) for value in row]


def _typed(value: Any) -> str:
    """Write a cell the way a person would have typed it."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, datetime):
        midnight = value.hour == value.minute == value.second == 0
        return value.date().isoformat() if midnight else value.isoformat(timespec="seconds")
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, float):
        return str(int(value)) if value.is_integer() else repr(value)
    return str(value)


if __name__ == "__main__":
    sys.exit(main())
