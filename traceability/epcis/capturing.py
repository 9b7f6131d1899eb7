"""EPCIS documents handed in by partners and by our own programs, and how their capture went.

What is no document is refused at once; what stands against events recorded already is told by the
capture's own record. By default a document is stored whole or not at all (``rollback``); with
``proceed`` every event that can be stored is. Source: GS1 EPCIS 2.0, 12.7 (capture interface).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any, Literal
from uuid import UUID, uuid4

from sqlalchemy import select, text, tuple_
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from accounts.permissions import Actor, require
from foundation import jobs
from traceability.epcis import contexts, documents, own_steps, storing
from traceability.epcis.documents import Document, ToldEvent
from traceability.epcis.entries import Entry
from traceability.epcis.exceptions import (
    CaptureLimitExceeded,
    NoSuchName,
    ResourceAlreadyExists,
    ValidationException,
)
from traceability.epcis.index_models import Capture, VocabularyElement
from traceability.epcis.limits import AT_ONCE, CAPTURE_FILE_SIZE_LIMIT, CAPTURE_LIMIT
from traceability.epcis.models import EpcisEvent
from traceability.epcis.querying import page_tokens
from traceability.epcis.querying.page_tokens import PageToken, Position
from traceability.epcis.querying.reading import Asked
from traceability.epcis.storing import Teller

Behaviour = Literal["rollback", "proceed"]
JOB = "epcis.capture"
_TAKEN = "epcis.event_id_taken"
_OURS = "epcis.own_step"
_LISTED = "captures"
_AROUND = ("@context", "recordTime")


@dataclass(frozen=True)
class Captor:
    """For whom a capture is made; what permissions are asked about."""

    organisation_id: int | None


@dataclass(frozen=True)
class Trouble:
    """Why one event was not stored: the standard's exception, our code, the event."""

    exception: str
    code: str
    event_id: str
    index: int


class _Undone(Exception):
    """The document is not to be stored after all; carries why."""

    def __init__(self, troubles: list[Trouble]) -> None:
        super().__init__()
        self.troubles = troubles


def captor_of(actor: Actor, organisation_id: int | None) -> Captor:
    """For whom an actor captures: the organisation that was named, else the oldest they serve.

    A client that knows no more than the standard cannot name one. Raises: Forbidden, NotFound.
    """
    own = actor.organisation_ids("manager", "staff")
    captor = Captor(organisation_id or (own[0] if own else None))
    require(actor, "epcis.capture", captor)
    return captor


def take_in(
    session: Session,
    captor: Captor,
    body: bytes,
    behaviour: Behaviour,
    *,
    base_url: str,
    now: datetime,
) -> Capture:
    """Take a document in: captured at once when it is short, else in the background.

    Raises: CaptureLimitExceeded, Invalid with everything that is wrong with the document.
    """
    document = read(body)
    capture = Capture(
        id=uuid4(),
        organisation_id=captor.organisation_id,
        created_at=now,
        error_behaviour=behaviour,
        event_count=len(document.events),
        errors=[],
    )
    session.add(capture)
    if len(document.events) > AT_ONCE:
        capture.document = body
        session.flush()
        jobs.defer(session, JOB, {"capture": str(capture.id)})
        return capture
    _carry_out(session, capture, document, base_url=base_url, now=now)
    return capture


def carry_out_waiting(session: Session, capture_id: UUID, *, base_url: str, now: datetime) -> None:
    """Carry out a capture that waits; one that was finished meanwhile is left as it is."""
    statement = select(Capture).where(Capture.id == capture_id).with_for_update()
    capture = session.scalars(statement).one_or_none()
    if capture is None or capture.finished_at is not None or capture.document is None:
        return
    document = documents.read_document(documents.parse(capture.document))
    _carry_out(session, capture, document, base_url=base_url, now=now)


def read(body: bytes) -> Document:
    """Read a body within the announced limits. Raises: CaptureLimitExceeded, Invalid."""
    if len(body) > CAPTURE_FILE_SIZE_LIMIT:
        raise CaptureLimitExceeded("epcis.file_too_large", most=CAPTURE_FILE_SIZE_LIMIT)
    given = documents.parse(body)
    if documents.count_events(given) > CAPTURE_LIMIT:
        raise CaptureLimitExceeded("epcis.too_many_at_once", most=CAPTURE_LIMIT)
    return documents.read_document(given)


def add_event(
    session: Session, captor: Captor, event: ToldEvent, *, base_url: str, now: datetime
) -> Entry:
    """Store one event. Raises: ResourceAlreadyExists when its id is taken, ValidationException
    when it declares a step of our own program wrong."""
    (entry,) = storing.taken_apart(session, [event], base_url, now)
    teller = Teller(captor.organisation_id, now)
    if own_steps.declarations_of_ours(session, [entry], captor.organisation_id):
        raise ValidationException(_OURS, event_id=entry.event_id)
    if entry.declared is None and _known(session, [entry]):
        raise ResourceAlreadyExists(_TAKEN, event_id=entry.event_id)
    if storing.store(session, [entry], teller):
        raise ResourceAlreadyExists(_TAKEN, event_id=entry.event_id)
    return entry


def get_capture(session: Session, actor: Actor, capture_id: UUID) -> Capture:
    """One capture of the actor's own. Raises: NoSuchName."""
    capture = session.get(Capture, capture_id)
    if capture is None or not _is_own(actor, capture):
        raise NoSuchName("epcis.no_such_name")
    return capture


def list_page(
    session: Session, actor: Actor, asked: Asked, *, now: datetime
) -> tuple[list[Capture], PageToken | None]:
    """One page of the actor's own captures, newest first. Raises: QueryParameterException."""
    key = tuple_(Capture.created_at, Capture.id)
    statement = select(Capture).order_by(Capture.created_at.desc(), Capture.id.desc())
    if not actor.has_role("admin"):
        own = actor.organisation_ids("manager", "staff")
        statement = statement.where(Capture.organisation_id.in_(own))
    if asked.token is not None:
        moment, number = page_tokens.read(session, actor, _LISTED, asked.token, now=now).after
        statement = statement.where(key < tuple_(datetime.fromisoformat(moment), UUID(number)))
    rows = session.scalars(statement.limit(asked.per_page + 1)).all()
    shown = list(rows[: asked.per_page])
    if len(rows) <= asked.per_page:
        return shown, None
    after = Position((shown[-1].created_at.isoformat(), str(shown[-1].id)))
    return shown, page_tokens.make(actor, _LISTED, after, now=now)


def _is_own(actor: Actor, capture: Capture) -> bool:
    if actor.has_role("admin"):
        return True
    return capture.organisation_id in actor.organisation_ids("manager", "staff")


def _carry_out(
    session: Session, capture: Capture, document: Document, *, base_url: str, now: datetime
) -> None:
    teller = Teller(capture.organisation_id, now)
    told = storing.taken_apart(session, document.events, base_url, now)
    try:
        with session.begin_nested():
            troubles = _store(session, told, teller)
            if troubles and capture.error_behaviour == "rollback":
                raise _Undone(troubles)
            _describe(session, document, teller)
    except _Undone as undone:
        troubles = undone.troubles
    capture.errors = [asdict(trouble) for trouble in troubles]
    capture.document = None
    capture.finished_at = now
    session.flush()


def _store(session: Session, told: Sequence[Entry], teller: Teller) -> list[Trouble]:
    places = {id(entry): index for index, entry in enumerate(told)}
    ours = own_steps.declarations_of_ours(session, told, teller.organisation_id)
    new, taken = _sorted_out(session, own_steps.without(told, ours), teller)
    lost = storing.store(session, new, teller)
    if lost:
        # Another capture was quicker by a moment: what it stored may be the very same events.
        _, also = _sorted_out(session, lost, teller)
        taken += also
    return [
        Trouble(ResourceAlreadyExists.exception, _TAKEN, entry.event_id, places[id(entry)])
        for entry in taken
    ] + [
        Trouble(ValidationException.exception, _OURS, entry.event_id, places[id(entry)])
        for entry in ours
    ]


def _sorted_out(
    session: Session, told: Sequence[Entry], teller: Teller
) -> tuple[list[Entry], list[Entry]]:
    """(new, taken): events told again unchanged are neither."""
    known = _known(session, told)
    new: list[Entry] = []
    taken: list[Entry] = []
    for entry in told:
        others = known.setdefault((entry.event_id, entry.declared is not None), [])
        if any(_is_same(entry, document, by, teller) for document, by in others):
            continue
        if others and entry.declared is None:
            taken.append(entry)
            continue
        others.append((entry.document, teller.organisation_id))
        new.append(entry)
    return new, taken


_Known = dict[tuple[str, bool], list[tuple[Mapping[str, Any], int | None]]]


def _known(session: Session, told: Iterable[Entry]) -> _Known:
    rows = session.execute(
        select(
            EpcisEvent.event_id,
            EpcisEvent.is_error_declaration,
            EpcisEvent.document,
            EpcisEvent.organisation_id,
        ).where(text("event_id = ANY(:event_ids)")),
        {"event_ids": sorted({entry.event_id for entry in told})},
    )
    found: _Known = {}
    for event_id, is_declared, document, organisation_id in rows:
        found.setdefault((event_id, is_declared), []).append((document, organisation_id))
    return found


def _is_same(
    entry: Entry, document: Mapping[str, Any], told_by: int | None, teller: Teller
) -> bool:
    return told_by == teller.organisation_id and _content(entry.document) == _content(document)


def _content(document: Mapping[str, Any]) -> tuple[dict[str, Any], Mapping[str, Any]]:
    """What an event says, and what the prefixes in it stand for: others may come along with it."""
    said = {name: value for name, value in document.items() if name not in _AROUND}
    return said, contexts.meanings(document.get("@context", []), said)


def _describe(session: Session, document: Document, teller: Teller) -> None:
    """Keep what a header says of places, products and parties; the newest word counts."""
    rows = {
        (element.type, element.uri): {
            "organisation_id": teller.organisation_id,
            "type": element.type,
            "uri": element.uri,
            "attributes": dict(element.attributes),
            "children": list(element.children),
            "told_at": teller.now,
        }
        for element in document.vocabulary
    }
    if not rows:
        return
    statement = insert(VocabularyElement)
    session.execute(
        statement.on_conflict_do_update(
            index_elements=["organisation_id", "type", "uri"],
            set_={name: statement.excluded[name] for name in ("attributes", "children", "told_at")},
        ),
        [rows[key] for key in sorted(rows)],
    )
