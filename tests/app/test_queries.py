"""No page asks the database in a loop: lists cost the same however long they are."""

from __future__ import annotations

import re
import threading
from collections import Counter
from collections.abc import Iterator
from typing import Any

import pytest
from sqlalchemy import Engine, event

from foundation import db
from foundation.config import Config
from tests.app.hostile import Known
from tests.app.told_house import ToldHouse, told_house

# Each room's view opens its own reading; past this a statement stands in a loop.
MOST_ALIKE = 4
# The widest is a batch's whole story, told once and then kept as bytes.
MOST = 40


@pytest.fixture(scope="module")
def house(server_url: str, template: str, test_config: Config) -> Iterator[ToldHouse]:
    with told_house(server_url, template, test_config) as told:
        yield told


@pytest.mark.parametrize("email", [None, "admin@demo.nguon.vn"])
def test_no_page_or_call_asks_in_a_loop(house: ToldHouse, email: str | None) -> None:
    asked: list[str] = []

    mine = threading.get_ident()

    def note(_conn: Any, _cursor: Any, statement: str, *_rest: Any) -> None:
        # The journal of scans is read in by a thread of its own, whenever it likes.
        if threading.get_ident() == mine:
            asked.append(re.sub(r"\s+", " ", statement)[:160])

    with db.reading() as session:
        known = Known(session)
    browser = house.browser(email)
    headers = {"Authorization": f"Bearer {house.token(email)}"} if email else {}
    rules = [r for r in house.app.url_map.iter_rules() if "GET" in (r.methods or ())]

    event.listen(Engine, "before_cursor_execute", note)
    loops = {}
    try:
        for rule in rules:
            path = known.address(rule)
            asked.clear()
            browser.get(path, headers=headers if path.startswith("/api") else {})
            alike = Counter(asked).most_common(1)
            if alike and (alike[0][1] > MOST_ALIKE or len(asked) > MOST):
                loops[path] = (len(asked), alike[0])
    finally:
        event.remove(Engine, "before_cursor_execute", note)

    assert loops == {}
