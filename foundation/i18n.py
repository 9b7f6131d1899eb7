"""Vietnamese first, English second: texts, numbers, dates.

The source language of every sentence is Vietnamese; ``translations/<room>/en.po`` holds the
English. The catalogues are read as they are (no compiled files), once per process. Pages that
labels lead to also speak Chinese, Japanese and Korean: what has no words there yet is English.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import date, datetime
from decimal import Decimal
from functools import lru_cache
from io import BytesIO
from string import Formatter
from typing import Any

from babel.numbers import format_decimal
from babel.support import Translations

from foundation.clock import VIETNAM
from foundation.places import folder
from foundation.quantity import get_unit

LANGUAGES = ("vi", "en")
"""What the whole house speaks."""
LABEL_LANGUAGES = (*LANGUAGES, "zh", "ja", "ko")
"""What the pages speak that a label leads to (`web.in_label_languages`)."""
OWN_NAMES = {"vi": "Tiếng Việt", "en": "English", "zh": "中文", "ja": "日本語", "ko": "한국어"}
"""Each language by its own name: who reads it finds it."""
DEFAULT = "vi"

# An amount and its unit, a day and its hour are read as one: no line may end between them.
NO_BREAK = "\u00a0"

_language: ContextVar[str] = ContextVar("language", default=DEFAULT)
_wording: dict[str, str] = {}


def N_(message: str) -> str:  # noqa: N802 — the gettext name every extraction tool knows
    """Mark a constant for translation without translating it yet."""
    return message


def set_language(language: str) -> None:
    """Read and write in this language from here on (per request, per job)."""
    _language.set(language if language in LABEL_LANGUAGES else DEFAULT)


def get_language() -> str:
    """The language in use."""
    return _language.get()


@contextmanager
def speaking(language: str) -> Iterator[None]:
    """Write in this language inside the block: a mail speaks its reader's, not its sender's."""
    before = get_language()
    set_language(language)
    try:
        yield
    finally:
        set_language(before)


def choose(accepted: str | None, default: str = DEFAULT, among: tuple[str, ...] = LANGUAGES) -> str:
    """The best of some of our languages for an ``Accept-Language`` header.

    Who reads Chinese, Japanese or Korean is better served by English where only two are spoken.
    """
    wishes: list[tuple[float, int, str]] = []
    for index, part in enumerate((accepted or "").split(",")[:20]):
        tag, _, rest = part.strip().partition(";")
        primary = tag.strip().lower().split("-")[0]
        try:
            weight = float(rest.strip().removeprefix("q=")) if rest else 1.0
        except ValueError:
            weight = 0.0
        if primary in LABEL_LANGUAGES and weight > 0:
            wishes.append((-weight, index, primary))
    spoken = [wish for wish in wishes if wish[2] in among]
    if spoken:
        return min(spoken)[2]
    return "en" if wishes else default


@lru_cache(maxsize=len(LABEL_LANGUAGES))
def catalogue(language: str) -> Translations:
    """All rooms' translations into ``language`` in one catalogue."""
    from babel.messages.mofile import write_mo
    from babel.messages.pofile import read_po

    merged = Translations()
    # What a third language has no words for is told in English.
    merged.add_fallback(Translations() if language in LANGUAGES else catalogue("en"))
    for room in sorted(folder("translations").iterdir()):
        po = room / f"{language}.po" if room.is_dir() else None
        if po is None or not po.is_file():
            continue
        with po.open("rb") as file:
            catalog = read_po(file, locale=language)
        buffer = BytesIO()
        write_mo(buffer, catalog)
        buffer.seek(0)
        read = Translations(buffer)
        merged.merge(read)
        merged.plural = read.plural
    return merged


def _(message: str, **params: Any) -> str:
    """``message`` in the language in use, with ``%(name)s`` parameters filled in."""
    language = get_language()
    text = message if language == DEFAULT else catalogue(language).ugettext(message)
    return text % params if params else text


def name_of(vietnamese: str, english: str) -> str:
    """The one of a thing's names that the reader knows: of a row that has two of them."""
    language = get_language()
    if language in LANGUAGES:
        return vietnamese if language == DEFAULT else english
    third = _(vietnamese)
    return english if third == vietnamese else third


def named(names: Mapping[str, str], code: str) -> str:
    """The name of a kept code; one that only another version knows is told as what it is.

    What an older or a newer version wrote must never break a page.
    """
    known = names.get(code)
    return _(known) if known is not None else _("không rõ (mã %(code)s)", code=code)


def many(message: str) -> str:
    """The name of a kind of thing over many of it: Vietnamese says "Sản phẩm", English "Products".

    In the catalogues it stands with the context ``many`` where it differs from the one thing's.
    """
    language = get_language()
    if language == DEFAULT:
        return message
    text = catalogue(language).upgettext("many", message)
    return str(_(message) if text == message else text)


def ngettext(singular: str, plural: str, number: int, **params: Any) -> str:
    """The right number form, filled in; ``%(num)s`` is the number."""
    return plural_form(singular, plural, number) % {"num": number, **params}


def plural_form(singular: str, plural: str, number: int) -> str:
    """The right number form, not filled in yet (templates fill it in themselves)."""
    language = get_language()
    if language == DEFAULT:
        return plural
    return catalogue(language).ungettext(singular, plural, number)


def register_wording(wording: Mapping[str, str]) -> None:
    """Add a room's sentences for its error and finding codes."""
    _wording.update(wording)


def word(code: str, params: Mapping[str, Any] | None = None) -> str:
    """The sentence for an error or finding code, in the language in use.

    Where the English has a singular (``msgid_plural`` in the catalogue), the first whole number
    that the sentence names chooses the form: "wait 1 minute", "wait 5 minutes".
    """
    text = _wording.get(code)
    if text is None:
        return code
    given = params or {}
    values = {key: _shown_param(key, value) for key, value in given.items()}
    return _in_number(text, given).format_map(_Lenient(values))


def _in_number(text: str, params: Mapping[str, Any]) -> str:
    if get_language() == DEFAULT:
        return text
    names = (name for _text, name, _spec, _how in Formatter().parse(text) if name)
    counts = (params[name] for name in names if type(params.get(name)) is int)
    found = plural_form(text, text, next(counts, 2))
    return _(text) if found == text else found


def has_wording(code: str) -> bool:
    """Whether a sentence exists for ``code`` (a house test asks)."""
    return code in _wording


class _Lenient(dict[str, Any]):
    def __missing__(self, key: str) -> str:
        return "…"


def _shown_param(key: str, value: object) -> object:
    """Amounts of money are told by their name: ``price_vnd=185000`` reads 185.000 ₫."""
    return vnd(value) if key.endswith("_vnd") and isinstance(value, int) else _shown(value)


def _shown(value: object) -> object:
    if isinstance(value, datetime):
        return vn_datetime(value)
    if isinstance(value, date):
        return vn_date(value)
    if isinstance(value, (float, Decimal)):
        return number(value, 6)
    if isinstance(value, (list, tuple)):
        return ", ".join(str(_shown(item)) for item in value)
    return value


def vn_date(value: date | datetime | None) -> str:
    """dd/mm/yyyy, in Vietnam's day for an instant."""
    if value is None:
        return ""
    if isinstance(value, datetime):
        value = value.astimezone(VIETNAM).date()
    return f"{value:%d/%m/%Y}"


def vn_datetime(value: datetime | None) -> str:
    """dd/mm/yyyy hh:mm, Vietnam's time."""
    return "" if value is None else f"{value.astimezone(VIETNAM):%d/%m/%Y{NO_BREAK}%H:%M}"


_MONTHS = (
    "January", "February", "March", "April", "May", "June", "July", "August", "September",
    "October", "November", "December",
)  # fmt: skip


def day(value: date | datetime | None) -> str:
    """A day as a consumer reads it: 12/11/2026, 12 November 2026, 2026年11月12日."""
    if value is None:
        return ""
    on = value.astimezone(VIETNAM).date() if isinstance(value, datetime) else value
    language = get_language()
    if language == "en":
        # In a narrow column the year goes to a line of its own rather than be torn apart.
        return f"{on.day}{NO_BREAK}{_MONTHS[on.month - 1]} {on.year}"
    if language in ("zh", "ja"):
        return f"{on.year}年{on.month}月{on.day}日"
    if language == "ko":
        return f"{on.year}년{NO_BREAK}{on.month}월{NO_BREAK}{on.day}일"
    return vn_date(on)


def moment(value: datetime | None) -> str:
    """A day and its hour, Vietnam's time, as a consumer reads them."""
    if value is None:
        return ""
    return f"{day(value)}{NO_BREAK}{value.astimezone(VIETNAM):%H:%M}"


def duration(minutes: int) -> str:
    """45 phút, 3 giờ 20 phút."""
    hours, rest = divmod(minutes, 60)
    told = [ngettext("%(num)s giờ", "%(num)s giờ", hours)] if hours else []
    if rest or not told:
        told.append(ngettext("%(num)s phút", "%(num)s phút", rest))
    return " ".join(told)


def number(value: Decimal | float | None, digits: int = 3) -> str:
    """1.234,5 in Vietnamese, 1,234.5 in English; at most ``digits`` decimals."""
    if value is None:
        return ""
    pattern = "#,##0" + ("." + "#" * digits if digits else "")
    return format_decimal(value, format=pattern, locale=get_language())


def vnd(value: int | None) -> str:
    """185.000 ₫, which no line breaks."""
    return "" if value is None else number(value, 0) + NO_BREAK + "₫"


def quantity(amount: Decimal | None, unit: str) -> str:
    """1.200,5 kg: an amount with its unit's symbol."""
    if amount is None:
        return ""
    # Of a unit in two words ("pt. sâu") no word stands alone either.
    symbol = get_unit(unit).symbol(get_language()).replace(" ", NO_BREAK)
    return number(amount) + NO_BREAK + symbol


def area(square_metres: float | Decimal | None) -> str:
    """Square metres shown in hectares with as many decimals as tell something."""
    if square_metres is None:
        return ""
    hectares = float(square_metres) / 10_000
    return number(hectares, 4 if hectares < 1 else 2) + NO_BREAK + "ha"
