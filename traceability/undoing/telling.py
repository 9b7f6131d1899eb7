"""Steps and corrections in the reader's words: what undoing one would do, why one was wrong."""

from __future__ import annotations

from foundation import i18n
from foundation.i18n import N_, _, named
from traceability.undoing.steps import DECIDING
from traceability.undoing.undoing import Outlook

REASONS = {
    "did_not_occur": N_("Việc này không xảy ra"),
    "incorrect_data": N_("Có xảy ra nhưng ghi sai số liệu"),
}
KINDS = {
    "open": N_("Mở lô"),
    "split": N_("Tách lô"),
    "merge": N_("Gộp lô"),
    "process": N_("Chế biến"),
    "pack": N_("Đóng gói"),
    "unit": N_("Xếp kiện"),
    "ship": N_("Xuất kho"),
    "receive": N_("Nhận hàng"),
    "waste": N_("Hao hụt, tiêu hủy"),
    "count": N_("Kiểm kê"),
    "close": N_("Đóng lô"),
    "release": N_("Cho xuất bán"),
    "hold": N_("Đơn vị tạm giữ"),
}


_KEPT = {
    "released": N_("đã cho xuất bán"),
    "told": N_("đối tác đã biết qua sự kiện truy xuất"),
    "shared": N_("chuỗi của lô đã chia sẻ với đối tác"),
    "recalled": N_("lô từng nằm trong một đợt thu hồi"),
    "scanned": N_("mã lô đã được quét"),
}


def kind_name(kind: str) -> str:
    """What a step is called."""
    return named(KINDS, kind)


def reason_name(reason: str | None) -> str:
    """Why a step was wrong."""
    return _(REASONS[reason]) if reason in REASONS else _("Ghi nhầm")


def reason_options() -> list[tuple[str, str]]:
    """The reasons to choose from."""
    return [(reason, _(name)) for reason, name in REASONS.items()]


def effects(outlook: Outlook) -> list[str]:
    """What undoing a step will do, a sentence each."""
    step, told = outlook.step, []
    for batch_id, amount in step.moved.items():
        batch, shelf = outlook.batches[batch_id], outlook.shelves[batch_id]
        words = {
            "lot": batch.lot,
            "amount": i18n.quantity(abs(amount), batch.unit),
            "before": i18n.quantity(shelf.there, batch.unit),
            "after": i18n.quantity(shelf.there - amount, batch.unit),
        }
        told.append(
            _("%(amount)s về lại lô %(lot)s: từ %(before)s thành %(after)s.", **words)
            if amount < 0
            else _("Bớt %(amount)s của lô %(lot)s: từ %(before)s còn %(after)s.", **words)
        )
    told += [
        _(
            "Lô %(lot)s bị hủy; ai quét mã lô này sẽ thấy là ghi nhầm.",
            lot=outlook.batches[each].lot,
        )
        for each in step.made
    ]
    told += [_name(outlook, each) for each in step.made]
    if step.consignment is not None:
        code = step.consignment.code
        told.append(
            _("Chuyến hàng %(code)s bị hủy.", code=code)
            if step.kind == "ship"
            else _("Chuyến hàng %(code)s lại là đang đi, chờ nhận.", code=code)
        )
    if step.unit is not None:
        told.append(_("Kiện %(unit)s bị hủy.", unit=step.unit.name))
    if step.kind in DECIDING:
        told += _stands_again(outlook)
    if step.kind == "close":
        told.append(_("Lô trở lại như trước khi đóng."))
    return [*told, _("Việc đã ghi không mất đi: nó được gạch bỏ, kèm lý do và ngày hủy.")]


def _stands_again(outlook: Outlook) -> list[str]:
    """How a batch stands once its release or hold is taken back."""
    if outlook.step.kind == "release":
        return [
            _("Lô lại bị tạm giữ như trước.")
            if outlook.stands == "held"
            else _("Lô lại là chưa cho xuất bán."),
            _("Trang truy xuất và cửa hàng thôi nói lô được bán, ngay lập tức."),
        ]
    if outlook.stands == "held":
        return [_("Lô vẫn bị tạm giữ vì lý do khác.")]
    if outlook.stands == "released":
        return [_("Lô lại được bán như trước khi tạm giữ.")]
    return [_("Hết tạm giữ; lô chưa được bán cho tới khi cho xuất bán lại.")]


def _name(outlook: Outlook, batch_id: int) -> str:
    """Whether the name of a void batch may be given again."""
    lot, why = outlook.batches[batch_id].lot, outlook.kept_names.get(batch_id)
    if why is None:
        return _(
            "Mã %(lot)s chưa ai bên ngoài biết: mở lại lô cho đúng thì dùng lại được.", lot=lot
        )
    return _(
        "Mã %(lot)s không dùng lại được nữa: %(why)s. Lô mở lại phải mang mã khác.",
        lot=lot, why=named(_KEPT, why),
    )  # fmt: skip
