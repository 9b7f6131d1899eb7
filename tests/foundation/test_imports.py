"""Tables come in whole or not at all; bombs harm nobody."""

import io
import zipfile
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

import openpyxl
import pytest
from sqlalchemy.orm import Session

from foundation import imports, sheets, tables
from foundation.errors import Conflict, Finding, Invalid, NotFound, Refused
from foundation.imports import Line
from foundation.inputs import InputSchema, Integer, Text
from foundation.tables import Column, Notes


class GardenSchema(InputSchema):
    name = Text(required=True, max=40)
    trees = Integer(low=1, high=1_000)


@dataclass(frozen=True)
class Gardener:
    person_id: int | None


class Gardens:
    """A room that takes in gardens."""

    def __init__(self) -> None:
        self.made: list[str] = []
        self.kind = imports.Kind[Gardener](
            code="gardens",
            title="Vườn",
            columns=(Column("name", "Tên vườn"), Column("trees", "Số cây", "integer")),
            schema=GardenSchema,
            check=self.check,
            apply=self.apply,
            undo=self.undo,
        )

    def check(self, session: Session, actor: Gardener, lines: Sequence[Line]) -> list[Finding]:
        return [
            line.finding("garden.known", "name")
            for line in lines
            if line.values["name"] in self.made
        ]

    def apply(
        self, session: Session, actor: Gardener, lines: Sequence[Line], now: datetime
    ) -> list[str]:
        self.made += [line.values["name"] for line in lines]
        return list(self.made)

    def undo(
        self, session: Session, actor: Gardener, references: Sequence[str], now: datetime
    ) -> None:
        self.made = [name for name in self.made if name not in references]


LAN = Gardener(1)
GOOD = "name,trees\nTên vườn,Số cây\nVườn Ổi,12\nVườn Cam,\n".encode()


def test_a_table_is_previewed_applied_and_undone(session: Session, now: datetime) -> None:
    room = Gardens()

    batch = imports.preview(session, LAN, room.kind, GOOD, "vuon.csv", now=now)
    assert (batch.row_count, imports.findings_of(batch), room.made) == (2, [], [])

    imports.apply(session, LAN, room.kind, batch.id, now=now)
    assert room.made == ["Vườn Ổi", "Vườn Cam"]
    assert batch.rows == []

    imports.undo(session, LAN, room.kind, batch.id, now=now)
    assert room.made == []


def test_findings_name_the_row_of_the_sheet_and_the_field(session: Session, now: datetime) -> None:
    room = Gardens()
    data = b"name,trees,colour\nA,0\n,3\nB,2\n"

    batch = imports.preview(session, LAN, room.kind, data, "x.csv", now=now)

    found = [(finding.code, finding.field) for finding in imports.findings_of(batch)]
    assert found == [
        ("import.column_unknown", None),
        ("input.out_of_range", "rows.2.trees"),
        ("input.required", "rows.3.name"),
    ]
    with pytest.raises(Invalid) as caught:
        imports.apply(session, LAN, room.kind, batch.id, now=now)
    assert caught.value.params == {"count": 2}
    assert room.made == []


def test_what_changed_since_the_preview_is_found_at_applying(
    session: Session, now: datetime
) -> None:
    room = Gardens()
    batch = imports.preview(session, LAN, room.kind, GOOD, "x.csv", now=now)
    room.made.append("Vườn Ổi")

    with pytest.raises(Invalid) as caught:
        imports.apply(session, LAN, room.kind, batch.id, now=now)

    assert caught.value.findings[0].field == "rows.3.name"


def test_an_import_is_applied_once_and_only_by_who_uploaded_it(
    session: Session, now: datetime
) -> None:
    room = Gardens()
    batch = imports.preview(session, LAN, room.kind, GOOD, "x.csv", now=now)

    with pytest.raises(NotFound):
        imports.apply(session, Gardener(2), room.kind, batch.id, now=now)
    imports.apply(session, LAN, room.kind, batch.id, now=now)
    with pytest.raises(Conflict):
        imports.apply(session, LAN, room.kind, batch.id, now=now)


def test_previews_nobody_applied_are_forgotten(session: Session, now: datetime) -> None:
    batch = imports.preview(session, LAN, Gardens().kind, GOOD, "x.csv", now=now)

    assert imports.forget_unused(session, before=now) == 0
    assert imports.forget_unused(session, before=now + timedelta(days=1)) == 1
    session.expire_all()
    with pytest.raises(NotFound):
        imports.get_batch(session, LAN, Gardens().kind, batch.id)


@pytest.mark.parametrize("format", ["xlsx", "csv"])
def test_an_export_comes_back_in_as_it_went_out(format: str) -> None:  # noqa: A002
    kind = Gardens().kind
    stream = io.BytesIO()
    rows = [("=Vườn@1", 12), ("+84905123456", 3), ("Vườn\nhai dòng", None)]
    tables.export(kind.columns, rows, format, stream, notes=Notes("Vườn"))

    sheet = sheets.read(stream.getvalue(), kind.columns, kind.required())

    assert [row.texts.get("name") for row in sheet.rows] == [name for name, _ in rows]
    assert [row.texts.get("trees") for row in sheet.rows] == ["12", "3", None]


def test_semicolons_and_labels_are_understood() -> None:
    kind = Gardens().kind

    sheet = sheets.read("Tên vườn;Số cây\nA;3\n".encode(), kind.columns, kind.required())

    assert sheet.rows == [sheets.Row(2, {"name": "A", "trees": "3"})]


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (b"", "import.column_missing"),
        (b"trees\n3\n", "import.column_missing"),
        (b"name,trees\n", "import.empty"),
        (b"\xff\xfe\x00", "import.unreadable"),
        (b"name\x00,trees\nA,3\n", "import.unreadable"),
        (b"PK\x03\x04rubbish", "import.unreadable"),
        (b'name,trees\n"A,3\n', "import.unreadable"),
    ],
)
def test_files_that_are_no_table_are_refused_by_name(data: bytes, code: str) -> None:
    kind = Gardens().kind

    with pytest.raises(Invalid) as caught:
        sheets.read(data, kind.columns, kind.required())

    assert caught.value.findings[0].code == code


def bomb(part: str) -> bytes:
    """A workbook whose *part* inflates to half a gigabyte."""
    book = io.BytesIO()
    openpyxl.Workbook().save(book)
    stream = io.BytesIO()
    with (
        zipfile.ZipFile(book) as source,
        zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as target,
    ):
        for name in source.namelist():
            if name != part:
                target.writestr(name, source.read(name))
        with target.open(part, "w") as file:
            for _ in range(500):
                file.write(bytes(1024 * 1024))
    return stream.getvalue()


def test_a_zip_bomb_is_refused() -> None:
    kind = Gardens().kind

    with pytest.raises((Invalid, Refused)):
        sheets.read(bomb("xl/worksheets/sheet1.xml"), kind.columns, kind.required())


def test_too_many_rows_are_refused_not_cut(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sheets, "MOST_ROWS", 5)
    kind = Gardens().kind

    with pytest.raises(Refused) as caught:
        sheets.read(b"name\n" + b"A\n" * 20, kind.columns, kind.required())

    assert caught.value.code == "import.too_many_rows"


def test_the_process_that_reads_a_file_knows_no_secret(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NGUON_SECRET_KEY", "bi-mat")
    monkeypatch.setenv("NGUON_DATABASE_URL", "postgresql://a:bi-mat@db/nguon")

    assert "bi-mat" not in str(sheets._environment())
