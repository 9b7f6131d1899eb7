"""The bundled units and their conversions, brought into the database.

What the files hold and where it is from: ``territory/data/README.txt``.
"""

from __future__ import annotations

import csv
import gzip
import inspect
import sys
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from datetime import date
from hashlib import sha256
from importlib.resources import files
from typing import Any

from sqlalchemy import exists, func, select, text
from sqlalchemy.orm import Session

from foundation import vietnamese
from foundation.vietnamese import collation_key, spelling_key, without_marks, words
from territory.models import COMMUNE, DISTRICT, PROVINCE, Edition, Unit

Row = dict[str, Any]
Version = tuple[str, date]  # a unit's code and the first day of this version

_UNITS_FILE, _CONVERSIONS_FILE = "units.csv.gz", "conversions.csv.gz"
_EDITION = "units"
_LEVELS = {2: PROVINCE, 3: DISTRICT, 5: COMMUNE}
TYPE_NAMES = {
    "province": ("Tỉnh", "Province"),
    "city": ("Thành phố", "City"),
    "urban_district": ("Quận", "District"),
    "district": ("Huyện", "District"),
    "town": ("Thị xã", "Town"),
    "township": ("Thị trấn", "Township"),
    "commune": ("Xã", "Commune"),
    "ward": ("Phường", "Ward"),
    "special_zone": ("Đặc khu", "Special Zone"),
}
# What people write for a type, beside its first letters, which match as they are.
_ABBREVIATIONS = {"city": "tp", "town": "tx", "township": "tt"}
_NICKNAMES = {"79": "hcm tphcm sai gon"}


def is_loaded(session: Session) -> bool:
    """Whether the database has units at all."""
    return bool(session.scalar(select(exists().select_from(Unit))))


def load_bundled(session: Session) -> int:
    """Bring in the bundled units unless the database holds this very edition; how many it holds.

    Cheap enough for every start.
    """
    held = session.scalar(select(Edition.digest).where(Edition.name == _EDITION))
    if held != _digest():
        return reload_bundled(session)
    return session.scalar(select(func.count()).select_from(Unit)) or 0


def reload_bundled(session: Session) -> int:
    """Replace all units and conversions by the bundled ones; the number of units.

    Readers see the old rows until the commit; a second loader waits for the first.
    """
    units = list(_units())
    conversions = list(_conversions(units))
    _add_old_surroundings(units, conversions)
    session.execute(text("LOCK TABLE units IN SHARE ROW EXCLUSIVE MODE"))
    session.execute(text("DELETE FROM unit_conversions"))
    session.execute(text("DELETE FROM units"))
    _copy(session, "units", units)
    _copy(session, "unit_conversions", conversions)
    session.merge(Edition(name=_EDITION, digest=_digest()))
    session.flush()
    session.expire_all()
    return len(units)


def _digest() -> str:
    """The edition: the files, and the code that makes names and keys of them."""
    digest = sha256()
    for name in (_UNITS_FILE, _CONVERSIONS_FILE):
        digest.update(files("territory").joinpath("data", name).read_bytes())
    for module in (sys.modules[__name__], vietnamese):
        digest.update(inspect.getsource(module).encode())
    return digest.hexdigest()


def _read(name: str) -> Iterator[Row]:
    packed = files("territory").joinpath("data", name).read_bytes()
    for row in csv.DictReader(gzip.decompress(packed).decode().splitlines()):
        yield {
            **row,
            "valid_from": date.fromisoformat(row["valid_from"]),
            "valid_to": date.fromisoformat(row["valid_to"]) if row["valid_to"] else None,
        }


def _units() -> Iterator[Row]:
    rows = list(_read(_UNITS_FILE))
    versions = defaultdict(list)
    for row in rows:
        versions[row["code"]].append(row)
    for row in rows:
        yield _complete(row, list(_parents(row, versions)))


def _parents(row: Row, versions: Mapping[str, list[Row]]) -> Iterator[Row]:
    """The units above, nearest first, as they were when this one began."""
    while row["parent_code"]:
        row = next(
            parent
            for parent in versions[row["parent_code"]]
            if parent["valid_from"] <= row["valid_from"]
            and (parent["valid_to"] is None or row["valid_from"] < parent["valid_to"])
        )
        yield row


def _complete(row: Row, parents: list[Row]) -> Row:
    """A unit's row with its names, labels and keys."""
    full_name = f"{TYPE_NAMES[row['unit_type']][0]} {row['name']}"
    name_en = row["name_en"] or english(row["unit_type"], row["name"])
    # A district is called with its type, a province by its bare name: Xã X, Huyện Y, Phú Thọ.
    above = [_full(p) if p["parent_code"] else p["name"] for p in parents]
    above_en = [
        english(p["unit_type"], p["name"]) if p["parent_code"] else without_marks(p["name"])
        for p in parents
    ]
    called = [_called(unit) for unit in (row, *parents)]
    return {
        "code": row["code"],
        "valid_from": row["valid_from"],
        "valid_to": row["valid_to"],
        "level": _LEVELS[len(row["code"])],
        "parent_code": row["parent_code"] or None,
        "province_code": parents[-1]["code"] if parents else row["code"],
        "unit_type": row["unit_type"],
        "name": row["name"],
        "full_name": full_name,
        "name_en": name_en,
        "label": ", ".join([full_name, *above]),
        "label_en": ", ".join([name_en, *above_en]),
        "name_key": _key(row["name"]),
        "spelling_key": spelling_key(row["name"]),
        "place_key": _key(" ".join([row["name"], *(p["name"] for p in parents)])),
        "search_key": _key(" ".join([*called, name_en])),
        "sort_key": collation_key(" ".join([row["name"], *(p["name"] for p in parents)])),
        "source": row["source"],
    }


def english(unit_type: str, name: str) -> str:
    """ "Xã Vệ Giang" is Ve Giang Commune; numbered names put the type first: Ward 2 Bao Loc."""
    plain, kind = without_marks(name), TYPE_NAMES[unit_type][1]
    numbered = plain[0].isdecimal() or plain[-1].isdecimal()
    return f"{kind} {plain}" if numbered else f"{plain} {kind}"


def _full(row: Row) -> str:
    return f"{TYPE_NAMES[row['unit_type']][0]} {row['name']}"


def _called(row: Row) -> str:
    parts = (
        _full(row),
        _ABBREVIATIONS.get(row["unit_type"], ""),
        row["other_name"],
        _NICKNAMES.get(row["code"], "") if not row["parent_code"] else "",
    )
    return " ".join(parts)


def _key(text_: str) -> str:
    return " ".join(words(text_))


def _conversions(units: list[Row]) -> Iterator[Row]:
    """Each old → new pair, tied to the versions that ended and began on its day."""
    ended = {(unit["code"], unit["valid_to"]): unit["valid_from"] for unit in units}
    for row in _read(_CONVERSIONS_FILE):
        yield {
            "old_code": row["old_code"],
            "old_valid_from": ended[row["old_code"], row["valid_from"]],
            "new_code": row["new_code"],
            "new_valid_from": row["valid_from"],
            "extent": row["extent"],
            "note": row["note"],
            "source": row["source"],
            "valid_from": row["valid_from"],
        }


def _add_old_surroundings(units: list[Row], conversions: list[Row]) -> None:
    """Let a new commune be found by the districts and provinces its land belonged to.

    People go on saying "Quế Sơn, Quảng Nam" for what is now in Đà Nẵng.
    """
    by_version: dict[Version, Row] = {(u["code"], u["valid_from"]): u for u in units}
    old_words: dict[str, set[str]] = defaultdict(set)
    for line in conversions:
        old = by_version[line["old_code"], line["old_valid_from"]]
        old_words[line["new_code"]].update(_parent_words(old, by_version))
    for unit in units:
        if unit["level"] == COMMUNE and unit["valid_from"] >= conversions[0]["valid_from"]:
            known = set(unit["search_key"].split())
            unit["search_key"] = " ".join(
                [unit["search_key"], *sorted(old_words[unit["code"]] - known)]
            )


def _parent_words(unit: Row, by_version: Mapping[Version, Row]) -> Iterator[str]:
    while unit["parent_code"]:
        unit = by_version[unit["parent_code"], unit["valid_from"]]
        yield from unit["name_key"].split()


def _copy(session: Session, table: str, rows: Iterable[Row]) -> None:
    rows = iter(rows)
    first = next(rows)
    driver: Any = session.connection().connection.driver_connection
    with (
        driver.cursor() as cursor,
        cursor.copy(f"COPY {table} ({', '.join(first)}) FROM STDIN") as copy,
    ):
        copy.write_row(list(first.values()))
        for row in rows:
            copy.write_row(list(row.values()))
