"""One label as SVG: what the cooperative sees before a sheet is printed. PURE."""

from html import escape
from itertools import product

from foundation import codes
from traceability.labels import carriers, qr_bits
from traceability.labels.artwork import MM_PER_POINT, Artwork
from traceability.labels.qr_bits import Bitmapped
from traceability.labels.sheet import Run, draw

_FONT = "Be Vietnam Pro,system-ui,sans-serif"


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
        f' font-family="{_FONT}" fill="#000">'
        f"<title>{escape(run.text.title)}</title>"
        f'<rect width="{art.width:g}" height="{art.height:g}" fill="#fff"'
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
