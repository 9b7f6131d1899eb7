"""Every kind of diary entry through every door: what was told comes back from all of them."""

from __future__ import annotations

import csv
import html
import io
import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from flask.testing import FlaskClient
from PIL import Image
from sqlalchemy import select
from sqlalchemy.orm import Session

from accounts import tokens
from accounts.permissions import Actor
from foundation import files, i18n, sheets, tables
from foundation.documents.blocks import Grid
from growing_areas import labels
from growing_areas.fieldbook import labels as words
from growing_areas.fieldbook import paper, sheet
from growing_areas.fieldbook.book import BookQuery
from growing_areas.fieldbook.models import ACTIVITIES, DiaryEntry
from tests import papers
from tests.accounts import browser
from tests.accounts import factories as people
from tests.growing_areas import factories
from tests.growing_areas.parcels.factories import make_parcels

Facts = dict[str, Any]
COMMON: Facts = {
    "worker": "Lê Văn Tám", "weather": "light_rain", "treated_ha": "0.5",
    "equipment": "Bình đeo vai", "water_source": "Kênh N2",
}  # fmt: skip
KINDS: dict[str, Facts] = {
    "planting": {"product_name": "Giống bưởi Diễn", "quantity": "300", "unit": "H87",
                 "head_count": 300},
    "fertilising": {"product_name": "Đầu Trâu NPK", "active_ingredient": "N-P-K 16-16-8",
                    "quantity": "25.5", "unit": "KGM", "dose_amount": "50", "dose_unit": "KGM",
                    "dose_per_amount": "1", "dose_per": "HAR"},
    "spraying": {"product_name": "Trebon", "active_ingredient": "Etofenprox",
                 "pre_harvest_days": 14, "dose_amount": "20", "dose_unit": "MLT",
                 "dose_per_amount": "16", "dose_per": "LTR", "target": "Rầy nâu",
                 "dose": "phun ướt đều hai mặt lá", "quantity": "0.4", "unit": "LTR"},
    "irrigation": {"quantity": "30", "unit": "MTQ"},
    "weeding": {"target": "Cỏ tranh"},
    "pruning": {"head_count": 120},
    "feeding": {"product_name": "Cám viên C14", "quantity": "120", "unit": "KGM",
                "head_count": 5000, "dose": "cho ăn ba lần một ngày"},
    "treatment": {"product_name": "Oxytetracycline", "pre_harvest_days": 28,
                  "dose_amount": "5", "dose_unit": "GRM", "dose_per_amount": "10",
                  "dose_per": "KGM", "head_count": 5000, "target": "Đốm đỏ"},
    "harvest": {"quantity": "850.5", "unit": "KGM"},
    "inspection": {"target": "Kiểm tra rệp sáp"},
    "waste": {"waste_kind": "packaging", "quantity": "3", "unit": "KGM",
              "disposal": "Bỏ bể chứa đầu bờ"},
    "other": {"product_name": "Màng phủ"},
}  # fmt: skip
PICTURED = ("spraying", "feeding", "waste")
"""Each photo is judged by a process of its own: three kinds stand for all."""
DAY = date(2026, 11, 10)
_NUMBERS = ("treated_ha", "quantity", "dose_amount", "dose_per_amount", "head_count")


def told(kind: str) -> Facts:
    return {"activity": kind, "done_on": DAY.isoformat(), **COMMON, **KINDS[kind],
            "notes": f"Ghi chú của {kind}"}  # fmt: skip


@dataclass(frozen=True)
class House:
    """A cooperative with two areas, its manager at a browser and with a token."""

    session: Session
    client: FlaskClient
    actor: Actor
    bearer: str
    area_id: int
    parcel_id: int
    parcel: str
    now: datetime

    def api(self, method: str, path: str, **more: Any) -> Any:
        headers = {"Authorization": f"Bearer {self.bearer}"}
        answer = self.client.open(f"/api/v1{path}", method=method, headers=headers, **more)
        assert answer.status_code < 300, (path, answer.get_data(as_text=True))
        return answer

    def page(self, path: str) -> str:
        answer = self.client.get(path)
        assert answer.status_code == 200, path
        return html.unescape(re.sub(r"<[^>]+>", " ", answer.get_data(as_text=True)))

    def lines(self) -> dict[str, DiaryEntry]:
        """The newest line of each kind."""
        rows = self.session.scalars(select(DiaryEntry).order_by(DiaryEntry.id))
        return {entry.activity: entry for entry in rows}


@pytest.fixture
def house(
    session: Session, client: FlaskClient, now: datetime, tmp_path: Path, _app: Any
) -> Iterator[House]:
    organisation = factories.make_organisation(session, now)
    manager = people.make_member(session, organisation, now)
    area = factories.make_area(session, now, organisation)
    (parcel, _other) = make_parcels(session, area, now)
    bearer = tokens.create(session, manager, "thử", now=now).plain
    browser.sign_in_as(client, session, manager, now)
    files.use(f"file://{tmp_path}/files")
    yield House(session, client, manager, bearer, area.id, parcel.id, parcel.label, now)
    files.use(_app.config["NGUON"].files_url)


def picture() -> tuple[io.BytesIO, str]:
    content = io.BytesIO()
    Image.new("RGB", (40, 30), "#3a7d44").save(content, "JPEG")
    return io.BytesIO(content.getvalue()), "anh.jpg"


def by_page(house: House, kind: str) -> None:
    form = {**told(kind), "areas": [house.area_id], "parcels": [house.parcel_id],
            "work_key": str(uuid4())}  # fmt: skip
    if kind in PICTURED:
        form["photo"] = picture()
    # As a Vietnamese farmer types them.
    form |= {name: str(form[name]).replace(".", ",") for name in _NUMBERS if name in form}
    assert browser.post(house.client, "/workspace/diary/new", **form).status_code == 303, kind


def by_api(house: House, kind: str) -> None:
    key = str(uuid4())
    if kind in PICTURED:
        house.api("POST", "/diary-photos", data={"work_key": key, "file": picture()})
    body = {**told(kind), "work_key": key, "parcels": [house.parcel_id]}
    house.api("POST", f"/growing-areas/{house.area_id}/diary", json=body)


def row_of(house: House, kind: str, **more: Any) -> dict[str, Any]:
    row = {**told(kind), "area": str(house.area_id), "parcels": house.parcel, **more}
    row = {name: str(value) for name, value in row.items()}
    row["dose_words"] = row.pop("dose", None)
    row["waste"] = row.pop("waste_kind", None)
    return row


def send_sheet(house: House, rows: list[dict[str, Any]], form: str) -> Any:
    columns = [each for each in sheet.COLUMNS if any(each.code in row for row in rows)]
    made = io.BytesIO()
    cells = [
        [None if row.get(c.code) is None else str(row[c.code]) for c in columns] for row in rows
    ]
    tables.export(columns, cells, form, made, notes=tables.Notes("Sổ"))
    sent = {"file": (io.BytesIO(made.getvalue()), f"so.{form}")}
    return house.api("POST", "/diary-imports", data=sent).json


def write_all(house: House, door: str) -> None:
    if door in ("csv", "xlsx"):
        send_sheet(house, [row_of(house, kind) for kind in KINDS], door)
        return
    for kind in KINDS:
        (by_page if door == "page" else by_api)(house, kind)


def correct_all(house: House, door: str) -> None:
    """Each line corrected through the same door: another note, and why."""
    rows = []
    for kind, entry in house.lines().items():
        more = {"notes": f"Ghi lại {kind}", "reason": f"Nhầm {kind}"}
        fields = {**told(kind), **more, "parcels": [house.parcel_id]}
        if door == "page":
            fields |= {n: str(fields[n]).replace(".", ",") for n in _NUMBERS if n in fields}
            path = f"/workspace/diary/{entry.id}/correct"
            assert browser.post(house.client, path, **fields).status_code == 303, kind
        elif door == "api":
            house.api("POST", f"/diary/{entry.id}/corrections", json=fields)
        rows.append(row_of(house, kind, corrects=entry.id, **more))
    if door in ("csv", "xlsx"):
        assert send_sheet(house, rows, door)["created"] == len(KINDS)


def missing(expected: Facts, found: Facts) -> dict[str, tuple[Any, Any]]:
    def plain(value: Any) -> Any:
        try:
            return Decimal(str(value)).normalize()
        except ArithmeticError:
            return value

    return {
        name: (value, found.get(name))
        for name, value in expected.items()
        if plain(found.get(name)) != plain(value)
    }


def shown(entry: DiaryEntry, facts: Facts) -> list[str]:
    """The words a reader of a page or of the book is owed for what was told."""
    texts = [str(facts[name]) for name in (
        "worker", "equipment", "water_source", "notes", "product_name", "active_ingredient",
        "target", "disposal", "reason",
    ) if name in facts]  # fmt: skip
    texts += [labels.activity(entry.activity), words.weather("light_rain"), i18n.vn_date(DAY)]
    texts.append("0,5\u00a0ha")
    texts += [words.dose(entry)] if words.dose(entry) else []
    texts += [words.interval(entry)] if "pre_harvest_days" in facts else []
    if entry.quantity is not None and entry.unit is not None:
        texts.append(i18n.quantity(entry.quantity, entry.unit))
    if entry.head_count is not None:
        texts.append(i18n.number(Decimal(entry.head_count), 0))
    if entry.waste_kind:
        texts.append(words.waste(entry.waste_kind))
    return texts


def squeezed(text: str) -> str:
    return re.sub(r"\s+", " ", text.replace("\u00a0", " "))


def listed(house: House) -> dict[str, dict[str, Any]]:
    """The lines that stand, as a program reads them."""
    items = house.api("GET", "/diary").json["items"]
    return {each["activity"]: each for each in items}


def exported(house: House, form: str) -> dict[int, dict[str, str]]:
    sent = house.client.get(f"/workspace/diary/export.{form}").get_data()
    if form == "csv":
        rows = [*csv.DictReader(io.StringIO(sent.decode("utf-8-sig")))][1:]
    else:
        rows = [row.texts for row in sheets.read(sent, sheet.COLUMNS, ()).rows]
    return {int(row["id"]): row for row in rows}


def printed(house: House) -> dict[str, str]:
    """What the book says of each kind, row by row."""
    made = paper.book_paper(
        house.session, house.actor, BookQuery(), base_url="https://x", address="/so", on=DAY,
        most=2_000,
    )  # fmt: skip
    rows = [row for block in made.blocks if isinstance(block, Grid) for row in block.rows]
    return {kind: " | ".join(row) for row in rows for kind in KINDS if f" {kind}" in " ".join(row)}


@pytest.mark.parametrize("door", ["page", "api", "csv", "xlsx"])
def test_every_kind_of_entry_comes_back_from_every_door_and_so_does_its_correction(
    house: House, door: str
) -> None:
    assert set(KINDS) == set(ACTIVITIES)
    kept = dict.fromkeys(KINDS, 0)
    if door in ("page", "api"):
        kept |= dict.fromkeys(PICTURED, 1)

    write_all(house, door)
    first, answers = house.lines(), listed(house)
    for kind in KINDS:
        assert missing({**told(kind), "photo_count": kept[kind]}, answers[kind]) == {}, (door, kind)
    correct_all(house, door)

    newest, answers = house.lines(), listed(house)
    rows = {form: exported(house, form) for form in ("csv", "xlsx")}
    book = printed(house)
    for kind, entry in newest.items():
        facts = {**told(kind), "notes": f"Ghi lại {kind}", "reason": f"Nhầm {kind}"}
        assert entry.corrects_id == first[kind].id, (door, kind)
        assert missing({**facts, "photo_count": kept[kind]}, answers[kind]) == {}, (door, kind)
        page = squeezed(house.page(f"/workspace/diary/{entry.id}"))
        lost = [text for text in shown(entry, facts) if squeezed(text) not in page]
        assert not lost, (door, kind, "page", lost)
        assert f"Dòng số {first[kind].id}" in page, (door, kind)
        for form, lines in rows.items():
            row = dict(lines[entry.id])
            row["dose"], row["done_on"] = row.get("dose_words", ""), facts["done_on"]
            told_row = {**facts, "weather": "Mưa nhỏ"}
            if "waste_kind" in told_row:
                told_row["waste"] = words.waste(told_row.pop("waste_kind"))
            assert missing(told_row, row) == {}, (door, kind, form)
            assert row["photos"] == str(kept[kind]), (door, kind, form)
            assert row["corrects"] == str(first[kind].id), (door, kind, form)
        owed = [*shown(entry, facts), *(["1 ảnh"] if kept[kind] else [])]
        owed = [text for text in owed if text != labels.activity(kind)]
        lost = [text for text in owed if squeezed(text) not in squeezed(book[kind])]
        assert not lost, (door, kind, "book", lost, book[kind])
    # A book that came out comes back in: every line is there already, none is written twice.
    back = house.client.get("/workspace/diary/export.csv").get_data()
    again = house.api("POST", "/diary-imports", data={"file": (io.BytesIO(back), "so.csv")}).json
    assert again["created"] == 0, again
    assert {each["code"] for each in again["findings"]} == {"diary.sheet_line_there"}


@papers.needs_poppler
def test_the_printed_book_names_every_material_and_worker(house: House) -> None:
    write_all(house, "csv")

    text = papers.words_of(house.client.get("/workspace/diary/print.pdf").get_data())

    for word in ("Trebon", "Tám", "Oxytetracycline", "850,5", "Mưa"):
        assert word in text
