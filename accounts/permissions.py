"""Who may do what: one table, action × role, read by every door through ``require``.

A role holds an action in one of four relations to its subject:

``any``    everywhere
``scope``  where the officer's territory covers the subject's commune or province
``own``    where the role is held in the subject's organisation
``self``   where the subject is the actor's own (``subject.person_id``)

What belongs to another organisation is *not found* for those who hold the action only as
``own`` or ``self``: they are not to learn that it exists. PURE.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal

from foundation.errors import Forbidden, NotFound, Unauthenticated

Relation = Literal["any", "scope", "own", "self"]

GLOBAL_ROLES = ("admin", "officer", "inspector", "council", "tech_team", "survey_taker", "buyer")
ORGANISATION_ROLES = ("manager", "staff", "seller")
ROLES = GLOBAL_ROLES + ORGANISATION_ROLES
DEVICE = "device"
"""What a device holds: no person, and nothing but its own action."""


@dataclass(frozen=True)
class Held:
    """A role somebody holds: ``scope`` is a unit code (``""`` = the whole country)."""

    role: str
    scope: str | None = None
    organisation_id: int | None = None


@dataclass(frozen=True)
class Actor:
    """Who is acting. ``person_id`` is None for the public and for the system itself."""

    person_id: int | None
    name: str = ""
    held: tuple[Held, ...] = field(default=())
    system: bool = False
    # Set by sign-in: officers and admins must have passed their second factor.
    second_factor: bool = True
    # The one sensor a device may report for; None: every one of its organisation.
    sensor_id: int | None = None

    @property
    def is_device(self) -> bool:
        """Whether a device calls, by a key of its own."""
        return self.has_role(DEVICE)

    def has_role(self, *roles: str) -> bool:
        """Whether any of ``roles`` is held, anywhere."""
        return any(held.role in roles for held in self.held)

    def organisation_ids(self, *roles: str) -> tuple[int, ...]:
        """Organisations in which one of ``roles`` (any role when none is named) is held."""
        return tuple(
            sorted(
                {
                    held.organisation_id
                    for held in self.held
                    if held.organisation_id is not None and (not roles or held.role in roles)
                }
            )
        )

    def scopes(self, *roles: str) -> tuple[str, ...]:
        """Unit codes over which one of ``roles`` is held."""
        return tuple(
            held.scope for held in self.held if held.scope is not None and held.role in roles
        )


ANONYMOUS = Actor(None)
SYSTEM = Actor(None, "Nguồn", system=True)

MEMBERS: dict[str, Relation] = {"manager": "own", "staff": "own"}
MANAGERS: dict[str, Relation] = {"manager": "own"}
SELLERS: dict[str, Relation] = {"manager": "own", "seller": "own"}
OFFICERS: dict[str, Relation] = {"officer": "scope"}
ADMINS: dict[str, Relation] = {"admin": "any"}

TABLE: dict[str, dict[str, Relation]] = {
    # accounts
    "organisation.create": dict.fromkeys(ROLES, "any"),
    "organisation.read": {
        **MEMBERS,
        "seller": "own",
        **OFFICERS,
        "inspector": "scope",
        "tech_team": "scope",
        **ADMINS,
    },
    "organisation.edit": {**MANAGERS, **ADMINS},
    "organisation.verify": {**OFFICERS, **ADMINS},
    "organisation.list": {**OFFICERS, **ADMINS},
    "member.manage": {**MANAGERS, **ADMINS},
    "member.invite": {**MANAGERS, **OFFICERS, **ADMINS},
    "household.enter": {"tech_team": "scope", **OFFICERS, **ADMINS},
    "person.invite": {**OFFICERS, **ADMINS},
    "person.manage": {**ADMINS},
    "person.read": {**OFFICERS, **ADMINS},
    "token.manage": dict.fromkeys(ROLES, "self"),
    "cooperative.edit": {**MANAGERS, **OFFICERS, **ADMINS},
    "cooperative.confirm": {**MANAGERS, **ADMINS},
    "cooperative.list": {**OFFICERS, **ADMINS},
    "consent.record": {**MEMBERS, "tech_team": "scope", **OFFICERS, **ADMINS},
    # growing areas
    "area.propose": {**MEMBERS, "tech_team": "scope", **ADMINS},
    "area.read": {**MEMBERS, "tech_team": "scope", **OFFICERS, "inspector": "scope", **ADMINS},
    "area.submit": {**MANAGERS, **ADMINS},
    # A household's signed agreement: its cooperative's managers and the officer of its place.
    "household.paper": {**MANAGERS, **OFFICERS},
    "area.inspect": {"inspector": "scope", **OFFICERS, **ADMINS},
    "area.approve": {**OFFICERS, **ADMINS},
    "area.office": {**OFFICERS, "inspector": "scope", **ADMINS},
    "packing.propose": {**MEMBERS, "tech_team": "scope", **ADMINS},
    "packing.read": {**MEMBERS, "tech_team": "scope", **OFFICERS, "inspector": "scope", **ADMINS},
    "packing.submit": {**MANAGERS, **ADMINS},
    "packing.inspect": {"inspector": "scope", **OFFICERS, **ADMINS},
    "packing.approve": {**OFFICERS, **ADMINS},
    "packing.office": {**OFFICERS, "inspector": "scope", **ADMINS},
    "diary.write": {**MEMBERS, "tech_team": "scope", **ADMINS},
    "diary.read": {**MEMBERS, "tech_team": "scope", **OFFICERS, "inspector": "scope", **ADMINS},
    # Names and photos of people in diaries.
    "diary.erase": {**MANAGERS, **ADMINS},
    "slip.write": {**MEMBERS, **ADMINS},
    "slip.read": {**MEMBERS, **OFFICERS, **ADMINS},
    "catalogue.read": dict.fromkeys(
        ("manager", "staff", "tech_team", "officer", "inspector", "admin"), "any"
    ),
    # The catalogue is the country's: one list for everybody.
    "catalogue.import": {"officer": "any", **ADMINS},
    "material.read": {**MEMBERS, **OFFICERS, **ADMINS},
    "material.write": {**MANAGERS, **ADMINS},
    "material.office": {**OFFICERS, **ADMINS},
    # products
    "product.write": {**SELLERS, **ADMINS},
    "product.read": {**MEMBERS, "seller": "own", **OFFICERS, **ADMINS},
    "product.certify": {**OFFICERS, **ADMINS},
    "place.write": {**OFFICERS, **ADMINS},
    # traceability
    "batch.write": {**MEMBERS, **ADMINS},
    "batch.release": {**MANAGERS, **ADMINS},
    "batch.read": {**MEMBERS, "seller": "own", **OFFICERS, "inspector": "scope", **ADMINS},
    # Striking out what was recorded: whoever answers for the books.
    "batch.undo": {**MANAGERS, **ADMINS},
    # An officer's word on a harvest larger than its ground can well give.
    "batch.note": {**OFFICERS, **ADMINS},
    "label.issue": {**MEMBERS, **ADMINS},
    "chain.share": {**MANAGERS},
    "sensor.write": {**MEMBERS, **ADMINS},
    # Readings come from devices, too, and nothing else does.
    "sensor.report": {**MEMBERS, **ADMINS, DEVICE: "own"},
    # EPCIS: partners read what is theirs and what is shared with them.
    "epcis.capture": {**MEMBERS, **ADMINS},
    "epcis.read": {**MEMBERS, "seller": "own", **OFFICERS, "inspector": "scope", **ADMINS},
    # A cooperative for its own batches, officers for those of their place.
    "recall.decide": {**MANAGERS, **OFFICERS, **ADMINS},
    # Figures of own lots: whoever holds them.
    "recall.note": {**MEMBERS, **OFFICERS, **ADMINS},
    "recall.read": {**MEMBERS, "seller": "own", **OFFICERS, "inspector": "scope", **ADMINS},
    # What others tell of one's goods: the owner answers, the officer of the place decides.
    "claim.read": {**MEMBERS, **OFFICERS, "inspector": "scope", **ADMINS},
    "claim.answer": {**MANAGERS},
    "claim.decide": {**OFFICERS, **ADMINS},
    "claim.confirm": {**MANAGERS, **OFFICERS, **ADMINS},
    # How often labels were scanned: whose goods, who sells them, the officer of the place.
    "scan.read": {**MEMBERS, "seller": "own", **OFFICERS, "inspector": "scope", **ADMINS},
    # Codes seen where one thing cannot be: whose labels they are, and the officer of the place.
    "copy.read": {**MEMBERS, **OFFICERS, "inspector": "scope", **ADMINS},
    "copy.decide": {**MANAGERS, **OFFICERS, **ADMINS},
    # What consumers tell of goods: their maker answers, and the officer of the place.
    "complaint.read": {**MEMBERS, **OFFICERS, "inspector": "scope", **ADMINS},
    "complaint.handle": {**MEMBERS, **OFFICERS, **ADMINS},
    "complaint.answer": {**MANAGERS, **OFFICERS, **ADMINS},
    "complaint.erase": {**OFFICERS, **ADMINS},
    # Certificates and laboratory results; what holds batches back, and who lets them pass.
    "quality.write": {**MEMBERS, **ADMINS},
    "quality.read": {**MEMBERS, "seller": "own", **OFFICERS, "inspector": "scope", **ADMINS},
    # Officers enter what their own sampling found.
    "quality.report": {**MEMBERS, **OFFICERS, **ADMINS},
    "quality.judge": {**MANAGERS, **OFFICERS, **ADMINS},
    "hold.office": {**OFFICERS, "inspector": "scope", **ADMINS},
    "hold.decide": {**OFFICERS, **ADMINS},
    # shop
    "offer.write": {**SELLERS, **ADMINS},
    "order.handle": {**SELLERS, **ADMINS},
    "order.read": {**SELLERS, "buyer": "self", **ADMINS},
    # indicators
    "indicator.report": {**OFFICERS, **ADMINS},
    "indicator.rows": {**OFFICERS, **ADMINS},
    "register.write": {**OFFICERS, "survey_taker": "scope", **ADMINS},
    # ledger: who keeps and signs its checkpoints
    "witness.manage": {**ADMINS},
    # What opens names and addresses to whom they are about, when no account of theirs does.
    "voucher.hand_out": {**ADMINS},
    # app
    "system.operate": {**ADMINS},
}


def may_anywhere(actor: Actor, action: str) -> bool:
    """Whether ``actor`` holds ``action`` for anything at all (what a route can know)."""
    if actor.system:
        return True
    return any(held.role in TABLE[action] for held in actor.held)


def may(actor: Actor, action: str, subject: object) -> bool:
    """Whether ``actor`` may do ``action`` to ``subject``."""
    if actor.system:
        return True
    holders = TABLE[action]
    return any(
        _reaches(actor, held, holders[held.role], subject)
        for held in actor.held
        if held.role in holders
    )


def require(actor: Actor, action: str, subject: object = None) -> None:
    """Let ``actor`` pass, or raise.

    ``subject`` None asks only whether the action is held anywhere. Raises: Unauthenticated for
    the public, Forbidden when the action is not theirs at all or lies outside an officer's
    territory, NotFound when it is theirs but for other organisations only.
    """
    if subject is None:
        if may_anywhere(actor, action):
            return
    elif may(actor, action, subject):
        return
    if actor.person_id is None and not actor.is_device:
        raise Unauthenticated
    if subject is not None and not _may_know(actor, subject):
        raise NotFound
    raise Forbidden("forbidden", action=action)


def _reaches(actor: Actor, held: Held, relation: Relation, subject: object) -> bool:
    if relation == "any":
        return True
    if relation == "self":
        person_id = getattr(subject, "person_id", None)
        return person_id is not None and person_id == actor.person_id
    if relation == "own":
        organisation_id = getattr(subject, "organisation_id", None)
        return organisation_id is not None and organisation_id == held.organisation_id
    return held.scope is not None and covers(held.scope, subject)


def covers(scope: str, subject: object) -> bool:
    """Whether a territory scope (unit code, ``""`` = country) covers the subject's place."""
    if scope == "":
        return True
    return scope in (
        getattr(subject, "commune_code", None),
        getattr(subject, "province_code", None),
    )


def _may_know(actor: Actor, subject: object) -> bool:
    """Whether ``actor`` may know that ``subject`` exists, though not act on it."""
    organisation_id = getattr(subject, "organisation_id", None)
    if organisation_id is None:
        return True
    if organisation_id in actor.organisation_ids():
        return True
    return any(
        held.role in ("admin", "officer", "inspector", "tech_team")
        and (held.role == "admin" or (held.scope is not None and covers(held.scope, subject)))
        for held in actor.held
    )
