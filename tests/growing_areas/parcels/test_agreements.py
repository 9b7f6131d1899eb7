"""A household's signed agreement: kept with it, opened by few, audited, erased when taken off."""

from __future__ import annotations

import io
from dataclasses import replace
from datetime import datetime, timedelta

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from accounts.models import AuditEntry, Organisation
from accounts.permissions import Actor, Held
from foundation import clock, erasure, files
from foundation.config import Config
from foundation.errors import Forbidden, Invalid, NotFound
from foundation.models import StoredFile
from growing_areas.dossiers import pieces
from growing_areas.dossiers.uploads import Judged
from growing_areas.models import GrowingArea
from growing_areas.parcels import agreements, households
from growing_areas.parcels.models import PlotHousehold
from growing_areas.proposals import Household
from tests.accounts import browser
from tests.accounts import factories as people
from tests.growing_areas import factories

PDF = b"%PDF-1.7\n1 0 obj<</Type/Catalog>>endobj\nstartxref\n9\n%%EOF"
JUDGED = Judged("application/pdf", PDF, None, None)


@pytest.fixture(autouse=True)
def _still(monkeypatch: pytest.MonkeyPatch, now: datetime, test_config: Config) -> None:
    files.use(test_config.files_url)
    monkeypatch.setattr(clock, "now", lambda: now)


@pytest.fixture
def organisation(session: Session, now: datetime) -> Organisation:
    return factories.make_organisation(session, now)


@pytest.fixture
def area(session: Session, organisation: Organisation, now: datetime) -> GrowingArea:
    listed = (Household("Phạm Thị Sáu"), Household("Lê Văn Bảy"))
    return factories.make_area(session, now, organisation, households=listed)


@pytest.fixture
def household(session: Session, area: GrowingArea) -> PlotHousehold:
    return households.of_plot(session, area.plot_id)[0]


def staff(organisation: Organisation) -> Actor:
    manager = factories.manager(organisation)
    return replace(manager, held=tuple(replace(held, role="staff") for held in manager.held))


def unheld(session: Session, now: datetime) -> set[str]:
    erasure.mark(session, now=now)
    return set(session.scalars(select(StoredFile.digest).where(StoredFile.unheld_at.is_not(None))))


def looks(session: Session) -> list[str]:
    statement = select(AuditEntry.subject).where(AuditEntry.action == "household.agreement_read")
    return list(session.scalars(statement))


def test_a_household_agrees_by_its_paper_on_a_day_that_is_told(
    session: Session, area: GrowingArea, household: PlotHousehold, now: datetime
) -> None:
    manager = factories.manager(area.organisation)
    with pytest.raises(Invalid) as undated:
        agreements.attach(session, manager, area.id, household.id, JUDGED, now=now)
    later = now.date() + timedelta(days=2)
    with pytest.raises(Invalid) as early:
        agreements.attach(session, manager, area.id, household.id, JUDGED, later, now=now)

    agreements.attach(session, manager, area.id, household.id, JUDGED, now.date(), now=now)

    assert undated.value.findings[0].code == "household.agreement_undated"
    assert early.value.findings[0].code == "household.agreed_in_future"
    assert (household.agreed_on, household.agreed_how) == (now.date(), "paper")
    assert households.agreements(session, area.plot_id) == households.Agreements(2, 1, 1)
    agreement = next(
        piece for piece in pieces.read(session, area, now=now).pieces if piece.code == "agreement"
    )
    assert (agreement.papers, agreement.state) == ((1, 2), "missing")


def test_managers_and_the_officer_of_the_place_open_it_nobody_else(
    session: Session, area: GrowingArea, household: PlotHousehold, now: datetime
) -> None:
    manager = factories.manager(area.organisation)
    agreements.attach(session, manager, area.id, household.id, JUDGED, now.date(), now=now)

    def read(actor: Actor) -> str:
        return agreements.read(session, actor, area.id, household.id, now=now).digest

    assert read(manager) == household.agreement_hash
    assert looks(session) == []
    assert read(factories.officer()) == household.agreement_hash
    assert looks(session) == [f"area:{area.id}/household:{household.id}"]
    for stranger in (
        staff(area.organisation),
        factories.officer("51"),
        Actor(9_000_009, "Quản trị", (Held("admin"),)),
        factories.manager(factories.make_organisation(session, now)),
    ):
        with pytest.raises((Forbidden, NotFound)):
            read(stranger)
    assert len(looks(session)) == 1


def test_a_paper_replaced_removed_or_erased_with_its_household_is_let_go(
    session: Session, area: GrowingArea, household: PlotHousehold, now: datetime
) -> None:
    manager = factories.manager(area.organisation)
    digests = []
    for content in (PDF + b"1", PDF + b"2", PDF + b"3"):
        judged = replace(JUDGED, full=content)
        agreements.attach(session, manager, area.id, household.id, judged, now.date(), now=now)
        digests.append(household.agreement_hash)
    assert unheld(session, now) >= set(digests[:2])
    assert digests[2] not in unheld(session, now)

    agreements.remove(session, manager, area.id, household.id)
    assert household.agreed_on == now.date()
    assert digests[2] in unheld(session, now)
    with pytest.raises(NotFound):
        agreements.remove(session, manager, area.id, household.id)

    agreements.attach(session, manager, area.id, household.id, JUDGED, now=now)
    kept = household.agreement_hash
    assert kept not in unheld(session, now)
    households.erase(session, manager, area.id, household.id)
    assert kept in unheld(session, now)


def test_an_approved_dossier_does_not_keep_a_households_paper(
    session: Session, organisation: Organisation, now: datetime
) -> None:
    listed = (Household("Phạm Thị Sáu"),)
    earlier = now - timedelta(days=1)
    area = factories.make_approved_area(session, earlier, organisation, households=listed)
    (row,) = households.of_plot(session, area.plot_id)
    manager = factories.manager(organisation)
    agreements.attach(session, manager, area.id, row.id, JUDGED, earlier.date(), now=earlier)
    digest = row.agreement_hash

    agreements.remove(session, manager, area.id, row.id)

    assert digest in unheld(session, now)


def test_the_form_takes_a_scan_refuses_what_acts_and_shows_it_to_its_manager(
    client: FlaskClient,
    session: Session,
    organisation: Organisation,
    area: GrowingArea,
    household: PlotHousehold,
    now: datetime,
) -> None:
    browser.sign_in_as(client, session, people.make_member(session, organisation, now), now)
    path = f"/workspace/areas/{area.id}/households/{household.id}/agreement"
    hostile = (io.BytesIO(PDF.replace(b"Catalog", b"Catalog/JavaScript")), "giay.pdf")

    refused = browser.post(client, path, agreed_on="20/11/2026", file=hostile)
    undated = browser.post(client, path, file=(io.BytesIO(PDF), "giay.pdf"))
    kept = browser.post(client, path, agreed_on="20/11/2026", file=(io.BytesIO(PDF), "giay.pdf"))

    assert (refused.status_code, undated.status_code, kept.status_code) == (422, 422, 303)
    assert "Cần ghi ngày hộ ký" in undated.text
    opened = client.get(f"{path}/file")
    assert (opened.data, opened.headers["Cache-Control"]) == (PDF, "private, no-store")
    assert (
        "1 hộ có bản chụp giấy đồng ý" in client.get(f"/workspace/areas/{area.id}/households").text
    )
    dossier = client.get(f"/workspace/areas/{area.id}/dossier")
    assert "Bản chụp giấy đồng ý: 1 trong 2 hộ" in browser.text_of(dossier)
    assert "7 ngày" in client.get(f"{path}/remove").text
    assert browser.post(client, f"{path}/remove").status_code == 303
    assert client.get(f"{path}/file").status_code == 404


def test_an_officer_finds_the_papers_on_the_household_list(
    client: FlaskClient,
    session: Session,
    area: GrowingArea,
    household: PlotHousehold,
    now: datetime,
) -> None:
    manager = factories.manager(area.organisation)
    agreements.attach(session, manager, area.id, household.id, JUDGED, now.date(), now=now)
    officer = people.make_official(session, now, scope=factories.PROVINCE)
    browser.sign_in_as(client, session, officer, now)

    listed = browser.post(client, f"/office/areas/{area.id}/households")

    path = f"/workspace/areas/{area.id}/households/{household.id}/agreement/file"
    assert path in listed.text
    assert client.get(path).data == PDF
    assert len(looks(session)) == 1
