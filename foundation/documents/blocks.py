"""Blocks a paper is made of: plain values, so that rooms never touch the PDF library. PURE."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Literal

Align = Literal["left", "center", "right"]


@dataclass(frozen=True)
class Letterhead:
    """Who writes, under which number, where and when; the nation and its motto stand beside it."""

    agency: str
    agency_above: str = ""
    number: str = ""
    place_and_day: str = ""


@dataclass(frozen=True)
class Title:
    """The kind of paper ("QUYẾT ĐỊNH") and what it is about."""

    kind: str
    about: str = ""


@dataclass(frozen=True)
class Text:
    """A paragraph; ``lead`` is set bold before it ("Điều 1.")."""

    text: str
    lead: str = ""
    style: Literal["body", "plain", "italic", "center", "small", "heading", "code"] = "body"


@dataclass(frozen=True)
class Facts:
    """Labels and values in two columns; a pair without a value is left out.

    ``size`` in points, where the form's own is not meant.
    """

    pairs: Sequence[tuple[str, str | None]]
    size: float | None = None


@dataclass(frozen=True)
class Grid:
    """A table that may run over pages; its head is repeated on each.

    ``widths`` are shares of the text's width, as far as no word (a code, an amount) would break
    inside; ``numbers`` are columns set to the right; ``size`` is the largest the text may have.
    """

    head: Sequence[str]
    rows: Sequence[Sequence[str]]
    widths: Sequence[float]
    numbers: frozenset[int] = frozenset()
    size: float | None = None


@dataclass(frozen=True)
class Rows:
    """Very many short rows of plain cells, in columns beside one another ("góc, kinh độ …")."""

    head: Sequence[str]
    rows: Sequence[Sequence[str]]
    widths: Sequence[float]
    beside: int = 2


@dataclass(frozen=True)
class Shape:
    """Closed rings to fill and outline; points are (x, y), y downwards. ``fill`` None: no fill."""

    rings: Sequence[Sequence[tuple[float, float]]]
    fill: str | None = None
    stroke: str | None = "#000000"
    width: float = 0.8
    dashed: bool = False


@dataclass(frozen=True)
class Line:
    """A line through points."""

    points: Sequence[tuple[float, float]]
    stroke: str = "#000000"
    width: float = 0.8


@dataclass(frozen=True)
class Word:
    """A word on a drawing; (x, y) is on its baseline, ``size`` in points."""

    x: float
    y: float
    text: str
    size: float = 9
    align: Align = "left"
    bold: bool = False


@dataclass(frozen=True)
class Drawing:
    """A vector drawing of ``width`` × ``height`` of its own units, scaled to the text's width."""

    width: float
    height: float
    marks: Sequence[Shape | Line | Word]
    caption: str = ""
    framed: bool = True
    share: float = 1.0
    """How much of the text's width it takes."""


@dataclass(frozen=True)
class Code:
    """A QR code with the words under it."""

    text: str
    caption: str = ""
    size_mm: float = 32


@dataclass(frozen=True)
class Beside:
    """Two groups of blocks side by side; ``share`` of the width goes to the left."""

    left: Sequence[Block]
    right: Sequence[Block]
    share: float = 0.62


@dataclass(frozen=True)
class Signature:
    """Who is sent the paper, and who signs it."""

    receivers: Sequence[str]
    capacity: str
    name: str = ""


@dataclass(frozen=True)
class Space:
    """Empty millimetres."""

    mm: float = 3


@dataclass(frozen=True)
class NewPage:
    """The next block starts a page."""


Block = (
    Letterhead
    | Title
    | Text
    | Facts
    | Grid
    | Rows
    | Drawing
    | Code
    | Beside
    | Signature
    | Space
    | NewPage
)


@dataclass(frozen=True)
class Paper:
    """A whole paper. ``foot`` stands small at the foot of every page, so that none goes astray.

    A roll of 80 mm is one page, as long as its text.
    """

    title: str
    author: str
    blocks: Sequence[Block]
    subject: str = ""
    foot: str = ""
    keywords: Sequence[str] = field(default=())
    size: Literal["A4", "A4-landscape", "A5", "80mm"] = "A4"
