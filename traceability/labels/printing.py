"""The kinds of file a run of labels is printed from."""

from __future__ import annotations

from typing import BinaryIO

from traceability.labels import pictures, sheet, zpl
from traceability.labels.sheet import Progress, Run

FORMATS = ("pdf", "zpl", "zpl300", "png", "svg")
"""Sheets; thermal printers of 203 and of 300 dots an inch; pictures one by one in a ZIP."""
MOST = {
    "pdf": 1_000_000,
    "zpl": 250_000,
    "zpl300": 250_000,
    "png": pictures.MOST_PICTURES,
    "svg": pictures.MOST_PICTURES,
}
"""How many labels one order prints, so that its file can still be fetched and opened."""
ENDINGS = {"pdf": "pdf", "zpl": "zpl", "zpl300": "zpl", "png": "zip", "svg": "zip"}


def write(run: Run, file_format: str, stream: BinaryIO, progress: Progress) -> None:
    """Print a run to `stream` as one kind of file. Raises: Invalid; whatever `progress` raises."""
    if file_format in zpl.DOTS_PER_MM:
        zpl.render(run, stream, progress, zpl.DOTS_PER_MM[file_format])
    elif file_format in ("png", "svg"):
        pictures.render(run, stream, progress, file_format)
    else:
        sheet.render(run, stream, progress)
