"""Short messages (SMS, Zalo) to telephones, and mail to addresses, behind one door.

A message waits as a job until its transaction has committed. Its number and text stand sealed
in the job: the queue keeps old jobs, and they are nobody's to read.
"""

import base64
import json
import re
import sys
import urllib.request
from dataclasses import dataclass, field
from typing import Protocol

import structlog
from sqlalchemy.orm import Session

from accounts import phone, sealing
from accounts.people import Contact
from foundation import config, jobs, mail

log = structlog.get_logger()

JOB = "accounts.deliver_message"
_PURPOSE = "message"
_TIMEOUT_S = 15
_JOINED = re.compile(r"(?<=\S)[.:/@](?=\S)")


class Carrier(Protocol):
    """What carries a short message to a telephone."""

    def send(self, number: str, text: str) -> None: ...


class Console:
    """Without a gateway messages are shown on the console (demonstrations, development)."""

    def send(self, number: str, text: str) -> None:
        """Write the message to stderr; in production only that it went nowhere."""
        if config.current().production:
            log.error("message_without_gateway")
            return
        sys.stderr.write(f"--- {phone.spoken(number)}\n{text}\n---\n")


@dataclass(frozen=True)
class HttpGateway:
    """An SMS or Zalo gateway: POST ``{"to", "text"}`` as JSON, any 2xx means taken over."""

    url: str
    token: str = field(repr=False)

    def send(self, number: str, text: str) -> None:
        """Hand the message over; raises OSError when refused, and the job tries again."""
        request = urllib.request.Request(  # noqa: S310 — the operator's own setting, checked below
            self.url,
            data=json.dumps({"to": number, "text": text}).encode(),
            headers={"Content-Type": "application/json", "Authorization": f"Bearer {self.token}"},
            method="POST",
        )
        if not self.url.startswith(("https://", "http://")):
            raise ValueError("NGUON_MESSAGE_URL must be an http(s) address")
        with urllib.request.urlopen(request, timeout=_TIMEOUT_S):  # noqa: S310 — see above
            pass


def carrier() -> Carrier:
    """What this process sends short messages with."""
    settings = config.current()
    if settings.message_url:
        return HttpGateway(settings.message_url, settings.message_token)
    return Console()


def can_reach_phones() -> bool:
    """Whether messages truly arrive at telephones (a gateway is set)."""
    return bool(config.current().message_url)


def defused(text: str) -> str:
    """Words somebody typed, so that no reader's telephone makes a link of them.

    Anybody may name an organisation, or whom they invite, and have us send the name to a stranger.
    """
    return _JOINED.sub(r"\g<0> ", text)


@dataclass(frozen=True)
class Sending:
    """How a message went out: the mail in the outbox, or the job that carries it to a telephone."""

    mail_id: int | None = None
    job_id: int | None = None


def send(session: Session, to: Contact, subject: str, text: str) -> Sending:
    """Write a message to ``to``, to leave once the caller's transaction has committed."""
    if to.email is not None:
        return Sending(mail_id=mail.enqueue(session, to=to.email, subject=subject, text=text))
    if to.phone is not None:
        body = json.dumps({"to": to.phone, "text": text})
        sealed = base64.b64encode(sealing.seal(_PURPOSE, body)).decode()
        return Sending(job_id=jobs.defer(session, JOB, {"sealed": sealed}))
    return Sending()


def deliver(sealed: str) -> None:
    """Hand a waiting message to the carrier (the job's work)."""
    message = json.loads(sealing.unseal(_PURPOSE, base64.b64decode(sealed)))
    carrier().send(message["to"], message["text"])
