"""CSV with the outline as WKT: UTF-8 with its mark, harmless in a spreadsheet. PURE."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Iterator, Sequence

from foundation import tables
from foundation.tables import Column
from growing_areas.writing.geojson import wkt
from growing_areas.writing.shapes import NAME, OUTLINE, Shape, text, told


def write(shapes: Iterable[Shape], columns: Sequence[Column], title: str) -> Iterator[bytes]:
    """One row a shape: its name, what is told of it, its outline last."""
    yield b"\xef\xbb\xbf" + _line([NAME, *(column.code for column in columns), OUTLINE])
    for shape in shapes:
        cells = [
            tables.disarmed(value) if isinstance(value, str) else text(value)
            for _, value in told(shape, columns)
        ]
        yield _line([tables.disarmed(shape.name), *cells, wkt(shape.drawing)])


def _line(cells: list[str]) -> bytes:
    buffer = io.StringIO()
    csv.writer(buffer).writerow(cells)
    return buffer.getvalue().encode()
