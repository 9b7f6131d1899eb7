"""Filing a complaint: what a consumer tells, kept so that what is theirs can go."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from secrets import SystemRandom

from sqlalchemy.orm import Session

from accounts import sealing
from accounts.people import Contact
from foundation import clock, codes, jobs
from foundation.errors import Finding, Invalid, TooMany
from growing_areas.dossiers import uploads
from growing_areas.dossiers.uploads import Judged
from territory import units
from traceability.complaints.models import Complaint, ComplaintPhoto, ComplaintSender
from traceability.complaints.subjects import Subject, find_subject
from traceability.scan import guessing, limits

TELL = "complaints.tell"
AGREED = "2026-11"
"""The edition of the words on the form to which who leaves a contact agrees."""
_LENGTH = 16
_HASH, _CODE, CONTACT = "complaint", "complaint code", "complaint contact"
_OFFICE_AT_ONCE = ("safety", "copy")


@dataclass(frozen=True)
class Told:
    """What a consumer tells: of which code, what is the matter, how to reach them if they wish."""

    code: str
    kind: str
    words: str
    serial: str | None = None
    bought_at: str | None = None
    bought_in: str | None = None
    contact: Contact | None = None
    contact_shown: bool = False


def take_turn(address: str, now: datetime) -> None:
    """Count one complaint of a network. Raises: TooMany("complaint.too_many")."""
    network = guessing.network_of(address)
    if network is None:
        return
    within_s = limits.limit("complaints_within_s")
    if guessing.recent.seen(b"complaint " + network, now, within_s) >= limits.limit("complaints"):
        raise TooMany("complaint.too_many", retry_after_s=within_s, minutes=within_s // 60)


def file(
    session: Session, told: Told, photos: Sequence[Judged], *, language: str, now: datetime
) -> str:
    """Keep a complaint and answer the private code by which its sender reads what is said to it.

    It goes to whoever answers for the lot; what may harm people, copies and unknown codes to the
    officers of the place at once. Raises: Invalid("complaint.too_many_photos", …).
    """
    _check(session, told, photos, now)
    subject = find_subject(session, told.code, told.serial)
    code = codes.new_code(_LENGTH, SystemRandom())
    row = _row(told, subject, language, now)
    row.key_hash = key_hash(code)
    session.add(row)
    session.flush()
    session.add(_sender(row.id, told, code))
    for number, photo in enumerate(photos, start=1):
        kept = uploads.keep_photo(session, photo, now=now)
        session.add(
            ComplaintPhoto(
                complaint_id=row.id, number=number, digest=kept.digest, card_digest=kept.card_digest
            )
        )
    session.flush()
    jobs.defer(session, TELL, {}, queueing_lock=TELL)
    return code


def key_hash(code: str) -> bytes:
    """The kept form of a private code, however it was typed."""
    return sealing.keyed_hash(_HASH, codes.normalise(code))


def private_code(sender: ComplaintSender) -> str:
    """The private code again, for letters. Raises: sealing.Unreadable."""
    return sealing.unseal(_CODE, sender.code)


def contact_of(sender: ComplaintSender) -> Contact | None:
    """How its sender is reached, where they left it."""
    if sender.contact is None:
        return None
    try:
        text = sealing.unseal(CONTACT, sender.contact)
    except sealing.Unreadable:
        # Under another secret of the house: nobody can be written to, and all else still works.
        return None
    return Contact(email=text) if "@" in text else Contact(phone=text)


def _check(session: Session, told: Told, photos: Sequence[Judged], now: datetime) -> None:
    findings = []
    most = limits.limit("complaint_photos")
    if len(photos) > most:
        findings.append(Finding("complaint.too_many_photos", {"most": most}, "photos"))
    on = clock.business_day(now)
    if told.bought_in:
        unit = units.find_unit(session, told.bought_in, on)
        if unit is None or unit.level != "province":
            findings.append(Finding("complaint.no_such_province", {}, "bought_in"))
    if findings:
        raise Invalid(findings)


def _row(told: Told, subject: Subject | None, language: str, now: datetime) -> Complaint:
    batch = subject.batch if subject else None
    at_once = batch is None or told.kind in _OFFICE_AT_ONCE
    return Complaint(
        kind=told.kind,
        state="new",
        batch_id=batch.id if batch else None,
        serial_number=subject.serial.number if subject and subject.serial else None,
        organisation_id=batch.organisation_id if batch else None,
        commune_code=batch.commune_code if batch else None,
        province_code=batch.province_code if batch else told.bought_in,
        bought_in=told.bought_in,
        language=language,
        filed_at=now,
        office_since=now if at_once else None,
    )


def _sender(complaint_id: int, told: Told, code: str) -> ComplaintSender:
    contact = sealing.seal(CONTACT, told.contact.text) if told.contact else None
    typed = f"{told.code} / {told.serial}" if told.serial else told.code
    return ComplaintSender(
        complaint_id=complaint_id,
        words=told.words,
        typed_code=typed[:200],
        bought_at=told.bought_at,
        code=sealing.seal(_CODE, code),
        contact=contact,
        contact_shown=bool(contact) and told.contact_shown,
        agreed_to=AGREED if contact else None,
    )
