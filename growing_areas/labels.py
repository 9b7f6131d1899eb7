"""Labels: the trade's words for statuses, activities, markets and steps, for pages."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date
from functools import cache
from typing import Any

from foundation.i18n import N_, _, area, named, number
from foundation.vietnamese import collation_key
from growing_areas import kinds, local_units, reference_systems
from growing_areas.crops import crops
from growing_areas.models import ACTIVITIES, STATUSES
from growing_areas.reference_systems import ReferenceSystem
from growing_areas.rules import KINDS

_STATUS = {
    "draft": N_("Nháp"),
    "submitted": N_("Chờ kiểm tra"),
    "inspected": N_("Đã kiểm tra, chờ duyệt"),
    "approved": N_("Đang hiệu lực"),
    "suspended": N_("Tạm dừng"),
    "revoked": N_("Đã thu hồi mã"),
    "expired": N_("Hết hiệu lực"),
}
_ACTIVITY = {
    "planting": N_("Gieo trồng, thả giống"),
    "fertilising": N_("Bón phân"),
    "spraying": N_("Phun thuốc"),
    "irrigation": N_("Tưới nước"),
    "weeding": N_("Làm cỏ"),
    "pruning": N_("Tỉa cành"),
    "feeding": N_("Cho ăn"),
    "treatment": N_("Xử lý thuốc, thú y"),
    "harvest": N_("Thu hoạch"),
    "inspection": N_("Kiểm tra đồng"),
    "waste": N_("Thu gom bao bì, chất thải"),
    "other": N_("Việc khác"),
}
_MARKET = {
    "VN": N_("Trong nước"),
    "CN": N_("Trung Quốc"),
    "EU": N_("Liên minh châu Âu"),
    "US": N_("Hoa Kỳ"),
    "JP": N_("Nhật Bản"),
    "KR": N_("Hàn Quốc"),
    "AU": N_("Úc"),
    "NZ": N_("New Zealand"),
    "TH": N_("Thái Lan"),
}
_KIND = {
    "perennial": N_("Cây lâu năm"),
    "annual": N_("Cây hằng năm"),
    "forest": N_("Cây rừng"),
    "aquaculture": N_("Nuôi trồng thủy sản"),
    "livestock": N_("Chăn nuôi"),
}
_AREA_KIND = {
    "growing": N_("Vùng trồng"),
    "farming": N_("Vùng nuôi"),
    "forest": N_("Rừng trồng"),
}
_CODE_NAME = {
    "growing": N_("Mã số vùng trồng"),
    "farming": N_("Mã số vùng nuôi"),
    "forest": N_("Mã số rừng trồng"),
}
_STEP = {
    "submit": N_("Nộp hồ sơ"),
    "inspect": N_("Kiểm tra thực địa đạt"),
    "send_back": N_("Trả lại hồ sơ"),
    "approve": N_("Duyệt, cấp mã"),
    "suspend": N_("Tạm dừng"),
    "restore": N_("Cho hoạt động lại"),
    "revoke": N_("Thu hồi mã"),
    "withdraw": N_("Rút hồ sơ"),
    "fail_inspection": N_("Kiểm tra thực địa không đạt"),
    "monitor": N_("Giám sát"),
    "expire": N_("Hết hạn mã"),
    "renew": N_("Gia hạn mã"),
    "amend_propose": N_("Đề nghị thay đổi"),
    "amend_withdraw": N_("Rút đề nghị thay đổi"),
    "amend_inspect": N_("Kiểm tra ranh giới mới"),
    "amend_return": N_("Trả lại đề nghị thay đổi"),
    "amend_approve": N_("Duyệt thay đổi"),
}
_AGREED_HOW = {
    "paper": N_("giấy có ký tên"),
    "in_person": N_("nói trực tiếp"),
    "telephone": N_("qua điện thoại"),
    "web": N_("trên mạng"),
}
_REPAIR = {
    "swap_axes": N_("Đổi chỗ kinh độ và vĩ độ"),
    "close": N_("Khép kín đường bao"),
    "drop_doubles": N_("Bỏ điểm trùng"),
    "drop_spikes": N_("Cắt mũi nhọn"),
    "merge_parts": N_("Gộp các phần làm một"),
}


def status(code: str) -> str:
    """The word for a status."""
    return named(_STATUS, code)


def activity(code: str) -> str:
    """The word for an activity of the diary."""
    return named(_ACTIVITY, code)


def market(code: str) -> str:
    """The word for a market; its letters where we have no word."""
    return _(_MARKET[code]) if code in _MARKET else code


def kind(code: str) -> str:
    """The word for a kind of crop."""
    return named(_KIND, code)


def area_kind(crop_code: str) -> str:
    """What a registration of this crop is called: growing area, farming area, planted forest."""
    return _(_AREA_KIND[kinds.of_crop(crop_code)])


def code_name(crop_code: str) -> str:
    """What the code of a registration of this crop is called."""
    return _(_CODE_NAME[kinds.of_crop(crop_code)])


def area_kind_options() -> list[tuple[str, str]]:
    return [(code, _(name)) for code, name in _AREA_KIND.items()]


def step(code: str) -> str:
    """The word for a step of the life cycle."""
    return named(_STEP, code)


def agreed_how(code: str) -> str:
    """How a household agreed."""
    return named(_AGREED_HOW, code)


def agreed_how_options() -> list[tuple[str, str]]:
    return [(code, agreed_how(code)) for code in _AGREED_HOW]


def repair(code: str) -> str:
    """What a repair does, as a button says it."""
    return named(_REPAIR, code)


def crop(code: str) -> str:
    """The crop's name in the reader's language; its code when it is no longer listed."""
    found = crops().get(code)
    return found.name if found else code


def status_options() -> list[tuple[str, str]]:
    return [(code, status(code)) for code in STATUSES]


def activity_options() -> list[tuple[str, str]]:
    return [(code, activity(code)) for code in ACTIVITIES]


def market_options() -> list[tuple[str, str]]:
    return [(code, market(code)) for code in _MARKET]


def crop_options() -> list[tuple[str, list[tuple[str, str]]]]:
    """Crops by kind, for a select; in each kind in the order of a Vietnamese dictionary."""
    named = sorted(((c.kind, c.code, c.name) for c in crops().values()), key=_by_name)
    return [
        (kind(group), [(code, name) for kind_of, code, name in named if kind_of == group])
        for group in KINDS
    ]


def _by_name(crop: tuple[str, str, str]) -> str:
    return _dictionary_key(crop[2])


_dictionary_key = cache(collation_key)


def crop_choices() -> list[tuple[str, str]]:
    """Crops in one list, for filters, in the order of a Vietnamese dictionary."""
    choices = [choice for _kind, choices in crop_options() for choice in choices]
    return sorted(choices, key=lambda choice: _dictionary_key(choice[1]))


def repair_options() -> list[tuple[str, str]]:
    return [(code, repair(code)) for code in _REPAIR]


def area_told(area_m2: float | None, commune_code: str | None, on: date) -> str:
    """An area as people say it: "0,72 ha (20 sào)"; hectares alone where no unit is one's own."""
    unit = local_units.find_unit(commune_code, on) if commune_code else None
    if area_m2 is None or unit is None:
        return area(area_m2)
    amount = number(local_units.amount(area_m2, unit), 1)
    return f"{area(area_m2)} ({amount}\u00a0{unit.name})"


def reference_system(code: str) -> str:
    """A reference system as a select names it: its meridian and the provinces it serves."""
    system = reference_systems.systems()[code]
    if system.epsg == reference_systems.WGS84:
        return _("WGS 84 (kinh độ, vĩ độ như máy GPS)")
    if system.kind == "degrees":
        return _("VN-2000 (kinh độ, vĩ độ)")
    if not system.note.startswith("WGS"):
        zone = _("múi 3°") if system.kind == "tm3" else _("múi 6°")
        served = ", ".join(system.former_provinces)
        words = _("VN-2000 kinh tuyến trục %(meridian)s, %(zone)s",
                  meridian=system.central_meridian, zone=zone)  # fmt: skip
        return f"{words} ({served})" if served else words
    return _("WGS 84 UTM, kinh tuyến trục %(meridian)s", meridian=system.central_meridian)


def reference_options(zones: Sequence[ReferenceSystem] = ()) -> list[Any]:
    """Every reference system to choose; where ``zones`` are likeliest, those first in a group."""
    first = [zone.code for zone in zones]
    rest = [(code, reference_system(code)) for code in reference_systems.systems()]
    if not first:
        return rest
    return [
        (_("Sổ đỏ ở xã này thường dùng"), [(code, reference_system(code)) for code in first]),
        (_("Các hệ khác"), [option for option in rest if option[0] not in first]),
    ]


def repair_options_of(offered: Iterable[str], accepted: Iterable[str]) -> list[tuple[str, str]]:
    """The repairs worth offering, and those accepted already."""
    wanted = {*offered, *accepted}
    return [(code, repair(code)) for code in _REPAIR if code in wanted]
