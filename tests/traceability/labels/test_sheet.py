"""What is printed can be scanned, read, selected, and stands where the paper has its labels."""

import io
import random
import subprocess
from pathlib import Path

import pytest
import zxingcpp
from PIL import Image

from foundation import codes
from foundation.errors import Invalid
from traceability.labels import carriers, preview, quality, sheet
from traceability.labels.artwork import LabelText
from traceability.labels.layouts import Layout, get_layout, list_layouts
from traceability.labels.qr_symbol import QUIET_ZONE

PREFIX = "https://nguon.vn/01/08930001000018/10/TRASHAN-26A/21/"
TEXT = LabelText(
    title="Trà Shan tuyết cổ thụ Trà Vân",
    producer="HTX Nông nghiệp Ngọc Linh, xã Trà Linh, TP. Đà Nẵng",
    facts=(
        ("Lô", "TRASHAN-26A"),
        ("NSX", "12/11/2026"),
        ("HSD", "12/11/2028"),
        ("Khối lượng tịnh", "500 g"),
        ("Vùng trồng", "VN-QNA-0042-CHE"),
    ),
    call="Quét mã để xem nguồn gốc",
)


def serials(count: int, seed: int = 1) -> list[str]:
    chance = random.Random(seed)
    return [codes.new_code(15, chance) for _ in range(count)]


def serial_run(layout: Layout, printed: list[str], start: int = 1) -> sheet.Run:
    return sheet.Run(
        layout, TEXT, PREFIX, len(printed), serials=printed, serial_length=15, start=start
    )


def printed_pdf(run: sheet.Run, path: Path) -> Path:
    with path.open("wb") as file:
        sheet.render(run, file, lambda done, total: None)
    return path


def rasterised(path: Path, dots: int) -> list[Image.Image]:
    subprocess.run(
        ["pdftoppm", "-gray", "-r", str(dots), str(path), str(path.with_suffix(""))], check=True
    )
    return [Image.open(page) for page in sorted(path.parent.glob(f"{path.stem}-*.pgm"))]


def text_of(path: Path) -> str:
    found = subprocess.run(
        ["pdftotext", "-layout", str(path), "-"], check=True, capture_output=True
    )
    return found.stdout.decode()


@pytest.mark.parametrize("layout", list_layouts(), ids=lambda layout: layout.code)
def test_every_printed_code_is_decoded_and_names_its_serial(layout: Layout, tmp_path: Path) -> None:
    wanted = serials(min(layout.per_page + 3, 70))
    path = printed_pdf(serial_run(layout, wanted), tmp_path / "labels.pdf")

    decoded = [code.text for page in rasterised(path, 200) for code in zxingcpp.read_barcodes(page)]

    assert sorted(decoded) == sorted(PREFIX + serial for serial in wanted)


@pytest.mark.parametrize("layout", list_layouts(), ids=lambda layout: layout.code)
def test_words_are_text_with_their_diacritics_and_the_typed_code_below(
    layout: Layout, tmp_path: Path
) -> None:
    (serial,) = serials(1)
    path = printed_pdf(serial_run(layout, [serial]), tmp_path / "labels.pdf")

    found = " ".join(text_of(path).split())

    for word in ("Trà Shan tuyết", "HTX Nông nghiệp", "TRASHAN-26A", "12/11/2028"):
        assert word in found
    assert codes.grouped(serial) in found


@pytest.mark.parametrize("layout", list_layouts(), ids=lambda layout: layout.code)
def test_modules_are_large_enough_and_the_quiet_zone_stays_clear(layout: Layout) -> None:
    run = serial_run(layout, serials(1))
    _, art = sheet.draw(run)
    quiet = QUIET_ZONE * art.module

    assert art.module >= 0.33
    assert quality.of_symbol(run) == []
    assert min(art.code_x, art.code_y) >= quiet - 1e-9
    for line in art.lines:
        beside = line.x >= art.code_x + art.code_side + quiet - 1e-9
        below = line.y - line.size * 0.36 >= art.code_y + art.code_side
        assert beside or below


def test_a_batch_label_carries_the_same_code_at_every_place(tmp_path: Path) -> None:
    address = "https://nguon.vn/t/7K3M9QXP2ABC"
    run = sheet.Run(get_layout("a4-40"), TEXT, address, 40, code="7K3M9QXP2ABC")
    path = printed_pdf(run, tmp_path / "labels.pdf")

    (page,) = rasterised(path, 200)

    assert [code.text for code in zxingcpp.read_barcodes(page)] == [address] * 40
    assert text_of(path).count("7K3M-9QXP-2ABC") == 40


def test_a_sheet_already_begun_is_continued_at_its_first_free_place(tmp_path: Path) -> None:
    layout = get_layout("a4-24")
    wanted = serials(3)
    path = printed_pdf(serial_run(layout, wanted, start=23), tmp_path / "labels.pdf")

    first, second = rasterised(path, 150)

    on_first = {code.text: code.position.top_left for code in zxingcpp.read_barcodes(first)}
    assert set(on_first) == {PREFIX + serial for serial in wanted[:2]}
    lowest_row = first.height * 7 / 8
    assert all(corner.y > lowest_row for corner in on_first.values())
    assert [code.text for code in zxingcpp.read_barcodes(second)] == [PREFIX + wanted[2]]


def test_a_start_beyond_the_sheet_is_refused_naming_the_field() -> None:
    run = serial_run(get_layout("a4-24"), serials(1), start=25)

    with pytest.raises(Invalid) as refused:
        sheet.render(run, io.BytesIO(), lambda done, total: None)

    (finding,) = refused.value.findings
    assert (finding.code, finding.field) == ("label.start_outside", "start")
    assert finding.params["most"] == 24


def test_an_image_spelling_the_end_mark_is_still_decoded(tmp_path: Path) -> None:
    layout = get_layout("a4-65")
    shape, _ = sheet.draw(serial_run(layout, serials(1)))
    encoder = carriers.encoder(shape, PREFIX, 15)
    awkward = [s for s in serials(20_000, seed=2) if b"EI" in encoder.bitmap(s.encode())][:20]
    assert awkward
    path = printed_pdf(serial_run(layout, awkward), tmp_path / "labels.pdf")

    (page,) = rasterised(path, 200)

    assert {code.text for code in zxingcpp.read_barcodes(page)} == {PREFIX + s for s in awkward}


def test_progress_is_told_page_by_page_and_can_stop_the_run() -> None:
    class Stopped(Exception):
        pass

    told: list[tuple[int, int]] = []

    def progress(done: int, total: int) -> None:
        told.append((done, total))
        if done >= 48:
            raise Stopped

    with pytest.raises(Stopped):
        sheet.render(serial_run(get_layout("a4-24"), serials(100)), io.BytesIO(), progress)

    assert told == [(24, 100), (48, 100)]


def test_a_name_too_long_for_the_label_is_shortened_not_printed_over_the_edge() -> None:
    long_text = LabelText("Bánh tráng " * 30, "Hợp tác xã " * 30, TEXT.facts * 4, TEXT.call)
    run = sheet.Run(get_layout("a4-65"), long_text, "https://nguon.vn/t/7K3M", 1, code="7K3M")

    _, art = sheet.draw(run)

    assert max(line.y for line in art.lines) <= art.height
    assert any(line.text.endswith("…") for line in art.lines)


def test_the_preview_shows_the_words_of_the_printed_label() -> None:
    run = serial_run(get_layout("a4-24"), serials(1))

    drawn = preview.svg(run, sample="7K3M9QXP2ABCDEF")

    for word in ("Trà Shan tuyết cổ thụ", "TRASHAN-26A", "7K3M-9QXP-2ABC-DEF"):
        assert word in drawn
    assert "style=" not in drawn


def test_ten_thousand_labels_take_at_most_two_hundred_bytes_each() -> None:
    stream = io.BytesIO()

    sheet.render(serial_run(get_layout("a4-24"), serials(10_000)), stream, lambda d, t: None)

    assert len(stream.getvalue()) <= 200 * 10_000
