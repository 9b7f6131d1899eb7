"""Label sheets as PDF: ten thousand different codes in a fraction of a second. PURE.

Everything the labels of a batch share is one form, drawn again at every place; a label's own
share is its bitmap, as an inline one-bit image mask, and its code in words. Nothing is held but
the page being written.
"""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from itertools import chain, islice, repeat
from struct import Struct
from typing import BinaryIO

from foundation import codes
from foundation.errors import Finding, Invalid
from foundation.typefaces import faces as typeface
from traceability.labels import carriers, pdf
from traceability.labels.artwork import Artwork, LabelText, compose
from traceability.labels.colours import BLACK, PLAIN, Colours
from traceability.labels.layouts import Layout
from traceability.labels.qr_bits import Bitmapped

POINTS_PER_MM = 72 / 25.4
_IMAGE_END = b"\nEI Q\n"

Progress = Callable[[int, int], None]


@dataclass(frozen=True)
class Run:
    """One printing run.

    `address` is what every code says up to the serial; `serials`, all of one length, end it.
    Without serials every label carries `address` itself and shows `code`. `start` is the first
    free place of a sheet already begun, counted from 1 in reading order.
    """

    layout: Layout
    text: LabelText
    address: str
    count: int
    code: str = ""
    serials: Iterable[str] | None = None
    serial_length: int = 0
    start: int = 1
    carrier: str = "qr"
    language: str = "vi"
    colours: Colours = PLAIN


def draw(run: Run) -> tuple[Bitmapped, Artwork]:
    """The run's code shape and label artwork: what the preview shows and the sheet prints.

    Raises: Invalid("label.code_too_long").
    """
    shape = carriers.choose(run.carrier, run.address, run.serial_length)
    faces = typeface.load("regular"), typeface.load("bold")
    return shape, compose(run.layout, shape, run.text, *faces)


def check(run: Run) -> None:
    """Raises: Invalid naming the start place or the count that cannot be printed."""
    findings = []
    if not 1 <= run.start <= run.layout.per_page:
        params = {"start": run.start, "most": run.layout.per_page}
        findings.append(Finding("label.start_outside", params, field="start"))
    if run.count < 1:
        findings.append(Finding("label.count_too_small", {"count": run.count}, field="count"))
    if findings:
        raise Invalid(findings)


def render(run: Run, stream: BinaryIO, progress: Progress) -> None:
    """Write the whole run to `stream` as one PDF; `progress(done, total)` after every page.

    An exception raised by `progress` stops the run: that is how a job is cancelled.
    """
    check(run)
    shape, artwork = draw(run)
    document = pdf.Document(stream)
    press = _Press(document, run, shape, artwork)
    done = 0
    for places, pieces in _pages(run):
        page = press.page(places, pieces)
        document.put_page(page, press.page_size, press.resources)
        done += len(places)
        progress(done, run.count)
    document.finish(run.text.title, run.language)


def _pages(run: Run) -> Iterator[tuple[range, list[str]]]:
    """Places taken on each page, and the serials printed there (none when labels are alike)."""
    serials = iter(run.serials or ())
    left, first = run.count, run.start - 1
    while left:
        places = range(first, min(first + left, run.layout.per_page))
        yield places, list(islice(serials, len(places)))
        left, first = left - len(places), 0


class _Press:
    """The parts of a sheet made once: fonts, the label form, the full grid, each place's frame."""

    def __init__(
        self, document: pdf.Document, run: Run, shape: Bitmapped, artwork: Artwork
    ) -> None:
        layout = run.layout
        self.page_size = (
            layout.page_width_mm * POINTS_PER_MM,
            layout.page_height_mm * POINTS_PER_MM,
        )
        self._serialised = run.serials is not None
        self._ink = _ink(run.colours)
        self._artwork = artwork
        self._shape = shape
        self._encoder = carriers.encoder(shape, run.address, run.serial_length)
        # The corner a label hangs from, in points from the bottom left of the page.
        self._corners = [
            (x * POINTS_PER_MM, self.page_size[1] - (y + artwork.height) * POINTS_PER_MM)
            for x, y in layout.corners()
        ]
        self._image_head = b"BI/W %d/H %d/IM true/D[1 0]/BPC 1" % (shape.size, shape.size)
        self._frames = [self._frame(*corner) for corner in self._corners]
        self._first_moves, self._moves = _moves(artwork, self._corners)
        self._grouped, self._shown = _grouping(run.serial_length)
        regular, bold = typeface.load("regular"), typeface.load("bold")
        regular_words, _ = pdf.embed(document, regular)
        bold_words, bold_codes = pdf.embed(document, bold)
        fonts = b"/R %d 0 R/B %d 0 R/C %d 0 R" % (regular_words, bold_words, bold_codes)
        label = document.put_stream(
            self._label(run, regular, bold),
            b"/Type/XObject/Subtype/Form/BBox[0 0 %.2f %.2f]/Resources<</Font<<%b>>>>"
            % (artwork.width * POINTS_PER_MM, artwork.height * POINTS_PER_MM, fonts),
        )
        grid = document.put_stream(
            b"".join(self._hung(place) for place in range(layout.per_page)),
            b"/Type/XObject/Subtype/Form/BBox[0 0 %.2f %.2f]/Resources<</XObject<</L %d 0 R>>>>"
            % (*self.page_size, label),
        )
        self.resources = document.put(
            b"<</Font<<%b>>/XObject<</L %d 0 R/G %d 0 R>>>>" % (fonts, label, grid)
        )

    def page(self, places: range, serials: list[str]) -> bytes:
        content = [self._ink]
        if len(places) == len(self._corners):
            content.append(b"/G Do\n")
        else:
            content += [self._hung(place) for place in places]
        if self._serialised:
            tails = [serial.encode() for serial in serials]
            content += (self._images(places, tails), self._codes(places, tails))
        return b"".join(content)

    def _images(self, places: range, tails: list[bytes]) -> bytes:
        """The symbols of a page, each after its place and before what ends it."""
        frames = self._frames[places.start : places.stop]
        bitmaps = list(map(self._encoder.bitmap, tails))
        drawn = b"".join(
            chain.from_iterable(zip(frames, bitmaps, repeat(_IMAGE_END), strict=False))
        )
        # Readers look for `EI` to find the end of an inline image. Looked for once a page: rarely
        # does a symbol's own bytes spell it.
        if drawn.count(b"EI") == len(tails):
            return drawn
        return b"".join(map(_image, frames, bitmaps))

    def _codes(self, places: range, tails: list[bytes]) -> bytes:
        """All serials of a page in one text block, each reached by a relative move."""
        moves = [self._first_moves[places.start], *self._moves[places.start + 1 : places.stop]]
        shown = map(self._shown.__mod__, map(self._grouped, tails))
        words = chain.from_iterable(zip(moves, shown, strict=True))
        return b"BT/C %.2f Tf\n%bET\n" % (self._artwork.words_size, b"".join(words))

    def _frame(self, x: float, y: float) -> bytes:
        """Everything of a label's image before its bytes: where it stands and how large."""
        art = self._artwork
        side = art.code_side * POINTS_PER_MM
        left = x + art.code_x * POINTS_PER_MM
        bottom = y + (art.height - art.code_y - art.code_side) * POINTS_PER_MM
        place = b"q %.4g 0 0 %.4g %.2f %.2f cm\n" % (side, side, left, bottom)
        return place + self._image_head + b" ID "

    def _hung(self, place: int) -> bytes:
        return b"q 1 0 0 1 %.2f %.2f cm/L Do Q\n" % self._corners[place]

    def _label(self, run: Run, regular: typeface.Face, bold: typeface.Face) -> bytes:
        """The form all labels share: words, rules, and the code itself when all are alike."""
        art = self._artwork
        parts = []
        if not self._serialised:
            parts.append(_image(self._frame(0, 0), self._encoder.bitmap(b"")))
        for rule in art.rules:
            x, y = rule.x * POINTS_PER_MM, (art.height - rule.y) * POINTS_PER_MM
            end = x + rule.length * POINTS_PER_MM
            parts.append(b"0.4 w %.2f %.2f m %.2f %.2f l S\n" % (x, y, end, y))
        parts.append(b"BT\n")
        for line in art.lines:
            face, font = (bold, b"B") if line.is_bold else (regular, b"R")
            x, y = line.x * POINTS_PER_MM, (art.height - line.y) * POINTS_PER_MM
            setting = b"/%b %.2f Tf 1 0 0 1 %.2f %.2f Tm%b Tj\n"
            parts.append(setting % (font, line.size, x, y, pdf.show(face, line.text)))
        if not self._serialised:
            x = art.words_x * POINTS_PER_MM
            y = (art.height - art.words_y) * POINTS_PER_MM
            setting = b"/C %.2f Tf 1 0 0 1 %.2f %.2f Tm(%b)Tj\n"
            parts.append(setting % (art.words_size, x, y, _shown(run.code)))
        return b"".join((*parts, b"ET\n"))


def _image(frame: bytes, bitmap: bytes) -> bytes:
    """One symbol; one whose own bytes spell `EI` goes out as hexadecimal, where it cannot occur."""
    if b"EI" in bitmap:
        frame, bitmap = frame.removesuffix(b" ID ") + b"/F/AHx ID ", bitmap.hex().encode() + b">"
    return frame + bitmap + _IMAGE_END


def _moves(art: Artwork, corners: list[tuple[float, float]]) -> tuple[list[bytes], list[bytes]]:
    """To the typed code of each place: from the page's corner, and from the place before."""
    across = art.words_x * POINTS_PER_MM
    up = (art.height - art.words_y) * POINTS_PER_MM
    at = [(round(x + across, 2), round(y, 2) + up) for x, y in corners]
    before = [(0.0, 0.0), *at]
    first = [b"%.6g %.6g Td(" % place for place in at]
    return first, [
        b"%.6g %.6g Td(" % (x - left, y - below)
        for (x, y), (left, below) in zip(at, before, strict=False)
    ]


def _grouping(length: int) -> tuple[Callable[[bytes], tuple[bytes, ...]], bytes]:
    """How a serial of this length is parted, and how its parts are shown (`codes.grouped`)."""
    parts = ["4s"] * (length // 4) + [f"{length % 4}s"] * (length % 4 > 0)
    return Struct("".join(parts)).unpack, b"-".join([b"%b"] * len(parts)) + b")Tj\n"


def _ink(colours: Colours) -> bytes:
    """The colour everything is printed in; black needs no word."""
    if colours.ink == BLACK:
        return b""
    parts = colours.red_green_blue()
    return b"%.3f %.3f %.3f rg %.3f %.3f %.3f RG\n" % (*parts, *parts)


def _shown(code: str) -> bytes:
    return codes.grouped(code).encode("ascii")
