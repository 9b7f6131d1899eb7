"""Sentences for what open data refuses."""

from foundation.i18n import N_

WORDING = {
    "open_data.no_such_dataset": N_("Không có bộ dữ liệu “{dataset}”."),
    "open_data.no_such_file": N_("Không có tệp này, hoặc bản cũ đã hết hạn giữ."),
}
