"""Publishing: a dataset's files written anew when its rows changed, old versions kept a while.

Whether anything changed is told by a digest of the rows themselves: some formats carry the time
they were written and never give the same bytes twice. Only the nightly job publishes; it holds a
lock, so that a version has one number and one set of files.
"""

from __future__ import annotations

import hashlib
import json
import tempfile
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import BinaryIO, cast

from sqlalchemy import func, select, text
from sqlalchemy.orm import Session, selectinload

from atlas.published import contents
from atlas.published.contents import Moment, Row
from atlas.published.datasets import KEPT, LICENCE, Dataset
from atlas.published.models import OpenDataFile, OpenDataVersion
from foundation import files, jobs, tables
from foundation.clock import business_day
from foundation.errors import NotFound
from foundation.files import Store
from foundation.tables import Column, Notes
from growing_areas.writing import formats
from growing_areas.writing.shapes import Shape

JOB = "atlas.publish_open_data"
MOST_BYTES = 16 * 1024 * 1024 * 1024
_LOCK = 0x4F70656E  # "Open": one publisher at a time
_NAME = "name"


@dataclass(frozen=True)
class Outcome:
    """What publishing a dataset did; ``spent`` are contents that no row names any more."""

    version: int
    row_count: int
    is_new: bool
    spent: tuple[str, ...] = ()


def shelf() -> Store:
    """Where published files lie."""
    return files.shelf("open-data")


def publish(session: Session, dataset: Dataset, *, base_url: str, now: datetime) -> Outcome:
    """Publish a dataset if its rows changed since its last version; forget what is too old.

    The caller discards the spent contents once its transaction has committed.
    """
    session.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": _LOCK})
    moment = Moment(business_day(now), base_url)
    digest, count = _digest(dataset, contents.rows(session, dataset.code, moment))
    current = current_version(session, dataset.code)
    is_new = current is None or current.content_hash != digest
    if current is None or is_new:
        number = 1 if current is None else current.number + 1
        if current is not None:
            current.superseded_at = now
        current = OpenDataVersion(
            dataset=dataset.code, number=number, content_hash=digest, row_count=count,
            issued_at=now, checked_at=now, files=[],
        )  # fmt: skip
        session.add(current)
    current.checked_at = now
    if not _is_whole(current, dataset):
        current.files = [_write(session, dataset, format_, moment) for format_ in dataset.formats]
    session.flush()
    return Outcome(current.number, count, is_new, _forget_old(session, dataset, now))


def order_first(session: Session) -> None:
    """Let a worker publish at once where nothing ever was; else the night is soon enough."""
    if session.scalar(select(OpenDataVersion.id).limit(1)) is None:
        jobs.defer(session, JOB, queueing_lock=JOB)


def discard(spent: Iterable[str]) -> None:
    """Remove contents from the shelf; only after the transaction that let go of them committed."""
    for digest in spent:
        shelf().discard(digest)


def current_version(session: Session, code: str) -> OpenDataVersion | None:
    """What is published of a dataset now, with its files."""
    statement = select(OpenDataVersion).where(
        OpenDataVersion.dataset == code, OpenDataVersion.superseded_at.is_(None)
    )
    return session.scalar(statement.options(selectinload(OpenDataVersion.files)))


def current_versions(session: Session) -> dict[str, OpenDataVersion]:
    """What is published now, by dataset: two statements."""
    statement = select(OpenDataVersion).where(OpenDataVersion.superseded_at.is_(None))
    found = session.scalars(statement.options(selectinload(OpenDataVersion.files)))
    return {version.dataset: version for version in found}


def list_versions(session: Session, code: str) -> list[OpenDataVersion]:
    """The versions of a dataset that can still be had, newest first, with their files."""
    statement = select(OpenDataVersion).where(
        OpenDataVersion.dataset == code, OpenDataVersion.files.any()
    )
    statement = statement.options(selectinload(OpenDataVersion.files))
    return list(session.scalars(statement.order_by(OpenDataVersion.number.desc())))


def first_issued(session: Session) -> dict[str, datetime]:
    """When each dataset was first published: versions are remembered longer than their files."""
    statement = select(OpenDataVersion.dataset, func.min(OpenDataVersion.issued_at))
    rows = session.execute(statement.group_by(OpenDataVersion.dataset))
    return {row[0]: row[1] for row in rows}


def get_file(session: Session, code: str, number: int | None, format_: str) -> OpenDataFile:
    """A dataset's file: of a version, or the present one. Raises: NotFound."""
    statement = select(OpenDataFile).join(
        OpenDataVersion, OpenDataVersion.id == OpenDataFile.version_id
    )
    wanted = (
        OpenDataVersion.superseded_at.is_(None)
        if number is None
        else OpenDataVersion.number == number
    )
    found = session.scalar(
        statement.where(OpenDataVersion.dataset == code, wanted, OpenDataFile.format == format_)
    )
    if found is None:
        raise NotFound("open_data.no_such_file")
    return found


def _digest(dataset: Dataset, rows: Iterable[Row]) -> tuple[str, int]:
    """A digest of every row and of the columns, and how many rows there are."""
    digest, count = hashlib.sha256(), 0
    told = [(column.code, column.kind) for column in dataset.columns]
    digest.update(json.dumps([told, dataset.formats]).encode())
    for row in rows:
        cells = [row.name, *(tables.plain(row.cells.get(code)) for code, _ in told)]
        digest.update(json.dumps(cells, ensure_ascii=False).encode())
        digest.update(b"" if row.drawing is None else row.drawing.wkb)
        count += 1
    return digest.hexdigest(), count


def _is_whole(version: OpenDataVersion, dataset: Dataset) -> bool:
    """Whether every format is there; after a restore files are missing and are written again."""
    there = {file.format for file in version.files if shelf().path(file.digest).exists()}
    return there == set(dataset.formats)


def _write(session: Session, dataset: Dataset, format_: str, moment: Moment) -> OpenDataFile:
    rows = contents.rows(session, dataset.code, moment)
    with tempfile.TemporaryFile() as handle:
        file = cast(BinaryIO, handle)
        if format_ in dataset.map_formats:
            count = _write_map(dataset, format_, rows, file)
        else:
            count = _write_table(dataset, format_, rows, file)
        file.seek(0)
        content = shelf().put(file, most_bytes=MOST_BYTES)
    return OpenDataFile(
        format=format_, digest=content.digest, size_bytes=content.size_bytes, row_count=count
    )


def _write_map(dataset: Dataset, format_: str, rows: Iterable[Row], file: BinaryIO) -> int:
    """The rows that have a place or an outline; returns how many."""
    count, columns = 0, dataset.map_columns

    def shapes() -> Iterator[Shape]:
        nonlocal count
        for row in rows:
            if row.drawing is not None:
                count += 1
                told = {column.code: row.cells.get(column.code) for column in columns}
                yield Shape(row.name, row.drawing, told)

    for piece in formats.write(format_, shapes(), columns, title=dataset.title):
        file.write(piece)
    return count


def _write_table(dataset: Dataset, format_: str, rows: Iterable[Row], file: BinaryIO) -> int:
    """Every row; returns how many."""
    columns = (Column(_NAME, dataset.name_label), *dataset.columns)
    codes = [column.code for column in dataset.columns]
    cells = ([row.name, *(row.cells.get(code) for code in codes)] for row in rows)
    notes = Notes(dataset.title, (dataset.about, f"{LICENCE}, Nguồn"))
    return tables.export(columns, cells, format_, file, notes=notes)


def _forget_old(session: Session, dataset: Dataset, now: datetime) -> tuple[str, ...]:
    """Let go of the files of old versions; answers contents that nothing names now."""
    files_of_old = session.scalars(
        select(OpenDataFile)
        .join(OpenDataVersion, OpenDataVersion.id == OpenDataFile.version_id)
        .where(OpenDataVersion.dataset == dataset.code, OpenDataVersion.superseded_at < now - KEPT)
    ).all()
    digests = {file.digest for file in files_of_old}
    for file in files_of_old:
        session.delete(file)
    session.flush()
    named = session.scalars(select(OpenDataFile.digest).where(OpenDataFile.digest.in_(digests)))
    return tuple(sorted(digests - set(named)))
