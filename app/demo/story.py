"""Telling the story: people, land, goods, sales; rerunnable, each cooperative told once.

Each part is one transaction, so that a story broken off goes on where it stopped.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

import click
from sqlalchemy.orm import Session

from accounts.models import Organisation
from accounts.permissions import Actor
from app.demo import (
    cast,
    chain,
    chain_goods,
    chain_papers,
    chain_sensors,
    chain_talk,
    figures,
    goods,
    land,
    materials,
    packing_houses,
    people,
    sales,
    visits,
)
from foundation import clock, db
from foundation.config import Config
from foundation.errors import Refused
from growing_areas.catalogue import yearly_list


@dataclass
class Told:
    """Who and what the story has brought in so far, by the keys of its file."""

    admin: Actor
    organisations: dict[str, Organisation] = field(default_factory=dict)
    managers: dict[str, Actor] = field(default_factory=dict)


def load(config: Config) -> None:
    """Tell the story; what is there already stays. Raises: Refused in production."""
    if config.production:
        raise Refused("demo.production")
    now = clock.now()
    story = cast.script()
    with db.transaction() as session:
        told = Told(people.admin(session, story["people"], now=now))
    for part in story["organisations"]:
        with db.transaction() as session:
            _tell(session, told, part, now)
    with db.transaction() as session:
        people.join(session, story["people"], told.organisations, now=now)
    with db.transaction() as session:
        sales.tell(session, story, told.organisations, told.managers, now=now)
    parts = (chain_goods, chain_papers, chain_sensors, chain_talk)
    steps = {name: telling for part in parts for name, telling in part.TELLINGS.items()}
    with db.transaction() as session:
        chain.tell(session, told.organisations, told.managers, steps, now=now)
    with db.transaction() as session:
        materials.tell(session, story["raw_materials"], told.organisations, told.managers, now=now)
    with db.transaction() as session:
        figures.tell(session, told.admin, story["registers"], told.organisations, now=now)
    with db.transaction() as session:
        visits.tell(session, told.admin, story, told.organisations, now=now)
    with db.transaction() as session:
        yearly_list.load_seed(session, now=now)
    cast.say_who()


def _tell(session: Session, told: Told, part: dict[str, Any], now: datetime) -> None:
    key = part["key"]
    organisation, fresh = people.organisation(session, told.admin, part, now=now)
    told.organisations[key] = organisation
    told.managers[key] = people.manager(session, organisation, part, now=now)
    if not fresh:
        return
    click.echo(f"  {organisation.name}", err=True)
    areas = land.tell(session, told.admin, told.managers[key], organisation, part, now=now)
    manager = told.managers[key]
    packing_houses.tell(session, told.admin, manager, organisation, part, areas, now=now)
    goods.tell(session, told.admin, manager, organisation, part, areas, now=now)
