"""Where the packages' own files lie: beside one another, in the tree and in the wheel alike."""

from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]


def folder(name: str) -> Path:
    """A top-level folder: templates, static, translations, migrations."""
    return ROOT / name
