"""One label as a picture: what the cooperative sees before a sheet is printed. PURE."""

import io
from base64 import b64encode
from dataclasses import dataclass
from html import escape
from itertools import product

from PIL import Image, ImageColor

from foundation import codes
from traceability.labels import carriers, qr_bits
from traceability.labels.artwork import MM_PER_POINT, Artwork
from traceability.labels.qr_bits import Bitmapped
from traceability.labels.raster import Press
from traceability.labels.sheet import Run, draw

_FONT = "Be Vietnam Pro,system-ui,sans-serif"


DOTS_PER_MM = 16
_SAMPLE = "7K3M9QXP2ABCDEF"


@dataclass(frozen=True)
class Picture:
    """A drawn label: where browsers find it, and how large it is on paper."""

    href: str
    width_mm: float
    height_mm: float


def picture(run: Run) -> Picture:
    """The label of `run` in its own typefaces and colours, dot for dot as it is printed."""
    press = Press(run, DOTS_PER_MM)
    sample = _SAMPLE[: run.serial_length].ljust(run.serial_length, "X")
    drawn = press.whole(press.shared(), sample)
    shown = Image.new("P", drawn.size, 1)
    shown.putpalette((*ImageColor.getrgb(run.colours.ink), *ImageColor.getrgb(run.colours.stock)))
    shown.paste(0, mask=drawn.point(lambda bit: not bit))
    file = io.BytesIO()
    shown.save(file, "PNG", bits=1, dpi=(DOTS_PER_MM * 25.4,) * 2)
    href = "data:image/png;base64," + b64encode(file.getvalue()).decode()
    return Picture(href, run.layout.label_width_mm, run.layout.label_height_mm)


def svg(run: Run, sample: str = "") -> str:
    """The label of `run`, in millimetres; `sample` stands for the serial where there is one."""
    shape, art = draw(run)
    sample = sample[: run.serial_length].ljust(run.serial_length, "X")
    bitmap = carriers.encoder(shape, run.address, run.serial_length).bitmap(sample.encode())
    modules = _modules(shape, bitmap)
    shown = codes.grouped(sample or run.code)
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {art.width:g} {art.height:g}"'
        f' width="{art.width:g}mm" height="{art.height:g}mm" role="img"'
        f' font-family="{_FONT}" fill="{run.colours.ink}">'
        f"<title>{escape(run.text.title)}</title>"
        f'<rect width="{art.width:g}" height="{art.height:g}" fill="{run.colours.stock}"'
        ' stroke="#7d8a80" stroke-width="0.3" stroke-dasharray="1.2 0.8"/>'
        f'<path transform="translate({art.code_x:.3f} {art.code_y:.3f}) scale({art.module:.4f})"'
        f' shape-rendering="crispEdges" d="{modules}"/>'
        f"{_words(art)}{_text(art.words_x, art.words_y, art.words_size, shown, True)}</svg>"
    )


def _modules(shape: Bitmapped, bitmap: bytes) -> str:
    rows = qr_bits.matrix(shape, bitmap)
    places = product(range(shape.size), repeat=2)
    return "".join(f"M{column} {row}h1v1h-1z" for row, column in places if rows[row][column])


def _words(art: Artwork) -> str:
    rules = "".join(
        f'<rect x="{rule.x:.2f}" y="{rule.y:.2f}" width="{rule.length:.2f}" height="0.14"/>'
        for rule in art.rules
    )
    return rules + "".join(
        _text(line.x, line.y, line.size, line.text, line.is_bold) for line in art.lines
    )


def _text(x: float, y: float, size: float, text: str, is_bold: bool) -> str:
    weight = ' font-weight="700"' if is_bold else ""
    return (
        f'<text x="{x:.2f}" y="{y:.2f}" font-size="{size * MM_PER_POINT:.3f}"{weight}>'
        f"{escape(text)}</text>"
    )
