"""Papers from plain blocks: every Vietnamese letter, tables over pages, nothing lost."""

from __future__ import annotations

import itertools
import unicodedata
from pathlib import Path

import pytest
import zxingcpp
from hypothesis import given
from hypothesis import strategies as st
from reportlab.pdfbase.pdfmetrics import stringWidth

from foundation.documents import fitting, fonts, form, printing, sending
from foundation.documents.blocks import (
    Beside,
    Block,
    Code,
    Drawing,
    Facts,
    Grid,
    Letterhead,
    Line,
    NewPage,
    Paper,
    Rows,
    Shape,
    Signature,
    Space,
    Text,
    Title,
    Word,
)  # fmt: skip
from foundation.typefaces import faces
from tests.papers import needs_poppler, pages_of, words_of

TONES = ["", *"\u0300\u0301\u0303\u0309\u0323"]
LETTERS = [
    *(
        unicodedata.normalize("NFC", base + tone)
        for base, tone in itertools.product("aăâeêioôơuưyAĂÂEÊIOÔƠUƯY", TONES)
    ),
    *"đĐ",
]


def paper(*blocks: Block) -> Paper:
    return Paper("Tờ thử", "Người thử", blocks)


@pytest.mark.parametrize("style", ["regular", "bold", "italic", "bold-italic"])
def test_every_style_has_every_vietnamese_letter(style: str) -> None:
    known = faces.load(style, family="paper").glyphs

    assert [letter for letter in LETTERS if ord(letter) not in known] == []


@needs_poppler
def test_letters_come_out_as_they_went_in() -> None:
    told = " ".join(LETTERS)

    text = words_of(printing.render(paper(Text(told), Text(told, style="italic"))))

    # Where single letters stand apart, readers differ about the spaces between them.
    assert text.replace(" ", "").count("".join(LETTERS)) == 2


@needs_poppler
def test_signs_the_typeface_lacks_are_seen_to_be_missing() -> None:
    assert "a?b" in words_of(printing.render(paper(Text("a✿b"))))


@needs_poppler
def test_markup_in_names_is_just_text() -> None:
    name = "HTX <b>Lúa & Tôm</b> <para>"

    text = words_of(
        printing.render(
            paper(Text(name, lead=name), Facts([(name, name)]), Grid([name], [[name]], [1]))
        )
    )

    assert text.count(name) == 6


@needs_poppler
def test_a_long_table_runs_over_pages_with_its_head_and_loses_nothing() -> None:
    rows = [(str(n), f"Hộ số {n}") for n in range(200)]

    text = words_of(printing.render(paper(Grid(("TT", "Họ tên"), rows, (1, 4)))))

    assert all(f"Hộ số {n}" in text for n in range(200))
    assert text.count("Họ tên") >= 4


@needs_poppler
def test_very_many_corners_are_all_there() -> None:
    rows = [(str(n), f"{n},125") for n in range(1_000)]

    text = words_of(printing.render(paper(Rows(("Góc", "Độ"), rows, (1, 2), beside=3)))).split()

    assert all(f"{n},125" in text for n in range(1_000))


@needs_poppler
def test_every_kind_of_block_stands_on_the_page(tmp_path: Path) -> None:
    drawing = Drawing(
        100, 60,
        [Shape([[(5, 5), (50, 50), (5, 50)]], fill="#00ff00"), Line([(0, 0), (99, 59)]),
         Word(50, 30, "Bắc")],
        caption="Hình 1",
    )  # fmt: skip
    content = printing.render(
        paper(
            Letterhead("Sở Nông nghiệp và Môi trường", "Ủy ban nhân dân", "Số: 1", "Huế, ngày 1"),
            Title("Thông báo", "Về việc thử"),
            Beside([Facts([("Tên", "Thử"), ("Trống", None)])], [Code("https://nguon.vn/x")]),
            drawing, Space(), NewPage(), Signature(["Ông A", "Lưu"], "Giám đốc", "Nguyễn Văn B"),
        )
    )  # fmt: skip

    first, second = pages_of(content, tmp_path)
    text = words_of(content)
    assert first.size == second.size
    assert [code.text for code in zxingcpp.read_barcodes(first)] == ["https://nguon.vn/x"]
    for words in ("Bắc", "Hình 1", "- Ông A;", "- Lưu.", "GIÁM ĐỐC", "Nguyễn Văn B"):
        assert words in text
    assert "Trống" not in text


def test_fingerprints_follow_what_is_said() -> None:
    one, other = paper(Text("một")), paper(Text("hai"))

    assert sending.etag_of(one) == sending.etag_of(paper(Text("một")))
    assert sending.etag_of(one) != sending.etag_of(other)
    assert printing.render(one) == printing.render(paper(Text("một")))


def test_every_measure_of_the_form_has_a_source() -> None:
    for each in form.measures().values():
        assert each.source
        assert each.unit in ("mm", "pt")
        assert each.valid_to is None or each.valid_from < each.valid_to


@given(
    st.lists(st.tuples(*[st.text("ab-0123 ", max_size=22)] * 3), min_size=1, max_size=6),
    st.floats(120, 700),
)
def test_no_word_of_a_table_breaks_inside_while_the_smallest_text_has_room(
    rows: list[tuple[str, str, str]], width: float
) -> None:
    fonts.register()
    grid = Grid(("Ngày", "Vùng", "Ghi chú"), rows, (1, 5, 2))

    size, columns = fitting.columns(grid, width, 11)

    assert sum(columns) == pytest.approx(width)
    told = [(grid.head, fonts.BOLD), *((row, fonts.REGULAR) for row in rows)]
    widest = [
        max(_width(word, font, size) for row, font in told for word in ["", *row[at].split()])
        for at in range(3)
    ]
    # A larger text by a step would break a word, unless it is the largest asked for.
    assert size == fitting.SMALLEST_PT or all(
        word <= column for word, column in zip(widest, columns, strict=True)
    )
    assert size == 11 or sum(widest) * (size + 0.5) / size + 3 > width


def _width(word: str, font: str, size: float) -> float:
    return float(stringWidth(word, font, size))
