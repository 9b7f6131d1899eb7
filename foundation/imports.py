"""Tables coming in: uploaded, previewed with every finding, applied as one, undone as one.

A room describes what it takes in as a `Kind`; this module keeps the uploaded rows between the
preview and the decision. Permission belongs to the room's own functions.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any, Generic, Protocol, TypeVar

from marshmallow import Schema
from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from foundation import inputs, sheets
from foundation.errors import Conflict, Finding, Invalid, NotFound
from foundation.i18n import _
from foundation.models import ImportBatch
from foundation.tables import Column


class Importer(Protocol):
    """Whoever imports; rooms hand in their own actor."""

    @property
    def person_id(self) -> int | None: ...


Who = TypeVar("Who", bound=Importer)


@dataclass(frozen=True)
class Line:
    """One row as the schema read it, with its number in the sheet for findings."""

    number: int
    values: dict[str, Any]

    def finding(self, code: str, field: str | None = None, **params: Any) -> Finding:
        """Make a finding about this row."""
        return Finding(code, params, f"rows.{self.number}" + (f".{field}" if field else ""))


@dataclass(frozen=True)
class Kind(Generic[Who]):
    """What a room takes in.

    `check` finds what the schema cannot know (a unit that does not exist, a code already there);
    `apply` makes the rows and returns a reference to each thing made; `undo` takes those back or
    raises Conflict when somebody has built on them.
    """

    code: str
    title: str
    columns: tuple[Column, ...]
    schema: type[Schema]
    check: Callable[[Session, Who, Sequence[Line]], list[Finding]]
    apply: Callable[[Session, Who, Sequence[Line], datetime], list[str]]
    undo: Callable[[Session, Who, Sequence[str], datetime], None]

    def required(self) -> tuple[str, ...]:
        """Return the codes of columns that must be there."""
        return tuple(name for name, field in self.schema().fields.items() if field.required)


def preview(
    session: Session, actor: Who, kind: Kind[Who], data: bytes, file_name: str, *, now: datetime
) -> ImportBatch:
    """Read an uploaded table and keep it with everything found in it; nothing is made yet.

    Raises: Invalid or Refused when the file cannot be read at all (see `sheets.read`).
    """
    sheet = sheets.read(data, kind.columns, kind.required())
    lines, findings = _lines(kind, sheet.rows)
    findings += kind.check(session, actor, lines)
    batch = ImportBatch(
        kind=kind.code,
        file_name=file_name[:200],
        person_id=_person(actor),
        row_count=len(sheet.rows),
        rows=[{"number": row.number, "texts": row.texts} for row in sheet.rows],
        findings=[_kept(finding) for finding in [*sheet.findings, *findings]],
        references=[],
        state="previewed",
        previewed_at=now,
    )
    session.add(batch)
    session.flush()
    return batch


def lines_of(kind: Kind[Who], batch: ImportBatch) -> list[Line]:
    """The rows of a previewed table that can be read, as its room knows them."""
    rows = [sheets.Row(row["number"], row["texts"]) for row in batch.rows]
    return _lines(kind, rows)[0]


def add_findings(session: Session, batch: ImportBatch, findings: Iterable[Finding]) -> None:
    """Keep what a room found besides in a table just previewed."""
    batch.findings = [*batch.findings, *(_kept(finding) for finding in findings)]
    session.flush()


def apply(
    session: Session, actor: Who, kind: Kind[Who], batch_id: int, *, now: datetime
) -> ImportBatch:
    """Make all rows of a previewed table, or none. What changed since the preview is found again.

    Raises: NotFound, Conflict("import.state"), Invalid with every finding of severity error.
    """
    batch = _locked(session, actor, kind, batch_id, "previewed")
    rows = [sheets.Row(row["number"], row["texts"]) for row in batch.rows]
    lines, findings = _lines(kind, rows)
    findings += kind.check(session, actor, lines)
    errors = [finding for finding in findings if finding.severity == "error"]
    if errors:
        raise Invalid(errors, "import.has_findings", count=len(errors))
    batch.references = kind.apply(session, actor, lines, now)
    # What the sheet said may name people; once the rows are made, they are kept there alone.
    batch.rows, batch.findings = [], []
    batch.state, batch.applied_at = "applied", now
    session.flush()
    return batch


def undo(
    session: Session, actor: Who, kind: Kind[Who], batch_id: int, *, now: datetime
) -> ImportBatch:
    """Take back everything an applied table made, or nothing.

    Raises: NotFound, Conflict("import.state") or what the room raises.
    """
    batch = _locked(session, actor, kind, batch_id, "applied")
    kind.undo(session, actor, batch.references, now)
    batch.state, batch.undone_at = "undone", now
    session.flush()
    return batch


def get_batch(session: Session, actor: Who, kind: Kind[Who], batch_id: int) -> ImportBatch:
    """Return one's own import. Raises: NotFound("import.not_found")."""
    batch = session.get(ImportBatch, batch_id)
    if batch is None or batch.kind != kind.code or batch.person_id != actor.person_id:
        raise NotFound("import.not_found")
    return batch


def findings_of(batch: ImportBatch) -> list[Finding]:
    """Return what was found in a previewed table."""
    return [
        Finding(
            kept["code"],
            {key: _taken_out(value) for key, value in kept["params"].items()},
            field=kept["field"],
            severity=kept["severity"],
        )
        for kept in batch.findings
    ]


def place_of(finding: Finding, columns: Sequence[Column]) -> str:
    """Where in a table something was found, as its reader calls it."""
    _rows, _dot, place = (finding.field or "").partition("rows.")
    number, _dot, code = place.partition(".")
    label = next((each.label for each in columns if each.code == code), "")
    if not number:
        return label
    row = _("Dòng %(number)s", number=number)
    return f"{row}, {label}" if label else row


def forget_unused(session: Session, *, before: datetime) -> int:
    """Drop previews that nobody applied; returns how many."""
    statement = delete(ImportBatch).where(
        ImportBatch.state == "previewed", ImportBatch.previewed_at < before
    )
    return len(session.scalars(statement.returning(ImportBatch.id)).all())


def _lines(kind: Kind[Who], rows: Sequence[sheets.Row]) -> tuple[list[Line], list[Finding]]:
    lines: list[Line] = []
    findings: list[Finding] = []
    schema = kind.schema()
    for row in rows:
        try:
            lines.append(Line(row.number, inputs.load(schema, row.texts)))
        except Invalid as error:
            findings += [_placed(finding, row.number) for finding in error.findings]
    return lines, findings


def _placed(finding: Finding, number: int) -> Finding:
    field = f"rows.{number}" + (f".{finding.field}" if finding.field else "")
    return Finding(finding.code, finding.params, field=field, severity=finding.severity)


def _kept(finding: Finding) -> dict[str, Any]:
    return {
        "code": finding.code,
        "params": {key: _put_away(value) for key, value in finding.params.items()},
        "field": finding.field,
        "severity": finding.severity,
    }


def _put_away(value: object) -> object:
    """A parameter as JSON holds it; days and amounts are told in the reader's way later."""
    match value:
        case int() | str() | list():
            return value
        case date() if not isinstance(value, datetime):
            return {"day": value.isoformat()}
        case Decimal():
            return {"amount": str(value)}
    return str(value)


def _taken_out(value: Any) -> object:
    match value:
        case {"day": day}:
            return date.fromisoformat(day)
        case {"amount": amount}:
            return Decimal(amount)
    return value


def _person(actor: Importer) -> int:
    if actor.person_id is None:
        raise NotFound("import.not_found")
    return actor.person_id


def _locked(
    session: Session, actor: Who, kind: Kind[Who], batch_id: int, state: str
) -> ImportBatch:
    get_batch(session, actor, kind, batch_id)
    statement = select(ImportBatch).where(ImportBatch.id == batch_id)
    batch = session.scalars(
        statement.with_for_update().execution_options(populate_existing=True)
    ).one()
    if batch.state != state:
        raise Conflict("import.state", state=batch.state)
    return batch
