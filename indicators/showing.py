"""How figures and targets are written for people, in their language."""

from decimal import Decimal

from foundation import i18n
from foundation.i18n import N_, _
from indicators.definitions import Unit
from indicators.periods import Period
from indicators.plans import Target

STANDINGS = {
    "met": (N_("Đạt mục tiêu"), "good"),
    "behind": (N_("Chưa đạt"), "warn"),
    "unknown": (N_("Chưa có số liệu"), "calm"),
    "no_number": (N_("Theo dõi"), "note"),
}
STATES = {
    "not_yet": (N_("Chưa hiệu lực"), "wait"),
    "in_force": (N_("Đang hiệu lực"), "good"),
    "expired": (N_("Đã hết hạn"), "warn"),
}
LEVELS = {
    "all": N_("các cấp"),
    "province": N_("cấp tỉnh"),
    "district": N_("cấp huyện"),
    "commune": N_("cấp xã"),
}
SOURCES = {
    "computed": N_("Tính từ số liệu trên Nguồn"),
    "confirmed": N_("Cơ quan xác nhận"),
    "reported": N_("Cơ quan báo cáo"),
}
CHANNELS = {
    "supermarket": N_("Siêu thị"),
    "convenience": N_("Cửa hàng tiện lợi"),
    "marketplace": N_("Sàn thương mại điện tử"),
    "own_shop": N_("Trang bán hàng riêng"),
    "export": N_("Xuất khẩu"),
}
ROSTERS = {
    "ocop_owners": N_("Chủ thể OCOP"),
    "cooperatives": N_("Hợp tác xã"),
    "communes": N_("Xã, phường"),
}


def roster_options() -> list[tuple[str, str]]:
    """The kinds of rosters, for a select."""
    return [(code, i18n.many(name)) for code, name in ROSTERS.items()]


def value(amount: Decimal | None, unit: Unit) -> str:
    """Write a figure with its unit; what is not known is said so."""
    if amount is None:
        return _("chưa có số liệu")
    if unit == "percent":
        return f"{i18n.number(amount, 1)}%"
    if unit == "hectare":
        return f"{i18n.number(amount, 2)}{i18n.NO_BREAK}ha"
    if unit == "dong":
        return i18n.vnd(int(amount))
    return i18n.number(amount, 0)


def target(one: Target) -> str:
    """Write a target: its number, or that it is an aim without one."""
    if one.value is None:
        return _("không ghi số")
    sign = ">" if one.op == ">" else "≥"
    text = f"{sign} {value(one.value, one.indicator.unit)}"
    return f"{text} {_('mỗi năm')}" if one.every == "year" else text


def period(one: Period) -> str:
    """Write a period: "Năm 2026", "Quý 3/2026", "Tháng 11/2026"."""
    year, _dash, part = one.code.partition("-")
    if not part:
        return _("Năm %(year)s", year=year)
    if part == "H1":
        return _("6 tháng đầu năm %(year)s", year=year)
    if part == "H2":
        return _("6 tháng cuối năm %(year)s", year=year)
    if part.startswith("Q"):
        return _("Quý %(quarter)s/%(year)s", quarter=part[1:], year=year)
    return _("Tháng %(month)s/%(year)s", month=int(part), year=year)


def words(table: dict[str, str]) -> list[tuple[str, str]]:
    """Return the choices of a form from a table of words."""
    return [(key, _(text)) for key, text in table.items()]


def badge(table: dict[str, tuple[str, str]], key: str) -> tuple[str, str]:
    """Return the words and the tone of a badge."""
    text, tone = table[key]
    return _(text), tone
