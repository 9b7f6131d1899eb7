"""Mail leaves through an outbox: written in the caller's transaction, sent by a job after it.

A mail leaves at least once. Its Message-ID never changes, so a reader's mailbox can drop the
second copy that a killed worker may cause.
"""

import smtplib
import ssl
import sys
import uuid
from dataclasses import dataclass
from datetime import datetime
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import parseaddr
from typing import Protocol
from urllib.parse import unquote, urlsplit

import structlog
from sqlalchemy.orm import Session

from foundation import config, jobs
from foundation.errors import Finding, Invalid
from foundation.models import OutboxMail

log = structlog.get_logger()

_TIMEOUT_S = 20


class Transport(Protocol):
    """What carries a mail away."""

    def send(self, message: EmailMessage) -> None: ...


class Console:
    """Without an SMTP server mails are shown on the console (demonstrations, development)."""

    def send(self, message: EmailMessage) -> None:
        """Write the mail's head and text to stderr; in production only that it went nowhere."""
        if config.current().production:
            log.error("mail_without_server", message_id=str(message["Message-ID"]))
            return
        body = message.get_body(("plain",))
        text = body.get_content() if body is not None else ""
        sys.stderr.write(f"--- {message['To']} · {message['Subject']}\n{text.rstrip()}\n---\n")


@dataclass(frozen=True)
class Smtp:
    """An SMTP server; TLS from the start for ``smtps``, as soon as it is offered for ``smtp``."""

    host: str
    port: int
    user: str
    password: str
    tls: bool

    def send(self, message: EmailMessage) -> None:
        """Hand the mail to the server; raises what smtplib raises, and the job tries again."""
        with self._connected() as server:
            if self.user:
                server.login(self.user, self.password)
            server.send_message(message)

    def _connected(self) -> smtplib.SMTP:
        context = ssl.create_default_context()
        if self.tls:
            return smtplib.SMTP_SSL(self.host, self.port, timeout=_TIMEOUT_S, context=context)
        server = smtplib.SMTP(self.host, self.port, timeout=_TIMEOUT_S)
        server.ehlo_or_helo_if_needed()
        if server.has_extn("starttls"):
            server.starttls(context=context)
        return server


@dataclass(frozen=True)
class _Post:
    transport: Transport
    sender: str


_post = _Post(Console(), "Nguồn <khong-tra-loi@localhost>")


def use(smtp_url: str, sender: str) -> None:
    """Send this process's mail by *smtp_url* (the console when empty), from *sender*.

    Raises: Invalid("settings.wrong").
    """
    global _post
    _post = _Post(transport_of(smtp_url), sender)


def transport_of(smtp_url: str) -> Transport:
    """Return what carries mail for a setting like ``smtps://user:password@host:465``."""
    if not smtp_url:
        return Console()
    parts = urlsplit(smtp_url)
    if parts.scheme not in ("smtp", "smtps") or not parts.hostname:
        # The address may hold a password: it is not repeated.
        raise Invalid([Finding("settings.wrong", {"name": "NGUON_SMTP_URL", "value": "…"})])
    tls = parts.scheme == "smtps"
    return Smtp(
        host=parts.hostname,
        port=parts.port or (465 if tls else 25),
        user=unquote(parts.username or ""),
        password=unquote(parts.password or ""),
        tls=tls,
    )


def enqueue(session: Session, to: str, subject: str, text: str, html: str | None = None) -> int:
    """Put a mail into the outbox, in the caller's transaction; answers its id.

    Line breaks in the address or the subject become spaces: nobody smuggles in a header.
    """
    mail = OutboxMail(
        message_id=f"<{uuid.uuid4()}@{_sender_domain()}>",
        recipient=" ".join(to.split())[:320],
        subject=" ".join(subject.split())[:300],
        text=text,
        html=html,
    )
    session.add(mail)
    session.flush()
    jobs.defer(session, "mail.deliver", {"mail_id": mail.id}, lock=f"mail:{mail.id}")
    return mail.id


def _sender_domain() -> str:
    return parseaddr(_post.sender)[1].rpartition("@")[2] or "localhost"


def find_waiting(session: Session, mail_id: int) -> EmailMessage | None:
    """Return the mail as it is to leave, or None when it has left already."""
    mail = session.get(OutboxMail, mail_id)
    if mail is None or mail.sent_at is not None:
        return None
    message = EmailMessage(policy=SMTP)
    message["Message-ID"] = mail.message_id
    message["From"] = _post.sender
    message["To"] = mail.recipient
    message["Subject"] = mail.subject
    message["Auto-Submitted"] = "auto-generated"
    message.set_content(mail.text or "")
    if mail.html is not None:
        message.add_alternative(mail.html, subtype="html")
    return message


def send(message: EmailMessage) -> None:
    """Hand a mail to the process's transport (no transaction is held meanwhile)."""
    _post.transport.send(message)


def mark_sent(session: Session, mail_id: int, *, now: datetime) -> None:
    """Record that a mail has left, and wipe its texts."""
    mail = session.get(OutboxMail, mail_id)
    if mail is not None and mail.sent_at is None:
        mail.sent_at, mail.text, mail.html = now, None, None
