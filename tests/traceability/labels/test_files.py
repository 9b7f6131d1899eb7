"""Labels for thermal printers and as pictures: every one is read back as what it was to say."""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Iterator
from dataclasses import replace

import pytest
import zxingcpp
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from tests.traceability.labels.test_sheet import PREFIX, serial_run, serials
from traceability.labels import data_matrix, pictures, quality, zpl
from traceability.labels.layouts import get_layout
from traceability.labels.sheet import Run

ELEMENTS = data_matrix.element_string("08930001000018", "TRASHAN-26A", serial_follows=True)


def run_of(carrier: str, printed: list[str]) -> Run:
    run = serial_run(get_layout("roll-50x30"), printed)
    return replace(run, carrier=carrier, address=PREFIX if carrier != "datamatrix" else ELEMENTS)


def told(carrier: str, serial: str) -> str:
    if carrier != "datamatrix":
        return PREFIX + serial
    return f"(01)08930001000018(10)TRASHAN-26A(21){serial}"


def unpacked(shorthand: str, row_bytes: int) -> bytes:
    """What a printer makes of the shorthand, after the programming guide."""
    rows: list[str] = []
    row, count = "", 0
    for sign in shorthand:
        if sign == ":":
            rows.append(rows[-1])
        elif sign == ",":
            rows.append(row.ljust(row_bytes * 2, "0"))
            row = ""
        elif "G" <= sign <= "Y":
            count += ord(sign) - ord("G") + 1
        elif "g" <= sign <= "z":
            count += (ord(sign) - ord("g") + 1) * 20
        else:
            row, count = row + sign * max(count, 1), 0
            if len(row) == row_bytes * 2:
                rows.append(row)
                row = ""
    assert (row, count) == ("", 0)
    return bytes.fromhex("".join(rows))


def burnt(shorthand: str, row_bytes: int) -> Image.Image:
    data = unpacked(shorthand, row_bytes)
    side = row_bytes * 8, len(data) // row_bytes
    return Image.frombytes("1", side, data).point(lambda bit: not bit)


def parts_of(pattern: str, text: str) -> tuple[str, ...]:
    found = re.search(pattern, text)
    assert found is not None, pattern
    return found.groups()


def printed_labels(text: str) -> Iterator[tuple[Image.Image, str]]:
    """Each label as a head burns it: the shared graphic, the symbol in its place, its words."""
    _total, across, words = parts_of(r"~DGR:NGUON.GRF,(\d+),(\d+),([^\n]*)\n", text)
    for label in re.findall(r"\^XA\^CI28.*?\^XZ", text):
        width, height = parts_of(r"\^PW(\d+)\^LL(\d+)", label)
        image = Image.new("1", (int(width), int(height)), 1)
        image.paste(burnt(words, int(across)), (0, 0))
        x, y, total, row, code = parts_of(r"\^FO(\d+),(\d+)\^GFA,(\d+),\3,(\d+),(.*?)\^FS", label)
        symbol = burnt(code, int(row))
        assert symbol.width // 8 * symbol.height == int(total)
        image.paste(symbol, (int(x), int(y)))
        yield image.convert("L"), parts_of(r"\^FD(.*?)\^FS", label)[0]


@pytest.mark.parametrize("carrier", ["qr", "datamatrix"])
@pytest.mark.parametrize("head", ["zpl", "zpl300"])
def test_what_a_thermal_printer_burns_is_read_back(carrier: str, head: str) -> None:
    wanted = serials(12)
    stream = io.BytesIO()

    zpl.render(run_of(carrier, wanted), stream, lambda done, total: None, zpl.DOTS_PER_MM[head])

    labels = list(printed_labels(stream.getvalue().decode()))
    read = [[code.text for code in zxingcpp.read_barcodes(image)] for image, _ in labels]
    assert read == [[told(carrier, serial)] for serial in wanted]
    assert [words.replace("-", "") for _, words in labels] == wanted


def test_a_head_too_coarse_for_a_small_roll_is_told_before_printing() -> None:
    small = replace(run_of("qr", serials(1)), layout=get_layout("roll-30x20"))
    others = [
        (small, "pdf"),
        (small, "zpl300"),
        (replace(run_of("datamatrix", serials(1)), layout=small.layout), "zpl"),
        (run_of("qr", serials(1)), "zpl"),
    ]

    (finding,) = quality.of_symbol(small, "zpl")

    assert (finding.code, finding.params["module_mm"]) == ("label.dots_coarse", "0.25")
    assert [quality.of_symbol(run, kind) for run, kind in others] == [[], [], [], []]


def test_labels_that_are_alike_are_one_format_and_a_number_of_copies() -> None:
    run = replace(run_of("qr", []), serials=None, serial_length=0, count=500, code="7K3M9QXP2ABC")
    stream = io.BytesIO()

    zpl.render(run, stream, lambda done, total: None, 8.0)

    text = stream.getvalue().decode()
    assert text.count("^CI28") == 1
    assert "^PQ500^XZ" in text


@given(st.integers(1, 900), st.lists(st.binary(min_size=1, max_size=3), min_size=1, max_size=6))
def test_the_shorthand_says_the_same_image(width: int, seeds: list[bytes]) -> None:
    row_bytes = (width + 7) // 8
    rows = b"".join((seed * row_bytes)[:row_bytes] for seed in seeds)
    image = Image.frombytes("1", (row_bytes * 8, len(seeds)), rows)

    shorthand = zpl.compressed(image).decode()

    assert burnt(shorthand, row_bytes).tobytes() == image.tobytes()


@pytest.mark.parametrize("carrier", ["qr", "qr_strong", "datamatrix"])
def test_pictures_are_numbered_and_read_back(carrier: str) -> None:
    wanted = serials(6)
    stream = io.BytesIO()

    pictures.render(run_of(carrier, wanted), stream, lambda done, total: None, "png")

    with zipfile.ZipFile(stream) as archive:
        assert archive.namelist() == [f"{n:06d}-{s}.png" for n, s in enumerate(wanted, 1)]
        images = [Image.open(archive.open(name)) for name in archive.namelist()]
    assert [[c.text for c in zxingcpp.read_barcodes(i)] for i in images] == [
        [told(carrier, serial)] for serial in wanted
    ]
    assert [round(dots) for dots in images[0].info["dpi"]] == [600, 600]


def test_drawings_hold_the_words_as_text_and_are_the_same_each_time() -> None:
    wanted = serials(3)
    files = []
    for _ in range(2):
        stream = io.BytesIO()
        pictures.render(run_of("qr", wanted), stream, lambda done, total: None, "svg")
        files.append(stream.getvalue())

    assert files[0] == files[1]
    with zipfile.ZipFile(io.BytesIO(files[0])) as archive:
        assert "Trà Shan tuyết" in archive.read(archive.namelist()[0]).decode()
