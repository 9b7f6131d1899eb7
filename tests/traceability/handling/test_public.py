"""Addresses that stand in events answer everybody with what everybody may know."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal

from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from accounts.permissions import SYSTEM
from tests.accounts.browser import text_of
from tests.growing_areas.factories import make_organisation
from tests.traceability.factories import grow, make_batch
from traceability.handling import consigning, packing
from traceability.handling.acting import Taken
from traceability.handling.consigning import Shipment
from traceability.handling.packing import Packing


def test_events_addresses_lead_somewhere_and_tell_no_business(
    client: FlaskClient, session: Session, now: datetime
) -> None:
    giver = grow(session, now)
    taker = make_organisation(session, now, name="Hợp tác xã Bên Nhận")
    batch = make_batch(session, giver, now)
    unit = packing.pack(session, SYSTEM, Packing((Taken(batch.code, Decimal(80)),)), now=now)
    goods = Shipment((Taken(batch.code, Decimal("33.3")),), recipient=taker.code)
    sent = consigning.ship(session, SYSTEM, goods, now=now)
    session.commit()

    house = client.get(f"/organisations/{giver.organisation.code}")
    consignment = client.get(f"/consignments/{sent.code}")
    crate = client.get(unit.uri)

    assert house.status_code == 302
    assert house.headers["Location"].endswith(f"/producers/{giver.organisation.slug}")
    assert consignment.status_code == 200
    told = text_of(consignment)
    assert giver.organisation.name in told
    assert taker.name not in told
    assert "33,3" not in told
    assert batch.lot in text_of(crate)
    assert "80" not in text_of(crate).replace(unit.code, "")
    for path in ("organisations", "consignments", "units"):
        assert client.get(f"/{path}/KHONGCO").status_code == 404
