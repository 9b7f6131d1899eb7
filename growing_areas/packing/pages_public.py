"""The public page of a packing house: what it packs, for where, whether its code stands.

No person; the position rounded, coarse and without address where the house is a household's yard.
"""

from __future__ import annotations

from flask import Blueprint, redirect, url_for
from flask.typing import ResponseReturnValue

from foundation import clock, db, web
from growing_areas.packing import deliveries, facts, houses, labels
from territory import units

blueprint = Blueprint("public", __name__, url_prefix="/packing-houses")


@blueprint.get("/<code>")
@web.public
def show(code: str) -> ResponseReturnValue:
    """A house by its code, whatever became of it; other spellings lead to the one in use."""
    today = clock.today()
    with db.reading() as session:
        house = houses.get_public(session, code)
        if code != house.code:
            return redirect(url_for(".show", code=house.code), 301)
        return web.render(
            "growing_areas/packing/public.html",
            house=house,
            labels=labels,
            status=house.status_on(today),
            issued=houses.code_of(session, house),
            place=units.labels(session, {house.commune_code}, today).get(house.commune_code),
            address=facts.public_address(house),
            position=facts.public_position(house),
            is_a_home=facts.is_a_home(house),
            standards=[labels.standard(s) for s in houses.standards_of(session, house.id)],
            deliveries=deliveries.list_confirmed(session, house.id),
        )
