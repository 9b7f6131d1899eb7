"""Make the bundled territory data from the published tables.

    python tools/make_territory_data.py SOURCE_FOLDER territory/data

SOURCE_FOLDER holds `units_2026-07-25.csv` (units in force), `legacy_three_level_2025-01-04.csv`
(provinces, districts and communes of the old order) and `conversion_2025-07.csv` (old unit → new
unit). What each becomes, and what is mended on the way, stands in `territory/data/README.txt`.
"""

import csv
import gzip
import io
import re
import sys
import unicodedata
from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import astuple, dataclass, fields, replace
from pathlib import Path

import click

from foundation.vietnamese import same_spelling, words

SNAPSHOT, REFORM, DONG_NAI_CITY = "2025-01-04", "2025-07-01", "2026-04-30"
TYPES = {
    "Tỉnh": "province",
    "Quận": "urban_district",
    "Huyện": "district",
    "Thị xã": "town",
    "Thị trấn": "township",
    "Thành phố": "city",
    "Xã": "commune",
    "Phường": "ward",
    "Đặc khu": "special_zone",
}
MISTYPED = {"Xa ": "commune", "Thi trấn ": "township"}  # one line each of the conversion table
# The only English names that are not the Vietnamese one without marks.
ENGLISH = {"01": "Hanoi City", "31": "Haiphong City"}


@dataclass(frozen=True)
class Unit:
    code: str
    parent_code: str
    unit_type: str
    name: str
    other_name: str  # as another official table spells or calls it
    name_en: str
    valid_from: str
    valid_to: str  # the first day it was no longer in force; empty while it is
    source: str


@dataclass(frozen=True)
class Conversion:
    old_code: str
    new_code: str
    extent: str  # whole | part
    note: str
    source: str
    valid_from: str = REFORM
    valid_to: str = ""


@dataclass(frozen=True)
class Merged:
    """One line of the official conversion table, tidied."""

    new_code: str
    new_name: str
    old_code: str
    old_name: str
    note: str
    district_code: str
    district_name: str


def clean(text: str) -> str:
    return " ".join(unicodedata.normalize("NFC", text).split())


def split_type(full_name: str, default: str = "") -> tuple[str, str]:
    """Split "Thị trấn Ba Chẽ" into ("township", "Ba Chẽ"), however the type is capitalised."""
    full_name = clean(full_name)
    for prefix, unit_type in TYPES.items():
        head, rest = full_name[: len(prefix)], full_name[len(prefix) :]
        if rest.startswith(" ") and same_spelling(head, prefix):
            return unit_type, rest.strip()
    for prefix, unit_type in MISTYPED.items():
        if full_name.startswith(prefix):
            return unit_type, full_name[len(prefix) :]
    if not default:
        raise SystemExit(f"no unit type in {full_name!r}")
    return default, full_name


def named(code: str, parent: str, full_name: str, start: str, end: str, source: str) -> Unit:
    unit_type, name = split_type(full_name)
    return Unit(code, parent, unit_type, name, "", "", start, end, source)


def read_conversion(path: Path) -> list[Merged]:
    merged = []
    for row in list(csv.reader(path.open(encoding="utf-8-sig")))[2:]:
        new_name, new_code, old_name, old_code, note, district = map(clean, row[1:7])
        if not new_code:
            continue  # a province's heading
        found = re.fullmatch(r"(.*?) ?\((\d{3})\)", district)
        if not found:
            raise SystemExit(f"no district in {row}")
        merged.append(
            Merged(new_code, new_name, old_code, old_name, note, found[2], clean(found[1]))
        )
    return merged


def old_tree(path: Path, conversion: list[Merged]) -> list[Unit]:
    """The three-level tree, called as on its last day.

    The conversion table is half a year younger than the snapshot: its names win, the snapshot's
    stay as the other name, and units that only it knows are added.
    """
    rows = [
        {k: clean(v) for k, v in row.items()}
        for row in csv.DictReader(path.open(encoding="utf-8-sig"))
    ]
    units: dict[str, Unit] = {}
    for row in rows:
        province, district, commune = row["Mã TP"], row["Mã QH"], row["Mã PX"]
        units.setdefault(province, _old(province, "", row["Tỉnh Thành Phố"]))
        units.setdefault(district, _old(district, province, row["Quận Huyện"]))
        if commune:
            units[commune] = _old(commune, district, row["Phường Xã"])
    for line in conversion:
        _rename(units, line.district_code, line.district_name)
        if not line.old_code:
            continue
        if line.old_code in units:
            _rename(units, line.old_code, line.old_name)
        else:
            added = _old(line.old_code, line.district_code, line.old_name)
            units[line.old_code] = replace(added, source="conversion-2025")
    return list(units.values())


def _old(code: str, parent: str, full_name: str) -> Unit:
    return named(code, parent, full_name, SNAPSHOT, REFORM, "legacy-2025")


def _rename(units: dict[str, Unit], code: str, full_name: str) -> None:
    unit = units[code]
    unit_type, name = split_type(full_name, default=unit.unit_type)
    if (unit_type, name) == (unit.unit_type, unit.name):
        return
    other = "" if same_spelling(name, unit.name) else unit.name
    units[code] = replace(unit, unit_type=unit_type, name=name, other_name=other or unit.other_name)


def new_tree(path: Path, conversion: list[Merged]) -> list[Unit]:
    """The two-level tree, with Đồng Nai before and after it became a city."""
    started_as = {line.new_code: line.new_name for line in conversion}
    units = []
    for row in csv.DictReader(path.open(encoding="utf-8-sig")):
        code, parent = row["code"], row["parent_code"]
        unit = named(code, parent, row["full_name"], REFORM, "", "units-2026")
        unit = replace(unit, name_en=ENGLISH.get(code, ""))
        before = "Tỉnh Đồng Nai" if code == "75" else started_as.get(code, row["full_name"])
        if split_type(before)[0] != unit.unit_type:
            if "75" not in (code, parent):
                raise SystemExit(f"{code} changed its type; on which day?")
            earlier = named(code, parent, before, REFORM, DONG_NAI_CITY, "conversion-2025")
            units.append(earlier)
            unit = replace(unit, valid_from=DONG_NAI_CITY)
        units.append(unit)
    return units


def crosswalk(
    conversion: list[Merged], old: Iterable[Unit], new: Iterable[Unit]
) -> list[Conversion]:
    old_units = {unit.code: unit for unit in old}
    new_units = {unit.code: unit for unit in new}
    lines: dict[tuple[str, str], Conversion] = {}
    for line in conversion:
        new_code = line.new_code
        if new_code not in new_units:  # Ba Chẽ: 06970 in this table, 06978 in the list in force
            new_code = _only_namesake(line, conversion, new_units)
        # An island district had no communes: the district itself became the special zone.
        old_code = line.old_code or (line.district_code if not line.old_name else "")
        if old_code:
            extent = "part" if "phần" in line.note.lower() else "whole"
            lines[old_code, new_code] = Conversion(
                old_code, new_code, extent, line.note, "conversion-2025"
            )
    lines.update(_gone_before_the_reform(lines, old_units))
    several = {code for code, n in Counter(old for old, _ in lines).items() if n > 1}
    lines = {
        # "Nhập toàn bộ" into two communes is said of some: whatever was meant, each got a part.
        pair: replace(line, extent="part") if line.old_code in several else line
        for pair, line in lines.items()
    }
    return [*lines.values(), *_provinces(lines, old_units, new_units)]


def _only_namesake(line: Merged, conversion: list[Merged], new_units: dict[str, Unit]) -> str:
    listed = {other.new_code for other in conversion}
    unit_type, name = split_type(line.new_name)
    (code,) = (
        unit.code
        for unit in new_units.values()
        if unit.code not in listed and unit.unit_type == unit_type and unit.name == name
    )
    return code


def _gone_before_the_reform(
    lines: dict[tuple[str, str], Conversion], old_units: dict[str, Unit]
) -> dict[tuple[str, str], Conversion]:
    """Communes of the snapshot that the conversion table no longer knows under their code.

    They had merged under a neighbour's code; the unit of the same district that bears the same
    name carries on. Where no such unit exists the successor stays unknown.
    """
    successors = defaultdict(list)
    for line in lines.values():
        unit = old_units[line.old_code]
        successors[unit.parent_code, unit.unit_type, unit.name].append(line)
    derived = {}
    known = {line.old_code for line in lines.values()}
    for unit in old_units.values():
        if len(unit.code) == 5 and unit.code not in known:
            for line in successors[unit.parent_code, unit.unit_type, unit.name]:
                derived[unit.code, line.new_code] = replace(
                    line, old_code=unit.code, source="derived", note=""
                )
    return derived


def _provinces(
    lines: dict[tuple[str, str], Conversion],
    old_units: dict[str, Unit],
    new_units: dict[str, Unit],
) -> list[Conversion]:
    pairs = defaultdict(set)
    for line in lines.values():
        unit = old_units[line.old_code]
        while unit.parent_code:
            unit = old_units[unit.parent_code]
        pairs[unit.code].add(new_units[line.new_code].parent_code)
    return [
        Conversion(old, new, "whole" if len(news) == 1 else "part", "", "derived")
        for old, news in sorted(pairs.items())
        for new in sorted(news)
    ]


def write(path: Path, kind: type[Unit] | type[Conversion], rows: Iterable[object]) -> None:
    text = io.StringIO(newline="")
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow([field.name for field in fields(kind)])
    writer.writerows(sorted(astuple(row) for row in rows))  # type: ignore[call-overload]
    # No time stamp and no name: the same tables give the same bytes.
    with path.open("wb") as raw, gzip.GzipFile("", "wb", 9, raw, mtime=0) as packed:
        packed.write(text.getvalue().encode())
    click.echo(f"{path}: {path.stat().st_size:,} bytes")


def main(source: Path, target: Path) -> None:
    conversion = read_conversion(source / "conversion_2025-07.csv")
    old = old_tree(source / "legacy_three_level_2025-01-04.csv", conversion)
    new = new_tree(source / "units_2026-07-25.csv", conversion)
    for unit in (*old, *new):
        if not words(unit.name):
            raise SystemExit(f"{unit.code} has no name")
    write(target / "units.csv.gz", Unit, [*old, *new])
    write(target / "conversions.csv.gz", Conversion, crosswalk(conversion, old, new))


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]))
