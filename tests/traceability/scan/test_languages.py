"""The pages behind labels speak five languages: what the system itself says, whole."""

import re
from datetime import date, datetime
from pathlib import Path

import pytest
from babel.messages.pofile import read_po
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from foundation import clock, i18n
from tests.house.test_wording import _messages, _parameters
from tests.house.tree import ROOT
from tests.traceability.factories import GTIN, grow, make_batch, spray
from traceability.models import Batch
from traceability.quality import labels
from traceability.recalls import names
from traceability.scan import keeping, profiles

THIRD = [each for each in i18n.LABEL_LANGUAGES if each not in i18n.LANGUAGES]
_PAGES = ("trace", "trace_parts", "history", "scan_frame", "verdict", "no_story", "linked")
_WORDS = ("verdict_words", "telling", "intervals", "profiles", "previews")
# Letters that no other of our languages writes.
_VIETNAMESE = re.compile(
    r"[ăâđêôơưàảãáạằẳẵắặầẩẫấậèẻẽéẹềểễếệìỉĩíịòỏõóọồổỗốộờởỡớợùủũúụừửữứựỳỷỹýỵ]", re.I
)


def sources() -> list[Path]:
    return [
        *(ROOT / "templates/traceability" / f"{name}.html" for name in _PAGES),
        *(ROOT / "traceability/scan" / f"{name}.py" for name in _WORDS),
    ]


def told(language: str) -> dict[str, str]:
    with (ROOT / f"translations/scan/{language}.po").open("rb") as file:
        return {
            str(each.id[0] if isinstance(each.id, (tuple, list)) else each.id): str(
                each.string[0] if isinstance(each.string, tuple) else each.string
            )
            for each in read_po(file, locale=language)
            if each.id and each.string
        }


@pytest.mark.parametrize("language", THIRD)
def test_every_sentence_behind_a_label_is_told_in_each_language(language: str) -> None:
    wanted = {message for path in sources() for message in _messages(path)}
    wanted |= {*labels.REASONS.values(), *profiles.FIELDS.values(), *names.SCOPES.values()}
    known = told(language)

    assert wanted - known.keys() <= {"GTIN"}
    assert [each for each in known if _parameters(each) != _parameters(known[each])] == []
    assert [words for words in known.values() if _VIETNAMESE.search(words)] == []


@pytest.fixture
def batch(session: Session, now: datetime, monkeypatch: pytest.MonkeyPatch) -> Batch:
    keeping.forget_all()
    monkeypatch.setattr(clock, "now", lambda: now)
    grown = grow(session, now, gtin=GTIN, shelf_life_days=60)
    spray(session, grown, date(2026, 10, 20), 10, now=now)
    made = make_batch(session, grown, now, lot="BUOI-26A")
    session.commit()
    return made


def own_words(page: str) -> str:
    """What the system itself says: the page without what is marked as Vietnamese, or a name."""
    body = re.sub(r"<(style|script).*?</\1>", "", page[page.index("<body") :], flags=re.S)
    body = re.sub(r'<(\w+)[^>]*lang="vi"[^>]*>.*?</\1>', "", body, flags=re.S)
    return " ".join(re.sub(r"<[^>]+>", " ", body).split())


@pytest.mark.parametrize("language", THIRD)
def test_no_sentence_is_left_in_vietnamese(
    client: FlaskClient, batch: Batch, language: str
) -> None:
    for path in (f"/t/{batch.code}", f"/t/{batch.code}/history", "/t/ABCDEFGHJKMN"):
        page = client.get(f"{path}?lang={language}").text

        assert f'<html lang="{language}">' in page
        assert _VIETNAMESE.findall(own_words(page)) == []


def test_days_stand_as_each_language_writes_them(client: FlaskClient, batch: Batch) -> None:
    expected = {
        "vi": "12/11/2026",
        "en": "12\u00a0November 2026",
        "zh": "2026年11月12日",
        "ja": "2026年11月12日",
        "ko": "2026년\u00a011월\u00a012일",
    }

    for language, day in expected.items():
        assert day in client.get(f"/t/{batch.code}?lang={language}").text


def test_the_readers_device_chooses_where_the_link_does_not(
    client: FlaskClient, batch: Batch
) -> None:
    address = f"/01/{GTIN}/10/BUOI-26A"

    for wish, language in (
        ("ko-KR,ko;q=0.9,en-US;q=0.8", "ko"),
        ("zh-TW", "zh"),
        ("ja,en;q=0.5", "ja"),
        ("xx", "vi"),
    ):
        page = client.get(address, headers={"Accept-Language": wish})
        assert f'<html lang="{language}">' in page.text
        assert page.headers["Content-Language"] == language
    told = client.get(f"/api/v1/trace/{batch.code}", headers={"Accept-Language": "ja"})
    assert "登録されています" in told.get_json()["verdict"]["text"]


def test_the_rest_of_the_house_answers_such_readers_in_english(client: FlaskClient) -> None:
    assert '<html lang="en">' in client.get("/", headers={"Accept-Language": "ko"}).text
    assert '<html lang="vi">' in client.get("/?lang=ko", headers={"Accept-Language": "vi"}).text
