"""What kinds, roles and states are called on pages."""

from accounts.models import Organisation
from foundation.i18n import N_, _

KINDS = {
    "cooperative": N_("Hợp tác xã"),
    "household": N_("Hộ sản xuất"),
    "enterprise": N_("Doanh nghiệp"),
    "agency": N_("Cơ quan nhà nước"),
}
TAX_TYPES = {
    "cooperative": N_("Hợp tác xã, tự kê khai"),
    "company": N_("Doanh nghiệp, tự kê khai"),
    "household": N_("Hộ kinh doanh"),
    "individual": N_("Cá nhân"),
    "public": N_("Đơn vị công lập"),
}
STATUSES = {
    "unverified": N_("Chưa xác minh"),
    "verified": N_("Đã xác minh"),
    "suspended": N_("Tạm dừng"),
}
ROLES = {
    "manager": N_("Quản lý"),
    "staff": N_("Nhân viên ghi chép"),
    "seller": N_("Người bán"),
    "admin": N_("Quản trị viên"),
    "officer": N_("Cán bộ quản lý"),
    "inspector": N_("Cán bộ kiểm tra"),
    "council": N_("Hội đồng OCOP"),
    "tech_team": N_("Tổ công nghệ cộng đồng"),
    "survey_taker": N_("Đoàn thể lấy ý kiến"),
    "buyer": N_("Người mua"),
}
INVITATIONS = {
    "waiting": N_("Đang chờ"),
    "used": N_("Đã nhận"),
    "lapsed": N_("Hết hạn"),
    "withdrawn": N_("Đã rút lại"),
}
ACTIVITIES = {
    "active": N_("Đang hoạt động"),
    "paused": N_("Tạm ngừng"),
    "dissolving": N_("Đang giải thể"),
    "dissolved": N_("Đã giải thể"),
}
CHANNELS = {
    "in_person": N_("Trực tiếp, có mặt chủ hộ"),
    "paper": N_("Giấy có chữ ký"),
    "telephone": N_("Qua điện thoại"),
    "web": N_("Trên trang này"),
}
PURPOSES = {
    "traceability": N_("Ghi sổ và truy xuất nguồn gốc"),
    "publish_contact": N_("Công khai cách liên hệ"),
    "entered_by_team": N_("Tổ công nghệ cộng đồng ghi thay"),
    "statistics": N_("Thống kê không nêu tên"),
}
AUDITED = {
    "organisation.verified": N_("Xác minh tổ chức"),
    "organisation.prefix_confirmed": N_("Xác nhận đầu mã doanh nghiệp GS1"),
    "organisation.suspended": N_("Tạm dừng tổ chức"),
    "organisation.tax_code_seen": N_("Xem mã số thuế cá nhân"),
    "person.seen": N_("Xem thông tin cá nhân"),
    "person.disabled": N_("Khóa tài khoản"),
    "person.enabled": N_("Mở lại tài khoản"),
    "member.invited": N_("Mời người vào tổ chức thay cho quản lý"),
    "invitation.withdrawn": N_("Rút lại lời mời"),
    "member.reset": N_("Đặt lại lối vào của thành viên"),
    "role.granted": N_("Giao vai trò"),
    "role.revoked": N_("Thu hồi vai trò"),
    "person.email_changed": N_("Đổi thư điện tử của mình"),
    "person.phone_changed": N_("Đổi số điện thoại của mình"),
    "person.email_removed": N_("Bỏ thư điện tử của mình"),
    "person.phone_removed": N_("Bỏ số điện thoại của mình"),
    "second_factor.reset": N_("Gỡ xác thực hai bước"),
    "organisation.edited": N_("Sửa tổ chức thay cho quản lý"),
    "cooperative.edited": N_("Sửa hồ sơ hợp tác xã thay cho quản lý"),
    "household.entered": N_("Ghi hộ thay cho chủ hộ"),
    "cooperative.imported": N_("Nhập hồ sơ hợp tác xã"),
    "witness.registered": N_("Đăng ký bên làm chứng của sổ"),
    "witness.suspended": N_("Tạm ngưng bên làm chứng của sổ"),
    "witness.resumed": N_("Cho bên làm chứng của sổ làm tiếp"),
    "witness.withdrawn": N_("Thôi nhận bên làm chứng của sổ"),
    "voucher.handed_out": N_("Trao phiếu riêng"),
    "ledger.alarm_settled": N_("Kết thúc báo động của sổ"),
}


def options(names: dict[str, str]) -> list[tuple[str, str]]:
    """(code, name) pairs in the reader's language, for a select."""
    return [(code, _(name)) for code, name in names.items()]


def company_prefix(organisation: Organisation) -> str | None:
    """The company prefix, and whose word it is."""
    if organisation.gs1_prefix is None:
        return None
    if organisation.gs1_prefix_confirmed_at is None:
        return _("%(prefix)s (tự khai)", prefix=organisation.gs1_prefix)
    return _("%(prefix)s (đã xác nhận)", prefix=organisation.gs1_prefix)


def called(names: dict[str, str], code: str | None) -> str:
    """What a code is called in the reader's language; the code itself when nobody named it."""
    return _(names[code]) if code in names else code or ""
