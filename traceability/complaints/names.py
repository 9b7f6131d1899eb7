"""Names of a complaint's kinds and states, in the reader's language."""

from __future__ import annotations

from foundation.i18n import N_, _, named

KINDS = {
    "quality": N_("Hàng hỏng, kém chất lượng"),
    "safety": N_("Nghi không an toàn, ăn vào bị mệt"),
    "copy": N_("Nghi tem hoặc hàng bị làm giả"),
    "label": N_("Thông tin trên tem không đúng"),
    "other": N_("Chuyện khác"),
}
STATES = {
    "new": N_("Mới gửi"),
    "seen": N_("Đã xem, đang xử lý"),
    "answered": N_("Đã trả lời"),
    "referred": N_("Đã chuyển tiếp"),
    "closed": N_("Đã khép lại"),
}
TONES = {
    "new": "wait",
    "seen": "note",
    "answered": "good",
    "referred": "warn",
    "closed": "calm",
}
SIDES = {
    "consumer": N_("Người gửi"),
    "organisation": N_("Đơn vị sản xuất"),
    "office": N_("Cơ quan quản lý"),
}


def kind(name: str) -> str:
    """What a complaint is about."""
    return named(KINDS, name)


def state(name: str) -> str:
    """How it stands."""
    return named(STATES, name)


def side(name: str) -> str:
    """Who said something about it."""
    return named(SIDES, name)


def kinds() -> list[tuple[str, str]]:
    """The kinds to choose from."""
    return [(name, _(words)) for name, words in KINDS.items()]


def states() -> list[tuple[str, str]]:
    """The states to filter by."""
    return [*((name, _(words)) for name, words in STATES.items()), ("all", _("Tất cả"))]
