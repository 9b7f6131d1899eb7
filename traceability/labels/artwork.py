"""What stands where on one label: the code, its quiet zone, and the words beside it. PURE.

Millimetres from the label's top left corner, y downwards to the baseline; type sizes in points.
The same artwork is drawn as PDF for the printer and as SVG for the preview, so that what is
seen before printing is what comes out.
"""

from dataclasses import dataclass

from foundation.errors import Finding
from foundation.typefaces.faces import Face
from traceability.labels.layouts import Layout
from traceability.labels.qr_bits import Bitmapped

MM_PER_POINT = 25.4 / 72
SMALLEST_MODULE_MM = 0.33
SMALLEST_TYPE_PT = 4.2
_LEADING = 1.22
_LEAST_GAP_MM = 1.2


@dataclass(frozen=True)
class LabelText:
    """The words on every label of a batch, already in the reader's language.

    `facts` are pairs such as ("Lô", "TRASHAN-26A"), the most important first: a small paper
    drops the last ones. `call` asks the buyer to scan; empty where no phone would open a page.
    """

    title: str
    producer: str
    facts: tuple[tuple[str, str], ...]
    call: str


@dataclass(frozen=True)
class Line:
    x: float
    y: float
    size: float
    text: str
    is_bold: bool = False


@dataclass(frozen=True)
class Rule:
    x: float
    y: float
    length: float


@dataclass(frozen=True)
class Artwork:
    """One label drawn: fixed lines, and the places of its code and of the code in words."""

    width: float
    height: float
    module: float
    code_x: float
    code_y: float
    code_side: float
    words_x: float
    words_y: float
    words_size: float
    lines: tuple[Line, ...]
    rules: tuple[Rule, ...]

    def findings(self) -> list[Finding]:
        """What to tell before printing: a code too fine for office printers and old phones."""
        if self.module >= SMALLEST_MODULE_MM:
            return []
        params = {"module_mm": f"{self.module:.2f}", "least_mm": f"{SMALLEST_MODULE_MM:.2f}"}
        return [Finding("label.module_small", params, field="layout", severity="warning")]


@dataclass(frozen=True)
class _Type:
    """Type sizes for one try at fitting the words into their column."""

    title: float
    body: float
    regular: Face
    bold: Face


def compose(
    layout: Layout, shape: Bitmapped, text: LabelText, regular: Face, bold: Face
) -> Artwork:
    """Set one label: the code on the left, the words on the right, the typed code below."""
    width, height, pad = layout.label_width_mm, layout.label_height_mm, layout.padding_mm
    words_size = min(7.0, max(5.2, height * 0.19))
    band = words_size * MM_PER_POINT * 1.1
    module = _module(shape, width * shape.share, height - pad - band, pad)
    edge = max(pad, shape.quiet * module)
    side = shape.size * module
    column = edge + side + max(shape.quiet * module, _LEAST_GAP_MM)
    baseline = height - pad
    title = min(11.0, max(6.2, height * 0.29))
    lines, rules = _words(
        text,
        _Type(title, title * 0.72, regular, bold),
        (column, pad, width - pad - column, height - 2 * pad - band * 1.3),
    )
    call_size = words_size * 0.85
    call_width = regular.width(text.call, call_size) * MM_PER_POINT
    code_room = bold.width("0" * 17, words_size) * MM_PER_POINT
    if text.call and call_width <= width - pad - edge - code_room - 1:
        lines.append(Line(width - pad - call_width, baseline, call_size, text.call))
    return Artwork(
        width=width,
        height=height,
        module=module,
        code_x=edge,
        code_y=edge,
        code_side=side,
        words_x=edge,
        words_y=baseline,
        words_size=words_size,
        lines=tuple(lines),
        rules=tuple(rules),
    )


def _module(shape: Bitmapped, room_x: float, room_y: float, pad: float) -> float:
    """The largest module whose quiet zone stays on the label and clear of every word."""
    room = min(room_x, room_y)
    inside = min((room - pad) / (shape.size + shape.quiet), shape.most_mm)
    whole = room / (shape.size + 2 * shape.quiet)
    return inside if inside * shape.quiet <= pad else min(whole, shape.most_mm)


def _words(
    text: LabelText, first: _Type, room: tuple[float, float, float, float]
) -> tuple[list[Line], list[Rule]]:
    """Fit the words: smaller type first, then fewer facts; product and lot always stand."""
    facts = text.facts
    sizes = first
    while True:
        lines, rules, bottom = _column(text, facts, sizes, room)
        if bottom <= room[1] + room[3]:
            return lines, rules
        if sizes.body > SMALLEST_TYPE_PT:
            sizes = _Type(sizes.title * 0.95, sizes.body * 0.95, sizes.regular, sizes.bold)
        elif len(facts) > 1:
            facts = facts[:-1]
        else:
            return lines, rules


def _column(
    text: LabelText,
    facts: tuple[tuple[str, str], ...],
    sizes: _Type,
    room: tuple[float, float, float, float],
) -> tuple[list[Line], list[Rule], float]:
    x, y, width, _ = room
    lines: list[Line] = []
    y += sizes.title * MM_PER_POINT * (sizes.bold.cap_height / 1000 - _LEADING)
    for part in _wrapped(text.title, sizes.bold, sizes.title, width, 2):
        y += sizes.title * MM_PER_POINT * _LEADING
        lines.append(Line(x, y, sizes.title, part, is_bold=True))
    step = sizes.body * MM_PER_POINT * _LEADING
    y += step * 0.15
    for part in _wrapped(text.producer, sizes.regular, sizes.body, width, 2):
        y += step
        lines.append(Line(x, y, sizes.body, part))
    y += step * 0.45
    rules = [Rule(x, y, width)]
    y += step * 0.1
    for name, value in facts:
        added = _fact(name, value, sizes, (x, y + step, width))
        lines += added
        y = added[-1].y
    return lines, rules, y


def _fact(name: str, value: str, sizes: _Type, place: tuple[float, float, float]) -> list[Line]:
    """A name and its value; a value too long for the rest of the line takes the next one whole."""
    x, y, width = place
    size = sizes.body
    name_width = sizes.regular.width(name + " ", size) * MM_PER_POINT
    if not _too_wide(value, sizes.bold, size, width - name_width):
        return [Line(x, y, size, name), Line(x + name_width, y, size, value, is_bold=True)]
    below = y + size * MM_PER_POINT * _LEADING
    value = _cut(value, sizes.bold, size, width)
    return [Line(x, y, size, name), Line(x, below, size, value, is_bold=True)]


def _wrapped(text: str, face: Face, size: float, width_mm: float, most: int) -> list[str]:
    """Break at spaces into at most `most` lines; what is left over ends in an ellipsis."""
    words = text.split()
    lines: list[str] = []
    while words and len(lines) < most - 1:
        count = len(words)
        while count > 1 and _too_wide(" ".join(words[:count]), face, size, width_mm):
            count -= 1
        lines.append(_cut(" ".join(words[:count]), face, size, width_mm))
        words = words[count:]
    return [*lines, _cut(" ".join(words), face, size, width_mm)] if words else lines


def _too_wide(text: str, face: Face, size: float, width_mm: float) -> bool:
    return face.width(text, size) * MM_PER_POINT > width_mm


def _cut(text: str, face: Face, size: float, width_mm: float) -> str:
    if not _too_wide(text, face, size, width_mm):
        return text
    while text and _too_wide(text + "…", face, size, width_mm):
        text = text[:-1].rstrip()
    return text + "…"
