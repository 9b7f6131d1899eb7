"""Whatever people wrote into a text field stays text on every page, picture and answer."""

from __future__ import annotations

import re
from collections.abc import Iterator
from html.parser import HTMLParser

import pytest
from sqlalchemy import String, select, text, update
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from foundation import db
from foundation.config import Config
from tests.app.hostile import Known
from tests.app.told_house import ToldHouse, told_house

PAYLOAD = "\"'><img src=x onerror=alert(1)></script></title>{{1234*31}}"
# Codes, hashes and words of our own: nobody types them freely, and pages find rows by them.
_OURS = re.compile(
    r"code|hash|key|slug|state|status|kind|email|phone|version|unit|role|gtin|locale|language"
    r"|action|payment|market|origin|digest|prefix|channel$|purpose|tax_type|layout|address$"
)
_QUEUE = ("procrastinate", "alembic", "ledger", "units", "unit_")


@pytest.fixture(scope="module")
def house(server_url: str, template: str, test_config: Config) -> Iterator[ToldHouse]:
    with told_house(server_url, template, test_config) as told:
        with db.transaction() as session:
            assert len(_write_everywhere(session)) > 40
        yield told


def _write_everywhere(session: Session) -> list[str]:
    """Put the payload into every text that somebody types; answers which columns took it."""
    # Rows that are never changed were once written by somebody all the same.
    session.execute(text("SET LOCAL session_replication_role = replica"))
    written = []
    for table in db.Base.metadata.sorted_tables:
        if table.name.startswith(_QUEUE):
            continue
        for column in table.columns:
            if not isinstance(column.type, String) or _OURS.search(column.name):
                continue
            if column.type.length is not None and column.type.length < len(PAYLOAD):
                continue
            try:
                with session.begin_nested():
                    session.execute(update(table).values({column.name: PAYLOAD}))
            except DBAPIError:
                continue
            if session.scalar(select(column).limit(1)) == PAYLOAD:
                written.append(f"{table.name}.{column.name}")
    return written


class _Page(HTMLParser):
    """Looks for what a payload would have become had it left its text."""

    def __init__(self) -> None:
        super().__init__()
        self.wrong: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        acts = any(name.startswith("on") for name in given)
        # A block of data is executed by nobody; text that ends it becomes the tags looked for here.
        runs = tag == "script" and given.get("type") != "application/ld+json"
        inline = runs and not (given.get("src") or "").startswith("/static/")
        led_off = (given.get("href") or "").strip().lower().startswith("javascript:")
        if acts or inline or led_off or given.get("src") == "x":
            self.wrong.append(self.get_starttag_text() or tag)


@pytest.mark.parametrize("email", [None, "admin@demo.nguon.vn"])
def test_what_people_write_never_becomes_markup(house: ToldHouse, email: str | None) -> None:
    with db.reading() as session:
        known = Known(session)
    browser = house.browser(email)
    executed, shown = {}, 0

    for rule in house.app.url_map.iter_rules():
        if "GET" not in (rule.methods or ()) or rule.endpoint == "static":
            continue
        path = known.address(rule)
        answer = browser.get(path)
        kind = answer.mimetype or ""
        if not kind.endswith(("html", "xml")):
            assert "html" not in kind
            continue
        page = _Page()
        page.feed(answer.get_data(as_text=True))
        shown += "1234*31" in answer.text
        if page.wrong or "38254" in answer.text:
            executed[path] = page.wrong

    assert executed == {}
    assert shown > (5 if email is None else 30)
