"""What the shop says about each error and finding code."""

from foundation.i18n import N_

WORDING: dict[str, str] = {
    "offer.unknown": N_("Không có mặt hàng mang mã {offer}."),
    "offer.not_for_sale": N_("{name} hiện không còn bán."),
    "offer.below_minimum": N_("{name} bán từ {least} gói trở lên."),
    "offer.price_changed": N_("Giá của {name} ({pack}) đã đổi từ {was_vnd} thành {now_vnd}."),
    "order.total_changed": N_(
        "Tổng tiền đã đổi từ {was_vnd} thành {now_vnd}. Hãy xem lại trước khi đặt."
    ),
    "order.too_many_waiting": N_(
        "Số điện thoại này đang có {most} đơn chờ người bán xác nhận. Hãy đợi hoặc hủy bớt."
    ),
    "order.empty": N_("Giỏ hàng chưa có gì."),
    "order.state": N_("Đơn hàng đã sang bước khác, việc này không còn làm được."),
    "order.lot_held": N_("Lô {lot} đang bị giữ lại, không được gửi đi."),
    "order.review_lost": N_("Giỏ hàng đã thay đổi sau khi bạn xem. Hãy xem lại trước khi đặt."),
    "stock.short": N_("{name} ({pack}) chỉ còn {left} gói, bạn đặt {wanted}."),
    "stock.none": N_("{name} ({pack}) đã hết hàng."),
    "stock.moved": N_("Hàng vừa được người khác lấy. Hãy thử lại."),
    "buyer.phone": N_("Số điện thoại này không gọi được. Ví dụ: 0912 345 678."),
    "buyer.email": N_("Địa chỉ thư này không đúng. Ví dụ: ten@vidu.vn."),
    "payment.not_offered": N_("Chưa nhận cách trả tiền này. Hiện có: trả khi nhận hàng (cod)."),
    "cart.busy": N_("Giỏ hàng đang được mở ở nơi khác. Hãy thử lại."),
    "cart.full": N_("Giỏ hàng có nhiều nhất {most} mặt hàng."),
}
