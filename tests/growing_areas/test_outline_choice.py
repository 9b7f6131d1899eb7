"""Outlines are coarse until their owner shows them: on pages, in files, in open data."""

from __future__ import annotations

import json
from datetime import date, datetime

import pytest
import shapely
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from accounts.permissions import SYSTEM
from foundation.errors import Forbidden, NotFound
from growing_areas import areas, facts
from growing_areas.dossiers import certificates
from growing_areas.dossiers.certificates import Certified
from growing_areas.mapping import choice
from tests.growing_areas import factories


def test_the_owner_shows_and_hides_an_outline(session: Session, now: datetime) -> None:
    area = factories.make_approved_area(session, now)
    owner = factories.manager(area.organisation)

    choice.show_outline(session, owner, area.id, now=now)
    (shown,) = facts.public_areas(session)
    choice.hide_outline(session, owner, area.id, now=now)
    (hidden,) = facts.public_areas(session)

    exact = areas.outline_of(area.version)
    assert (shown.is_exact, hidden.is_exact) == (True, False)
    assert shown.outline.equals(exact)
    assert hidden.outline.contains(exact)
    assert not hidden.outline.equals(exact)


def test_nobody_else_chooses(session: Session, now: datetime) -> None:
    area = factories.make_approved_area(session, now)
    stranger = factories.manager(factories.make_organisation(session, now))

    with pytest.raises((NotFound, Forbidden)):
        choice.show_outline(session, stranger, area.id, now=now)
    with pytest.raises(Forbidden):
        choice.show_outline(session, factories.officer(), area.id, now=now)


def test_small_frames_do_not_find_a_hidden_outline(session: Session, now: datetime) -> None:
    """A frame beside the field, in the same cell, answers as one upon it."""
    factories.make_approved_area(session, now)
    beside = (105.2899, 21.1298, 105.28995, 21.12985)

    assert len(facts.public_areas(session, bbox=beside)) == 1
    (found,) = facts.public_areas(session)
    choice.show_outline(session, SYSTEM, found.area_id, now=now)
    assert facts.public_areas(session, bbox=beside) == []


def test_page_and_file_follow_the_choice(
    client: FlaskClient, session: Session, now: datetime
) -> None:
    area = factories.make_approved_area(session, now)
    session.flush()
    address = f"/areas/{area.code}/outline.geojson"
    exact = areas.outline_of(area.version)

    before = json.loads(client.get(address).data)
    area.outline_public = True
    session.flush()
    after = json.loads(client.get(address).data)
    page = client.get(f"/areas/{area.code}").text

    assert before["properties"]["precision"] == "0.01 degrees"
    assert not shapely.geometry.shape(before["geometry"]).equals(exact)
    assert after["properties"]["precision"] == "exact"
    assert shapely.geometry.shape(after["geometry"]).equals_exact(exact, 1e-6)
    assert "Bên sản xuất đã chọn công khai đường bao" in page


def test_the_public_page_names_standards_valid_today_and_leads_to_the_map(
    client: FlaskClient, session: Session, now: datetime
) -> None:
    area = factories.make_approved_area(session, now)
    for standard, until in (("vietgap", date(2099, 1, 31)), ("globalgap", date(2026, 1, 2))):
        paper = Certified(standard, "01", "Quacert", date(2026, 1, 1), until)
        certificates.record(session, SYSTEM, area.id, paper, now=now)
    session.flush()

    page = client.get(f"/areas/{area.code}").text

    assert "<strong>VietGAP</strong> (đến 31/01/2099)" in page
    assert "GLOBALG.A.P." not in page
    # Round the cell of the area, not round its outline.
    assert 'href="/map?bbox=105.24,21.08,105.32,21.16"' in page
