"""The trade's words for places: states, days, hours."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from foundation.i18n import N_, _, named
from products.places import hours
from products.places.kinds import kinds

_STATUS = {
    "draft": N_("Chưa đăng"),
    "published": N_("Đang đón khách"),
    "closed": N_("Ngừng đón khách"),
}
_DAY = {
    "mo": N_("Thứ hai"),
    "tu": N_("Thứ ba"),
    "we": N_("Thứ tư"),
    "th": N_("Thứ năm"),
    "fr": N_("Thứ sáu"),
    "sa": N_("Thứ bảy"),
    "su": N_("Chủ nhật"),
}


def status(code: str) -> str:
    """The word for a state."""
    return named(_STATUS, code)


def status_options() -> list[tuple[str, str]]:
    return [(code, status(code)) for code in _STATUS]


def kind(code: str) -> str:
    """The word for a kind of place; its code when it is no longer listed."""
    found = kinds().get(code)
    return found.name if found else code


def kind_options() -> list[tuple[str, str]]:
    return [(code, found.name) for code, found in kinds().items()]


def days() -> list[tuple[str, str]]:
    """The days of the week, by code."""
    return [(code, _(word)) for code, word in _DAY.items()]


def week(told: Mapping[str, Sequence[Sequence[str]]]) -> list[tuple[str, str]]:
    """The week as (days, hours) lines, days in a row with the same hours together."""
    if not any(told.get(day) for day in hours.DAYS):
        return []
    lines = []
    for first, last, text in hours.runs(told):
        if first == "mo" and last == "su":
            name = _("Mọi ngày")
        elif first == last:
            name = _(_DAY[first])
        else:
            name = _("%(first)s đến %(last)s", first=_(_DAY[first]), last=_(_DAY[last]).lower())
        lines.append((name, text.replace("-", "–") or _("Nghỉ")))
    return lines
