"""The story of goods on their way: step by step as `data/chain.yaml` says, told once."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import cache
from importlib import resources
from typing import Any

import yaml
from sqlalchemy import select
from sqlalchemy.orm import Session

from accounts.models import Organisation
from accounts.permissions import Actor
from growing_areas.models import IN_FORCE, GrowingArea
from products import register
from products.models import Product
from products.register import ProductDetails
from traceability.handling.trade_models import Consignment

PRODUCTS_DAYS_AGO = 200


@cache
def script() -> dict[str, Any]:
    """The file of the goods' ways."""
    text = resources.files("app.demo").joinpath("data/chain.yaml").read_text("utf-8")
    read: dict[str, Any] = yaml.safe_load(text)
    return read


@dataclass(frozen=True)
class Chain:
    """What the steps told so far have made, by the keys of the file."""

    organisations: Mapping[str, Organisation]
    managers: Mapping[str, Actor]
    batches: dict[str, str] = field(default_factory=dict)
    consignments: dict[str, str] = field(default_factory=dict)
    recalls: dict[str, str] = field(default_factory=dict)

    def product(self, session: Session, owner: str, name: str) -> str:
        """The code of an organisation's product of this name."""
        statement = select(Product.code).where(
            Product.organisation_id == self.organisations[owner].id, Product.name == name
        )
        return session.scalars(statement).one()

    def area(self, session: Session, owner: str, name: str) -> GrowingArea:
        """An organisation's area of this name, in force."""
        statement = select(GrowingArea).where(
            GrowingArea.organisation_id == self.organisations[owner].id,
            GrowingArea.name == name,
            GrowingArea.status == IN_FORCE,
        )
        return session.scalars(statement).one()


@dataclass(frozen=True)
class Step:
    """One step of the file and when it happened."""

    session: Session
    chain: Chain
    given: Mapping[str, Any]
    now: datetime
    today: datetime

    @property
    def manager(self) -> Actor:
        """Who does it."""
        return self.chain.managers[self.given["by"]]

    def product(self, name: str = "product") -> str:
        """The product the step names."""
        return self.chain.product(self.session, self.given["by"], self.given[name])

    def area(self, name: str) -> GrowingArea:
        """An area of who does it."""
        return self.chain.area(self.session, self.given["by"], name)

    def batch(self, name: str = "batch") -> str:
        """The code of the batch the step names."""
        return self.chain.batches[self.given[name]]


Telling = Callable[[Step], None]


def tell(
    session: Session,
    organisations: Mapping[str, Organisation],
    managers: Mapping[str, Actor],
    tellings: Mapping[str, Telling],
    *,
    now: datetime,
) -> None:
    """Every step in the order of the days, unless goods were sent already."""
    if session.scalar(select(Consignment.id).limit(1)) is not None:
        return
    chain = Chain(organisations, managers)
    entered_at = now - timedelta(days=PRODUCTS_DAYS_AGO)
    for entry in script()["products"]:
        _product(session, chain, entry, entered_at)
    for given in sorted(script()["steps"], key=lambda step: -int(step["days"])):
        happened_at = now - timedelta(days=given["days"])
        tellings[given["do"]](Step(session, chain, given, happened_at, now))


def _product(session: Session, chain: Chain, entry: dict[str, Any], now: datetime) -> None:
    details = ProductDetails(
        name=entry["name"],
        name_en=entry["name_en"],
        ocop_group=entry.get("group"),
        shelf_life_days=entry.get("shelf_life_days"),
        ingredients=entry.get("ingredients"),
        description=entry.get("description"),
    )
    maker = entry["maker"]
    code = chain.organisations[maker].code
    register.create(session, chain.managers[maker], code, entry["unit"], details, now=now)
