"""Looking at printed papers: their words, and their pages as pictures."""

from __future__ import annotations

import os
import shutil
import subprocess
from pathlib import Path

import pytest
from PIL import Image

needs_poppler = pytest.mark.skipif(
    shutil.which("pdftoppm") is None and os.environ.get("CI") != "true",
    reason="poppler-utils is not here: papers cannot be looked at",
)


def words_of(content: bytes) -> str:
    """Every word of a PDF as a reader selects it, runs of space as one."""
    made = subprocess.run(["pdftotext", "-", "-"], input=content, capture_output=True, check=True)
    return " ".join(made.stdout.decode().split())


def pages_of(content: bytes, folder: Path, dpi: int = 110) -> list[Image.Image]:
    """The pages of a PDF as pictures."""
    (folder / "paper.pdf").write_bytes(content)
    command = ["pdftoppm", "-r", str(dpi), "-png", str(folder / "paper.pdf"), str(folder / "page")]
    subprocess.run(command, check=True)
    return [Image.open(path) for path in sorted(folder.glob("page*.png"))]
