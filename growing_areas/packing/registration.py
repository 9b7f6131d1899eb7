"""Registration: an operator describes a packing house, changes the draft, hands it in."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import delete
from sqlalchemy.orm import Session

from accounts import households, organisations, permissions
from accounts.permissions import Actor
from foundation.errors import Conflict, Finding
from foundation.vietnamese import fold
from growing_areas.packing import houses, lifecycle, proposals
from growing_areas.packing.models import PackingHouse, PackingStandard
from growing_areas.packing.proposals import Certified, Checked, HouseProposal


@dataclass(frozen=True)
class Proposed:
    """The stored draft, and everything worth telling about it (no errors among it)."""

    house: PackingHouse
    findings: tuple[Finding, ...]


def propose(
    session: Session,
    actor: Actor,
    organisation_code: str,
    proposal: HouseProposal,
    *,
    now: datetime,
) -> Proposed:
    """Store a draft of a packing house.

    Raises: NotFound, Forbidden; Invalid with every finding about place and produce.
    """
    organisation = organisations.get_organisation(session, organisation_code)
    households.require_entry(session, actor, "packing.propose", organisation)
    checked = proposals.check(session, proposal, now=now)
    house = PackingHouse(
        organisation_id=organisation.id,
        status="draft",
        created_at=now,
        created_by_id=actor.person_id,
        status_changed_at=now,
    )
    house.organisation = organisation
    _fill(house, proposal, checked)
    session.add(house)
    session.flush()
    _put_standards(session, house, proposal.standards)
    return Proposed(house, checked.findings)


def revise(
    session: Session, actor: Actor, house_id: int, proposal: HouseProposal, *, now: datetime
) -> Proposed:
    """Change a draft.

    Raises: NotFound, Forbidden; Conflict("packing.wrong_status") once handed in; Invalid.
    """
    house = houses.load_house(session, house_id, lock=True)
    households.require_entry(session, actor, "packing.propose", house)
    if house.status != "draft":
        raise Conflict("packing.wrong_status", status=house.status, action="revise")
    checked = proposals.check(session, proposal, now=now)
    _fill(house, proposal, checked)
    session.execute(delete(PackingStandard).where(PackingStandard.house_id == house.id))
    _put_standards(session, house, proposal.standards)
    session.flush()
    return Proposed(house, checked.findings)


def submit(session: Session, actor: Actor, house_id: int, *, now: datetime) -> PackingHouse:
    """Hand a draft in to the officers of its commune.

    Raises: NotFound, Forbidden; Conflict("packing.wrong_status"), or
    Conflict("packing.dossier_incomplete") whose findings list every missing piece.
    """
    house = houses.load_house(session, house_id, lock=True)
    permissions.require(actor, "packing.submit", house)
    lifecycle.check(house, "submit")
    missing = missing_pieces(house)
    if missing:
        raise Conflict("packing.dossier_incomplete", missing)
    lifecycle.take(session, actor, house, "submit", now=now)
    session.flush()
    return house


def missing_pieces(house: PackingHouse) -> list[Finding]:
    """What a house still lacks before it can be handed in."""
    lacking = {
        "address": not house.address,
        "position": house.lon is None,
        "crops": not house.crops,
        "capacity_kg": house.capacity_kg is None,
        "equipment": not house.equipment,
    }
    return [Finding(f"packing.needs_{name}", {}, name) for name, is_so in lacking.items() if is_so]


def discard(session: Session, actor: Actor, house_id: int) -> str:
    """Throw a draft away that was never handed in; returns its name.

    Raises: NotFound, Forbidden; Conflict("packing.wrong_status") once it has a history.
    """
    house = houses.load_house(session, house_id, lock=True)
    permissions.require(actor, "packing.propose", house)
    if house.status != "draft" or lifecycle.list_events(session, house.id):
        raise Conflict("packing.wrong_status", status=house.status, action="discard")
    session.delete(house)
    session.flush()
    return house.name


def _fill(house: PackingHouse, proposal: HouseProposal, checked: Checked) -> None:
    house.name = proposal.name
    house.name_key = fold(proposal.name)
    house.commune_code = checked.commune_code
    house.province_code = checked.province_code
    house.address = proposal.address
    house.lon, house.lat = proposal.lon, proposal.lat
    house.crops = list(dict.fromkeys(proposal.crops))
    house.products = proposal.products
    house.markets = list(dict.fromkeys(proposal.markets))
    house.capacity_kg = proposal.capacity_kg
    house.equipment = proposal.equipment


def _put_standards(session: Session, house: PackingHouse, told: Sequence[Certified]) -> None:
    session.add_all(
        PackingStandard(
            house_id=house.id,
            standard=each.standard,
            certificate_number=each.certificate_number,
            certifier=each.certifier,
            valid_until=each.valid_until,
        )
        for each in told
    )
    session.flush()
