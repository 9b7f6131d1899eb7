"""Lists of an office leave the house whole, with words beside their codes."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal

from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from accounts.permissions import SYSTEM
from tests.accounts.browser import sign_in_as
from tests.accounts.factories import make_official
from tests.traceability.factories import grow, new_batch
from traceability import opening
from traceability.recalls import holding
from traceability.recalls.holding import Wish
from traceability.recalls.reach import Suspicion


def test_recalls_odd_yields_and_products_are_taken_away_as_tables(
    client: FlaskClient, session: Session, now: datetime
) -> None:
    grown = grow(session, now)
    much = (Decimal(grown.area.version.area_m2) * 10).quantize(Decimal(1))
    odd = opening.open_batch(session, SYSTEM, new_batch(grown, quantity=much), now=now)
    holding.hold(session, SYSTEM, Wish(Suspicion("batch", odd.code), "Nghi có thuốc"), now=now)
    session.commit()
    office = make_official(session, now, scope=grown.organisation.province_code)
    sign_in_as(client, session, office, now)

    for path, words in (
        ("/office/products/table", f"{grown.product.code},{grown.product.name}"),
        ("/office/yields/table", f"{odd.code},{odd.lot},{grown.product.name}"),
        ("/workspace/recalls/table", "batch,Một lô hàng,"),
    ):
        taken = client.get(f"{path}?format=csv")
        assert taken.status_code == 200
        assert words in taken.text
        assert client.get(f"{path}?format=doc").status_code == 422
        assert f"{path}?format=xlsx" in client.get(path.removesuffix("/table")).text
