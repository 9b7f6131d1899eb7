"""The kinds of links owners may add to their labels. PURE.

Source: data/link_types.csv (GS1 Web Vocabulary); languages as ISO 639-1 codes.
"""

import csv
from dataclasses import dataclass
from functools import cache
from importlib import resources

from foundation.i18n import N_

LANGUAGES = {
    "vi": N_("Tiếng Việt"),
    "en": N_("Tiếng Anh"),
    "zh": N_("Tiếng Trung"),
    "ja": N_("Tiếng Nhật"),
    "ko": N_("Tiếng Hàn"),
    "fr": N_("Tiếng Pháp"),
}
CONTEXTS = {
    "consumer": N_("Người mua lẻ"),
    "retail": N_("Nơi bán lẻ"),
    "b2b": N_("Đối tác kinh doanh"),
    "inspection": N_("Cơ quan kiểm tra"),
}
"""For whom a page is: readers' programs say it in ``context``."""


@dataclass(frozen=True)
class LinkKind:
    """A kind of link by its type in GS1's vocabulary, named as people say."""

    code: str
    name_vi: str
    name_en: str

    def name(self, language: str) -> str:
        return self.name_vi if language == "vi" else self.name_en


@cache
def kinds() -> dict[str, LinkKind]:
    """Every kind offered, the usual ones first."""
    table = resources.files("traceability.linking").joinpath("data/link_types.csv")
    rows = csv.DictReader(table.read_text("utf-8").splitlines())
    return {row["code"]: LinkKind(row["code"], row["name_vi"], row["name_en"]) for row in rows}
