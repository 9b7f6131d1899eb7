"""Capture through the door: jobs, errors, what is stored and what the graph gains."""

from __future__ import annotations

import json
from datetime import datetime
from decimal import Decimal
from typing import Any
from urllib.parse import quote

import pytest
from flask.testing import FlaskClient
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from accounts import members
from accounts.permissions import SYSTEM
from foundation import clock
from foundation.errors import Forbidden, NotFound
from foundation.jobs import Unobserved
from ledger.models import LedgerEntry
from tests.accounts.factories import actor_of, make_organisation, make_person
from tests.products.factories import make_product
from tests.traceability.epcis import told
from tests.traceability.epcis.querying.callers import Caller, make_caller
from tests.traceability.factories import GTIN, grow, make_batch, new_batch
from tests.traceability.handling.factories import open_none
from traceability import events, opening
from traceability.epcis import capturing, jobs, limits
from traceability.epcis.index_models import (
    Capture,
    ErrorDeclaration,
    EventWord,
    SensorReport,
    VocabularyElement,
)
from traceability.epcis.models import EpcisEvent, EventThing
from traceability.handling import counting
from traceability.handling.counting import Waste
from traceability.lineage.models import TraceEdge, TraceNode
from traceability.scan import bundle


@pytest.fixture
def caller(session: Session, client: FlaskClient, now: object) -> Caller:
    return make_caller(session, client)


def _capture(caller: Caller, document: Any, behaviour: str | None = None) -> dict[str, Any]:
    headers = {"GS1-Capture-Error-Behaviour": behaviour} if behaviour else None
    answer = caller.post("/epcis/capture", document, headers)
    assert answer.status_code == 202, answer.get_data(as_text=True)
    job = caller.get(answer.headers["Location"])
    assert job.status_code == 200
    found: dict[str, Any] = job.get_json()
    return found


def _stored(session: Session) -> list[EpcisEvent]:
    return list(session.scalars(select(EpcisEvent).order_by(EpcisEvent.id)))


def _made_of(session: Session) -> set[tuple[str, str]]:
    nodes = {node.id: node.uri for node in session.scalars(select(TraceNode))}
    return {
        (nodes[edge.child_id], nodes[edge.parent_id]) for edge in session.scalars(select(TraceEdge))
    }


@pytest.mark.parametrize("kind", told.FULL)
def test_every_kind_of_event_is_kept_field_by_field(
    session: Session, caller: Caller, kind: str
) -> None:
    job = _capture(caller, told.document(told.event(kind)))

    assert job["running"] is False
    assert job["success"] is True
    assert job["errors"] == []
    assert job["captureErrorBehaviour"] == "rollback"
    (event,) = _stored(session)
    kept = {k: v for k, v in event.document.items() if k not in ("@context", "recordTime")}
    assert kept == {k: v for k, v in told.FULL[kind].items() if k != "recordTime"}
    assert event.document["@context"] == [told.OWN_CONTEXT]
    assert event.document["recordTime"] != told.FULL[kind]["recordTime"]
    assert caller.organisation is not None
    assert event.organisation_id == caller.organisation.id
    assert event.read_point == "https://id.gs1.org/414/8930001000018/254/gate"
    assert session.scalar(select(func.count()).select_from(EventThing)) != 0
    recorded = select(LedgerEntry).where(LedgerEntry.kind == "event.recorded")
    entry = session.scalars(recorded.order_by(LedgerEntry.id.desc())).first()
    assert entry is not None
    assert entry.subject == event.event_id


def test_what_events_are_asked_by_is_kept_bare_and_canonical(
    session: Session, caller: Caller
) -> None:
    declared = {
        "declarationTime": "2026-11-21T00:00:00Z",
        "reason": "did_not_occur",
        "correctiveEventIDs": ["urn:uuid:66666666-6666-4666-8666-666666666666"],
    }
    _capture(caller, told.document(told.event(errorDeclaration=declared)))

    words = {(each.kind, each.type, each.value) for each in session.scalars(select(EventWord))}
    assert words >= {
        ("bizTransaction", "po", "urn:epcglobal:cbv:bt:8930001000018:1"),
        ("bizTransaction", "", "https://example.org/invoice/7"),
        ("source", "owning_party", "https://id.gs1.org/417/8930001000018"),
        ("destination", "location", "https://id.gs1.org/414/8930001000018"),
        ("set", "", "completeness_verified"),
        ("unset", "", "completeness_inferred"),
        ("errorReason", "", "did_not_occur"),
        ("correctiveEventID", "", "urn:uuid:66666666-6666-4666-8666-666666666666"),
        ("certificationInfo", "", "https://example.org/certificate/1"),
        ("field", "https://vocabulary.example/coop/organic", "True"),
    }
    first, second = session.scalars(select(SensorReport).order_by(SensorReport.report))
    assert (first.type, first.exception, first.uom) == ("Temperature", "ALARM_CONDITION", "CEL")
    assert str(first.value) == "4.25"
    assert first.metadata_device_id == "https://id.gs1.org/8004/8930001cold-1"
    assert (second.type, second.boolean_value) == ("https://example.org/voc/Brix", True)
    (declaration,) = session.scalars(select(ErrorDeclaration))
    assert declaration.reason == "did_not_occur"


def test_events_without_an_id_are_named_by_their_hash(session: Session, caller: Caller) -> None:
    _capture(caller, told.document(told.plain(), told.plain(action="ADD")))

    one, two = _stored(session)
    assert one.event_id.startswith("ni:///sha-256;")
    assert one.event_id == one.hash == one.document["eventID"]
    assert two.event_id != one.event_id


def test_a_hash_that_came_as_id_is_stored_and_not_checked(session: Session, caller: Caller) -> None:
    sent = f"ni:///sha-256;{'0' * 64}?ver=CBV2.0"

    _capture(caller, told.document(told.plain(eventID=sent)))

    assert [event.event_id for event in _stored(session)] == [sent]


def test_the_same_document_told_twice_is_stored_once(session: Session, caller: Caller) -> None:
    given = told.document(told.event(), told.plain(), told.plain())

    first, second = _capture(caller, given), _capture(caller, given)

    assert first["success"]
    assert second["success"]
    assert len(_stored(session)) == 2


def test_an_event_is_the_same_whatever_else_its_document_explains(
    session: Session, caller: Caller
) -> None:
    own = {"coop:crop": "chè"}
    _capture(caller, told.document(told.plain(**own)))
    meant = {**told.OWN_CONTEXT, "other": "https://other.example/"}
    elsewhere = {"coop": "https://elsewhere.example/"}

    again = told.document(told.plain(**own), **{"@context": [told.CONTEXT, meant]})
    other = told.document(told.plain(**own), **{"@context": [told.CONTEXT, elsewhere]})

    assert _capture(caller, again)["success"] is True
    assert len(_stored(session)) == 1
    # Under another meaning of the prefix it says something else, and has another hash.
    assert _capture(caller, other)["success"] is True
    assert len(_stored(session)) == 2


@pytest.mark.parametrize(("behaviour", "stored"), [("rollback", 1), ("proceed", 2)])
def test_an_id_taken_by_another_event_is_told_in_the_job(
    session: Session, caller: Caller, behaviour: str, stored: int
) -> None:
    _capture(caller, told.document(told.event()))

    job = _capture(caller, told.document(told.plain(), told.event(bizStep="packing")), behaviour)

    assert (job["running"], job["success"]) == (False, False)
    assert job["captureErrorBehaviour"] == behaviour
    assert [error["type"] for error in job["errors"]] == [
        "epcisException:ResourceAlreadyExistsException"
    ]
    assert job["errors"][0]["instance"] == told.FULL["ObjectEvent"]["eventID"]
    assert len(_stored(session)) == stored


def test_one_id_for_two_events_of_a_document_is_told(session: Session, caller: Caller) -> None:
    job = _capture(caller, told.document(told.event(), told.event(bizStep="packing")))

    assert job["success"] is False
    assert _stored(session) == []


def test_an_error_declaration_repeats_the_id_and_leaves_the_graph_alone(
    session: Session, caller: Caller
) -> None:
    event = told.event("TransformationEvent")
    _capture(caller, told.document(event))
    before = _made_of(session)

    declared = {"declarationTime": "2026-11-21T00:00:00Z", "reason": "incorrect_data"}
    wrong = told.document({**event, "errorDeclaration": declared})
    job = _capture(caller, wrong)
    _capture(caller, wrong)

    assert job["success"] is True
    assert [each.is_error_declaration for each in _stored(session)] == [False, True]
    assert _made_of(session) == before


def test_a_step_of_our_own_is_not_declared_wrong_from_outside(
    session: Session, caller: Caller, now: datetime
) -> None:
    batch = open_none(session, make_product(session, caller.organisation, now=now), now)
    counting.waste(session, SYSTEM, Waste(batch.code, Decimal(1), "spoiled"), now=now)
    wrong = max(events.list_events(session, batch.id), key=lambda each: each.id)
    session.commit()
    declared = {"declarationTime": "2026-11-21T00:00:00Z", "reason": "did_not_occur"}
    said = told.event(eventID=wrong.event_id, errorDeclaration=declared)

    job = _capture(caller, told.document(said))
    alone = caller.post("/epcis/events", said)

    assert (job["success"], alone.status_code) == (False, 400)
    assert wrong in events.list_events(session, batch.id)


def test_outputs_are_made_of_inputs_and_units_hold_their_contents(
    session: Session, caller: Caller
) -> None:
    made = told.event("TransformationEvent", transformationID=None, inputEPCList=None)
    _capture(caller, told.document(made, told.event("AggregationEvent", childQuantityList=None)))

    lot1, lot2 = (f"https://id.gs1.org/01/{GTIN}/10/{lot}" for lot in ("L1", "L2"))
    item1, item2 = (f"https://id.gs1.org/01/{GTIN}/21/{serial}" for serial in ("1", "2"))
    unit = "https://id.gs1.org/00/089300010000000018"
    assert _made_of(session) == {
        (item2, lot1), (lot2, lot1), (unit, item1), (unit, item2),
    }  # fmt: skip


def test_a_transformation_told_in_parts_is_one_step_of_the_graph(
    session: Session, caller: Caller
) -> None:
    shared = {"transformationID": "urn:uuid:77777777-7777-4777-8777-777777777777"}
    kind, none = "TransformationEvent", None
    goes_in = told.event(
        kind, **shared, eventID=none, outputEPCList=none, outputQuantityList=none, inputEPCList=none
    )
    comes_out = told.event(
        kind, **shared, eventID=none, inputEPCList=none, inputQuantityList=none, outputEPCList=none
    )
    _capture(caller, told.document(goes_in))
    _capture(caller, told.document(comes_out))

    steps = _made_of(session)
    assert (shared["transformationID"], f"https://id.gs1.org/01/{GTIN}/10/L1") in steps
    assert (f"https://id.gs1.org/01/{GTIN}/10/L2", shared["transformationID"]) in steps


def test_an_event_with_many_inputs_and_outputs_stays_small(
    session: Session, caller: Caller
) -> None:
    event = told.event(
        "TransformationEvent",
        transformationID=None,
        inputEPCList=[f"urn:x:in:{n}" for n in range(300)],
        outputEPCList=[f"urn:x:out:{n}" for n in range(300)],
    )
    _capture(caller, told.document(event))

    assert session.scalar(select(func.count()).select_from(TraceEdge)) == 602


def test_a_partner_who_names_our_batch_joins_its_lineage_and_changes_nothing_of_it(
    session: Session, caller: Caller, now: Any
) -> None:
    grown = grow(session, now, gtin=GTIN)
    actor = make_caller(session, caller.client, "admin").actor
    batch = opening.open_batch(session, actor, new_batch(grown, lot="L1"), now=now)
    session.commit()
    state, quantity = batch.state, batch.quantity

    event = told.event("TransformationEvent", transformationID=None, inputEPCList=None)
    recalled = told.plain(
        epcList=[f"https://partner.example/01/{GTIN}/10/L1/21/77"],
        persistentDisposition={"set": ["recalled"]},
    )
    _capture(caller, told.document(event, recalled))

    session.refresh(batch)
    assert (batch.state, batch.quantity) == (state, quantity)
    ours = session.scalars(select(TraceNode).where(TraceNode.batch_id == batch.id)).one()
    made = session.scalars(select(TraceEdge).where(TraceEdge.parent_id == ours.id)).all()
    children = {session.get_one(TraceNode, edge.child_id).uri for edge in made}
    assert children == {
        f"https://id.gs1.org/01/{GTIN}/10/L2",
        f"https://id.gs1.org/01/{GTIN}/21/2",
        f"https://id.gs1.org/01/{GTIN}/10/L1/21/77",
    }


def test_what_a_stranger_tells_of_a_batch_is_not_on_its_page(
    session: Session, client: FlaskClient, caller: Caller, now: datetime
) -> None:
    batch = make_batch(session, grow(session, now, gtin=GTIN), now, lot="L1")
    session.commit()
    rumour = told.plain(
        bizStep="https://rival.example/hang-gia",
        epcList=[],
        quantityList=[{"epcClass": f"https://id.gs1.org/01/{GTIN}/10/L1"}],
    )

    assert _capture(caller, told.document(rumour))["success"]

    named = [each.biz_step for each in events.list_events(session, batch.id)]
    assert "https://rival.example/hang-gia" in named
    answer = client.get(f"/api/v1/trace/{batch.code}").json
    assert answer is not None
    assert [each["biz_step"] for each in answer["events"]] == ["commissioning", "inspecting"]
    rows = bundle.rows_of(session, batch, answer)["epcis_events"]
    assert len(rows) == 2


def test_a_header_s_places_are_kept_the_newest_word_last(session: Session, caller: Caller) -> None:
    def header(name: str) -> dict[str, Any]:
        element = {
            "id": "https://id.gs1.org/414/8930001000018",
            "attributes": [{"id": "cbvmda:name", "attribute": name}],
        }
        kind = "urn:epcglobal:epcis:vtype:BusinessLocation"
        lists = [{"type": kind, "vocabularyElementList": [element]}]
        return {"epcisMasterData": {"vocabularyList": lists}}

    for name in ("Kho cũ", "Kho mới"):
        _capture(caller, told.document(epcisHeader=header(name)))

    (kept,) = session.scalars(select(VocabularyElement))
    assert kept.attributes == {"cbvmda:name": "Kho mới"}


def test_a_long_capture_runs_in_the_background(
    session: Session, caller: Caller, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("traceability.epcis.capturing.AT_ONCE", 1)
    answer = caller.post("/epcis/capture", told.document(told.plain(), told.event()))
    waiting = caller.get(answer.headers["Location"]).get_json()
    assert (waiting["running"], waiting["success"], waiting.get("finishedAt")) == (True, True, None)
    assert _stored(session) == []

    capture = session.scalars(select(Capture)).one()
    for _ in range(2):
        jobs.capture({"capture": str(capture.id)}, Unobserved())

    done = caller.get(answer.headers["Location"]).get_json()
    assert (done["running"], done["success"]) == (False, True)
    assert done["finishedAt"]
    assert len(_stored(session)) == 2


@pytest.mark.parametrize(
    ("body", "kind", "status", "exception"),
    [
        (b"<EPCISDocument/>", "application/xml", 415, "UnsupportedMediaTypeException"),
        (b"{", "application/json", 400, "ValidationException"),
        (b"[]", "application/ld+json", 400, "ValidationException"),
        (b'{"type": "EPCISDocument"}', "application/json", 400, "ValidationException"),
    ],
)
def test_what_cannot_be_captured_is_refused_in_the_standard_s_words(
    caller: Caller, body: bytes, kind: str, status: int, exception: str
) -> None:
    for address in ("/epcis/capture", "/epcis/events"):
        headers = {"Authorization": f"Bearer {caller.bearer}", "Content-Type": kind}
        answer = caller.client.post(address, data=body, headers=headers)

        assert answer.status_code == status
        assert answer.content_type == "application/problem+json"
        problem = json.loads(answer.data)
        assert problem["type"] == f"epcisException:{exception}"
        assert problem["status"] == status
        assert problem["title"]


def test_an_invalid_event_refuses_the_whole_document_at_once(
    session: Session, caller: Caller
) -> None:
    given = told.document(told.plain(), told.plain(action="LOOK"))

    answer = caller.post("/epcis/capture", given, {"GS1-Capture-Error-Behaviour": "proceed"})

    assert answer.status_code == 400
    assert answer.get_json()["type"] == "epcisException:ValidationException"
    assert answer.get_json()["errors"][0]["field"] == "epcisBody.eventList.1.action"
    assert _stored(session) == []
    assert session.scalars(select(Capture)).all() == []


def test_limits_are_announced_and_kept(caller: Caller, monkeypatch: pytest.MonkeyPatch) -> None:
    many = told.document(*(told.plain() for _ in range(3)))
    monkeypatch.setattr("traceability.epcis.capturing.CAPTURE_LIMIT", 2)
    answers = [caller.post("/epcis/capture", many)]
    monkeypatch.setattr("traceability.epcis.capturing.CAPTURE_FILE_SIZE_LIMIT", 100)
    answers.append(caller.post("/epcis/capture", told.document()))

    for answer in answers:
        assert answer.status_code == 413
        assert answer.get_json()["type"] == "epcisException:CaptureLimitExceededException"
        assert answer.headers["GS1-EPCIS-Capture-Limit"] == str(limits.CAPTURE_LIMIT)
    announced = caller.client.options("/epcis/capture").headers
    assert announced["GS1-EPCIS-Capture-File-Size-Limit"] == str(limits.CAPTURE_FILE_SIZE_LIMIT)
    assert announced["GS1-Capture-Error-Behaviour"] == "all"
    assert "POST" in announced["Allow"]


def test_captures_are_listed_in_pages_to_their_own_organisation_only(
    session: Session, client: FlaskClient, caller: Caller
) -> None:
    for _ in range(3):
        _capture(caller, told.document(told.plain()))
    other = make_caller(session, client)

    first = caller.get("/epcis/capture?perPage=2")
    link = first.headers["Link"]
    last = caller.get(link[1 : link.index(">")])

    assert len(first.get_json()) == 2
    assert link.endswith('rel="next"')
    assert len(last.get_json()) == 1
    assert "Link" not in last.headers
    assert other.get("/epcis/capture").get_json() == []
    theirs = f"/epcis/capture/{last.get_json()[0]['captureID']}"
    assert other.get(theirs).status_code == 404
    assert caller.get(theirs).status_code == 200
    assert caller.get("/epcis/capture/no-such").get_json()["type"] == (
        "epcisException:NoSuchNameException"
    )


def test_one_event_is_added_once(session: Session, caller: Caller) -> None:
    event = {"@context": [told.CONTEXT, told.OWN_CONTEXT], **told.event()}

    made = caller.post("/epcis/events", event)
    again = caller.post("/epcis/events", event)
    declared = {"declarationTime": "2026-11-21T00:00:00Z"}
    wrong = caller.post("/epcis/events", {**event, "errorDeclaration": declared})

    assert made.status_code == 201
    assert made.headers["Location"] == (
        "/epcis/events/urn%3Auuid%3A11111111-1111-4111-8111-111111111111"
    )
    assert made.get_json()["epcList"] == event["epcList"]
    assert again.status_code == 409
    assert again.get_json()["type"] == "epcisException:ResourceAlreadyExistsException"
    assert wrong.status_code == 201
    assert [each.is_error_declaration for each in _stored(session)] == [False, True]


def test_numbers_beyond_what_a_double_holds_come_back_as_they_were(
    session: Session, caller: Caller
) -> None:
    numbers = [2**64, 2**53 + 1, -(10**30), 2**53 - 1, 1e308, 0.1, True]
    event = {**told.event(), "coop:rows": numbers}

    job = _capture(caller, told.document(event))

    assert job["success"] is True
    (kept,) = _stored(session)
    assert kept.document["coop:rows"] == numbers
    address = f"/epcis/events/{quote(kept.event_id, safe='')}"
    told_again = caller.get(address).get_json()["epcisBody"]["queryResults"]["resultsBody"]
    assert told_again["eventList"][0]["coop:rows"] == numbers


def test_a_number_no_computer_counts_to_is_refused(caller: Caller) -> None:
    event = {"@context": [told.CONTEXT, told.OWN_CONTEXT], **told.event(), "coop:rows": 0}
    body = json.dumps(event).replace('"coop:rows": 0', '"coop:rows": 1e400')
    bearer = {"Authorization": f"Bearer {caller.bearer}"}

    answer = caller.client.post(
        "/epcis/events", data=body, content_type="application/json", headers=bearer
    )

    assert answer.status_code == 400
    assert answer.get_json()["type"] == "epcisException:ValidationException"


def test_an_admin_captures_for_nobody_and_an_officer_not_at_all(
    session: Session, client: FlaskClient
) -> None:
    admin = make_caller(session, client, "admin")
    officer = make_caller(session, client, "officer")

    assert _capture(admin, told.document(told.plain()))["success"] is True
    assert [event.organisation_id for event in _stored(session)] == [None]
    answer = officer.post("/epcis/capture", told.document(told.plain()))
    assert answer.status_code == 403
    assert answer.get_json()["type"] == "epcisException:SecurityException"


def test_an_event_s_hash_does_not_depend_on_who_looks_at_the_clock(
    session: Session, caller: Caller
) -> None:
    _capture(caller, told.document(told.plain(recordTime=clock.now().isoformat())))
    _capture(caller, told.document(told.plain()))

    assert len(_stored(session)) == 1


def test_who_serves_several_captures_for_the_oldest_unless_one_is_named(
    session: Session, now: datetime
) -> None:
    older, newer, other = (make_organisation(session, now) for _ in range(3))
    person = make_person(session, now)
    for organisation in (newer, older):
        members.add(session, organisation.id, person.id, "manager", now=now)
    actor = actor_of(session, person)

    assert capturing.captor_of(actor, None).organisation_id == older.id
    assert capturing.captor_of(actor, newer.id).organisation_id == newer.id
    with pytest.raises((Forbidden, NotFound)):
        capturing.captor_of(actor, other.id)
