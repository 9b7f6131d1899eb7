"""A page that shows whether a printer prints true: rulers, outlines, a code in each size. PURE.

Printed on common paper at 100 % and held against a sheet of labels before that is spent: the rulers
say whether the page was scaled, the outlines where labels lie, the codes how fine it still prints.
Lengths are millimetres from the top left corner of the page.
"""

from __future__ import annotations

from typing import BinaryIO

from foundation.i18n import _, get_language, number
from foundation.typefaces import faces
from foundation.typefaces.faces import Face
from traceability.labels import carriers, pdf
from traceability.labels.layouts import Layout
from traceability.labels.sheet import POINTS_PER_MM
from traceability.labels.typesetting import MM_PER_POINT, wrapped

MODULES_MM = (0.25, 0.33, 0.4, 0.5, 0.66, 0.8, 1.0)
_EDGE = 8.0
_ROOMY = 120.0
"""From this breadth on a page carries its codes beside its rulers; a narrow roll one a page."""
_CAPTION_PT = 6.0


def render(layout: Layout, name: str, base_url: str, stream: BinaryIO) -> None:
    """Write the test page of a paper to `stream`, in the reader's language."""
    document = pdf.Document(stream)
    regular, bold = faces.load("regular"), faces.load("bold")
    fonts = b"/R %d 0 R/B %d 0 R" % (
        pdf.embed(document, regular)[0],
        pdf.embed(document, bold)[0],
    )
    resources = document.put(b"<</Font<<%b>>>>" % fonts)
    codes = _Codes(base_url + "/")
    for sheet in _sheets(layout, name, codes, regular, bold):
        document.put_page(sheet.content(), sheet.size, resources)
    document.finish(_("Tờ thử máy in: %(name)s", name=name), get_language())


def _sheets(layout: Layout, name: str, codes: _Codes, regular: Face, bold: Face) -> list[_Sheet]:
    first = _Sheet(layout, regular, bold)
    first.outlines()
    first.rulers()
    if layout.page_width_mm < _ROOMY or layout.page_height_mm < _ROOMY:
        first.say(_("In 100%, không co giãn"), _EDGE + 3, _EDGE + 5, 5)
        return [first, *_one_a_page(layout, codes, regular, bold)]
    left, width = _EDGE + 12, layout.page_width_mm - 2 * _EDGE - 20
    first.blank(left - 3, 24, width + 6, 82)
    first.say(_("In 100%, không co giãn"), left, 34, 16, is_bold=True)
    first.say(name, left, 41, 10)
    told = _(
        "Đo bằng thước: vạch 100 phải cách mép 0 đúng 100\u00a0mm. Đặt tờ này lên tờ tem, soi trước"
        " đèn: khung phải trùng mép tem. Quét các mã dưới đây: mã nhỏ nhất còn quét được cho biết"
        " máy in này in mịn đến đâu."
    )
    y = first.paragraph(told, left, 47, 9, width)
    x = left
    for module in MODULES_MM:
        if x + codes.breadth(module) > left + width + 3:
            break
        first.code(codes, module, x, y + 2)
        x += codes.breadth(module)
    return [first]


def _one_a_page(layout: Layout, codes: _Codes, regular: Face, bold: Face) -> list[_Sheet]:
    room = min(layout.page_width_mm, layout.page_height_mm - 3)
    made = []
    for module in MODULES_MM:
        if codes.breadth(module) <= room:
            sheet = _Sheet(layout, regular, bold)
            sheet.code(codes, module, (layout.page_width_mm - codes.breadth(module)) / 2, 0)
            made.append(sheet)
    return made


class _Codes:
    """One address as a symbol, to be drawn in any size."""

    def __init__(self, address: str) -> None:
        self.shape = carriers.choose("qr", address, 0)
        self.bitmap = carriers.encoder(self.shape, address, 0).bitmap(b"")

    def breadth(self, module: float) -> float:
        """With its quiet zone on both sides."""
        return (self.shape.size + 2 * self.shape.quiet) * module


class _Sheet:
    """One page being drawn."""

    def __init__(self, layout: Layout, regular: Face, bold: Face) -> None:
        self._layout, self._regular, self._bold = layout, regular, bold
        self.size = layout.page_width_mm * POINTS_PER_MM, layout.page_height_mm * POINTS_PER_MM
        self._parts: list[bytes] = []

    def content(self) -> bytes:
        return b"".join(self._parts)

    def outlines(self) -> None:
        """Where the labels lie."""
        wide = self._layout.label_width_mm * POINTS_PER_MM
        high = self._layout.label_height_mm * POINTS_PER_MM
        self._parts.append(b"0.4 w [3 2] 0 d\n")
        for x, y in self._layout.corners():
            left, top = self._at(x, y)
            self._parts.append(b"%.2f %.2f %.2f %.2f re S\n" % (left, top - high, wide, high))
        self._parts.append(b"[] 0 d\n")

    def rulers(self) -> None:
        """Millimetres from both edges: longer marks at five and ten, numbers at ten."""
        self._parts.append(b"0.3 w\n")
        for place in range(int(self._layout.page_width_mm) + 1):
            self._mark(place, _EDGE, place, _EDGE + _length(place))
        for place in range(int(self._layout.page_height_mm) + 1):
            self._mark(_EDGE, place, _EDGE + _length(place), place)
        for place in range(10, int(self._layout.page_width_mm) + 1, 10):
            self.say(str(place), place + 0.4, _EDGE - 0.6, 5)
        # The first one stands where the other ruler passes.
        for place in range(20, int(self._layout.page_height_mm) + 1, 10):
            self.say(str(place), _EDGE - 4.2, place - 0.4, 5)

    def _mark(self, x: float, y: float, to_x: float, to_y: float) -> None:
        self._parts.append(
            b"%.2f %.2f m %.2f %.2f l S\n" % (*self._at(x, y), *self._at(to_x, to_y))
        )

    def blank(self, x: float, y: float, width: float, height: float) -> None:
        """Clear ground for words and codes."""
        left, foot = self._at(x, y + height)
        box = (left, foot, width * POINTS_PER_MM, height * POINTS_PER_MM)
        self._parts.append(b"q 1 g %.2f %.2f %.2f %.2f re f Q\n" % box)

    def say(self, text: str, x: float, y: float, size: float, *, is_bold: bool = False) -> None:
        face, font = (self._bold, b"B") if is_bold else (self._regular, b"R")
        place = self._at(x, y)
        self._parts.append(
            b"BT/%b %.1f Tf %.2f %.2f Td%b Tj ET\n" % (font, size, *place, pdf.show(face, text))
        )

    def paragraph(self, text: str, x: float, y: float, size: float, width: float) -> float:
        """Words in lines; the height the last one stands at."""
        for line in wrapped(text, self._regular, size, width, 12):
            self.say(line, x, y, size)
            y += size * MM_PER_POINT * 1.3
        return y

    def code(self, codes: _Codes, module: float, x: float, y: float) -> None:
        """A symbol with its quiet zone, from its top left corner; its size in words below."""
        quiet, side = codes.shape.quiet * module, codes.shape.size * module
        left, foot = self._at(x + quiet, y + quiet + side)
        across = side * POINTS_PER_MM
        head = b"q %.4f 0 0 %.4f %.2f %.2f cm\n" % (across, across, left, foot)
        image = b"BI/W %d/H %d/IM true/D[1 0]/BPC 1/F/AHx ID %b>\nEI Q\n"
        size = codes.shape.size
        self._parts.append(head + image % (size, size, codes.bitmap.hex().encode()))
        told = f"{number(module, 2)} mm"
        self.say(told, x + quiet, y + 2 * quiet + side + 1.5, _CAPTION_PT)

    def _at(self, x: float, y: float) -> tuple[float, float]:
        return x * POINTS_PER_MM, self.size[1] - y * POINTS_PER_MM


def _length(place: int) -> float:
    return 4.0 if place % 10 == 0 else 3.0 if place % 5 == 0 else 2.0
