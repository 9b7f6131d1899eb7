"""The name of the province in which a label was looked up first, for its verdict."""

from __future__ import annotations

from datetime import date
from functools import lru_cache

from foundation import clock, db, i18n
from territory import units


def name_of(province_code: str | None, language: str) -> str:
    """The province's name of today in a reader's language; nothing where it is not known."""
    return _named(language, clock.today()).get(province_code, "") if province_code else ""


@lru_cache(maxsize=2 * len(i18n.LABEL_LANGUAGES))
def _named(language: str, on: date) -> dict[str, str]:
    # Thirty-four names, asked once a day and language.
    with i18n.speaking(language), db.reading() as session:
        return units.province_names(session, on)
