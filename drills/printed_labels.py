"""Print every content on every paper with both symbols, as every kind of sheet; read it all back.

.venv/bin/python -m drills.printed_labels [--labels 12]

One line for each paper: labels printed, labels read, the finest module. Anything unread, or a
quiet zone broken, ends with exit status 1. What the quality check refuses is told and not printed.
"""

from __future__ import annotations

import argparse
import io
import random
import subprocess
import sys
import tempfile
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass, replace
from decimal import Decimal
from pathlib import Path

import zxingcpp
from PIL import Image

from foundation import codes
from traceability.labels import data_matrix, pictures, quality, sheet
from traceability.labels.colours import PLAIN, Colours
from traceability.labels.layouts import Layout, list_layouts
from traceability.labels.papers.keeping import Grid, check, layout_of
from traceability.labels.papers.models import LabelPaper
from traceability.labels.sheet import Run
from traceability.labels.typesetting import LabelText, Setting

GTIN, LOT = "08930001000018", "TRASHAN-26A"
ADDRESSES = {
    "qr": f"https://nguon.vn/01/{GTIN}/10/{LOT}/21/",
    "datamatrix": data_matrix.element_string(GTIN, LOT, True),
}
DOTS = 300
_SHORT = LabelText(
    "Trà Shan tuyết cổ thụ",
    "HTX Nông nghiệp Ngọc Linh",
    (("Lô", LOT), ("NSX", "12/11/2026"), ("HSD", "12/11/2028"), ("Vùng trồng", "VN-51-21238-01")),
    "Quét mã để xem nguồn gốc",
)
_LONG = replace(
    _SHORT,
    brand="CHỢ QUÊ ĐÀ NẴNG",
    title_second="Ancient Shan snow tea",
    facts=(
        ("Lô/Lot", LOT),
        ("HSD/Best before", "12/11/2028"),
        ("OCOP", "4 sao, đến 02/12/2026 / 4 stars, until 02/12/2026"),
        ("Chứng nhận/Certificates", "VietGAP số VG-0123/2026, đến 02/12/2026"),
        ("Bảo quản/Storage", "Nơi khô ráo, thoáng mát, dưới 25 °C, tránh ánh nắng"),
        ("Giá/Price", "120.000 ₫"),
        ("", "Gọi 0235 3851 111 để đặt mua"),
    ),
    setting=Setting(title_pt=16),
)
CONTENTS = {"short": _SHORT, "long": _LONG}
COLOURS = {"short": PLAIN, "long": Colours("#0d3c22", "#f6efdc")}


@dataclass(frozen=True)
class Outcome:
    """What became of the labels of one run."""

    printed: int
    read: int
    module_mm: float
    told: tuple[str, ...]


def papers() -> list[Layout]:
    """Every paper one can buy, and grids of one's own: narrow, tall and very large labels."""
    own = (
        ("3 × 7", 3, 7, "63.5", "38.1", "7.2", "15.1"),
        ("tall", 5, 4, "35", "60", "7.2", "20"),
        ("large", 2, 2, "95", "130", "7.2", "15"),
        ("small", 7, 20, "25", "13", "5", "8"),
    )
    return [*list_layouts(), *(_own(*measures) for measures in own)]


def _own(name: str, columns: int, rows: int, *measures: str) -> Layout:
    wide, high, left, top = (Decimal(each) for each in measures)
    gap, none = Decimal("2.5"), Decimal(0)
    padding = Decimal(3) if high > 20 else Decimal(1)
    page = (Decimal(210), Decimal(297))
    grid = Grid(name, *page, columns, rows, wide, high, left, top, gap, none, padding)
    check(grid)
    return replace(layout_of(LabelPaper(id=1, **vars(grid))), code=name)


def runs(layout: Layout, labels: int, seed: int) -> Iterator[Run]:
    """A run of every content and symbol on a paper, beginning in the middle of a sheet."""
    chance = random.Random(seed)
    start = layout.per_page // 2 + 1
    for content, text in CONTENTS.items():
        for carrier, address in ADDRESSES.items():
            serials = [codes.new_code(15, chance) for _ in range(labels)]
            shown = text if carrier == "qr" else replace(text, call="")
            yield Run(
                layout, shown, address, labels, serials=serials, serial_length=15, start=start,
                carrier=carrier, colours=COLOURS[content],
            )  # fmt: skip


def read_back(run: Run, kind: str, folder: Path) -> Outcome:
    """Print a run as sheets or pictures and read every label."""
    _symbol, art = sheet.draw(run)
    found = quality.of_symbol(run)
    if any(each.severity == "error" for each in found):
        return Outcome(0, 0, art.module, tuple(each.code for each in found))
    wanted = {_told(run, serial) for serial in run.serials or ()}
    images = _sheets(run, folder) if kind == "pdf" else _pictures(run)
    read = {code.text for image in images for code in zxingcpp.read_barcodes(image)}
    return Outcome(len(wanted), len(wanted & read), art.module, tuple(f.code for f in found))


def _told(run: Run, serial: str) -> str:
    if run.carrier == "qr":
        return run.address + serial
    return f"(01){GTIN}(10){LOT}(21){serial}"


def _sheets(run: Run, folder: Path) -> Iterator[Image.Image]:
    path = folder / "labels.pdf"
    with path.open("wb") as stream:
        sheet.render(run, stream, lambda done, total: None)
    command = ["pdftoppm", "-gray", "-r", str(DOTS), str(path), str(folder / "page")]
    subprocess.run(command, check=True)
    for page in sorted(folder.glob("page-*.pgm")):
        yield Image.open(page)
        page.unlink()


def _pictures(run: Run) -> Iterator[Image.Image]:
    file = io.BytesIO()
    pictures.render(run, file, lambda done, total: None, "png")
    with zipfile.ZipFile(file) as archive:
        for name in archive.namelist():
            yield Image.open(io.BytesIO(archive.read(name))).convert("L")


def main() -> int:
    """Run the drill; 1 when a label was not read."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--labels", type=int, default=12)
    labels = options.parse_args().labels
    lost = 0
    for place, layout in enumerate(papers()):
        outcomes = []
        for run in runs(layout, labels, seed=place):
            for kind in ("pdf", "png"):
                with tempfile.TemporaryDirectory() as name:
                    outcomes.append(read_back(run, kind, Path(name)))
        printed, read = sum(o.printed for o in outcomes), sum(o.read for o in outcomes)
        told = sorted({code for o in outcomes for code in o.told})
        finest = min(o.module_mm for o in outcomes)
        print(
            f"{layout.code}: {read} of {printed} read, finest module {finest:.2f} mm"
            f"{' (' + ', '.join(told) + ')' if told else ''}"
        )
        lost += printed - read
    return 1 if lost else 0


if __name__ == "__main__":
    sys.exit(main())
