"""Every batch of the demonstration has its page, small enough for the first packets of a phone."""

from collections.abc import Iterator

import pytest
from sqlalchemy import select

from foundation import db
from foundation.config import Config
from tests.app.told_house import ToldHouse, told_house
from tests.traceability.scan.test_fat_pages import MOST_BYTES
from traceability.models import Batch


@pytest.fixture
def house(server_url: str, template: str, test_config: Config) -> Iterator[ToldHouse]:
    with told_house(server_url, template, test_config) as told:
        yield told


def test_every_told_batch_has_a_page_within_14_kilobytes(house: ToldHouse) -> None:
    with db.reading() as session:
        codes = session.scalars(select(Batch.code).order_by(Batch.id)).all()
    reader = house.browser(None)
    # A program that draws previews: what it looks at is no scan.
    headers = {"Accept-Encoding": "gzip", "User-Agent": "facebookexternalhit/1.1"}

    sizes = {}
    for code in codes:
        answer = reader.get(f"/t/{code}", headers=headers)
        assert (answer.status_code, answer.headers["Content-Encoding"]) == (200, "gzip")
        sizes[code] = len(answer.data)

    assert len(sizes) > 20
    assert max(sizes.values()) <= MOST_BYTES
