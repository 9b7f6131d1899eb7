"""Labels: the trade's words about packing houses, for pages."""

from __future__ import annotations

from foundation import i18n
from foundation.i18n import N_, _, named
from growing_areas import labels
from growing_areas.packing.models import STATUSES, PackingHouse, PackingStandard
from growing_areas.packing.rules import Point, checklist, every_point, standards

_STEP = {
    "submit": N_("Nộp hồ sơ"),
    "inspect": N_("Kiểm tra cơ sở đạt"),
    "send_back": N_("Trả lại hồ sơ"),
    "approve": N_("Duyệt, cấp mã"),
    "suspend": N_("Tạm dừng"),
    "restore": N_("Cho hoạt động lại"),
    "renew": N_("Gia hạn"),
    "expire": N_("Hết hạn"),
    "revoke": N_("Thu hồi mã"),
}
_ANSWER = {
    "met": N_("Đạt"),
    "not_met": N_("Chưa đạt"),
    "not_applicable": N_("Không áp dụng"),
}

status = labels.status
crop = labels.crop
market = labels.market
market_options = labels.market_options
crop_choices = labels.crop_choices
crop_options = labels.crop_options
points_on = checklist


def step(code: str) -> str:
    """The word for a step of the life cycle."""
    return named(_STEP, code)


def status_options() -> list[tuple[str, str]]:
    return [(code, status(code)) for code in STATUSES]


def answer_options() -> list[tuple[str, str]]:
    return [(code, _(word)) for code, word in _ANSWER.items()]


def answer(code: str) -> str:
    """The word for an outcome of a checklist point."""
    return named(_ANSWER, code)


def point(key: str) -> str:
    """What a checklist point asks, also one that is asked no more."""
    found: Point | None = next((each for each in every_point() if each.key == key), None)
    return found.name if found else key


def standard(told: PackingStandard) -> str:
    """A certificate in one line."""
    known = standards().get(told.standard)
    name = known.name if known else told.standard
    line = f"{name}: {told.certificate_number}, {told.certifier}"
    if told.valid_until is None:
        return line
    return _("%(line)s, tới %(day)s", line=line, day=i18n.vn_date(told.valid_until))


def standard_line(told: PackingStandard) -> str:
    """A certificate as the form takes it."""
    known = standards().get(told.standard)
    parts = [known.name if known else told.standard, told.certificate_number, told.certifier]
    if told.valid_until is not None:
        parts.append(i18n.vn_date(told.valid_until))
    return "; ".join(parts)


def crops_of(house: PackingHouse) -> str:
    """What is packed, in words."""
    return ", ".join([crop(code) for code in house.crops] + [house.products] * bool(house.products))


def markets_of(house: PackingHouse) -> str:
    """Where it goes, in words."""
    return ", ".join(market(code) for code in house.markets)
