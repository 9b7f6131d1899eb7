"""Ten thousand different QR labels on A4, against blabel (HTML and WeasyPrint), in one run.

Beside it stands reportlab with `qrcode`, as people write it. All print the same words and the same
68-character scan addresses; the serials are issued beforehand. What ours printed is rasterised and
decoded on sample pages (every page with --all), what the others printed on all of theirs. Ours runs
in a process of its own, whose peak memory is measured: the references and the decoder are imported
only where they are used. One line on standard output; anything wrong ends with exit status 1. With
--million a million labels are printed to disk instead, their serials computed on the way, and their
time and peak memory told.
"""

from __future__ import annotations

import json
import random
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).parents[1]
sys.path.insert(0, str(ROOT))

from foundation import codes  # noqa: E402
from traceability.labels import sheet  # noqa: E402
from traceability.labels.artwork import LabelText  # noqa: E402
from traceability.labels.layouts import get_layout  # noqa: E402

OURS, THEIRS, ROUNDS = 10_000, 120, 3
MILLION = 1_000_000
DOTS_PER_INCH = 150
PREFIX = "https://nguon.vn/01/08930001000018/10/TRASHAN-26A/21/"
FACTS = (
    ("Lô", "TRASHAN-26A"),
    ("NSX", "12/11/2026"),
    ("HSD", "12/11/2028"),
    ("Khối lượng tịnh", "500 g"),
    ("Vùng trồng", "VN-51-21238-01-26"),
)
TEXT = LabelText(
    title="Trà Shan tuyết cổ thụ",
    producer="HTX Nông nghiệp Ngọc Linh",
    facts=FACTS,
    call="Quét mã để xem nguồn gốc",
)
TEMPLATE = """<div class="label"><img src="{{ label_tools.qr_code(address, optimize=0) }}"/>
<div class="words"><b>{{ title }}</b><br>{{ producer }}<hr>
{% for name, value in facts %}{{ name }} <b>{{ value }}</b><br>{% endfor %}</div>
<div class="code">{{ code }}</div></div>"""
STYLE = """@page { size: 70mm 37mm; }
.label { position: relative; width: 70mm; height: 36mm; font-size: 7pt; }
img { position: absolute; left: 4mm; top: 4mm; width: 24mm; }
.words { position: absolute; left: 31mm; top: 3mm; width: 36mm; }
.code { position: absolute; left: 4mm; top: 31mm; }"""


def make_serials(count: int, seed: int) -> list[str]:
    chance = random.Random(seed)
    return [codes.new_code(15, chance) for _ in range(count)]


def print_ours(path: Path, seed: int) -> dict[str, float]:
    """One run in this process: seconds, and the process's peak memory in MiB."""
    given = make_serials(OURS, seed)
    # The first sheet of a process also builds tables and reads fonts: that is part of the time.
    started = time.perf_counter()
    run = sheet.Run(get_layout("a4-24"), TEXT, PREFIX, OURS, serials=given, serial_length=15)
    with path.open("wb") as file:
        sheet.render(run, file, lambda done, total: None)
    seconds = time.perf_counter() - started
    # VmHWM starts anew with the process; ru_maxrss would remember the parent's peak.
    status = Path("/proc/self/status").read_text()
    peak_kib = int(status.split("VmHWM:")[1].split()[0])
    return {"seconds": seconds, "peak_mib": peak_kib / 1024}


def print_million(path: Path) -> dict[str, float]:
    """A million labels in this process, no list of them ever held."""
    from traceability.labels import serial_codes

    started = time.perf_counter()
    drawn = (serial_codes.serial_code(b"k" * 32, "TRASHAN26A", n) for n in range(1, MILLION + 1))
    run = sheet.Run(get_layout("a4-24"), TEXT, PREFIX, MILLION, serials=drawn, serial_length=15)
    with path.open("wb") as file:
        sheet.render(run, file, lambda done, total: None)
    seconds = time.perf_counter() - started
    status = Path("/proc/self/status").read_text()
    peak_kib = int(status.split("VmHWM:")[1].split()[0])
    return {"seconds": seconds, "peak_mib": peak_kib / 1024}


def tell_million() -> None:
    from traceability.labels import serial_codes

    with tempfile.TemporaryDirectory() as name:
        path = Path(name) / "million.pdf"
        command = [sys.executable, __file__, "--print-million", str(path)]
        found = subprocess.run(command, check=True, capture_output=True)
        measured = json.loads(found.stdout)
        pages = -(-MILLION // get_layout("a4-24").per_page)
        for page in (1, pages // 2, pages):
            first = (page - 1) * 24
            wanted = range(first + 1, min(first + 24, MILLION) + 1)
            codes_on = {
                PREFIX + serial_codes.serial_code(b"k" * 32, "TRASHAN26A", n) for n in wanted
            }
            if decoded(path, page, page) != codes_on:
                sys.exit(f"label_sheet: page {page} of the million does not decode")
        size = path.stat().st_size / MILLION
    print(
        f"label_sheet: a million in {measured['seconds']:,.1f} s"
        f" ({MILLION / measured['seconds']:,.0f} labels/s, {size:.0f} B/label,"
        f" {measured['peak_mib']:.0f} MiB)"
    )


def run_ours(path: Path, seed: int) -> dict[str, float]:
    command = [sys.executable, __file__, "--print", str(path), str(seed)]
    found = subprocess.run(command, check=True, capture_output=True)
    measured: dict[str, float] = json.loads(found.stdout)
    return measured


def run_theirs(path: Path, folder: Path, seed: int) -> float:
    from blabel import LabelWriter

    (folder / "label.html").write_text(TEMPLATE)
    (folder / "label.css").write_text(STYLE)
    writer = LabelWriter(
        str(folder / "label.html"), default_stylesheets=(str(folder / "label.css"),)
    )
    records = [
        {
            "address": PREFIX + serial,
            "title": TEXT.title,
            "producer": TEXT.producer,
            "facts": FACTS,
            "code": codes.grouped(serial),
        }
        for serial in make_serials(THEIRS, seed)
    ]
    started = time.perf_counter()
    writer.write_labels(records, target=str(path))
    return time.perf_counter() - started


def run_usual(path: Path, seed: int) -> float:
    """reportlab with an image of `qrcode.make` on each label, as its examples show it."""
    import qrcode
    from reportlab.lib.pagesizes import A4
    from reportlab.lib.utils import ImageReader
    from reportlab.pdfbase import pdfmetrics
    from reportlab.pdfbase.ttfonts import TTFont
    from reportlab.pdfgen.canvas import Canvas

    from foundation.typefaces import faces

    given = make_serials(THEIRS, seed)
    started = time.perf_counter()
    pdfmetrics.registerFont(TTFont("words", faces.file_of("label", "regular")))
    canvas, layout = Canvas(str(path), pagesize=A4), get_layout("a4-24")
    point = 72 / 25.4
    for number, serial in enumerate(given):
        if number and number % layout.per_page == 0:
            canvas.showPage()
        left, top = layout.corners()[number % layout.per_page]
        x, y = left * point, A4[1] - (top + 30) * point
        image = ImageReader(qrcode.make(PREFIX + serial).get_image())
        canvas.drawImage(image, x, y, 24 * point, 24 * point)
        canvas.setFont("words", 7)
        canvas.drawString(x, y - 6, codes.grouped(serial))
        words = [TEXT.title, TEXT.producer, *(" ".join(fact) for fact in FACTS)]
        for line, said in enumerate(words):
            canvas.drawString(x + 26 * point, y + (22 - 3 * line) * point, said)
    canvas.save()
    return time.perf_counter() - started


def decoded(path: Path, first: int, last: int) -> set[str]:
    import zxingcpp
    from PIL import Image

    with tempfile.TemporaryDirectory() as folder:
        pages = ["-f", str(first), "-l", str(last)]
        command = ["pdftoppm", "-gray", "-r", str(DOTS_PER_INCH), *pages, str(path), f"{folder}/p"]
        subprocess.run(command, check=True)
        return {
            code.text
            for page in sorted(Path(folder).iterdir())
            for code in zxingcpp.read_barcodes(Image.open(page))
        }


def check_ours(path: Path, seed: int, *, every_page: bool) -> None:
    given = make_serials(OURS, seed)
    per_page = get_layout("a4-24").per_page
    pages = -(-OURS // per_page)
    looked_at = (
        range(1, pages + 1) if every_page else random.Random(seed).sample(range(1, pages), 4)
    )
    for page in [*looked_at, pages]:
        wanted = given[(page - 1) * per_page : page * per_page]
        if decoded(path, page, page) != {PREFIX + serial for serial in wanted}:
            sys.exit(f"label_sheet: page {page} does not decode to its serials")


def check_theirs(path: Path, seed: int) -> None:
    if decoded(path, 1, THEIRS) != {PREFIX + serial for serial in make_serials(THEIRS, seed)}:
        sys.exit("label_sheet: the reference's labels do not decode to their serials")


def main() -> None:
    ours, theirs, usual, peaks = [], [], [], []
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        for seed in range(ROUNDS):
            measured = run_ours(folder / "ours.pdf", seed)
            ours.append(OURS / measured["seconds"])
            peaks.append(measured["peak_mib"])
            theirs.append(THEIRS / run_theirs(folder / "theirs.pdf", folder, seed))
            usual.append(THEIRS / run_usual(folder / "usual.pdf", seed))
        check_ours(folder / "ours.pdf", ROUNDS - 1, every_page="--all" in sys.argv)
        check_theirs(folder / "theirs.pdf", ROUNDS - 1)
        check_theirs(folder / "usual.pdf", ROUNDS - 1)
        size = (folder / "ours.pdf").stat().st_size / OURS
    fast, slow = statistics.median(ours), statistics.median(theirs)
    print(
        f"label_sheet: ours {fast:,.0f} labels/s ({size:.0f} B/label, {max(peaks):.0f} MiB),"
        f" reference {slow:,.0f} labels/s (blabel), ratio {fast / slow:,.0f};"
        f" reportlab with qrcode {statistics.median(usual):,.0f} labels/s,"
        f" ratio {fast / statistics.median(usual):,.0f}"
    )


if __name__ == "__main__":
    if sys.argv[1:2] == ["--print"]:
        print(json.dumps(print_ours(Path(sys.argv[2]), int(sys.argv[3]))))
    elif sys.argv[1:2] == ["--print-million"]:
        print(json.dumps(print_million(Path(sys.argv[2]))))
    elif "--million" in sys.argv:
        tell_million()
    else:
        main()
