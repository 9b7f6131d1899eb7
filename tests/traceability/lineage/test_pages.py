"""A cooperative reads the chain of its batch: drawing, table, file and API."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from io import BytesIO
from typing import Any

import pytest
from flask.testing import FlaskClient
from openpyxl import load_workbook
from sqlalchemy.orm import Session

from accounts.permissions import Actor
from foundation import clock
from tests.accounts.browser import sign_in_as, text_of
from tests.accounts.factories import make_member, make_official
from tests.api.test_growing_areas import caller
from tests.traceability.factories import grow, make_batch
from tests.traceability.lineage.factories import make_of
from traceability.models import Batch

Call = Callable[..., Any]


@dataclass(frozen=True)
class World:
    """Rice that a factory made cakes of, which a third one put into gift boxes."""

    own: Batch
    taker: Batch
    beyond: Batch
    manager: Actor


@pytest.fixture
def world(session: Session, now: datetime, monkeypatch: pytest.MonkeyPatch) -> World:
    monkeypatch.setattr(clock, "now", lambda: now)
    farm, factory, shop = (grow(session, now, name=name) for name in ("Gạo", "Bánh", "Hộp quà"))
    own, taker, beyond = (
        make_batch(session, each, now, lot=lot)
        for each, lot in ((farm, "GAO-1"), (factory, "BANH-1"), (shop, "HOP-1"))
    )
    make_of(session, taker, own, now=now, quantity="250")
    make_of(session, beyond, taker, now=now)
    manager = make_member(session, farm.organisation, now)
    session.commit()
    return World(own, taker, beyond, manager)


def test_the_page_draws_the_chain_and_hides_what_is_not_the_readers(
    client: FlaskClient, session: Session, now: datetime, world: World
) -> None:
    sign_in_as(client, session, world.manager, now)

    page = client.get(f"/workspace/batches/{world.own.code}/lineage")

    assert page.status_code == 200
    assert '<svg class="chain"' in page.text
    told = text_of(page)
    assert world.taker.lot in told
    assert "Bánh" in told
    assert "Hộp quà" not in told
    assert world.beyond.lot not in told
    assert "Đơn vị khác" in told


def test_a_telephone_reads_the_chain_downwards(
    client: FlaskClient, session: Session, now: datetime, world: World
) -> None:
    sign_in_as(client, session, world.manager, now)

    page = client.get(f"/workspace/batches/{world.own.code}/lineage").text

    start = page.index('<ol class="chain-list">')
    listed = page[start : page.index("</ol>", start)]
    cards = listed.split("<li ")[1:]
    words = ("Lô đang xem", "sau 1 bước", "sau 2 bước")
    assert [word in card for word, card in zip(words, cards, strict=True)] == [True] * 3
    assert f"Từ: {world.own.lot}" in " ".join(cards[1].split())
    assert world.beyond.lot not in listed


def test_a_further_step_opens_by_a_link(
    client: FlaskClient, session: Session, now: datetime, world: World
) -> None:
    sign_in_as(client, session, world.manager, now)
    address = f"/workspace/batches/{world.own.code}/lineage"

    closed = client.get(address, query_string={"steps": 1}).text
    opened = client.get(address, query_string={"steps": 2}).text

    assert closed.count('class="chain-thing') == 2
    assert "?open=" in closed
    assert opened.count('class="chain-thing') == 3


def test_the_file_holds_every_lot_of_both_directions(
    client: FlaskClient, session: Session, now: datetime, world: World
) -> None:
    official = make_official(session, now, role="officer", scope="")
    sign_in_as(client, session, official, now)

    answer = client.get(f"/workspace/batches/{world.taker.code}/lineage?format=xlsx")

    sheet = load_workbook(BytesIO(answer.data)).worksheets[0]
    rows = [[cell.value for cell in row[:4]] for row in sheet.iter_rows(min_row=3)]
    assert rows == [
        ["Làm từ", 1, "Gạo", world.own.lot],
        ["Làm thành", 1, "Hộp quà", world.beyond.lot],
    ]


def test_the_api_answers_nodes_and_edges_with_its_limit(
    client: FlaskClient, session: Session, now: datetime, world: World
) -> None:
    call = caller(client, session, world.manager, now)

    answer = call("get", f"/batches/{world.own.code}/lineage?direction=down")
    cut = call("get", f"/batches/{world.own.code}/lineage?direction=down&limit=2")

    assert answer.status_code == 200
    assert answer.json["whole"] is True
    assert [node["sight"] for node in answer.json["nodes"]] == ["own", "near", "far"]
    assert answer.json["nodes"][0]["id"] == world.own.code
    first, second = sorted(answer.json["edges"], key=lambda edge: edge["parent"] != world.own.code)
    assert (first["parent"], first["quantity"]) == (world.own.code, "250")
    assert second["quantity"] is None
    assert cut.json["whole"] is False
    assert len(cut.json["nodes"]) == 2


def test_a_stranger_does_not_learn_that_the_batch_exists(
    client: FlaskClient, session: Session, now: datetime, world: World
) -> None:
    call = caller(client, session, world.manager, now)

    assert call("get", f"/batches/{world.beyond.code}/lineage").status_code == 404
