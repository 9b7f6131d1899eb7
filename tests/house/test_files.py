"""Whatever names a kept file does so by a foreign key: else it would be erased under its feet."""

from __future__ import annotations

from sqlalchemy import Column

from app import rooms
from foundation.db import Base

NO_KEPT_FILES = {
    "area_exports.digest": "lies on a shelf of its own",
    "open_data_files.digest": "lies on a shelf of its own",
    "open_data_versions.content_hash": "tells rows apart",
    "growing_area_uploads.digest": "tells uploads apart, their shapes lie in the row",
    "unit_editions.digest": "tells editions of the country's units apart",
    "carts.token_hash": "seals a secret",
    "idempotent_answer.request_hash": "tells requests apart",
}
_LENGTH = 64


def _names_a_digest(column: Column[object]) -> bool:
    return getattr(column.type, "length", None) == _LENGTH and column.name.endswith(
        ("digest", "hash")
    )


def test_every_column_with_a_files_digest_holds_its_file() -> None:
    rooms.load(rooms.MODELS)
    loose = {
        f"{table.name}.{column.name}"
        for table in Base.metadata.tables.values()
        for column in table.columns
        if _names_a_digest(column)
        and table.name != "stored_files"
        and not any(key.column.table.name == "stored_files" for key in column.foreign_keys)
    }

    assert loose == set(NO_KEPT_FILES)


def test_every_column_that_holds_files_is_indexed() -> None:
    """Each erased file asks every one of them."""
    rooms.load(rooms.MODELS)
    bare = [
        f"{table.name}.{column.name}"
        for table in Base.metadata.tables.values()
        for column in table.columns
        if any(key.column.table.name == "stored_files" for key in column.foreign_keys)
        and not any(next(iter(index.columns), None) is column for index in table.indexes)
    ]

    assert bare == []
