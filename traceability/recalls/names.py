"""Names of a recall's states and origins, in the reader's language."""

from foundation.i18n import N_, _

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
TONES = {"held": "held", "recalled": "recalled", "lifted": "released", "closed": "closed"}


def state(name: str) -> str:
    """A state in words."""
    return _(STATES[name])


def origin(name: str) -> str:
    """What is suspected, in words."""
    return _(ORIGINS[name])
