"""The interval before a harvest in one sentence: what was done, and whether days enough passed."""

from __future__ import annotations

from foundation.i18n import N_, _, ngettext
from foundation.i18n import day as shown
from traceability.pre_harvest import Interval

_WORKS = {
    "spraying": N_("lần phun"),
    "fertilising": N_("lần bón"),
    "feeding": N_("lần cho ăn"),
    "treatment": N_("lần chữa bệnh"),
}


def sentence(told: Interval) -> str:
    """What a trace page says of it, in the words of the work it speaks of."""
    if told.state == "unsprayed":
        return _("Nhật ký không ghi lần dùng thuốc nào trước khi thu hoạch.")
    if told.state == "unrecorded":
        return _("Nhật ký mùa này chưa ghi việc chăm sóc nào, nên chưa rõ có dùng thuốc hay không.")
    named = _WORKS[told.activity or "spraying"]
    work, day = _(named), shown(told.done_on)
    if told.state == "kept":
        return ngettext(
            "Đủ thời gian cách ly: %(work)s cuối ngày %(day)s, thu hoạch sau %(num)s ngày.",
            "Đủ thời gian cách ly: %(work)s cuối ngày %(day)s, thu hoạch sau %(num)s ngày.",
            told.days_waited or 0,
            work=work,
            day=day,
        )
    if told.state == "unknown":
        return _(
            "Chưa rõ thời gian cách ly: nhật ký có %(work)s ngày %(day)s nhưng không ghi số ngày"
            " cách ly.",
            work=work,
            day=day,
        )
    return _(
        "Nhật ký ghi %(work)s ngày %(day)s chưa đủ thời gian cách ly trước khi thu hoạch.",
        work=work,
        day=day,
    )
