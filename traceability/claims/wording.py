"""What claims say about each error code."""

from foundation.i18n import N_

WORDING: dict[str, str] = {
    "claim.not_found": N_("Không có lời khai nào mang số này."),
    "claim.decided": N_("Lời khai này đã có kết luận."),
    "claim.not_confirmed": N_("Không có xác nhận nào để rút lại."),
}
