"""What the states of an order are called, and its way as stations, in the reader's language."""

from foundation.i18n import N_, _, vn_datetime
from shop.order_views import OrderView

_WORDS = {
    "placed": N_("Chờ xác nhận"),
    "confirmed": N_("Đã xác nhận"),
    "shipped": N_("Đang giao"),
    "delivered": N_("Đã giao"),
    "cancelled": N_("Đã hủy"),
    "refused": N_("Bị trả về"),
}
_STATIONS = {
    "placed": N_("Đặt hàng"),
    "confirmed": N_("Người bán xác nhận"),
    "shipped": N_("Gửi hàng"),
    "delivered": N_("Giao tới nơi"),
}


def words() -> dict[str, str]:
    """State → its words."""
    return {state: _(text) for state, text in _WORDS.items()}


def way(view: OrderView) -> list[dict[str, str]]:
    """The stations of an order: those behind it with their hour, and those to come."""
    reached = {step.state: step for step in view.steps}
    stations = []
    for state, text in _STATIONS.items():
        step = reached.get(state)
        if step is not None:
            at = vn_datetime(step.happened_at)
            stations.append({"label": _(text), "state": "done", "at": at})
    for state in ("cancelled", "refused"):
        step = reached.get(state)
        if step is not None:
            failed = {"label": _(_WORDS[state]), "state": "failed"}
            failed["at"] = vn_datetime(step.happened_at)
            return [*stations, failed | ({"note": step.reason} if step.reason else {})]
    todo = [_(text) for state, text in _STATIONS.items() if state not in reached]
    return stations + [
        {"label": label, "state": "todo" if place else "current"}
        for place, label in enumerate(todo)
    ]
