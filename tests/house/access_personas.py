"""Who calls, in the access matrix, and what each may expect: read off the permission table. PURE.

Derived anew from ``TABLE`` alone, not with the functions the house itself asks.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

from accounts.permissions import TABLE
from foundation.web import Guard

Where = Literal["here", "elsewhere"]
Reach = Literal["none", "elsewhere", "here"]


@dataclass(frozen=True)
class Persona:
    """A caller: roles in organisation A (own) or B (other), over A's province or another's."""

    name: str
    role: str | None = None
    where: Where = "here"

    @property
    def is_anonymous(self) -> bool:
        return self.name == "anonymous"

    @property
    def roles(self) -> tuple[str, ...]:
        """What they hold; everybody who can sign in can buy."""
        return () if self.is_anonymous else tuple(filter(None, (self.role, "buyer")))


PERSONAS = (
    Persona("anonymous"),
    Persona("buyer"),
    Persona("staff", "staff"),
    Persona("manager", "manager"),
    Persona("seller", "seller"),
    Persona("other_manager", "manager", "elsewhere"),
    Persona("officer", "officer"),
    Persona("other_officer", "officer", "elsewhere"),
    Persona("inspector", "inspector"),
    Persona("other_inspector", "inspector", "elsewhere"),
    Persona("tech_team", "tech_team"),
    Persona("other_tech_team", "tech_team", "elsewhere"),
    Persona("survey_taker", "survey_taker"),
    Persona("council", "council"),
    Persona("admin", "admin"),
)


@dataclass(frozen=True)
class Place:
    """How a route is called: what fills its path, query and body (``@key``: a thing of the world).

    ``action``: what the domain asks for where the guard asks for less; ``owner``: the only persona
    for whom the thing is there; ``names_a``: the body names A's things; ``in_place``: the body
    names a commune of A's province; ``veiled``: public, but only holders of this action are shown
    names; ``code_holder``: who knows the path may see it;
    ``may_be_missing``: 404 serves too; ``to_sign_in``: its own way leads to the sign-in page;
    ``guarded_by``: a public route asks for this action when this very thing is asked for.
    """

    path: Mapping[str, str] = field(default_factory=dict)
    query: Mapping[str, str] = field(default_factory=dict)
    body: Mapping[str, Any] = field(default_factory=dict)
    files: Mapping[str, tuple[str, bytes]] = field(default_factory=dict)
    action: str | None = None
    owner: str | None = None
    names_a: bool = False
    in_place: bool = False
    veiled: str | None = None
    code_holder: bool = False
    may_be_missing: bool = False
    to_sign_in: bool = False
    guarded_by: str | None = None

    @property
    def leads_to_a(self) -> bool:
        return bool(self.path)


@dataclass(frozen=True)
class Expected:
    """Which answers are right (None: whatever serves the request), and whose names may be read."""

    statuses: frozenset[int] | None
    sees_public_names: bool
    sees_secrets: bool
    may_be_missing: bool = False

    def allows(self, status: int) -> bool:
        if self.statuses is not None:
            return status in self.statuses
        return status < 400 or status in (409, 422) or (self.may_be_missing and status == 404)


def expected(guard: Guard, place: Place, persona: Persona, *, is_api: bool) -> Expected:
    """What the table says of a call."""
    if place.guarded_by is not None:
        guard = Guard("action", place.guarded_by)
    if guard.kind == "public":
        holds = place.veiled is None or _reach(persona, place.veiled, place) == "here"
        insider = place.code_holder or (persona.where == "here" and persona.role is not None)
        return Expected(None, holds, insider, place.may_be_missing)
    if persona.is_anonymous:
        return Expected(frozenset({401 if is_api else 303}), False, False)
    if guard.action is not None and _reach(persona, guard.action, place) == "none":
        return Expected(frozenset({403, 404}), False, False)
    action = place.action or guard.action
    if place.owner is not None:
        return _owned(place, persona)
    if action is None:
        insider = persona.where == "here" and persona.role is not None
        return Expected(None, insider, insider)
    return _by_reach(_reach(persona, action, place), place, persona)


def _owned(place: Place, persona: Persona) -> Expected:
    if persona.name == place.owner:
        return Expected(None, True, True)
    return Expected(frozenset({404}), False, False)


def _by_reach(reach: Reach, place: Place, persona: Persona) -> Expected:
    if reach == "here":
        return Expected(None, True, True)
    if place.leads_to_a:
        # Whoever works with A may be told that it is not theirs; to all others it is not there.
        told = {403, 404} if persona.role and persona.where == "here" else {404}
        return Expected(frozenset(told), False, False)
    if reach == "none":
        return Expected(frozenset({403, 404}), False, False)
    if place.names_a:
        return Expected(frozenset({404, 422}), False, False)
    if place.in_place:
        return Expected(frozenset({403, 404, 422}), False, False)
    return Expected(None, False, False)


def _reach(persona: Persona, action: str, place: Place) -> Reach:
    """Whether the table gives an action to somebody for A's things, for others' only, or not."""
    found: Reach = "none"
    for role in persona.roles:
        relation = TABLE[action].get(role)
        if relation is None:
            continue
        if relation == "any" or (relation == "self" and place.owner in (None, persona.name)):
            return "here"
        if relation in ("own", "scope") and persona.where == "here":
            return "here"
        found = "elsewhere"
    return found
