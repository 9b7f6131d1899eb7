"""The bundled tables keep their shape."""

import csv
import gzip
import re
from collections import Counter
from datetime import date
from importlib.resources import files
from unicodedata import is_normalized

import pytest

from territory.loading import TYPE_NAMES

SOURCES = {"units-2026", "legacy-2025", "conversion-2025", "derived"}


def rows(name: str) -> list[dict[str, str]]:
    packed = files("territory").joinpath("data", name).read_bytes()
    return list(csv.DictReader(gzip.decompress(packed).decode().splitlines()))


@pytest.mark.parametrize("name", ["units.csv.gz", "conversions.csv.gz"])
def test_every_row_has_a_source_and_days_of_validity(name: str) -> None:
    for row in rows(name):
        assert row["source"] in SOURCES
        start = date.fromisoformat(row["valid_from"])
        assert not row["valid_to"] or date.fromisoformat(row["valid_to"]) > start


def test_units_are_well_formed() -> None:
    for row in rows("units.csv.gz"):
        assert re.fullmatch(r"\d{2}|\d{3}|\d{5}", row["code"]), row
        assert len(row["parent_code"]) < len(row["code"]), row
        assert row["unit_type"] in TYPE_NAMES, row
        name = row["name"]
        assert name == " ".join(name.split()), row
        assert is_normalized("NFC", name), row


def test_pairs_of_the_crosswalk_are_unique_and_their_extents_agree() -> None:
    conversions = rows("conversions.csv.gz")
    pairs = Counter((row["old_code"], row["new_code"]) for row in conversions)
    successors = Counter(row["old_code"] for row in conversions)

    assert max(pairs.values()) == 1
    assert {row["extent"] for row in conversions} == {"whole", "part"}
    for row in conversions:
        assert successors[row["old_code"]] == 1 or row["extent"] == "part"


def test_the_files_are_small() -> None:
    sizes = [files("territory").joinpath("data", name).read_bytes() for name in
             ("units.csv.gz", "conversions.csv.gz")]  # fmt: skip

    assert sum(map(len, sizes)) < 500_000
