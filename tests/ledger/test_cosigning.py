"""The witness's door: what it may sign next, and what it is told when it signed another log."""

import base64
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from sqlalchemy import select, text
from sqlalchemy.orm import Session

from foundation.errors import Conflict, Invalid, NotFound
from ledger import (
    alarms,
    bringing,
    cosigning,
    keys,
    note,
    proofs,
    verification,
    witnesses,
    witnessing,
)
from ledger.alarms import Brought
from ledger.models import Alarm, Checkpoint, LedgerEntry, Witness
from tests.ledger.factories import ORIGIN, record, sign

PAPER = Ed25519PrivateKey.from_private_bytes(bytes(range(1, 33)))
PAPER_KEY = note.cosigner_key("bao.example", PAPER.public_key().public_bytes_raw())


@pytest.fixture
def paper(session: Session, tmp_path: Path, now: datetime) -> Witness:
    keys.use(tmp_path, "http://test.invalid")
    return witnesses.appoint(session, "Báo Nông nghiệp", "moc@bao.example", PAPER_KEY, now=now)


@pytest.fixture
def mark(session: Session, paper: Witness, now: datetime) -> Checkpoint:
    record(session, 5, now)
    return sign(session, keys.get(), now)


def cosigned(text_of: str, at: datetime, by: Ed25519PrivateKey = PAPER) -> str:
    """A note with the newspaper's signature under it."""
    signed_text = text_of.rpartition("\n\n")[0] + "\n"
    return text_of + note.cosigned_line(signed_text, "bao.example", by, at)


def other_root(mark: Checkpoint, key: Ed25519PrivateKey, now: datetime) -> str:
    return note.sign(note.Statement(ORIGIN, mark.size, bytes(32), now), key)


def test_the_next_checkpoint_comes_with_the_growth_since_the_last_one_signed(
    session: Session, mark: Checkpoint, now: datetime
) -> None:
    record(session, 3, now)
    newest = sign(session, keys.get(), now)

    first = cosigning.next_for(session, 0)
    grown = cosigning.next_for(session, mark.size)

    assert (first.mark.size, first.path) == (newest.size, [])
    assert grown.path
    asked = cosigning.request_text(grown).split("\n\n", 1)
    lines = [f"old {mark.size}", *(base64.b64encode(step).decode() for step in grown.path)]
    assert asked == ["\n".join(lines), newest.note]
    with pytest.raises(Conflict, match=r"ledger\.shorter"):
        cosigning.next_for(session, newest.size + 1)


def test_handing_in_again_changes_nothing_and_says_so(
    session: Session, mark: Checkpoint, now: datetime
) -> None:
    once = cosigning.accept(session, cosigned(mark.note, now), now=now)
    later = cosigned(mark.note, now + timedelta(hours=3))
    again = cosigning.accept(session, later, now=now + timedelta(hours=3))

    assert (len(once.made), len(once.known)) == (1, 0)
    assert (len(again.made), len(again.known)) == (0, 1)
    (signer,) = witnessing.list_cosignatures(session, [mark.size])[mark.size]
    assert signer.at == now.replace(microsecond=0)


def test_a_witness_that_signed_another_root_is_an_alarm_kept_once(
    session: Session, mark: Checkpoint, paper: Witness, now: datetime
) -> None:
    stranger = Ed25519PrivateKey.generate()
    signed = cosigned(other_root(mark, stranger, now), now)

    brought = cosigning.accept(session, signed, now=now).alarm

    assert brought == Brought(alarms.COSIGNED_OTHER, mark.size, bytes(32), signed, paper.id)
    assert alarms.keep(session, brought, now=now)
    assert not alarms.keep(session, brought, now=now)
    assert bringing.list_contradictions(session) == []
    assert alarms.count_open(session) == 1
    (shown,) = alarms.list_page(session).items
    assert (shown.witness, shown.alarm.note) == ("Báo Nông nghiệp", signed)
    alarms.settle(session, shown.alarm.id, now=now)
    assert alarms.count_open(session) == 0
    with pytest.raises(Conflict, match="alarm_settled"):
        alarms.settle(session, shown.alarm.id, now=now)


def test_a_second_witness_of_the_same_other_root_is_kept_and_told_too(
    session: Session, mark: Checkpoint, paper: Witness, now: datetime
) -> None:
    radio = witnesses.appoint(session, "Đài", "moc@dai.example", None, now=now)
    brought = Brought(alarms.COSIGNED_OTHER, mark.size, bytes(32), "…", paper.id)

    told = [
        alarms.keep(session, each, now=now)
        for each in (brought, replace(brought, witness_id=radio.id), brought)
    ]

    assert told == [True, True, False]
    assert {each.witness for each in alarms.list_page(session).items} == {paper.name, radio.name}


def test_what_our_own_key_signed_otherwise_is_shown_to_everybody(
    session: Session, mark: Checkpoint, now: datetime
) -> None:
    split = cosigning.accept(session, other_root(mark, keys.get(), now), now=now).alarm
    longer = note.sign(note.Statement(ORIGIN, mark.size + 9, bytes(32), now), keys.get())
    cut = cosigning.accept(session, longer, now=now).alarm

    assert split is not None
    assert cut is not None
    assert [split.code, cut.code] == [alarms.SPLIT_VIEW, alarms.SHORTER]
    assert alarms.keep(session, split, now=now)
    assert alarms.keep(session, cut, now=now)
    assert [each.size for each in bringing.list_contradictions(session)] == [mark.size]


def test_a_witness_gone_mad_fills_no_disk(
    session: Session, mark: Checkpoint, paper: Witness, now: datetime
) -> None:
    told = [
        alarms.keep(
            session,
            Brought(alarms.COSIGNED_OTHER, mark.size, bytes([n] * 32), "x", paper.id),
            now=now,
        )
        for n in range(30)
    ]

    assert told == [True] + [False] * 29
    assert len(session.scalars(select(Alarm)).all()) == 20


@pytest.mark.parametrize("size", ["0", "3", "99", str(2**63), "9" * 400])
def test_a_size_nobody_signed_is_not_found_whoever_signs_it(
    session: Session, mark: Checkpoint, now: datetime, size: str
) -> None:
    line = note.cosigned_line("x\n", ORIGIN, Ed25519PrivateKey.generate(), now)
    root = base64.b64encode(bytes(32) if size != "3" else root_of(session, 3)).decode()

    with pytest.raises(NotFound, match="no_such_checkpoint"):
        cosigning.accept(session, f"{ORIGIN}\n{size}\n{root}\n\n{line}", now=now)


def root_of(session: Session, size: int) -> bytes:
    return proofs.root_at(session, size)


def test_a_witness_is_suspended_taken_up_again_and_withdrawn(
    session: Session, mark: Checkpoint, paper: Witness, now: datetime
) -> None:
    signed = cosigned(mark.note, now)
    witnesses.suspend(session, paper.id, now=now)
    with pytest.raises(Conflict, match="witness_suspended"):
        cosigning.accept(session, signed, now=now)
    assert witnessing.mail_out(session, mark, now=now) == 0
    with pytest.raises(Conflict, match="witness_state"):
        witnesses.suspend(session, paper.id, now=now)
    witnesses.resume(session, paper.id, now=now)
    assert witnessing.mail_out(session, mark, now=now) == 1
    assert cosigning.accept(session, signed, now=now).made
    witnesses.withdraw(session, paper.id, now=now)
    with pytest.raises(Invalid):
        cosigning.accept(session, signed, now=now)
    with pytest.raises(Conflict, match="witness_key_known"):
        witnesses.appoint(session, "Báo khác", "khac@bao.example", PAPER_KEY, now=now)

    # What it signed stays, and so does who it was.
    assert [
        each.name for each in witnessing.list_cosignatures(session, [mark.size])[mark.size]
    ] == ["Báo Nông nghiệp"]
    (standing,) = witnesses.roll(session, now=now)
    assert (standing.state, standing.size) == ("withdrawn", mark.size)
    session.commit()
    facts = session.scalars(
        select(LedgerEntry)
        .where(LedgerEntry.subject == f"witness/{paper.id}")
        .order_by(LedgerEntry.id)
    )
    told = list(facts)
    assert [fact.kind.removeprefix("ledger.witness_") for fact in told] == [
        "registered",
        "suspended",
        "resumed",
        "withdrawn",
    ]
    assert all("moc@" not in fact.body and "Báo" not in fact.body for fact in told)
    assert verification.verify(session) is None


def test_a_witness_that_signs_nothing_for_two_days_is_quiet(
    session: Session, mark: Checkpoint, paper: Witness, now: datetime
) -> None:
    by_mail = witnesses.appoint(session, "Sở", "so@tinh.example", now=now)
    later = now + timedelta(hours=49)

    assert [each.state for each in witnesses.roll(session, now=now)] == ["active", "active"]
    states = {each.id: each.state for each in witnesses.roll(session, now=later)}
    assert states == {paper.id: "quiet", by_mail.id: "active"}


@pytest.mark.parametrize(
    ("email", "key", "codes"),
    [
        ("không có", None, ["ledger.witness_address"]),
        ("@x", "bao.example+00000000+AAAA", ["ledger.witness_address", "ledger.witness_key"]),
        ("a@x.vn", "own", ["ledger.witness_own_key"]),
    ],
)
def test_a_wrong_registration_is_refused_with_all_that_is_wrong(
    session: Session, mark: Checkpoint, now: datetime, email: str, key: str | None, codes: list[str]
) -> None:
    if key == "own":
        key = note.cosigner_key("la", keys.get().public_key().public_bytes_raw())

    with pytest.raises(Invalid) as refused:
        witnesses.appoint(session, "Báo", email, key, now=now)

    assert [finding.code for finding in refused.value.findings] == codes


def test_a_cosignature_of_a_key_nobody_registered_is_located(
    session: Session, mark: Checkpoint, now: datetime
) -> None:
    stranger = Ed25519PrivateKey.generate()
    name = note.cosigner_key("bao.example", stranger.public_key().public_bytes_raw())
    line = cosigned(mark.note, now, stranger).rpartition("\n\n")[2].splitlines(keepends=True)[-1]
    session.commit()
    session.execute(
        text("INSERT INTO ledger_cosignatures VALUES (:size, :name, :line, :at)"),
        {"size": mark.size, "name": name, "line": line, "at": now},
    )

    bad = verification.verify(session)

    assert bad is not None
    assert (bad.code, bad.sequence) == ("ledger.cosignature_stranger", mark.size)
