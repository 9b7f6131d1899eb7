"""The demonstration story: whole, told once, on real communes."""

from __future__ import annotations

import gzip
import json
from collections import Counter
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest
from shapely.geometry import Point, Polygon, shape
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from accounts.models import Organisation, Person
from app import starting
from app.demo import cast, chain, fields, story
from foundation import clock, db
from foundation.config import Config
from foundation.errors import Refused
from growing_areas.models import GrowingArea
from growing_areas.slips.models import BuyingSlip
from ledger import verification
from products.models import Product
from shop.order_models import Order
from territory import units
from traceability.certifying import certificates
from traceability.certifying.models import GoodsCertificate, LaboratoryResult
from traceability.handling.trade_models import Consignment
from traceability.models import Batch
from traceability.quality.models import BatchHold
from traceability.recalls.models import Recall

BOUNDARIES = (
    Path(__file__).resolve().parents[4] / "shared/territory/commune_boundaries_2026-07.geojsonl.gz"
)


def _outlines() -> list[tuple[str, str, Polygon]]:
    return [
        (
            part["commune"],
            f"{part['key']}{place}",
            Polygon(
                fields.outline(
                    fields.beside(tuple(part["centre"]), place, entry["ha"]),
                    entry["ha"],
                    f"{part['key']}{place}",
                )
            ),
        )
        for part in cast.script()["organisations"]
        for place, entry in enumerate(part["areas"])
    ]


def _counts() -> dict[str, int]:
    kinds = (Person, Organisation, GrowingArea, Batch, Order, Consignment, BuyingSlip, Recall)
    with db.reading() as session:
        return {
            kind.__name__: session.scalar(select(func.count()).select_from(kind)) or 0
            for kind in kinds
        }


def _made_on_the_way() -> int:
    """How many batches the steps of the goods' ways make."""
    each = {"harvest": 1, "buy": 1, "process": 1}
    return sum(
        each.get(step["do"], 0)
        + len(step.get("parts", ()))
        + (len(step["batches"]) if step["do"] == "receive" else 0)
        for step in chain.script()["steps"]
    )


def _expect_the_ways_told(session: Session) -> None:
    """Tea of two organisations' buds arrived elsewhere; early chilli is held; papers stand."""
    held = select(Product.name, Batch.state).join(Product, Product.id == Batch.product_id)
    by_state = Counter((name, state) for name, state in session.execute(held))
    assert by_state["Ớt tươi Ái Nghĩa", "held"] == 1
    assert by_state["Tương ớt Ái Nghĩa", "recalled"] == 2
    reasons = session.scalars(select(BatchHold.reason).where(BatchHold.lifted_at.is_(None)))
    # The holds of the recall ended with it; its lots stay recalled.
    assert sorted(reasons) == ["pre_harvest"]
    assert session.scalars(select(LaboratoryResult.outcome)).all() == ["passed"]
    today = clock.business_day(clock.now())
    papers = session.scalars(select(GoodsCertificate).order_by(GoodsCertificate.valid_to)).all()
    assert [certificates.state_on(each, today) for each in papers] == ["ended", "valid"]
    assert session.scalars(select(Consignment.state).order_by(Consignment.id)).all() == [
        "sent", "received", "received"
    ]  # fmt: skip
    assert session.scalars(select(Recall.state)).all() == ["closed"]


def test_the_story_is_whole_and_told_once(own_database: db.Database, test_config: Config) -> None:
    starting.register(test_config)

    story.load(test_config)
    first = _counts()
    story.load(test_config)

    assert _counts() == first
    assert first["Organisation"] == 8
    parts = cast.script()["organisations"]
    assert first["GrowingArea"] == sum(len(part["areas"]) for part in parts)
    assert first["Batch"] == sum(len(part["batches"]) for part in parts) + _made_on_the_way()
    assert (first["Consignment"], first["BuyingSlip"], first["Recall"]) == (3, 5, 1)
    assert first["Order"] >= 11
    with db.reading() as session:
        assert verification.verify(session) is None
        _expect_the_ways_told(session)
        named = session.scalars(select(Person.name).order_by(Person.name)).all()
        assert sorted(set(named)) == named


def test_the_story_is_refused_in_production(test_config: Config) -> None:
    with pytest.raises(Refused) as caught:
        story.load(replace(test_config, production=True))

    assert caught.value.code == "demo.production"


def test_fields_are_uneven_and_never_cross_themselves() -> None:
    for _commune, name, outline in _outlines():
        corners = list(outline.exterior.coords)[:-1]
        assert len(corners) >= 8, name
        assert outline.is_valid, name
        assert outline.area < 0.9 * outline.envelope.area, name


def test_fields_of_the_story_do_not_overlap() -> None:
    found = _outlines()

    for index, (_, name, outline) in enumerate(found):
        for _, other_name, other in found[:index]:
            assert not outline.intersects(other), (name, other_name)


def test_places_of_the_story_are_communes_in_force(session: object) -> None:
    with db.reading() as reader:
        for part in cast.script()["organisations"]:
            unit = units.get_unit(reader, part["commune"], date(2026, 11, 21))
            assert unit.level == "commune"


@pytest.mark.skipif(not BOUNDARIES.exists(), reason="needs ../shared/territory boundaries")
def test_fields_lie_inside_their_commune() -> None:
    wanted = {commune for commune, _, _ in _outlines()}
    boundaries = {}
    with gzip.open(BOUNDARIES, "rt", encoding="utf-8") as lines:
        for line in lines:
            feature = json.loads(line)
            if feature["properties"]["code"] in wanted:
                boundaries[feature["properties"]["code"]] = shape(feature["geometry"]).buffer(0)

    for commune, name, outline in _outlines():
        assert boundaries[commune].contains(Point(outline.centroid)), name
        assert boundaries[commune].contains(outline), name
