"""A sheet of one's own: measured, refused where labels leave it, printed, tried with rulers."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from decimal import Decimal
from pathlib import Path

import pytest
import zxingcpp
from sqlalchemy.orm import Session

from accounts.permissions import SYSTEM
from foundation.errors import Invalid, NotFound
from tests.growing_areas.factories import make_organisation
from tests.traceability.labels.test_sheet import (
    PREFIX,
    printed_pdf,
    rasterised,
    serial_run,
    serials,
    text_of,
)
from traceability.labels import quality
from traceability.labels.layouts import Layout, get_layout
from traceability.labels.papers import keeping, ruler
from traceability.labels.papers.keeping import Grid
from traceability.labels.papers.models import LabelPaper

GRID = Grid(
    "Giấy nhà in Thành Công", Decimal(210), Decimal(297), 3, 7, Decimal("63.5"), Decimal("38.1"),
    Decimal("7.2"), Decimal("15.1"), Decimal("2.5"), Decimal(0), Decimal(3),
)  # fmt: skip


def layout_of(grid: Grid) -> Layout:
    return keeping.layout_of(LabelPaper(id=7, **vars(grid)))


def test_labels_that_leave_the_page_are_refused_saying_by_how_much(
    session: Session, now: datetime
) -> None:
    owner = make_organisation(session, now).code
    wide = replace(GRID, columns=4, rows=8, padding_mm=Decimal(10))

    with pytest.raises(Invalid) as refused:
        keeping.add(session, SYSTEM, owner, wide, now=now)

    found = {f.code: (f.field, f.params.get("over_mm")) for f in refused.value.findings}
    assert found == {
        "label.paper_too_wide": ("columns", Decimal("58.7")),
        "label.paper_too_high": ("rows", Decimal("22.9")),
        "label.paper_padding": ("padding_mm", None),
    }


def test_a_paper_is_for_its_own_house_until_it_is_set_aside(
    session: Session, now: datetime
) -> None:
    owner, stranger = make_organisation(session, now), make_organisation(session, now)
    paper = keeping.add(session, SYSTEM, owner.code, GRID, now=now)
    code = paper.layout_code

    assert keeping.get_layout(session, owner.id, code).per_page == 21
    assert keeping.usable(session, owner.id)[0].code == code
    with pytest.raises(NotFound):
        keeping.get_layout(session, stranger.id, code)
    keeping.archive(session, SYSTEM, paper.id, now=now)
    with pytest.raises(NotFound):
        keeping.get_layout(session, owner.id, code)


@pytest.mark.parametrize(
    "grid",
    [
        GRID,
        # Taller than wide: words stand above the code.
        replace(
            GRID, columns=5, rows=4, label_width_mm=Decimal(35), label_height_mm=Decimal(60),
            top_mm=Decimal(20),
        ),
    ],
    ids=["wide", "tall"],
)  # fmt: skip
def test_labels_of_an_own_grid_lie_where_it_was_measured_and_are_read(
    grid: Grid, tmp_path: Path
) -> None:
    layout, start = layout_of(grid), 5
    wanted = serials(layout.per_page - start + 1)
    run = serial_run(layout, wanted, start=start)
    path = printed_pdf(run, tmp_path / "labels.pdf")

    (page,) = rasterised(path, 200)
    read = {code.text: code.position for code in zxingcpp.read_barcodes(page)}

    assert set(read) == {PREFIX + serial for serial in wanted}
    assert quality.of_symbol(run) == []
    dots = 200 / 25.4
    for serial, (x, y) in zip(wanted, layout.corners()[start - 1 :], strict=True):
        corners = read[PREFIX + serial]
        for corner in (corners.top_left, corners.bottom_right):
            assert x <= corner.x / dots <= x + layout.label_width_mm
            assert y <= corner.y / dots <= y + layout.label_height_mm


def test_the_test_page_measures_true_and_its_codes_are_read(tmp_path: Path) -> None:
    path = tmp_path / "ruler.pdf"
    with path.open("wb") as stream:
        ruler.render(get_layout("a4-24"), "Giấy A4", "https://nguon.vn", stream)

    (page,) = rasterised(path, 300)

    assert abs(page.width - 210 / 25.4 * 300) <= 1
    # The rulers' marks: 100 mm from the edge the line stands, between marks there is paper.
    row = round((8 + 3.5) * 300 / 25.4)
    line = page.crop((0, row, page.width, row + 1)).tobytes()
    dark = [x for x, light in enumerate(line) if light < 128]
    marks = [round(x / 300 * 25.4, 1) for x in dark]
    assert any(abs(mark - 100) <= 0.1 for mark in marks)
    assert not any(101 < mark < 109 for mark in marks)
    assert len(zxingcpp.read_barcodes(page)) == len(ruler.MODULES_MM)
    said = text_of(path)
    assert "In 100%, không co giãn" in said
    assert "0,33 mm" in said


def test_the_test_page_of_a_roll_shows_the_codes_that_fit_on_it(tmp_path: Path) -> None:
    path = tmp_path / "ruler.pdf"
    with path.open("wb") as stream:
        ruler.render(get_layout("roll-40x30"), "Cuộn", "https://nguon.vn", stream)

    first, *coded = rasterised(path, 300)

    assert abs(first.width - 40 / 25.4 * 300) <= 1
    assert [len(zxingcpp.read_barcodes(page)) for page in coded] == [1] * len(coded)
    assert len(coded) >= 4
