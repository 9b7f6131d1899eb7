"""The yearly list as a sheet (CSV, XLSX): previewed, taken in as one, undone as one.

A line permits a product for one crop, for several parted by semicolons, or for every crop when
none is named; each becomes a row of the catalogue.
"""

from __future__ import annotations

import csv
from collections.abc import Collection, Iterator, Sequence
from datetime import date, datetime
from functools import cache
from importlib import resources
from typing import Any

from sqlalchemy import delete, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from accounts import audit, permissions
from accounts.permissions import Actor
from foundation import imports, inputs, jobs
from foundation.errors import Conflict, Finding
from foundation.imports import Kind, Line
from foundation.models import ImportBatch
from foundation.tables import Cell, Column
from foundation.vietnamese import fold
from growing_areas.catalogue import withdrawing
from growing_areas.catalogue.models import PermittedMaterial
from growing_areas.catalogue.schemas import MaterialLine
from growing_areas.crops import crops
from growing_areas.models import DiaryEntry

COLUMNS = (
    Column("name", "Tên thương phẩm"),
    Column("kind", "Loại (pesticide, fertiliser, veterinary, feed)"),
    Column("active_ingredient", "Hoạt chất"),
    Column("crop", "Cây trồng, vật nuôi (để trống: mọi loại)"),
    Column("pre_harvest_days", "Thời gian cách ly (ngày)", "integer"),
    Column("registration_number", "Số đăng ký"),
    Column("target", "Đối tượng phòng trừ"),
    Column("valid_from", "Từ ngày", "date"),
    Column("valid_to", "Đến hết ngày", "date"),
    Column("source", "Văn bản ban hành"),
    Column("verified", "Đã đối chiếu văn bản (yes, no)"),
)
_AT_ONCE = 1_000
CHANGED = "catalogue.changed"
"""The job that looks again at sprayings of products a list speaks of, told by their name keys."""


def take_in(
    session: Session, actor: Actor, data: bytes, file_name: str, *, now: datetime
) -> tuple[ImportBatch, list[Finding]]:
    """Read a list and take it in at once, or nothing of it; what is worth knowing comes back.

    Raises: Forbidden, Refused, Invalid with every finding.
    """
    batch = preview(session, actor, data, file_name, now=now)
    found = imports.findings_of(batch)
    return imports.apply(session, actor, KIND, batch.id, now=now), found


def preview(
    session: Session, actor: Actor, data: bytes, file_name: str, *, now: datetime
) -> ImportBatch:
    """Read a list and keep it with everything found in it. Raises as `imports.preview`."""
    permissions.require(actor, "catalogue.import")
    return imports.preview(session, actor, KIND, data, file_name, now=now)


def load_seed(session: Session, *, now: datetime) -> int:
    """Take in the small list that comes with the program; returns how many rows were new.

    Its rows are examples nobody has held against the ministry's lists: ``verified`` no.
    """
    text = resources.files("growing_areas").joinpath("data/materials.csv").read_text("utf-8")
    rows = csv.DictReader(text.splitlines())
    schema = MaterialLine()
    lines = [Line(at, inputs.load(schema, row)) for at, row in enumerate(rows, start=2)]
    return len(_apply(session, permissions.SYSTEM, lines, now))


def rows_added(batch: ImportBatch) -> int:
    """How many rows an import added, beside those it only ended."""
    return sum(each.isdigit() for each in batch.references)


def row_of(row: PermittedMaterial) -> list[Cell]:
    """A row of the catalogue as the sheet has it, fit to come back in."""
    return [
        row.name, row.kind, row.active_ingredient, row.crop_name, row.pre_harvest_days,
        row.registration_number, row.target, row.valid_from, row.valid_to, row.source,
        "yes" if row.verified else "no",
    ]  # fmt: skip


def _check(session: Session, actor: Actor, lines: Sequence[Line]) -> list[Finding]:
    permissions.require(actor, "catalogue.import")
    found: list[Finding] = []
    seen: dict[tuple[Any, ...], int] = {}
    standing = _standing(session, lines)
    for line in lines:
        told = line.values
        if told.get("valid_to") and told["valid_to"] < told["valid_from"]:
            found.append(line.finding("catalogue.ends_before", "valid_to"))
        for crop_name, crop_code in _crops_of(told["crop"]):
            if crop_name and crop_code is None:
                unknown = line.finding("catalogue.crop_unknown", "crop", crop=crop_name)
                found.append(_as_warning(unknown))
            key = _key(told, crop_name)
            if key in seen:
                twice = line.finding("catalogue.twice", "name", name=told["name"], line=seen[key])
                found.append(_as_warning(twice))
            seen.setdefault(key, line.number)
            stands = standing.get(key)
            if stands is not None:
                found += [_as_warning(each) for each in _against(line, stands)]
        if told["kind"] in ("pesticide", "veterinary") and told.get("pre_harvest_days") is None:
            found.append(_as_warning(line.finding("catalogue.no_interval", "pre_harvest_days")))
    return found


def _apply(session: Session, actor: Actor, lines: Sequence[Line], now: datetime) -> list[str]:
    permissions.require(actor, "catalogue.import")
    rows = list(_rows(lines, now))
    made = withdrawing.withdraw(session, rows)
    for start in range(0, len(rows), _AT_ONCE):
        statement = insert(PermittedMaterial).values(rows[start : start + _AT_ONCE])
        # What a former list said already stands; the sheet's second word changes nothing.
        new = session.scalars(statement.on_conflict_do_nothing().returning(PermittedMaterial.id))
        made += [str(row_id) for row_id in new]
    _tell(session, {row["name_key"] for row in rows})
    if actor.person_id is not None:
        audit.record(
            session, actor, "catalogue.imported", "catalogue", now=now,
            details={"rows": len(made)},
        )  # fmt: skip
    return made


def _undo(session: Session, actor: Actor, references: Sequence[str], now: datetime) -> None:
    """Take the rows back, unless a line of a diary was judged by one of them.

    What the list withdrew is permitted again, unless a later list withdrew it too.
    """
    permissions.require(actor, "catalogue.import")
    ids = [int(each) for each in references if each.isdigit()]
    used = session.scalar(select(DiaryEntry.id).where(DiaryEntry.material_id.in_(ids)).limit(1))
    if used is not None:
        raise Conflict("catalogue.in_use")
    gone = delete(PermittedMaterial).where(PermittedMaterial.id.in_(ids))
    names = set(session.scalars(gone.returning(PermittedMaterial.name_key)))
    names |= withdrawing.permit_again(session, [each for each in references if not each.isdigit()])
    _tell(session, names)
    audit.record(session, actor, "catalogue.undone", "catalogue", now=now)


KIND: Kind[Actor] = Kind(
    code="growing_areas.catalogue",
    title="Danh mục vật tư được phép",
    columns=COLUMNS,
    schema=MaterialLine,
    check=_check,
    apply=_apply,
    undo=_undo,
)


def _rows(lines: Sequence[Line], now: datetime) -> Iterator[dict[str, Any]]:
    for line in lines:
        told = line.values
        for crop_name, crop_code in _crops_of(told["crop"]):
            yield {
                "kind": told["kind"],
                "name": told["name"],
                "name_key": fold(told["name"])[:400],
                "active_ingredient": told["active_ingredient"],
                "registration_number": told["registration_number"],
                "crop_name": crop_name,
                "crop_code": crop_code,
                "target": told["target"],
                "pre_harvest_days": told.get("pre_harvest_days"),
                "valid_from": told["valid_from"],
                "valid_to": told.get("valid_to"),
                "source": told["source"],
                "verified": told["verified"] == "yes",
                "added_at": now,
            }


def _standing(
    session: Session, lines: Sequence[Line]
) -> dict[tuple[Any, ...], tuple[int | None, date | None]]:
    """What the catalogue says already under the keys of a list: the interval, the last day."""
    names = {fold(line.values["name"])[:400] for line in lines}
    row = PermittedMaterial
    rows = session.execute(
        select(
            row.kind, row.name_key, row.registration_number, row.target, row.crop_name,
            row.valid_from, row.pre_harvest_days, row.valid_to,
        ).where(row.name_key.in_(names))
    )  # fmt: skip
    return {tuple(each)[:6]: (each.pre_harvest_days, each.valid_to) for each in rows}


def _against(line: Line, stands: tuple[int | None, date | None]) -> Iterator[Finding]:
    """What a list says otherwise of a permission that stands: its end counts, nothing else does."""
    days, last = stands
    told = line.values
    end, name = told.get("valid_to"), {"name": told["name"]}
    if end is not None and (last is None or end < last):
        yield line.finding("catalogue.withdrawn", "valid_to", **name, last_day=end)
    elif end != last:
        yield line.finding("catalogue.stands_otherwise", "name", **name)
    if told.get("pre_harvest_days") != days:
        yield line.finding("catalogue.stands_otherwise", "pre_harvest_days", **name)


def _tell(session: Session, name_keys: Collection[str]) -> None:
    """Have the sprayings of some products looked at again, once this transaction is through."""
    names = sorted(name_keys)
    for start in range(0, len(names), _AT_ONCE):
        jobs.defer(session, CHANGED, {"names": names[start : start + _AT_ONCE]})


def _key(told: dict[str, Any], crop_name: str) -> tuple[Any, ...]:
    names = (told["kind"], fold(told["name"])[:400], told["registration_number"], told["target"])
    return (*names, crop_name, told["valid_from"])


def _crops_of(text: str) -> list[tuple[str, str | None]]:
    """The crops of a line as written and by code; one nameless for every crop."""
    names = [part.strip()[:120] for part in text.split(";") if part.strip()]
    if not names:
        return [("", None)]
    return [(name, _crop_code(name)) for name in dict.fromkeys(names)]


def _crop_code(name: str) -> str | None:
    """A crop by its code or name; by its letters without marks only where they name one crop."""
    exact, folded = _crop_codes()
    return exact.get(name.casefold()) or folded.get(fold(name))


@cache
def _crop_codes() -> tuple[dict[str, str], dict[str, str]]:
    """Crops by their names, and by names without marks (dứa and dừa stand for neither there)."""
    exact: dict[str, str] = {}
    found: dict[str, set[str]] = {}
    for crop in crops().values():
        for name in (crop.code, crop.name_vi, crop.name_en):
            exact.setdefault(name.casefold(), crop.code)
            found.setdefault(fold(name), set()).add(crop.code)
    return exact, {name: min(codes) for name, codes in found.items() if len(codes) == 1}


def _as_warning(finding: Finding) -> Finding:
    return Finding(finding.code, finding.params, finding.field, severity="warning")
