"""Labels: the trade's words for weather, doses, waste, flags, for pages and papers."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal

from foundation import quantity
from foundation.i18n import N_, _, get_language, named, number
from growing_areas.catalogue.catalogue import NOT_FOR_CROP, NOT_LISTED, NOT_THEN, Judgement
from growing_areas.fieldbook.book import BookLine
from growing_areas.fieldbook.models import DiaryEntry

_WEATHER = {
    "sunny": N_("Nắng"),
    "cloudy": N_("Râm, nhiều mây"),
    "light_rain": N_("Mưa nhỏ"),
    "rain": N_("Mưa to"),
    "windy": N_("Gió mạnh"),
    "cold": N_("Rét"),
    "hot": N_("Nắng gắt"),
}
_WASTE = {
    "packaging": N_("Bao gói thuốc bảo vệ thực vật"),
    "plastic": N_("Ni lông, nhựa"),
    "expired": N_("Thuốc, phân hết hạn"),
    "crop_residue": N_("Tàn dư cây trồng"),
    "manure": N_("Phân, nước thải chăn nuôi"),
    "carcass": N_("Vật nuôi chết"),
    "other": N_("Loại khác"),
}
_FLAG = {
    "any": N_("Có cảnh báo bất kỳ"),
    "not_in_catalogue": N_("Không có trong danh mục"),
    "not_permitted_then": N_("Không được phép dùng ngày đó"),
    "not_for_crop": N_("Không được phép cho cây, con này"),
    "interval_missing": N_("Chưa rõ thời gian cách ly"),
    "within_interval": N_("Thu hoạch trong thời gian cách ly"),
    "interval_unknown": N_("Thu hoạch khi chưa rõ cách ly"),
}
_OF_CATALOGUE = (NOT_LISTED, NOT_THEN, NOT_FOR_CROP)
_PER = {
    "HAR": N_("ha"),
    "LTR": N_("lít nước"),
    "MTQ": N_("m³ nước"),
    "H87": N_("cây, con"),
    "KGM": N_("kg thức ăn"),
}
UNITS = ("KGM", "GRM", "TNE", "DTN", "LTR", "MLT", "H87", "XSA", "XBG", "XBO", "MTQ")
DOSE_UNITS = ("MLT", "GRM", "KGM", "LTR", "MGM")


def weather(code: str) -> str:
    """The word for the weather."""
    return named(_WEATHER, code)


def waste(code: str) -> str:
    """The word for a kind of waste."""
    return named(_WASTE, code)


def per(code: str) -> str:
    """What a dose is told by."""
    return named(_PER, code)


def flag(code: str) -> str:
    """What a flagged line is looked at for."""
    return named(_FLAG, code)


def options(of: str) -> list[tuple[str, str]]:
    """What a form offers of "weather", "waste", "flag" or "per"."""
    tables = {"weather": _WEATHER, "waste": _WASTE, "flag": _FLAG, "per": _PER}
    return [(code, _(words)) for code, words in tables[of].items()]


def unit_options(codes: Sequence[str] = UNITS) -> list[tuple[str, str]]:
    """Units with their names in the reader's language."""
    known = quantity.units()
    return [(code, known[code].name(get_language())) for code in codes if code in known]


def dose(entry: DiaryEntry) -> str:
    """A dose in words: "20 ml / 16 lít nước", with what was written freely; "" when none was."""
    told = []
    if entry.dose_amount is not None and entry.dose_unit and entry.dose_per:
        unit = quantity.find_unit(entry.dose_unit)
        symbol = unit.symbol(get_language()) if unit else entry.dose_unit
        per = entry.dose_per_amount or Decimal(1)
        many = f"{_plain(per)}\u00a0" if per != 1 else ""
        told.append(
            f"{_plain(entry.dose_amount)}\u00a0{symbol} / {many}{named(_PER, entry.dose_per)}"
        )
    if entry.dose:
        told.append(entry.dose)
    return "; ".join(told)


def interval(entry: DiaryEntry) -> str:
    """The days that count; unknown is said so and never 0; "" where nothing was sprayed."""
    days = entry.days_that_count
    if days is not None:
        return _("%(num)s ngày", num=days).replace(" ", "\u00a0")
    if entry.activity in ("spraying", "treatment"):
        return _("chưa rõ thời gian cách ly")
    return ""


def since_entry(entry: DiaryEntry, today: Judgement) -> list[tuple[str, str]]:
    """What the catalogue said when a line was written and what it says today; [] if the same."""
    then = Judgement(
        entry.material_id,
        days=entry.catalogue_days,
        flags=tuple(each for each in entry.flags or () if each in _OF_CATALOGUE),
    )
    if entry.void or (then.days, then.flags) == (today.days, today.flags):
        return []
    return [(_("Lúc ghi"), _judged(then)), (_("Danh mục hôm nay"), _judged(today))]


def said_today(line: BookLine) -> str:
    """What a later list says of a line's material, where it says otherwise; else ""."""
    if line.today is None or not since_entry(line.entry, line.today):
        return ""
    return _("Danh mục hôm nay") + ": " + _judged(line.today)


def _judged(told: Judgement) -> str:
    words = [flag(each) for each in told.flags]
    if not words:
        listed = told.material_id is not None
        words = [_("được phép dùng") if listed else _("chưa có danh mục để đối chiếu")]
    if told.days is not None:
        words.append(_("số ngày cách ly: %(days)s", days=told.days))
    return ", ".join(words)


def _plain(amount: Decimal) -> str:
    return number(amount.normalize() if amount != amount.to_integral_value() else int(amount), 4)
