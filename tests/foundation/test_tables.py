"""Tables leave whole, come back the same, and compute nothing."""

import csv
import io
import json
from collections.abc import Iterator
from datetime import UTC, date, datetime
from decimal import Decimal

import openpyxl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from foundation import tables
from foundation.errors import Invalid, Refused
from foundation.tables import Column, Notes

COLUMNS = [
    Column("name", "Tên"),
    Column("phone", "Điện thoại"),
    Column("count", "Số lượng", "integer"),
    Column("weight", "Khối lượng", "decimal"),
    Column("paid", "Tiền", "money"),
    Column("day", "Ngày", "date"),
    Column("at", "Lúc", "datetime"),
    Column("ok", "Đạt", "boolean"),
]
ROW: tuple[tables.Cell, ...] = (
    "=cmd|'/c calc'!A1",
    "+84905123456",
    12,
    Decimal("1234.500"),
    185_000,
    date(2026, 11, 21),
    datetime(2026, 11, 21, 17, 30, tzinfo=UTC),
    True,
)
PAYLOADS = ["=1+1", "@SUM(A1)", "+1+1", "-2+3", "\t=1", "\r=1", "=HYPERLINK(1)", "+cmd|x", "-A1"]
NOTES = Notes("Bảng thử", ("Nguồn: phép thử",))


def written(format: str, rows: list[tuple[tables.Cell, ...]]) -> bytes:  # noqa: A002
    stream = io.BytesIO()
    assert tables.export(COLUMNS, iter(rows), format, stream, notes=NOTES) == len(rows)
    return stream.getvalue()


def test_xlsx_holds_texts_numbers_and_days_but_no_formula() -> None:
    book = openpyxl.load_workbook(io.BytesIO(written("xlsx", [ROW])))

    cells = book["Dữ liệu 1"][3]
    assert [cell.data_type for cell in cells] == ["s", "s", "n", "n", "n", "d", "d", "b"]
    assert cells[0].value == ROW[0]
    assert cells[1].value == "+84905123456"
    assert cells[6].value == datetime(2026, 11, 22, 0, 30)  # noqa: DTZ001 - as a sheet shows it


def test_codes_stand_above_vietnamese_labels_and_the_count_is_stated() -> None:
    book = openpyxl.load_workbook(io.BytesIO(written("xlsx", [ROW, ROW])))

    head = list(book["Dữ liệu 1"].iter_rows(max_row=2, values_only=True))
    assert head[0] == tuple(column.code for column in COLUMNS)
    assert head[1] == tuple(column.label for column in COLUMNS)
    assert ("Số dòng dữ liệu: 2",) in list(book["Ghi chú"].values)


@pytest.mark.parametrize("payload", PAYLOADS)
def test_a_formula_is_disarmed_in_csv_and_comes_back_whole(payload: str) -> None:
    columns = [Column("name", "Tên")]
    stream = io.BytesIO()

    tables.export(columns, [(payload,)], "csv", stream, notes=NOTES)

    text = stream.getvalue().decode("utf-8-sig")
    cell = list(csv.reader(io.StringIO(text, newline="")))[2][0]
    assert cell == "'" + payload
    assert tables.armed(cell) == payload


@pytest.mark.parametrize("text", ["+84905123456", "+84 905 123 456", "-12.5", "Cam", "'Cam"])
def test_phones_and_numbers_stay_as_they_are(text: str) -> None:
    assert tables.disarmed(text) == text


@given(st.text())
def test_disarming_is_undone_exactly(text: str) -> None:
    assert tables.armed(tables.disarmed(text)) == text or text.startswith("'")


def test_csv_starts_with_a_byte_order_mark_and_plain_values() -> None:
    data = written("csv", [ROW])

    assert data.startswith(b"\xef\xbb\xbf")
    last = list(csv.reader(io.StringIO(data.decode("utf-8-sig"))))[2]
    assert last[1:] == [
        "+84905123456",
        "12",
        "1234.500",
        "185000",
        "2026-11-21",
        "2026-11-22T00:30:00+07:00",
        "true",
    ]


def test_json_states_its_columns_and_row_count() -> None:
    table = json.loads(written("json", [ROW, ROW, ROW]))

    assert table["row_count"] == len(table["items"]) == 3
    assert table["items"][0]["weight"] == "1234.500"
    assert table["columns"][0] == {"code": "name", "label": "Tên", "kind": "text"}


@pytest.mark.parametrize("format", tables.FORMATS)
def test_an_empty_table_still_has_its_header(format: str) -> None:  # noqa: A002
    assert b"name" in written(format, []) or format == "xlsx"
    if format == "xlsx":
        sheet = openpyxl.load_workbook(io.BytesIO(written(format, [])))["Dữ liệu 1"]
        assert sheet.max_row == tables.HEADER_ROWS


def test_a_full_sheet_is_followed_by_another(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tables, "SHEET_ROWS", 10)
    columns = [Column("n", "Số", "integer")]
    stream = io.BytesIO()

    tables.export(columns, ((n,) for n in range(20)), "xlsx", stream, notes=NOTES)

    book = openpyxl.load_workbook(stream)
    assert book.sheetnames == ["Dữ liệu 1", "Dữ liệu 2", "Dữ liệu 3", "Ghi chú"]
    numbers = [
        row[0]
        for name in book.sheetnames[:3]
        for row in book[name].iter_rows(min_row=3, values_only=True)
    ]
    assert numbers == list(range(20))


def test_65537_rows_arrive_and_progress_is_told() -> None:
    told: list[int] = []

    def rows() -> Iterator[tuple[int]]:
        for number in range(65_537):
            yield (number,)

    stream = io.BytesIO()
    columns = [Column("n", "Số", "integer")]
    count = tables.export(columns, rows(), "csv", stream, notes=NOTES, on_rows=told.append)

    assert count == 65_537
    assert told[-1] == 65_000
    assert stream.getvalue().count(b"\r\n") == 65_537 + tables.HEADER_ROWS


def test_a_number_too_long_for_a_sheet_goes_out_as_text() -> None:
    stream = io.BytesIO()
    long = Decimal("123456789012345.678")

    tables.export([Column("w", "Khối lượng", "decimal")], [(long,)], "xlsx", stream, notes=NOTES)

    assert openpyxl.load_workbook(stream)["Dữ liệu 1"]["A3"].value == "123456789012345.678"


def test_a_text_too_long_for_a_cell_is_refused_not_cut() -> None:
    with pytest.raises(Refused) as caught:
        tables.export([Column("t", "Chữ")], [("x" * 40_000,)], "xlsx", io.BytesIO(), notes=NOTES)

    assert caught.value.code == "table.cell_too_long"


def test_an_unknown_format_is_named() -> None:
    with pytest.raises(Invalid) as caught:
        tables.export(COLUMNS, [], "exe", io.BytesIO(), notes=NOTES)

    assert caught.value.findings[0].code == "table.format"
