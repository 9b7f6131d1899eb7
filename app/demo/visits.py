"""The story's rural-tourism places."""

from __future__ import annotations

import random
from collections.abc import Mapping
from datetime import datetime, timedelta
from functools import cache
from importlib import resources
from typing import Any

import yaml
from sqlalchemy import select
from sqlalchemy.orm import Session

from accounts.models import Organisation
from accounts.permissions import Actor
from app.demo import pictures
from products.models import Product
from products.places import hours, photos, register
from products.places.details import PlaceDetails
from products.places.models import TourismPlace


@cache
def script() -> list[dict[str, Any]]:
    """The places of the story's file."""
    text = resources.files("app.demo").joinpath("data/places.yaml").read_text("utf-8")
    read: list[dict[str, Any]] = yaml.safe_load(text)["places"]
    return read


def tell(
    session: Session,
    admin: Actor,
    story: dict[str, Any],
    organisations: Mapping[str, Organisation],
    *,
    now: datetime,
) -> None:
    """Enter and publish each place once; what is there already stays."""
    entered_at = now - timedelta(days=40)
    known = set(session.scalars(select(TourismPlace.name)))
    names = {
        product["key"]: product["name"]
        for part in story["organisations"]
        for product in part["products"]
    }
    for entry in script():
        if entry["name"] in known:
            continue
        owner = organisations[entry["runs"]]
        sold = [names[key] for key in entry["sells"]]
        codes = session.scalars(
            select(Product.code).where(Product.organisation_id == owner.id, Product.name.in_(sold))
        )
        place = register.create(
            session, admin, _details(entry, owner, tuple(codes)), now=entered_at,
            chance=random.Random(entry["key"]),  # noqa: S311 — a code of a story, not a secret
        )  # fmt: skip
        picture = pictures.of_product(entry["like"])
        if picture is not None:
            photos.add(session, admin, place.code, picture, None, now=entered_at)
        register.publish(session, admin, place.code, now=entered_at)


def _details(entry: dict[str, Any], owner: Organisation, sold: tuple[str, ...]) -> PlaceDetails:
    position = entry.get("position")
    return PlaceDetails(
        kind=entry["kind"],
        name=entry["name"],
        name_en=entry["name_en"],
        commune=entry["commune"],
        organisation=owner.code if owner.status == "verified" else None,
        address=entry.get("address"),
        position=(position[0], position[1]) if position else None,
        description=entry["description"],
        description_en=entry["description_en"],
        opening_hours=hours.read_week(entry["hours"]),
        season=entry["season"],
        to_buy=entry["to_buy"],
        products=sold,
    )
