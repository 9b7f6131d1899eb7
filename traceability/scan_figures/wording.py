"""What scans in figures say about each error code."""

from foundation.i18n import N_

WORDING: dict[str, str] = {
    "scans.range_backwards": N_("Ngày cuối phải sau ngày đầu."),
    "scans.range_too_long": N_("Mỗi lần xem được nhiều nhất %(most)s ngày."),
}
