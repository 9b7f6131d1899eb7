"""What nobody could read is refused before it is printed; every letter printed can be selected."""

from __future__ import annotations

import csv
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from foundation.typefaces import faces
from tests.traceability.labels.test_sheet import TEXT, printed_pdf, serial_run, serials, text_of
from traceability.labels import quality, sheet
from traceability.labels.colours import BLACK, WHITE, Colours
from traceability.labels.layouts import get_layout
from traceability.labels.typesetting import Setting

TONES = "aàáảãạăằắẳẵặâầấẩẫậeèéẻẽẹêềếểễệiìíỉĩịoòóỏõọôồốổỗộơờớởỡợuùúủũụưừứửữựyỳýỷỹỵđ"
LETTERS = TONES + TONES.upper()


@pytest.mark.parametrize(
    ("ink", "stock", "told"),
    [
        (BLACK, WHITE, []),
        (BLACK, "#c49a6c", [("label.contrast_low", "warning")]),
        (BLACK, "#6b5236", [("label.contrast_refused", "error")]),
        ("#12306b", "#c8ccd0", []),
        ("#d9b441", WHITE, [("label.contrast_low", "warning")]),
        # Dark enough to the eye, blank to the red light of a till.
        ("#ff0000", WHITE, [("label.contrast_refused", "error")]),
        (WHITE, "#1c1c1c", [("label.colours_inverted", "error")]),
    ],
)
def test_print_and_paper_must_differ_in_all_light_and_in_red(
    ink: str, stock: str, told: list[tuple[str, str]]
) -> None:
    run = replace(serial_run(get_layout("a4-24"), serials(1)), colours=Colours(ink, stock))

    assert [(f.code, f.severity) for f in quality.of_symbol(run)] == told


def test_modules_no_scanner_reads_are_refused_and_fine_ones_are_told() -> None:
    roll = get_layout("roll-30x20")
    long = serial_run(roll, serials(1))
    long = replace(long, address=long.address.replace("TRASHAN-26A", "T" * 150))

    found = {f.code: f.severity for f in quality.of_symbol(long)}
    on_head = quality.of_symbol(serial_run(roll, serials(1)), "zpl")

    assert found == {"label.module_refused": "error"}
    assert [(f.code, f.severity) for f in on_head] == [("label.dots_coarse", "warning")]


def test_every_threshold_has_its_source_and_dates() -> None:
    path = Path(quality.__file__).parent / "data" / "print_limits.csv"
    for row in csv.DictReader(path.open(encoding="utf-8")):
        date.fromisoformat(row["valid_from"])
        assert row["source"]
        assert row["verified"] in ("yes", "no")
    carriers = {carrier for _limit, carrier in quality.limits()}
    assert len(quality.limits()) == 5 * len(carriers)


def test_every_vietnamese_letter_is_printed_and_can_be_selected(tmp_path: Path) -> None:
    spaced = " ".join(LETTERS[start : start + 12] for start in range(0, len(LETTERS), 12))
    text = replace(TEXT, facts=(("Lô", "L1"), ("", spaced)), setting=Setting(5, 9, is_strict=True))
    run = replace(serial_run(get_layout("roll-100x60"), serials(1)), text=text)

    found = text_of(printed_pdf(run, tmp_path / "letters.pdf"))

    assert sheet.draw(run)[1].unfit == ""
    assert set(LETTERS) <= set(found)
    for style in ("regular", "bold"):
        assert {ord(letter) for letter in LETTERS} <= set(faces.load(style).glyphs)
