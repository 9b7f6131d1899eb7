"""Every hostile file, for each parser, with the rule it must be refused by."""

from __future__ import annotations

from drills.hostile import packed, texts
from drills.hostile.recipes import Hostile


def corpus() -> tuple[Hostile, ...]:
    """Every hostile file, each name once."""
    return (
        *texts.json_files(), *texts.markup_files(), *texts.table_files(), *texts.millions(),
        *packed.archive_files(), *packed.database_files(), *packed.shape_files(),
    )  # fmt: skip
