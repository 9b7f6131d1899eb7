"""Names of a recall's states and origins, in the reader's language."""

from foundation.i18n import N_, _, named, vn_date
from traceability.recalls.models import Recall
from traceability.scan import telling

STATES = {
    "held": N_("Đang giữ, chờ quyết định"),
    "recalled": N_("Đang thu hồi"),
    "lifted": N_("Đã gỡ"),
    "closed": N_("Đã kết thúc"),
}
ORIGINS = {
    "batch": N_("Một lô hàng"),
    "area": N_("Một vùng trồng"),
    "material": N_("Một loại vật tư, thuốc"),
    "supplier_lot": N_("Một lô nguyên liệu mua vào"),
}
SCOPES = {
    True: N_("Lô nghi ngờ và mọi lô làm ra từ đó"),
    False: N_("Chỉ lô nghi ngờ"),
}
TONES = {"held": "held", "recalled": "recalled", "lifted": "released", "closed": "closed"}


def state(name: str) -> str:
    """A state in words."""
    return named(STATES, name)


def told(recall: Recall) -> str:
    """How a recall stands, with the day it ended."""
    if recall.ended_at is None:
        return state(recall.state)
    if recall.state == "closed":
        return _("Đã kết thúc ngày %(day)s", day=vn_date(recall.ended_at))
    return _("Đã gỡ ngày %(day)s", day=vn_date(recall.ended_at))


def lot_state(recall: Recall, name: str) -> str:
    """How a lot of a recall stands; what was recalled stays so when the recall has ended."""
    if name == "recalled" and recall.state == "closed":
        return _("Đã thu hồi (kết thúc ngày %(day)s)", day=vn_date(recall.ended_at))
    if name == "recalled" and recall.state == "recalled":
        return state("recalled")
    return telling.state_name(name)


def scope(recall: Recall) -> str:
    """How far a recall goes: in its deciders' words, or plainly."""
    if recall.scope_words:
        return recall.scope_words
    return _(SCOPES[recall.with_descendants])


def origin(name: str) -> str:
    """What is suspected, in words."""
    return named(ORIGINS, name)
