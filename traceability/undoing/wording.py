"""What undoing says about each error and finding code."""

from foundation.i18n import N_

WORDING: dict[str, str] = {
    "step.not_found": N_("Lô này không có việc ấy."),
    "step.undone": N_("Việc này đã được hủy rồi."),
    "step.not_undoable": N_("Việc này không hủy được; hãy ghi việc ngược lại."),
    "batch.is_void": N_("Lô {lot} đã hủy vì ghi nhầm, không mở lại được. Hãy mở lô mới."),
    "undo.built_upon": N_("Chưa hủy được: sau việc này đã có việc khác dựa vào nó."),
    "undo.corrective_unknown": N_("Không có việc {event} của đơn vị để thay cho việc ghi nhầm."),
    "undo.consignment_settled": N_("Chuyến hàng {consignment} không còn như lúc ghi việc này."),
    "undo.unit_gone": N_("Kiện {unit} không còn ở trong kho."),
    "undo.not_closed": N_("Lô {lot} đã được mở lại."),
    "undo.not_released": N_("Lô {lot} không còn được phép xuất bán."),
    "undo.not_held": N_("Lô {lot} không còn bị tạm giữ."),
    "undo.hold_gone": N_("Lần đơn vị tạm giữ lô {lot} đã hết."),
    "undo.decided_since": N_(
        "Ngày {on} đơn vị đã quyết định khác về lô {lot}; hãy hủy việc ấy trước."
    ),
    "undo.moved_since": N_(
        "Ngày {on} hàng của lô {lot} đã được dùng hoặc giao sau khi cho xuất bán."
    ),
    "undo.closed_since": N_("Lô {lot} đã đóng; hãy mở lại lô trước."),
    "undo.promised": N_("Lô {lot} đã bán hoặc hứa bán {amount}\u00a0{unit}."),
    "undo.found_gone": N_(
        "Lô {lot}: lần kiểm kê này thêm {amount}\u00a0{unit}, nay chỉ còn {free}\u00a0{unit} dùng"
        " được (đã hứa bán {promised}\u00a0{unit})."
    ),
    "undo.since_split": N_("Ngày {on} đã tách {amount}\u00a0{unit} khỏi lô {lot}."),
    "undo.since_merge": N_("Ngày {on} đã gộp {amount}\u00a0{unit} của lô {lot} vào lô khác."),
    "undo.since_process": N_("Ngày {on} đã chế biến {amount}\u00a0{unit} của lô {lot}."),
    "undo.since_pack": N_("Ngày {on} đã đóng gói {amount}\u00a0{unit} của lô {lot}."),
    "undo.since_unit": N_("Ngày {on} đã xếp {amount}\u00a0{unit} của lô {lot} vào kiện."),
    "undo.since_ship": N_("Ngày {on} đã xuất kho {amount}\u00a0{unit} của lô {lot}."),
    "undo.since_waste": N_("Ngày {on} đã ghi hao hụt {amount}\u00a0{unit} của lô {lot}."),
    "undo.since_count": N_(
        "Ngày {on} đã kiểm kê lô {lot}, chênh {amount}\u00a0{unit}; hãy hủy lần kiểm kê trước."
    ),
    "undo.event_count": N_("Ngày {on} đã kiểm kê lô {lot}; hãy hủy lần kiểm kê trước."),
    "undo.event_ship": N_("Ngày {on} đã xuất kho hàng của lô {lot}."),
    "undo.event_receive": N_("Ngày {on} bên nhận đã nhận hàng của lô {lot}."),
    "undo.event_close": N_("Ngày {on} đã đóng lô {lot}; hãy hủy việc đóng lô trước."),
    "undo.event_other": N_("Ngày {on} đã có việc khác với lô {lot}."),
    "undo.recalled": N_("Lô {lot} đang bị thu hồi."),
    "undo.held": N_("Lô {lot} đang bị tạm giữ vì lý do riêng của nó."),
    "undo.labels": N_("Lô {lot} đã in {count} tem; tem đã in không lấy lại được."),
    "undo.tested": N_("Lô {lot} đã có {count} kết quả kiểm nghiệm."),
    "undo.certified": N_("Lô {lot} đã có {count} giấy chứng nhận."),
}
