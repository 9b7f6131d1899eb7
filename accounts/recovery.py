"""A forgotten password, or a first entry: a code to the contact on record, then a new password.

Each step is a transaction of its own, so that a counted try stays counted. Every answer is the
same whether or not there is an account.
"""

import base64
import json
from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy.orm import Session

from accounts import (
    actors,
    alerts,
    members,
    messages,
    one_time_codes,
    people,
    sealing,
    sessions,
    sign_in,
    throttle,
    ways_in,
)
from accounts.models import Person
from accounts.people import Contact
from accounts.permissions import Actor
from accounts.sessions import OpenedSession
from accounts.throttle import Caller
from foundation import jobs
from foundation.errors import Finding, Invalid, TooMany
from foundation.i18n import _, get_language, set_language

_SEALED = "recovery"
JOB = "accounts.send_recovery_code"


@dataclass(frozen=True)
class Recovery:
    """What the last form brings."""

    login: str
    code: str = field(repr=False)
    password: str = field(repr=False)
    address: str = ""
    device_label: str = ""
    device_cookie: str | None = field(default=None, repr=False)


def ask(session: Session, login: str, address: str, *, now: datetime) -> None:
    """Take a request for a code down; whether there is such an account is looked up afterwards.

    So the answer's time tells no more than its words. Raises: TooMany, for one account or address.
    """
    name = sign_in.account_name(None, login)
    throttle.take_try(session, "ask", f"ask:{name}", Caller(address), now=now)
    wanted = json.dumps({"login": login, "language": get_language()})
    sealed = base64.b64encode(sealing.seal(_SEALED, wanted)).decode()
    jobs.defer(session, JOB, {"sealed": sealed})


def send_asked(session: Session, sealed: str, *, now: datetime) -> None:
    """Do what ``ask`` took down (the job's work), in the asker's language."""
    wanted = json.loads(sealing.unseal(_SEALED, base64.b64decode(sealed)))
    set_language(wanted["language"])
    request_code(session, wanted["login"], now=now)


def request_code(session: Session, login: str, *, now: datetime) -> None:
    """Send a code to the account's contact, if there is one; silent either way.

    Past five an hour nothing more is sent, and nothing is said: to the asker a flooded account
    and a missing one look alike.
    """
    person = find_person(session, login)
    if person is None or actors.is_shut_out(person):
        return
    try:
        code = one_time_codes.issue_for_person(session, person.id, one_time_codes.RECOVERY, now=now)
    except TooMany:
        return
    send_code(session, people.read_contact(login) or people.contact_of(person), code)


def begin(session: Session, recovery: Recovery, *, now: datetime) -> tuple[int, int | None]:
    """Count the try; raises TooMany. Answers the throttle's and the code's ids for ``finish``.

    A handed-over code is counted apart, for each address alone: whoever keeps guessing at an
    account does not keep its new owner from coming in.
    """
    person = find_person(session, recovery.login)
    caller = sign_in.caller_of(session, person, recovery.address, recovery.device_cookie)
    account = sign_in.account_name(person, recovery.login)
    purpose = one_time_codes.RECOVERY
    if one_time_codes.is_handed_over(recovery.code):
        purpose = one_time_codes.HANDOVER
        account = f"{purpose}:{account}:{throttle.line_of(recovery.address)}"
    try_id = throttle.take_try(session, "code", account, caller, now=now)
    if person is None:
        return try_id, None
    return try_id, one_time_codes.take_person_try(session, person.id, purpose, now=now)


def finish(
    session: Session, recovery: Recovery, tries: tuple[int, int | None], *, now: datetime
) -> OpenedSession:
    """Set the new password, close every other way in (tokens too); raises Invalid."""
    try_id, code_id = tries
    person = find_person(session, recovery.login)
    one_time_codes.redeem(session, code_id, recovery.code, now=now)
    if person is None or actors.is_shut_out(person):
        raise Invalid([Finding("code.wrong", {}, "code")])
    throttle.mark_right(session, try_id)
    is_first_entry = person.password_hash is None
    people.put_password(person, recovery.password, now=now)
    ways_in.close_all(session, person.id, now=now)
    one_time_codes.end_for_person(session, person.id, now=now)
    if not is_first_entry:
        alerts.tell(session, person, "password.changed", now=now)
    return sessions.open_session(session, person, device_label=recovery.device_label, now=now)


def reset_member(
    session: Session, actor: Actor, organisation_code: str, person_id: int, *, now: datetime
) -> str:
    """A manager opens a member's entry anew; the code is theirs to hand over, for a day.

    The member's devices are signed out, they are told, and the act is audited.
    Raises: NotFound, Refused("member.reset_elsewhere"), TooMany.
    """
    person = members.get_resettable(session, actor, organisation_code, person_id)
    code = one_time_codes.issue_for_person(session, person.id, one_time_codes.HANDOVER, now=now)
    members.record_reset(session, actor, organisation_code, person, now=now)
    alerts.tell(session, person, "entry.reset", now=now)
    return code


def setup_code(session: Session, person: Person, *, now: datetime) -> str:
    """A first-entry code for an account made on the command line, good for a day."""
    return one_time_codes.issue_for_person(session, person.id, one_time_codes.HANDOVER, now=now)


def send_code(session: Session, to: Contact, code: str) -> None:
    """Send a code in words that warn against handing it on."""
    text = _(
        "Mã Nguồn của bạn: %(code)s. Mã dùng được trong 10 phút. Đừng đưa mã này cho ai, kể cả"
        " người tự xưng là cán bộ.",
        code=code,
    )
    messages.send(session, to, _("Mã vào tài khoản Nguồn"), text)


def find_person(session: Session, login: str) -> Person | None:
    """The account of a typed number or address."""
    contact = people.read_contact(login)
    return people.find_by_contact(session, contact) if contact else None
