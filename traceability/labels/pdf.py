"""Just enough PDF to stream label sheets to a file: objects, fonts, pages, cross-references. PURE.

Objects are written as they come and only their offsets are remembered, so a million labels take
no more memory than a hundred. Source: ISO 32000-1:2008 (7.5 file structure, 9.7 composite fonts).
"""

import zlib
from array import array
from typing import BinaryIO

from foundation.typefaces.faces import Face

_BINARY_MARK = b"%PDF-1.4\n%\xe2\xe3\xcf\xd3\n"


class Document:
    """A PDF being written. Numbers may be reserved first and filled later."""

    def __init__(self, stream: BinaryIO) -> None:
        self._stream = stream
        self._position = 0
        self._offsets = array("Q")
        self._pages = array("Q")
        self._write(_BINARY_MARK)
        self._tree = self.reserve()

    def reserve(self) -> int:
        self._offsets.append(0)
        return len(self._offsets)

    def put(self, body: bytes, number: int = 0) -> int:
        number = number or self.reserve()
        self._offsets[number - 1] = self._position
        self._write(b"%d 0 obj\n%b\nendobj\n" % (number, body))
        return number

    def put_stream(self, content: bytes, entries: bytes = b"", effort: int = 6) -> int:
        packed = zlib.compress(content, effort)
        return self.put(
            b"<<%b/Filter/FlateDecode/Length %d>>stream\n%b\nendstream"
            % (entries, len(packed), packed)
        )

    def put_page(self, content: bytes, size: tuple[float, float], resources: int) -> None:
        # Compressing harder than 1 would cost more time than encoding the codes themselves.
        stream = self.put_stream(content, effort=1)
        page = self.put(
            b"<</Type/Page/Parent %d 0 R/MediaBox[0 0 %.2f %.2f]/Resources %d 0 R/Contents %d 0 R>>"
            % (self._tree, *size, resources, stream)
        )
        self._pages.append(page)

    def finish(self, title: str, language: str) -> None:
        """Close the page tree and write the trailer. Printers are asked not to scale the page."""
        kids = b" ".join(b"%d 0 R" % page for page in self._pages)
        self.put(b"<</Type/Pages/Count %d/Kids[%b]>>" % (len(self._pages), kids), self._tree)
        catalog = self.put(
            b"<</Type/Catalog/Pages %d 0 R/Lang(%b)/ViewerPreferences"
            b"<</PrintScaling/None/DisplayDocTitle true>>>>" % (self._tree, language.encode())
        )
        about = self.put(
            b"<</Title<feff%b>/Producer(Nguon)>>" % title.encode("utf-16-be").hex().encode()
        )
        start = self._position
        self._write(b"xref\n0 %d\n0000000000 65535 f \n" % (len(self._offsets) + 1))
        for offset in self._offsets:
            self._write(b"%010d 00000 n \n" % offset)
        self._write(
            b"trailer\n<</Size %d/Root %d 0 R/Info %d 0 R>>\nstartxref\n%d\n%%%%EOF\n"
            % (len(self._offsets) + 1, catalog, about, start)
        )

    def _write(self, piece: bytes) -> None:
        self._stream.write(piece)
        self._position += len(piece)


def embed(document: Document, face: Face) -> tuple[int, int]:
    """Put a face into the document, twice over one file.

    The first number is the composite font for words in any letters the face has; the second a
    single-byte font for typed codes, which take a third of the bytes that way.
    """
    file = document.put_stream(face.file, b"/Length1 %d" % len(face.file), effort=9)
    name = face.name.encode()
    descriptor = document.put(
        b"<</Type/FontDescriptor/FontName/%b/Flags 32/FontBBox[%d %d %d %d]/ItalicAngle 0"
        b"/Ascent %d/Descent %d/CapHeight %d/StemV 80/FontFile2 %d 0 R>>"
        % (name, *face.box, face.ascent, face.descent, face.cap_height, file)
    )
    widths = b" ".join(b"%d" % advance for advance in face.advances)
    descendant = document.put(
        b"<</Type/Font/Subtype/CIDFontType2/BaseFont/%b/CIDToGIDMap/Identity/FontDescriptor %d 0 R"
        b"/CIDSystemInfo<</Registry(Adobe)/Ordering(Identity)/Supplement 0>>/W[0[%b]]>>"
        % (name, descriptor, widths)
    )
    meaning = document.put_stream(_meaning(face), effort=9)
    words = document.put(
        b"<</Type/Font/Subtype/Type0/BaseFont/%b/Encoding/Identity-H/DescendantFonts[%d 0 R]"
        b"/ToUnicode %d 0 R>>" % (name, descendant, meaning)
    )
    plain = b" ".join(b"%d" % face.advances[face.glyphs[sign]] for sign in range(32, 127))
    codes = document.put(
        b"<</Type/Font/Subtype/TrueType/BaseFont/%b/Encoding/WinAnsiEncoding/FirstChar 32"
        b"/LastChar 126/Widths[%b]/FontDescriptor %d 0 R>>" % (name, plain, descriptor)
    )
    return words, codes


def show(face: Face, text: str) -> bytes:
    """Glyph numbers of a text as the operand of a show operator."""
    return b"<%b>" % b"".join(b"%04x" % glyph for glyph in face.glyph_numbers(text))


def _meaning(face: Face) -> bytes:
    """The ToUnicode map: what makes printed text selectable and searchable."""
    pairs = sorted(face.signs.items())
    blocks = []
    for start in range(0, len(pairs), 100):
        block = pairs[start : start + 100]
        rows = b"".join(b"<%04x><%04x>\n" % pair for pair in block)
        blocks.append(b"%d beginbfchar\n%bendbfchar\n" % (len(block), rows))
    return (
        b"/CIDInit/ProcSet findresource begin 12 dict begin begincmap\n"
        b"/CMapName/Adobe-Identity-UCS def/CMapType 2 def\n"
        b"1 begincodespacerange\n<0000><ffff>\nendcodespacerange\n"
        + b"".join(blocks)
        + b"endcmap CMapName currentdict/CMap defineresource pop end end\n"
    )
