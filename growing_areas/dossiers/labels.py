"""Labels: the words of dossiers for pages and mails."""

from __future__ import annotations

from datetime import date

from foundation.i18n import N_, _, named, ngettext, number
from growing_areas.dossiers import lists
from growing_areas.dossiers.requirements import OWN_PAPERS

_PIECE = {
    "crop": N_("Cây trồng, vật nuôi"),
    "variety": N_("Giống"),
    "planting_year": N_("Năm trồng"),
    "outline": N_("Ranh giới vùng"),
    "map_extract": N_("Sơ đồ vùng"),
    "representative": N_("Chủ vùng hoặc người đại diện"),
    "households": N_("Danh sách hộ"),
    "agreement": N_("Đồng ý của từng hộ"),
    "agreement_papers": N_("Giấy đồng ý của từng hộ (bản chụp)"),
    "expected_yield": N_("Sản lượng dự kiến"),
    "past_yields": N_("Sản lượng các năm trước"),
    "target_market": N_("Thị trường"),
    "diary": N_("Nhật ký canh tác"),
    "standard": N_("Tiêu chuẩn và giấy chứng nhận"),
}
_DUE_STEP = {
    "inspect": N_("Kiểm tra thực địa"),
    "decide": N_("Duyệt hồ sơ"),
    "mend": N_("Hợp tác xã sửa hồ sơ"),
    "amend_inspect": N_("Kiểm tra ranh giới mới"),
    "amend_decide": N_("Duyệt thay đổi"),
    "revisit": N_("Kiểm tra lại"),
    "monitor": N_("Giám sát hằng năm"),
    "renew": N_("Gia hạn mã"),
}
_VISIT = {
    "field": N_("Kiểm tra trước khi cấp mã"),
    "monitoring": N_("Giám sát hằng năm"),
    "amendment": N_("Kiểm tra ranh giới mới"),
}
_AMENDMENT = {
    "submitted": N_("Chờ kiểm tra ranh giới mới"),
    "inspected": N_("Chờ duyệt thay đổi"),
    "approved": N_("Đã duyệt"),
    "returned": N_("Trả lại"),
    "withdrawn": N_("Đã rút"),
}
_ANSWER = {"yes": N_("Đạt"), "no": N_("Không đạt"), "na": N_("Không áp dụng")}
_OBSTACLE = {
    "overlap": N_("Chồng lấn, cần mở riêng"),
    "unverified": N_("Tổ chức chưa xác minh"),
    "not_yours": N_("Ngoài thẩm quyền của bạn"),
}
_FAMILIES = {"organic": N_("Hữu cơ (mọi tiêu chuẩn)")}
_CERTIFICATE = {
    "valid": N_("Còn hạn"),
    "ending": N_("Sắp hết hạn"),
    "ended": N_("Hết hạn"),
    "not_yet": N_("Chưa có hiệu lực"),
}


def piece(code: str) -> str:
    """The word for a piece of the dossier."""
    return named(_PIECE, code)


def piece_options() -> list[tuple[str, str]]:
    """Pieces a paper may prove."""
    return [(code, piece(code)) for code in OWN_PAPERS]


def returned() -> str:
    """What officers call a draft that was sent back."""
    return _("Đã trả lại, chờ sửa")


def distance(metres: int | None) -> str:
    """How far from the area a photo was taken."""
    if metres is None:
        return _("Ảnh không ghi nơi chụp")
    if metres == 0:
        return _("Chụp trong vùng")
    return _("Chụp cách vùng %(metres)s\u00a0m", metres=number(metres, 0))


def due_step(code: str) -> str:
    """What is due."""
    return _(_DUE_STEP[code]) if code in _DUE_STEP else code


def field(name: str) -> str:
    """The word for a field a change may alter."""
    words = {
        "name": _("Tên vùng"),
        "variety": _("Giống"),
        "planting_year": _("Năm trồng"),
        "expected_yield_kg": _("Sản lượng dự kiến (kg)"),
    }
    return words[name]


def visit(kind: str) -> str:
    """The word for a kind of visit."""
    return named(_VISIT, kind)


def amendment(status: str) -> str:
    """The word for where an amendment stands."""
    return named(_AMENDMENT, status)


def answer(code: str) -> str:
    """The word for an answer of the checklist."""
    return named(_ANSWER, code)


def answer_options() -> list[tuple[str, str]]:
    return [(code, answer(code)) for code in _ANSWER]


def obstacle(code: str) -> str:
    """What keeps a dossier from being approved with others."""
    return named(_OBSTACLE, code)


def certificate_state(code: str) -> str:
    """The word for where a certificate stands."""
    return named(_CERTIFICATE, code)


def certificate_tone(code: str) -> str:
    """The tone of a certificate's badge."""
    return {"valid": "good", "ending": "warn", "ended": "bad"}.get(code, "calm")


def standard(code: str) -> str:
    """The name of a standard; its code when it is no longer listed."""
    found = lists.standards().get(code)
    return found.name if found else code


def standard_choices(on: date) -> list[tuple[str, str]]:
    """What one may search certified areas by: the standards in force, families first."""
    known = [each for each in lists.standards().values() if each.validity.covers(on)]
    families = [(code, _(name)) for code, name in _FAMILIES.items()]
    return families + [(each.code, each.name) for each in known]


def cause(code: str) -> str:
    """A chosen reason in the reader's language; its code when it is no longer listed."""
    found = lists.causes().get(code)
    return found.name if found else code


def time_left(due_on: date | None, today: date) -> str:
    """How long there is until a day: "còn 3 ngày", "hôm nay", "quá hạn 2 ngày"."""
    if due_on is None:
        return ""
    days = (due_on - today).days
    if days == 0:
        return _("hạn hôm nay")
    if days < 0:
        return ngettext("quá hạn %(num)s ngày", "quá hạn %(num)s ngày", -days)
    return ngettext("còn %(num)s ngày", "còn %(num)s ngày", days)


def time_tone(due_on: date | None, today: date) -> str:
    """The tone of a deadline's badge."""
    if due_on is None:
        return "calm"
    days = (due_on - today).days
    return "bad" if days < 0 else "warn" if days <= 3 else "calm"
