"""Asked again who one is, before an act that would outlive a stolen session.

Whoever found an open browser, or copied its cookie, must not make themselves a token or a second
factor with it: such acts need the password, or a code, shown within the last ten minutes.
Guessing is throttled like a sign-in.
"""

from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from accounts import passwords, second_factor, sessions, throttle
from accounts.models import Person
from foundation.errors import Finding, Invalid

FRESH = timedelta(minutes=10)
FIELD = "proof"


def is_fresh(session: Session, cookie: str | None, *, now: datetime) -> bool:
    """Whether this browser's owner has shown password or code within the last ten minutes."""
    row = sessions.find_session(session, cookie, now)
    return row is not None and row.proved_at is not None and row.proved_at > now - FRESH


def finish(session: Session, cookie: str | None, typed: str, try_id: int, *, now: datetime) -> None:
    """Judge a try counted by ``sign_in.begin_own``: the password, or a code of the second factor.

    Raises: Invalid("proof.wrong"), Unauthenticated.
    """
    row = sessions.get_session(session, cookie, now)
    person = session.get_one(Person, row.person_id, with_for_update=True)
    is_password = passwords.matches(person.password_hash, typed)
    if not is_password and not second_factor.accepts(session, person, typed, now=now):
        raise Invalid([Finding("proof.wrong", {}, FIELD)])
    throttle.mark_right(session, try_id)
    row.proved_at = now
