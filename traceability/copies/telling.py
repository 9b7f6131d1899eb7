"""What was seen of a code, in the reader's words: never that it is fake."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from foundation.i18n import N_, _, duration, many, number, vn_datetime
from traceability.copies.models import CopySuspicion

Places = Mapping[str, str]
STATES = {
    "open": N_("Chờ xem"),
    "explained": N_("Có lời giải thích"),
    "confirmed": N_("Xác nhận bị sao chép"),
}
TONES = {"open": "wait", "explained": "good", "confirmed": "bad"}
REASONS = {
    "leap": N_("Hai nơi xa trong thời gian ngắn"),
    "provinces": N_("Nhiều tỉnh"),
    "days": N_("Nhiều ngày"),
    "weeks": N_("Kéo dài nhiều tuần"),
    "scans": N_("Quá nhiều lượt quét"),
    "void": N_("Tem đã hủy"),
    "unpasted": N_("Tem chưa dán"),
    "lot": N_("Quét nhiều hơn số tem in"),
}

_DEVICES = {
    "phone": N_("Điện thoại"),
    "tablet": N_("Máy tính bảng"),
    "computer": N_("Máy tính"),
    "other": N_("Thiết bị khác"),
}


def device_name(device: str) -> str:
    return _(_DEVICES.get(device, _DEVICES["other"]))


def state_name(state: str) -> str:
    return _(STATES[state])


def reason_name(code: str) -> str:
    return _(REASONS.get(code, code))


def subject(suspicion: CopySuspicion) -> str:
    """Which labels are meant."""
    if suspicion.is_of_lot:
        return _("Tem chung của lô")
    return _("Tem số %(number)s", number=number(suspicion.serial_number, 0))


def sentences(suspicion: CopySuspicion, places: Places) -> list[str]:
    """Everything seen, the gravest first."""
    return [sentence(code, params, places) for code, _points, params in suspicion.reasons]


def weighed(suspicion: CopySuspicion, places: Places) -> list[tuple[str, int]]:
    """Everything seen as sentences, each with the points it weighs."""
    points = [row[1] for row in suspicion.reasons]
    told = (f"{each[:1].upper()}{each[1:]}." for each in sentences(suspicion, places))
    return list(zip(told, points, strict=True))


def gist(suspicion: CopySuspicion, places: Places) -> str:
    """What was seen, as short as a list needs it: the two gravest things."""
    told = "; ".join(sentences(suspicion, places)[:2])
    return told[:1].upper() + told[1:]


def sentence(code: str, params: Mapping[str, Any], places: Places) -> str:
    """One thing seen."""
    return _SAID[code](params, places)


def _leap(params: Mapping[str, Any], places: Places) -> str:
    left_at = datetime.fromisoformat(params["left_at"])
    took = datetime.fromisoformat(params["reached_at"]) - left_at
    told = _(
        "quét ở %(left)s lúc %(at)s rồi %(took)s sau ở %(reached)s",
        left=places.get(params["left"], params["left"]),
        at=vn_datetime(left_at),
        took=duration(took // timedelta(minutes=1)),
        reached=places.get(params["reached"], params["reached"]),
    )
    if params.get("leaps", 1) > 1:
        return _("%(told)s (%(count)s lần như vậy)", told=told, count=params["leaps"])
    return told


def _provinces(params: Mapping[str, Any], places: Places) -> str:
    names = [places.get(code, code) for code in params["places"]]
    rest = params["count"] - len(names)
    listed = ", ".join(names)
    if rest > 0:
        return _("quét ở %(places)s và %(count)s tỉnh khác", places=listed, count=rest)
    return _("quét ở %(places)s", places=listed)


def _days(params: Mapping[str, Any], places: Places) -> str:
    return _(
        "quét %(scans)s lần trong %(days)s ngày khác nhau",
        scans=number(params["scans"], 0),
        days=number(params["days"], 0),
    )


def _weeks(params: Mapping[str, Any], places: Places) -> str:
    return _("từ lần đầu đến lần cuối %(days)s ngày", days=number(params["days"], 0))


def _scans(params: Mapping[str, Any], places: Places) -> str:
    return _("nhiều lượt quét hơn hẳn thường thấy: %(scans)s", scans=number(params["scans"], 0))


def _void(params: Mapping[str, Any], places: Places) -> str:
    return _("tem đã hủy vẫn được quét %(scans)s lần", scans=number(params["scans"], 0))


def _unpasted(params: Mapping[str, Any], places: Places) -> str:
    return _("tem chưa khai là đã dán mà được quét %(scans)s lần", scans=number(params["scans"], 0))


def _lot(params: Mapping[str, Any], places: Places) -> str:
    return _(
        "tem của lô được quét %(scans)s lần, trong khi chỉ in %(printed)s tem",
        scans=number(params["scans"], 0),
        printed=number(params["printed"], 0),
    )


_SAID = {
    "leap": _leap,
    "provinces": _provinces,
    "days": _days,
    "weeks": _weeks,
    "scans": _scans,
    "void": _void,
    "unpasted": _unpasted,
    "lot": _lot,
}


def options(names: Mapping[str, str]) -> Sequence[tuple[str, str]]:
    """Choices of a filter, in the reader's words."""
    return [(code, many(name)) for code, name in names.items()]
