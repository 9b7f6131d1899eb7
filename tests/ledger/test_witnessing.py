"""Witnesses: what they sign is theirs, over that very checkpoint; what they are sent comes once."""

import base64
import socket
from collections.abc import Iterator
from datetime import datetime, timedelta
from email import message_from_bytes
from pathlib import Path
from typing import Any

import pytest
from aiosmtpd.controller import Controller
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from sqlalchemy import select
from sqlalchemy.orm import Session

from foundation import mail, mail_jobs
from foundation.errors import Invalid, NotFound
from foundation.jobs import Unobserved
from foundation.models import OutboxMail
from ledger import cosigning, jobs, keys, note, sequencing, verification, witnesses, witnessing
from ledger.models import Checkpoint
from tests.ledger.factories import ORIGIN, record, sign

NEWSPAPER = Ed25519PrivateKey.from_private_bytes(bytes(range(1, 33)))
PUBLIC = NEWSPAPER.public_key().public_bytes_raw()
KEY = note.cosigner_key("bao.example", PUBLIC)


@pytest.fixture
def mark(session: Session, tmp_path: Path, now: datetime) -> Checkpoint:
    """A checkpoint of five entries, and a newspaper appointed as its witness."""
    keys.use(tmp_path, "http://test.invalid")
    record(session, 5, now)
    made = sign(session, keys.get(), now)
    witnesses.appoint(session, "Báo Nông nghiệp", "moc@bao.example", KEY, now=now)
    session.commit()
    return made


def text_of(mark: Checkpoint) -> str:
    return mark.note.rpartition("\n\n")[0] + "\n"


def test_a_witness_signs_the_very_checkpoint(
    session: Session, mark: Checkpoint, now: datetime
) -> None:
    seen = now + timedelta(minutes=5)
    line = note.cosigned_line(text_of(mark), "bao.example", NEWSPAPER, seen)

    cosigning.accept(session, mark.note + line, now=now + timedelta(hours=1))

    (cosigned,) = witnessing.list_cosignatures(session, [mark.size])[mark.size]
    assert (cosigned.name, cosigned.at) == ("Báo Nông nghiệp", seen.replace(microsecond=0))
    assert witnessing.cosigned(session, mark) == mark.note + line
    assert verification.verify(session) is None


@pytest.mark.parametrize("about", ["another root", "another size", "another name of the log"])
def test_a_signature_over_another_text_is_refused_naming_whose_it_claims_to_be(
    session: Session, mark: Checkpoint, now: datetime, about: str
) -> None:
    text = {
        "another root": f"{ORIGIN}\n5\n{base64.b64encode(bytes(32)).decode()}\n",
        "another size": text_of(mark).replace("\n5\n", "\n4\n"),
        "another name of the log": text_of(mark).replace("test", "rest"),
    }[about]
    line = note.cosigned_line(text, "bao.example", NEWSPAPER, now)

    with pytest.raises(Invalid) as refused:
        cosigning.accept(session, mark.note + line, now=now)

    (finding,) = refused.value.findings
    assert (finding.code, finding.params) == (
        "ledger.cosignature_wrong",
        {"name": "Báo Nông nghiệp"},
    )
    assert witnessing.list_cosignatures(session, [mark.size]) == {}


def test_a_stranger_in_the_witness_name_is_no_witness(
    session: Session, mark: Checkpoint, now: datetime
) -> None:
    stranger = Ed25519PrivateKey.generate()
    line = note.cosigned_line(text_of(mark), "bao.example", stranger, now)

    with pytest.raises(Invalid) as refused:
        cosigning.accept(session, mark.note + line, now=now)

    assert [finding.code for finding in refused.value.findings] == ["ledger.cosignature_none"]


def test_a_checkpoint_we_never_signed_is_not_found(
    session: Session, mark: Checkpoint, now: datetime
) -> None:
    said = note.Statement(ORIGIN, 5, bytes(32), now)

    with pytest.raises(NotFound, match=r"ledger\.no_such_checkpoint"):
        cosigning.accept(session, note.sign(said, Ed25519PrivateKey.generate()), now=now)


def test_two_roots_at_one_size_under_our_own_key_are_an_alarm(
    session: Session, mark: Checkpoint, now: datetime
) -> None:
    forked = note.sign(note.Statement(ORIGIN, 5, bytes(32), now), keys.get())

    brought = cosigning.accept(session, forked, now=now).alarm

    assert brought is not None
    assert (brought.code, brought.size, brought.note) == ("ledger.split_view", 5, forked)
    bad = verification.verify(session, outside=forked)
    assert bad is not None
    assert bad.code == "ledger.root_differs"


def test_an_altered_signature_of_a_witness_is_located(
    session: Session, mark: Checkpoint, now: datetime
) -> None:
    line = note.cosigned_line(text_of(mark), "bao.example", NEWSPAPER, now)
    cosigning.accept(session, mark.note + line, now=now)
    session.flush()
    session.connection().exec_driver_sql("SET LOCAL session_replication_role = replica")
    session.connection().exec_driver_sql(
        "UPDATE ledger_cosignatures SET line = replace(line, 'bao', 'tao')"
    )
    session.expire_all()

    bad = verification.verify(session)

    assert bad is not None
    assert (bad.code, bad.sequence) == ("ledger.cosignature_altered", 5)


class Letterbox:
    """An SMTP server's hands: keeps what is delivered, refuses while it is told to."""

    def __init__(self) -> None:
        self.letters: list[Any] = []
        self.refusing = 0

    async def handle_DATA(self, _server: Any, _session: Any, envelope: Any) -> str:  # noqa: N802
        if self.refusing:
            self.refusing -= 1
            return "451 try again later"
        self.letters.append((envelope.rcpt_tos, message_from_bytes(envelope.content)))
        return "250 kept"


@pytest.fixture
def letterbox(monkeypatch: pytest.MonkeyPatch) -> Iterator[Letterbox]:
    box = Letterbox()
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    server = Controller(box, hostname="127.0.0.1", port=port)
    server.start()
    transport = mail.transport_of(f"smtp://127.0.0.1:{port}")
    monkeypatch.setattr(mail, "_post", mail._Post(transport, "Nguồn <so@test.invalid>"))
    yield box
    server.stop()


def deliver(session: Session) -> None:
    for mail_id in session.scalars(select(OutboxMail.id).order_by(OutboxMail.id)).all():
        mail_jobs.deliver({"mail_id": mail_id}, Unobserved())


def test_each_witness_is_mailed_the_checkpoint_once_whatever_fails(
    session: Session,
    mark: Checkpoint,
    letterbox: Letterbox,
    now: datetime,
) -> None:
    witnesses.appoint(session, "Sở Nông nghiệp", "so@tinh.example", now=now)
    letterbox.refusing = 1
    session.commit()
    jobs.mail_checkpoint({}, Unobserved())
    jobs.mail_checkpoint({}, Unobserved())

    with pytest.raises(Exception, match="451"):
        deliver(session)
    deliver(session)
    deliver(session)

    assert sorted(to[0] for to, _ in letterbox.letters) == ["moc@bao.example", "so@tinh.example"]
    text = letterbox.letters[0][1].get_payload(decode=True).decode().replace("\r\n", "\n")
    assert mark.note in text
    kept = text[text.index(ORIGIN) :].rstrip("\n") + "\n"
    assert verification.verify(session, outside=kept) is None


def test_a_new_day_brings_a_new_letter_and_a_dismissed_witness_none(
    session: Session,
    mark: Checkpoint,
    letterbox: Letterbox,
    now: datetime,
) -> None:
    witnesses.appoint(session, "Sở Nông nghiệp", "so@tinh.example", now=now)
    witnessing.mail_out(session, mark, now=now)
    witnesses.dismiss(session, "so@tinh.example", now=now)
    record(session, 1, now)
    sequencing.sequence(session)
    session.flush()
    jobs.sign_checkpoint({}, Unobserved())
    jobs.mail_checkpoint({}, Unobserved())

    deliver(session)

    assert [to[0] for to, _ in letterbox.letters].count("moc@bao.example") == 2
    assert [to[0] for to, _ in letterbox.letters].count("so@tinh.example") == 1


def test_the_log_is_signed_when_it_grew_and_only_then(
    session: Session, mark: Checkpoint, now: datetime
) -> None:
    def sizes() -> list[int]:
        return list(session.scalars(select(Checkpoint.size).order_by(Checkpoint.size)))

    # That the newspaper was appointed is told in the log, too.
    sequencing.sequence(session)
    jobs.sign_checkpoint({}, Unobserved())
    jobs.sign_checkpoint({}, Unobserved())
    (first, appointed) = sizes()
    record(session, 2, now)
    sequencing.sequence(session)
    jobs.sign_checkpoint({}, Unobserved())
    jobs.sign_checkpoint({}, Unobserved())

    assert first == mark.size
    assert sizes() == [first, appointed, appointed + 2]
