"""Logistic labels say what is in the carton, in bars a scanner reads and in words."""

from __future__ import annotations

import subprocess
from datetime import datetime
from pathlib import Path

import pytest
import zxingcpp
from PIL import Image
from sqlalchemy.orm import Session

from products import gtin
from tests.traceability.cartons.test_filling import GTIN, fill, numbered
from tests.traceability.factories import grow, make_batch
from traceability.cartons import ean_picture, files, marks, printing
from traceability.cartons.marks import Marks
from traceability.cartons.papers import PAPERS, get_paper

BASE = "https://nguon.vn"


def read(path: Path, dots: int = 203) -> list[set[str]]:
    """What a decoder finds on each page of a PDF."""
    subprocess.run(["pdftoppm", "-gray", "-r", str(dots), path, path.with_suffix("")], check=True)
    pages = sorted(path.parent.glob("*.pgm"))
    return [{code.text for code in zxingcpp.read_barcodes(Image.open(page))} for page in pages]


@pytest.mark.parametrize("paper", [paper.code for paper in PAPERS])
def test_every_symbol_of_every_carton_is_read_from_the_printed_page(
    session: Session, now: datetime, tmp_path: Path, paper: str
) -> None:
    _grown, batch = numbered(session, now, shelf_life_days=365)
    cartons = fill(session, batch, now)
    written = printing.labels(session, cartons, paper=paper, file_format="pdf", base_url=BASE)
    (tmp_path / "l.pdf").write_bytes(written)

    expires = f"{batch.expires_on:%y%m%d}"
    for carton, page in zip(cartons, read(tmp_path / "l.pdf"), strict=True):
        assert f"(00){carton.sscc}" in page
        assert f"{BASE}/00/{carton.sscc}" in page
        said = "".join(sorted(page - {f"(00){carton.sscc}"}))
        for element in (f"(02){GTIN}", f"(17){expires}", "(37)24", "(10)TS-26A"):
            assert element in said
    words = subprocess.run(["pdftotext", tmp_path / "l.pdf", "-"], check=True, capture_output=True)
    assert "Hàng bên trong" in words.stdout.decode()
    assert not printing.findings(session, cartons[0], paper="a5", file_format="pdf", base_url=BASE)


def test_a_long_lot_is_told_to_need_a_broader_paper(session: Session, now: datetime) -> None:
    grown, _batch = numbered(session, now)
    batch = make_batch(session, grown, now, lot="LOT-ABCDEFGHIJ-2026")
    (carton,) = fill(session, batch, now, count=1)

    found = printing.findings(session, carton, paper="100x150", file_format="pdf", base_url=BASE)

    assert "carton.bars_narrow" in [finding.code for finding in found]


def test_a_carton_without_a_number_bears_no_bars_but_its_address(
    session: Session, now: datetime, tmp_path: Path
) -> None:
    batch = make_batch(session, grow(session, now), now)
    (carton,) = fill(session, batch, now, count=1)
    asked = {"paper": "a6", "file_format": "pdf", "base_url": BASE}
    (tmp_path / "l.pdf").write_bytes(printing.labels(session, [carton], **asked))

    assert read(tmp_path / "l.pdf") == [{f"{BASE}/units/{carton.code}"}]
    # The place of the bars is the QR code's: it is read from across a store.
    assert read(tmp_path / "l.pdf", dots=40) == [{f"{BASE}/units/{carton.code}"}]
    found = printing.findings(session, carton, **asked)
    assert [finding.code for finding in found] == ["carton.no_number"]


def test_a_thermal_label_has_whole_dots_and_is_read() -> None:
    said = Marks(
        "HTX Ngọc Linh", "Trà Shan tuyết cổ thụ", "089300010000000018",
        f"{BASE}/00/089300010000000018", "089300010000000018",
        (marks.Element("02", GTIN, "Hàng", GTIN), marks.Element("37", "24", "Số lượng", "24")),
        (("Lô", "TS-26A"), ("NSX", "12/11/2026")),
    )  # fmt: skip
    art = files.drawn(get_paper("100x150"), said, "zpl")

    found = {code.text for code in zxingcpp.read_barcodes(files.picture(art).convert("L"))}

    assert all((bar.module * files.DOTS_PER_MM).is_integer() for bar in art.bars)
    assert found == {
        "(00)089300010000000018", f"(02){GTIN}(37)24", f"{BASE}/00/089300010000000018",
    }  # fmt: skip
    assert files.write(get_paper("100x150"), [said], "zpl", "").startswith(b"^XA^PW800^LL1200")


def test_the_picture_of_an_article_number_is_drawn_at_its_nominal_size() -> None:
    digits = GTIN.lstrip("0").zfill(13)

    drawn = ean_picture.svg(GTIN)

    assert 'width="37.29mm" height="25.93mm"' in drawn
    assert int(digits[-1]) == gtin.check_digit(digits[:-1])
    assert all(part in drawn for part in (digits[0], digits[1:7], digits[7:]))
