"""What handling says about each error and finding code."""

from foundation.i18n import N_

WORDING: dict[str, str] = {
    "ship.expired": N_("Lô {lot} đã hết hạn ngày {on}."),
    "ship.expires_soon": N_("Lô {lot} sắp hết hạn, ngày {on}."),
    "ship.other_market": N_("Lô {lot} dành cho thị trường {meant}, chuyến này đi {sent}."),
    "ship.certificate_ended": N_(
        "Giấy chứng nhận số {number} đã hết hạn ngày {on}, chưa có giấy mới."
    ),
    "batch.is_open": N_("Lô {lot} chưa được cho xuất bán; hãy kiểm tra và cho xuất trước."),
    "batch.is_held": N_("Lô {lot} đang bị tạm giữ: chỉ kiểm kê hoặc ghi hao hụt, tiêu hủy được."),
    "batch.is_recalled": N_("Lô {lot} đã bị thu hồi: chỉ kiểm kê hoặc ghi hao hụt, tiêu hủy được."),
    "batch.is_closed": N_("Lô {lot} đã đóng."),
    "batch.is_released": N_("Lô {lot} đang được bán; việc này không làm được ở trạng thái ấy."),
    "batch.short": N_(
        "Lô {lot} chỉ còn {free}\u00a0{unit} dùng được (đã hứa bán {promised}\u00a0{unit}), không"
        " đủ {asked}\u00a0{unit}."
    ),
    "batch.promised": N_(
        "Lô {lot} đã hứa bán {promised}\u00a0{unit} mà kiểm kê chỉ có {counted}\u00a0{unit}. Hãy"
        " hủy bớt đơn hàng trước."
    ),
    "batch.balance": N_(
        "Không cân bằng: làm ra {produced}\u00a0{unit} {product}, mà nguyên liệu đưa vào chỉ cho"
        " được nhiều nhất {possible}\u00a0{unit}."
    ),
    "batch.exceeds": N_(
        "{product}: làm ra {produced}\u00a0{unit}, nguyên liệu chỉ cho được nhiều nhất"
        " {possible}\u00a0{unit}."
    ),
    "batch.exceeds_all": N_(
        "Tất cả thành phẩm nặng {produced}\u00a0{unit}, nguyên liệu đưa vào chỉ nặng"
        " {possible}\u00a0{unit}."
    ),
    "batch.loss_unexplained": N_(
        "{product} chỉ ra {produced}\u00a0{unit}, ít hơn mức thấp nhất đã khai là"
        " {least}\u00a0{unit}. Hãy ghi lý do hao hụt nhiều hơn."
    ),
    "batch.conversion_missing": N_(
        "Không so được nguyên liệu với {product}. Hãy khai khối lượng tịnh hoặc định mức thu hồi"
        " của sản phẩm này."
    ),
    "batch.amount_inexact": N_("{amount} không ghi được tới một phần nghìn {unit} của lô."),
    "batch.parts_missing": N_("Hãy ghi ít nhất một phần cần tách."),
    "batch.inputs_missing": N_("Hãy chọn ít nhất một lô đưa vào."),
    "batch.outputs_missing": N_("Hãy ghi ít nhất một sản phẩm làm ra."),
    "batch.merge_one": N_("Gộp lô cần ít nhất hai lô."),
    "batch.merge_products": N_("Chỉ gộp được các lô của cùng một sản phẩm."),
    "batch.owners_differ": N_("Các lô phải của cùng một đơn vị."),
    "batch.input_absent": N_("Các lô đưa vào phải có lô {lot}."),
    "batch.step_in_future": N_("Không ghi được việc chưa xảy ra."),
    "batch.step_too_early": N_("Lô {lot} có từ {on}: trước đó chưa có hàng để làm."),
    "batch.markets_differ": N_(
        "Các lô dành cho thị trường khác nhau: {lots}. Hãy chọn một thị trường cho lô mới, để yêu"
        " cầu của nước nhập khẩu không bị bỏ sót."
    ),
    "batch.bought_late": N_("Ngày mua không thể sau ngày sản xuất ({produced_on})."),
    "batch.waste_reason": N_("Hãy chọn một lý do trong danh sách."),
    "batch.close_stock": N_(
        "Lô {lot} còn {left}\u00a0{unit} (đã hứa bán {promised}\u00a0{unit}). Hãy xuất kho hoặc ghi"
        " hao hụt trước khi đóng."
    ),
    "batch.packed_outside": N_("Ngày đóng gói phải từ ngày sản xuất ({produced_on}) đến hôm nay."),
    "batch.origin_mixed": N_(
        "Mỗi lô có một nguồn: vùng trồng, mua ngoài, hoặc lô khác. Hãy mở hai lô rồi gộp lại."
    ),
    "batch.purchase_missing": N_("Hãy ghi ít nhất một lần mua nguyên liệu."),
    "batch.harvest_without_area": N_("Chỉ lô từ vùng trồng mới có ngày thu hoạch."),
    "batch.purchase_not_found": N_("Lô này không có lần mua ấy."),
    "batch.no_yield_finding": N_("Lô này không có cảnh báo sản lượng."),
    "batch.note_missing": N_("Hãy ghi nhận xét."),
    "recovery.input_unknown": N_("Đơn vị không có sản phẩm {product} để làm nguyên liệu."),
    "recovery.least_above_most": N_("Mức thấp nhất không thể hơn mức cao nhất ({most})."),
    "recovery.not_found": N_("Không có định mức này."),
    "market.unknown": N_("Không rõ yêu cầu của thị trường {market}."),
    "market.shipped": N_("Đã giao hàng của lô {lot}, không đổi thị trường được nữa."),
    "market.element_missing": N_("{market} yêu cầu: {element} ({source})."),
    "unit.not_found": N_("Không có kiện hàng nào mang mã này."),
    "unit.shipped_early": N_("Kiện {unit} xếp {on}, không thể gửi đi trước đó."),
    "unit.not_packed": N_("Kiện {unit} không còn ở trong kho."),
    "unit.sscc_form": N_("Mã kiện SSCC gồm 18 chữ số, số cuối là số kiểm tra; {sscc} không đúng."),
    "unit.sscc_taken": N_("Mã kiện {sscc} đã dùng cho kiện khác."),
    "consignment.not_found": N_("Không có chuyến hàng nào mang mã này."),
    "consignment.settled": N_("Chuyến hàng {consignment} đã được xử lý rồi."),
    "consignment.reason_missing": N_("Hãy ghi lý do không nhận."),
    "consignment.recipient_unknown": N_("Không có đơn vị nhận nào mang mã này."),
    "consignment.recipient_unclear": N_("“{typed}” có thể là: {named}. Hãy ghi mã của một đơn vị."),
    "consignment.recipient_missing": N_(
        "Hãy chọn đơn vị nhận trên Nguồn, hoặc ghi tên đơn vị nhận ở ngoài."
    ),
    "consignment.line_unknown": N_("Chuyến hàng không có dòng {line}."),
    "consignment.line_twice": N_("Dòng {line} được ghi hai lần."),
    "consignment.received_early": N_("Hàng gửi {on}, không thể đến trước đó."),
    "consignment.more_than_sent": N_(
        "Lô {lot} gửi {sent}\u00a0{unit}, không nhận được {arrived}\u00a0{unit}."
    ),
    "consignment.product_unknown": N_("Đơn vị không có sản phẩm {product}."),
    "consignment.product_missing": N_(
        "Hãy chọn sản phẩm để ghi {product}; đơn vị chưa có sản phẩm cùng tên."
    ),
    "product.not_found": N_("Không có sản phẩm nào mang mã này."),
}
