"""Commands of the catalogue: the yearly list, taken in or back; the examples that come along."""

from __future__ import annotations

from pathlib import Path

import click
from sqlalchemy.orm import Session

from accounts import actors, people
from accounts.people import Contact
from accounts.permissions import Actor
from foundation import clock, db, imports
from foundation.console import connected
from foundation.errors import NotFound
from foundation.i18n import _, word
from growing_areas.catalogue import yearly_list

_EMAIL = click.option("--email", required=True, help="The officer or admin who answers for it.")


@click.group()
def materials() -> None:
    """Danh mục vật tư được phép / permitted farm inputs."""


@materials.command("import")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@_EMAIL
def import_list(file: Path, email: str) -> None:
    """Take in a yearly list (CSV or XLSX), whole or not at all; prints the import's number."""
    now = clock.now()
    with connected(), db.transaction() as session:
        actor = _actor(session, email)
        batch, found = yearly_list.take_in(session, actor, file.read_bytes(), file.name, now=now)
        number, rows = batch.id, len(batch.references)
    for finding in found:
        click.echo(f"{finding.field}: {word(finding.code, finding.params)}", err=True)
    click.echo(_("Số dòng thêm vào danh mục: %(count)s", count=rows), err=True)
    click.echo(number)


@materials.command("undo")
@click.argument("number", type=int)
@_EMAIL
def undo_list(number: int, email: str) -> None:
    """Take back what import NUMBER added, unless a diary was judged by it."""
    with connected(), db.transaction() as session:
        actor = _actor(session, email)
        imports.undo(session, actor, yearly_list.KIND, number, now=clock.now())


@materials.command("examples")
def load_examples() -> None:
    """Take in the small list of examples that comes with the program, marked unverified."""
    with connected(), db.transaction() as session:
        rows = yearly_list.load_seed(session, now=clock.now())
    click.echo(_("Số dòng thêm vào danh mục: %(count)s", count=rows), err=True)


def _actor(session: Session, email: str) -> Actor:
    person = people.find_by_contact(session, Contact(email=email.strip().lower(), phone=None))
    actor = actors.find_actor(session, person.id) if person is not None else None
    if actor is None:
        raise NotFound("person.not_found")
    return actor


commands = [materials]
