"""Labels one by one as pictures in a ZIP file: for a printing house or a design of one's own."""

from __future__ import annotations

import io
import zipfile
from typing import BinaryIO

from traceability.labels import preview
from traceability.labels.raster import Press
from traceability.labels.sheet import Progress, Run, check

DOTS_PER_INCH = 600
MOST_PICTURES = 10_000
_TOLD_EVERY = 50
# Nothing in the file tells when it was packed: the same order gives the same file.
_EPOCH = (1980, 1, 1, 0, 0, 0)


def render(run: Run, stream: BinaryIO, progress: Progress, kind: str) -> None:
    """Write a run to `stream` as a ZIP of `kind` ("png" or "svg"), numbered in print order."""
    check(run)
    serials = run.serials if run.serials is not None else [""]
    drawn = _Png(run) if kind == "png" else _Svg(run)
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_STORED) as archive:
        for done, serial in enumerate(serials, 1):
            name = f"{done:06d}-{serial or run.code}.{kind}"
            archive.writestr(zipfile.ZipInfo(name, _EPOCH), drawn.of(serial))
            if done % _TOLD_EVERY == 0:
                progress(done, run.count)
    progress(run.count, run.count)


class _Png:
    def __init__(self, run: Run) -> None:
        self._press = Press(run, DOTS_PER_INCH / 25.4)
        self._shared = self._press.shared()

    def of(self, serial: str) -> bytes:
        file = io.BytesIO()
        image = self._press.whole(self._shared, serial)
        image.save(file, "PNG", dpi=(DOTS_PER_INCH, DOTS_PER_INCH))
        return file.getvalue()


class _Svg:
    def __init__(self, run: Run) -> None:
        self._run = run

    def of(self, serial: str) -> bytes:
        return preview.svg(self._run, serial).encode()
