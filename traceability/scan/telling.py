"""Names of the steps a story tells, in the reader's language."""

from foundation.i18n import N_, _

ACTIVITIES = {
    "planting": N_("Gieo trồng"),
    "fertilising": N_("Bón phân"),
    "spraying": N_("Phun thuốc"),
    "irrigation": N_("Tưới nước"),
    "weeding": N_("Làm cỏ"),
    "pruning": N_("Cắt tỉa"),
    "feeding": N_("Cho ăn"),
    "treatment": N_("Xử lý, phòng bệnh"),
    "harvest": N_("Thu hoạch"),
    "inspection": N_("Kiểm tra"),
    "waste": N_("Thu gom chất thải"),
    "other": N_("Việc khác"),
}
STEPS = {
    "commissioning": N_("Đã mở lô"),
    "inspecting": N_("Kiểm tra và cho xuất bán"),
    "holding": N_("Tạm giữ để kiểm tra"),
    "repackaging": N_("Tách hoặc gộp lô"),
    "packing": N_("Đóng gói"),
    "unpacking": N_("Dỡ kiện"),
    "shipping": N_("Xuất kho, gửi đi"),
    "void_shipping": N_("Gọi hàng đã gửi về"),
    "receiving": N_("Nhận hàng"),
    "stock_taking": N_("Kiểm kê"),
    "sampling": N_("Lấy mẫu kiểm nghiệm"),
    "dispensing": N_("Dùng trong đơn vị, cho, tặng"),
    "sensor_reporting": N_("Cảm biến báo vượt giới hạn"),
    "destroying": N_("Tiêu hủy"),
    "decommissioning": N_("Đóng lô"),
    "other": N_("Việc khác"),
}
WRONG = {
    "did_not_occur": N_("việc này không xảy ra"),
    "incorrect_data": N_("số liệu ghi sai"),
}
BATCH_STATES = {
    "open": N_("Chưa xuất"),
    "released": N_("Được bán"),
    "held": N_("Đang tạm giữ"),
    "recalled": N_("Đã bị thu hồi"),
    "closed": N_("Đã đóng"),
}


def activity_name(activity: str) -> str:
    return _(ACTIVITIES.get(activity, activity))


def step_name(biz_step: str) -> str:
    return _(STEPS.get(biz_step, biz_step))


def wrong_name(reason: str | None) -> str:
    """Why a step was struck out."""
    return _(WRONG[reason]) if reason in WRONG else _("ghi nhầm")


def state_name(state: str) -> str:
    return _(BATCH_STATES.get(state, state))
