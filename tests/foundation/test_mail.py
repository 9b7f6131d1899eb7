"""Mail leaves after its transaction, keeps its id, and forgets its text."""

import re
import socket
from email.message import EmailMessage

import pytest
from aiosmtpd.controller import Controller
from sqlalchemy import text
from sqlalchemy.orm import Session

from foundation import mail, mail_jobs
from foundation.errors import Invalid
from foundation.jobs import Unobserved
from foundation.models import OutboxMail


class Postman:
    def __init__(self) -> None:
        self.carried: list[EmailMessage] = []
        self.is_ill = False

    def send(self, message: EmailMessage) -> None:
        if self.is_ill:
            raise OSError("ill")
        self.carried.append(message)


@pytest.fixture
def postman(monkeypatch: pytest.MonkeyPatch) -> Postman:
    carrier = Postman()
    monkeypatch.setattr(mail, "_post", mail._Post(carrier, "Nguồn <nguon@example.vn>"))
    return carrier


def deliver(mail_id: int) -> None:
    mail_jobs.deliver({"mail_id": mail_id}, Unobserved())


def test_a_mail_leaves_once_and_its_text_is_wiped(session: Session, postman: Postman) -> None:
    mail_id = mail.enqueue(session, "lan@example.vn", "Mã của bạn", "Mã: 123456", "<p>123456</p>")
    session.flush()

    deliver(mail_id)
    deliver(mail_id)

    (sent,) = postman.carried
    assert (sent["To"], sent["Subject"]) == ("lan@example.vn", "Mã của bạn")
    assert "123456" in sent.get_body(("plain",)).get_content()  # type: ignore[union-attr]
    kept = session.get(OutboxMail, mail_id, populate_existing=True)
    assert kept is not None
    assert kept.sent_at is not None
    assert (kept.text, kept.html) == (None, None)


def test_a_mail_that_could_not_leave_keeps_its_message_id(
    session: Session, postman: Postman
) -> None:
    mail_id = mail.enqueue(session, "lan@example.vn", "Thư", "chữ")
    postman.is_ill = True
    with pytest.raises(OSError, match="ill"):
        deliver(mail_id)
    before = mail.find_waiting(session, mail_id)
    postman.is_ill = False

    deliver(mail_id)

    assert before is not None
    assert postman.carried[0]["Message-ID"] == before["Message-ID"]
    assert re.fullmatch(r"<[0-9a-f-]{36}@example\.vn>", before["Message-ID"])


def test_the_job_belongs_to_the_callers_transaction(session: Session) -> None:
    count = text("SELECT count(*) FROM procrastinate_jobs WHERE task_name = 'mail.deliver'")
    before = session.execute(count).scalar_one()
    nested = session.begin_nested()
    mail.enqueue(session, "lan@example.vn", "Thư", "chữ")
    assert session.execute(count).scalar_one() == before + 1

    nested.rollback()

    assert session.execute(count).scalar_one() == before


def test_line_breaks_smuggle_no_header_in(session: Session, postman: Postman) -> None:
    mail_id = mail.enqueue(session, "lan@example.vn", "Thư\r\nBcc: all@example.vn", "chữ")

    deliver(mail_id)

    assert postman.carried[0]["Bcc"] is None
    assert postman.carried[0]["Subject"] == "Thư Bcc: all@example.vn"


def test_without_a_server_mail_is_shown_on_the_console(
    session: Session, capsys: pytest.CaptureFixture[str]
) -> None:
    mail.use("", "Nguồn <nguon@example.vn>")

    deliver(mail.enqueue(session, "lan@example.vn", "Mã của bạn", "Mã: 123456"))

    assert "Mã: 123456" in capsys.readouterr().err


class _Box:
    def __init__(self) -> None:
        self.received: list[bytes] = []

    async def handle_DATA(self, server: object, session: object, envelope: object) -> str:  # noqa: N802
        self.received.append(envelope.content)  # type: ignore[attr-defined]
        return "250 OK"


def test_an_smtp_server_receives_the_mail(session: Session) -> None:
    box = _Box()
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    controller = Controller(box, hostname="127.0.0.1", port=port)
    controller.start()
    try:
        mail.use(f"smtp://127.0.0.1:{port}", "Nguồn <nguon@example.vn>")
        deliver(mail.enqueue(session, "lan@example.vn", "Thư", "Chữ có dấu: ăâđêôơư"))
    finally:
        controller.stop()
        mail.use("", "Nguồn <nguon@example.vn>")

    assert b"Message-ID: <" in box.received[0]


@pytest.mark.parametrize("url", ["http://x", "smtp://", "nonsense"])
def test_a_wrong_address_is_named_without_its_password(url: str) -> None:
    with pytest.raises(Invalid) as caught:
        mail.transport_of(url)

    assert caught.value.findings[0].params == {"name": "NGUON_SMTP_URL", "value": "…"}


def test_an_address_with_everything_is_read() -> None:
    found = mail.transport_of("smtps://ho%40nguon:m%3At@mail.example.vn")

    assert found == mail.Smtp("mail.example.vn", 465, "ho@nguon", "m:t", True)
