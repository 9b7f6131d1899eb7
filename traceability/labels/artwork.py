"""What stands where on one label: the code, its quiet zone, and the words beside it. PURE.

Millimetres from the label's top left corner, y downwards to the baseline; type sizes in points.
The same artwork is drawn as PDF for the printer and as a picture for the preview, so that what is
seen before printing is what comes out.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

from foundation.typefaces.faces import Face
from traceability.labels import typesetting
from traceability.labels.layouts import Layout
from traceability.labels.qr_bits import Bitmapped
from traceability.labels.typesetting import MM_PER_POINT as MM_PER_POINT
from traceability.labels.typesetting import LabelText as LabelText
from traceability.labels.typesetting import Line, Room, Rule

_LEAST_GAP_MM = 1.2
_TALL = 1.2
"""From so much higher than wide on, words stand above the code and not beside it."""


@dataclass(frozen=True)
class Artwork:
    """One label drawn: fixed lines, and the places of its code and of the code in words.

    `left_out`, `shortened` and `unfit` name what the paper had no room for.
    """

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
    left_out: tuple[str, ...] = ()
    shortened: tuple[str, ...] = ()
    unfit: str = ""


@dataclass(frozen=True)
class _Frame:
    """Where the code stands on a label, and the room left for its words."""

    module: float
    x: float
    y: float
    side: float
    room: Room
    words_size: float


def compose(
    layout: Layout, shape: Bitmapped, text: LabelText, regular: Face, bold: Face
) -> Artwork:
    """Set one label: the code on the left (below, on a tall one), the typed code at the foot."""
    tall = layout.label_height_mm > _TALL * layout.label_width_mm
    frame = (_below if tall else _beside)(layout, shape)
    width, height, pad = layout.label_width_mm, layout.label_height_mm, layout.padding_mm
    call = _call(frame, layout, text, regular, bold)
    if call is None and text.call:
        # No room at the foot: the sentence stands with the facts, or is told to have none.
        known = tuple(text.field(place) for place in range(len(text.facts)))
        facts = (*text.facts, ("", text.call))
        text = replace(text, facts=facts, fields=(*known, "call"), call="")
    shorter = min(width * 0.6, height)
    title = min(text.setting.title_pt, max(6.2, shorter * 0.29))
    words = typesetting.set_words(text, frame.room, title, regular, bold)
    return Artwork(
        width=width,
        height=height,
        module=frame.module,
        code_x=frame.x,
        code_y=frame.y,
        code_side=frame.side,
        words_x=frame.x,
        words_y=height - pad,
        words_size=frame.words_size,
        lines=(*words.lines, call) if call else words.lines,
        rules=words.rules,
        left_out=words.left_out,
        shortened=words.shortened,
        unfit=words.unfit,
    )


def _beside(layout: Layout, shape: Bitmapped) -> _Frame:
    width, height, pad = layout.label_width_mm, layout.label_height_mm, layout.padding_mm
    words_size = min(7.0, max(5.2, height * 0.19))
    band = words_size * MM_PER_POINT * 1.1
    module = _module(shape, width * shape.share, height - pad - band, pad)
    edge = max(pad, shape.quiet * module)
    side = shape.size * module
    column = edge + side + max(shape.quiet * module, _LEAST_GAP_MM)
    room = Room(column, pad, width - pad - column, height - 2 * pad - band * 1.3)
    return _Frame(module, edge, edge, side, room, words_size)


def _below(layout: Layout, shape: Bitmapped) -> _Frame:
    width, height, pad = layout.label_width_mm, layout.label_height_mm, layout.padding_mm
    words_size = min(7.0, max(5.2, width * 0.16))
    band = words_size * MM_PER_POINT * 1.1
    module = min(
        width / (shape.size + 2 * shape.quiet),
        (width - 2 * pad) / shape.size,
        height * shape.share / (shape.size + 2 * shape.quiet),
        shape.most_mm,
    )
    side, quiet = shape.size * module, shape.quiet * module
    top = height - pad - band - quiet - side
    edge = max(pad, quiet)
    return _Frame(
        module, edge, top, side, Room(pad, pad, width - 2 * pad, top - quiet - pad), words_size
    )


def _call(frame: _Frame, layout: Layout, text: LabelText, regular: Face, bold: Face) -> Line | None:
    """The sentence that asks to scan, at the foot beside the typed code; none without room."""
    size = frame.words_size * 0.85
    width = regular.width(text.call, size) * MM_PER_POINT
    typed = bold.width("0" * 17, frame.words_size) * MM_PER_POINT
    pad = layout.padding_mm
    if width > layout.label_width_mm - pad - frame.x - typed - 1:
        return None
    y = layout.label_height_mm - pad
    return Line(layout.label_width_mm - pad - width, y, size, text.call)


def _module(shape: Bitmapped, room_x: float, room_y: float, pad: float) -> float:
    """The largest module whose quiet zone stays on the label and clear of every word."""
    room = min(room_x, room_y)
    inside = min((room - pad) / (shape.size + shape.quiet), shape.most_mm)
    whole = room / (shape.size + 2 * shape.quiet)
    return inside if inside * shape.quiet <= pad else min(whole, shape.most_mm)
