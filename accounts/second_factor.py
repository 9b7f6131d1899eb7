"""The second factor: six digits from an authenticator (TOTP, RFC 6238), spare codes beside it.

Codes of the step before and after count too, for telephones whose clocks drift; a step once
used is used up, so a code seen over a shoulder opens nothing.
"""

import base64
import io
import secrets
from dataclasses import dataclass, field
from datetime import datetime

import pyotp
from sqlalchemy import delete, func, select
from sqlalchemy.orm import Session

from accounts import (
    alerts,
    audit,
    people,
    permissions,
    sealing,
    sessions,
    sign_in,
    throttle,
    ways_in,
)
from accounts.access_models import LoginSession, RecoveryCode
from accounts.models import Person
from accounts.permissions import Actor
from accounts.sealing import keyed_hash
from accounts.sessions import OpenedSession
from foundation import codes
from foundation.errors import Conflict, Finding, Invalid, NotFound, Unauthenticated

STEP_S = 30
DRIFT_STEPS = 1
SPARE_CODES = 10
_SPARE_LENGTH = 10
_PURPOSE = "totp"
_CHANCE = secrets.SystemRandom()


@dataclass(frozen=True)
class Enrolment:
    """What to put into an authenticator: a picture to scan (SVG), or the secret to type."""

    secret: str = field(repr=False)
    qr_address: str = field(repr=False)


def begin_enrolment(session: Session, actor: Actor) -> Enrolment:
    """Draw a secret; nothing is asked at sign-in until it is confirmed."""
    # Locked: drawn anew while another page confirms, it would not be the confirmed one.
    person = session.get_one(Person, _own(session, actor).id, with_for_update=True)
    if person.has_second_factor:
        raise Conflict("second_factor.already_on")
    secret = pyotp.random_base32()
    person.totp_sealed = sealing.seal(_PURPOSE, secret)
    return _enrolment(person, secret)


def pending_enrolment(session: Session, actor: Actor) -> Enrolment | None:
    """The drawn secret again, for a form that comes back."""
    person = _own(session, actor)
    secret = _secret_of(person)
    if secret is None or person.has_second_factor:
        return None
    return _enrolment(person, secret)


def confirm_enrolment(session: Session, actor: Actor, code: str, *, now: datetime) -> list[str]:
    """Switch the second factor on with a first right code; answers the spare codes, once.

    Raises: Invalid("second_factor.wrong"), Conflict when none was begun.
    """
    person = session.get_one(Person, _own(session, actor).id, with_for_update=True)
    if person.totp_sealed is None or person.has_second_factor:
        raise Conflict("second_factor.not_begun")
    if not _accept_code(person, code, now=now):
        raise _wrong()
    person.totp_confirmed_at = now
    alerts.tell(session, person, "second_factor.on", now=now)
    return _new_spare_codes(session, person.id, now=now)


def begin_pass(
    session: Session,
    cookie: str | None,
    address: str,
    device_cookie: str | None,
    *,
    now: datetime,
) -> int:
    """Count a try at the code (a transaction of its own); raises Unauthenticated, TooMany."""
    pending = _pending(session, cookie, now)
    person = session.get_one(Person, pending.person_id)
    caller = sign_in.caller_of(session, person, address, device_cookie)
    return throttle.take_try(session, "totp", people.contact_of(person).text, caller, now=now)


def finish_pass(
    session: Session, cookie: str | None, code: str, try_id: int, *, now: datetime
) -> OpenedSession:
    """Exchange a half-open session for a full one; raises Invalid("second_factor.wrong")."""
    pending = _pending(session, cookie, now)
    person = session.get_one(Person, pending.person_id, with_for_update=True)
    if not accepts(session, person, code, now=now):
        raise _wrong()
    throttle.mark_right(session, try_id)
    pending.revoked_at = now
    return sessions.open_session(
        session, person, device_label=pending.device_label, now=now, passed_second_factor=True
    )


def renew_spare_codes(session: Session, actor: Actor, code: str, *, now: datetime) -> list[str]:
    """New spare codes instead of the old ones, against a code; raises Invalid."""
    person = session.get_one(Person, _own(session, actor).id, with_for_update=True)
    if not _accept_code(person, code, now=now):
        raise _wrong()
    alerts.tell(session, person, "second_factor.renewed", now=now)
    return _new_spare_codes(session, person.id, now=now)


def switch_off(session: Session, actor: Actor, code: str, *, now: datetime) -> None:
    """Take one's own second factor off, against a code; raises Invalid."""
    person = session.get_one(Person, _own(session, actor).id, with_for_update=True)
    if not accepts(session, person, code, now=now):
        raise _wrong()
    _clear(session, person)
    alerts.tell(session, person, "second_factor.off", now=now)


def reset(session: Session, actor: Actor, person_id: int, reason: str, *, now: datetime) -> None:
    """An admin takes off somebody's lost second factor; every way in closes; audited."""
    permissions.require(actor, "person.manage")
    person = people.get_person(session, person_id)
    _clear(session, person)
    ways_in.close_all(session, person.id, now=now)
    audit.record(session, actor, "second_factor.reset", f"person:{person.id}", reason, now=now)
    alerts.tell(session, person, "second_factor.reset", now=now)


def accepts(session: Session, person: Person, typed: str, *, now: datetime) -> bool:
    """Whether a code or a spare one is right, and uses it up; ``person`` has been locked."""
    if not person.has_second_factor:
        return False
    return _accept_code(person, typed, now=now) or _use_spare(session, person, typed, now=now)


def spare_codes_left(session: Session, person_id: int) -> int:
    """How many spare codes are unused."""
    statement = select(func.count()).select_from(RecoveryCode)
    return (
        session.scalar(
            statement.where(RecoveryCode.person_id == person_id, RecoveryCode.used_at.is_(None))
        )
        or 0
    )


def _own(session: Session, actor: Actor) -> Person:
    if actor.person_id is None:
        raise NotFound
    return people.get_person(session, actor.person_id)


def _pending(session: Session, cookie: str | None, now: datetime) -> LoginSession:
    row = sessions.find_session(session, cookie, now)
    if row is None or row.stage != "second_factor":
        raise Unauthenticated("second_factor.sign_in_again")
    return row


def _accept_code(person: Person, typed: str, *, now: datetime) -> bool:
    """Whether the code fits a step not yet used; uses that step up (the row is locked)."""
    digits, secret = "".join(typed.split()), _secret_of(person)
    if secret is None or len(digits) != 6 or not digits.isascii():
        return False
    totp = pyotp.TOTP(secret, interval=STEP_S)
    present = int(now.timestamp()) // STEP_S
    for step in range(present - DRIFT_STEPS, present + DRIFT_STEPS + 1):
        is_fresh = person.totp_last_step is None or step > person.totp_last_step
        if is_fresh and pyotp.utils.strings_equal(totp.generate_otp(step), digits):
            person.totp_last_step = step
            return True
    return False


def _secret_of(person: Person) -> str | None:
    """What the authenticator shares with us; None too when it was sealed under another key."""
    if person.totp_sealed is None:
        return None
    try:
        return sealing.unseal(_PURPOSE, person.totp_sealed)
    except sealing.Unreadable:
        return None


def _use_spare(session: Session, person: Person, typed: str, *, now: datetime) -> bool:
    row = session.scalar(
        select(RecoveryCode)
        .where(
            RecoveryCode.person_id == person.id,
            RecoveryCode.code_hash == _spare_hash(person.id, codes.normalise(typed)),
            RecoveryCode.used_at.is_(None),
        )
        .with_for_update()
    )
    if row is None:
        return False
    row.used_at = now
    return True


def _new_spare_codes(session: Session, person_id: int, *, now: datetime) -> list[str]:
    session.execute(delete(RecoveryCode).where(RecoveryCode.person_id == person_id))
    drawn = [codes.new_code(_SPARE_LENGTH, _CHANCE) for _ in range(SPARE_CODES)]
    session.add_all(
        RecoveryCode(person_id=person_id, code_hash=_spare_hash(person_id, code), created_at=now)
        for code in drawn
    )
    return [codes.grouped(code, 5) for code in drawn]


def _spare_hash(person_id: int, code: str) -> bytes:
    return keyed_hash("spare code", f"{person_id}:{code}")


def _clear(session: Session, person: Person) -> None:
    person.totp_sealed = None
    person.totp_confirmed_at = None
    session.execute(delete(RecoveryCode).where(RecoveryCode.person_id == person.id))


def _enrolment(person: Person, secret: str) -> Enrolment:
    import qrcode
    from qrcode.image.svg import SvgPathFillImage

    name = people.contact_of(person).text
    uri = pyotp.TOTP(secret, interval=STEP_S).provisioning_uri(name=name, issuer_name="Nguon")
    buffer = io.BytesIO()
    qrcode.make(uri, image_factory=SvgPathFillImage, box_size=12).save(buffer)
    picture = base64.b64encode(buffer.getvalue()).decode()
    return Enrolment(secret, f"data:image/svg+xml;base64,{picture}")


def _wrong() -> Invalid:
    return Invalid([Finding("second_factor.wrong", {}, "code")])
