"""Checking what was signed: checkpoints, keys, witnesses' lines, notes kept outside."""

from collections.abc import Iterable, Iterator, Sequence

from sqlalchemy import select
from sqlalchemy.orm import Session

from ledger import note, rotation, witnessing
from ledger.faults import Bad
from ledger.judging import Term
from ledger.models import Checkpoint, Contradiction, Cosignature, Witness


def bad_checkpoints(
    session: Session, marks: Iterable[Checkpoint], outside: str | None
) -> Iterator[Bad]:
    """Whatever is wrong with what was signed; `outside` is a note that was kept elsewhere."""
    trusted, sound = rotation.trusted_keys(session)
    retired = rotation.retirements(session)
    for mark in marks:
        try:
            said = note.read(mark.note)
        except ValueError:
            yield Bad("ledger.checkpoint_unreadable", sequence=mark.size)
            continue
        if (said.size, said.root, said.made_at) != (mark.size, mark.root, mark.made_at):
            yield Bad("ledger.checkpoint_differs", sequence=mark.size)
        if not note.is_signed_by(mark.note, mark.public_key):
            yield Bad("ledger.checkpoint_signature", sequence=mark.size)
        if trusted and mark.public_key not in trusted:
            yield Bad("ledger.checkpoint_foreign_key", sequence=mark.size)
        elif mark.size >= retired.get(mark.public_key, mark.size + 1):
            yield Bad("ledger.checkpoint_retired_key", sequence=mark.size)
    yield from _bad_cosignatures(session)
    if not sound:
        yield Bad("ledger.keys_altered")
    if outside is not None:
        yield from _bad_outside(outside, trusted, rotation.terms(session))


def expected_roots(marks: Iterable[Checkpoint], outside: str | None) -> dict[int, set[bytes]]:
    """Every signed root by its size; two at one size are two logs."""
    roots: dict[int, set[bytes]] = {}
    for mark in marks:
        roots.setdefault(mark.size, set()).add(mark.root)
    if outside is not None:
        said = note.read(outside)
        roots.setdefault(said.size, set()).add(said.root)
    return roots


def _bad_cosignatures(session: Session) -> Iterator[Bad]:
    registered = set(session.scalars(select(Witness.verifier_key)))
    rows = select(Cosignature, Checkpoint.note).join(Checkpoint).order_by(Cosignature.size)
    for row, told in session.execute(rows):
        text = told.rpartition(witnessing.GAP)[0]
        try:
            name, public = note.read_verifier_key(row.key_name)
            good = witnessing.is_witnessed(f"{text}{witnessing.GAP}{row.line}", name, public)
        except ValueError:
            good = False
        if not good:
            yield Bad("ledger.cosignature_altered", sequence=row.size)
        elif row.key_name not in registered:
            yield Bad("ledger.cosignature_stranger", sequence=row.size)


def contradictions(session: Session) -> Iterator[Bad]:
    """Notes of ours that tell another log: somebody was shown it."""
    for found in session.scalars(select(Contradiction).order_by(Contradiction.size)):
        yield Bad("ledger.split_view", sequence=found.size)


def _bad_outside(outside: str, trusted: Iterable[bytes], terms: Sequence[Term]) -> Iterator[Bad]:
    try:
        said = note.read(outside)
    except ValueError:
        yield Bad("ledger.outside_unreadable")
        return
    known = list(trusted)
    signers = [key for key in known if note.is_signed_by(outside, key)]
    if known and not signers:
        yield Bad("ledger.checkpoint_signature", sequence=said.size)
    elif not all(term.holds(said.made_at) for term in terms if term.public_key in signers):
        yield Bad("ledger.checkpoint_retired_key", sequence=said.size)
