"""The dossier calls of the API, as a program makes them."""

from __future__ import annotations

from datetime import datetime

from flask.testing import FlaskClient
from sqlalchemy import text
from sqlalchemy.orm import Session

from tests.accounts import factories as people
from tests.api.test_growing_areas import caller
from tests.growing_areas import factories


def test_a_renewal_is_refused_and_names_the_piece_that_is_missing(
    client: FlaskClient, session: Session, now: datetime
) -> None:
    organisation = factories.make_organisation(session, now, representative=None)
    area = factories.make_approved_area(session, now, organisation)
    session.execute(text("DELETE FROM growing_plot_households"))
    call = caller(client, session, people.make_official(session, now, role="admin"), now)

    answer = call("POST", f"/growing-areas/{area.id}/renew", json={})

    assert answer.status_code == 409
    assert "dossier.no_representative" in answer.text
