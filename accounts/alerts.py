"""What happened to an account is told to its owner, who may be the last to know.

The message goes to every contact on record (a thief may hold one of them), in the owner's
language, and holds no secret: neither codes nor links that open anything.
"""

from datetime import datetime

from sqlalchemy.orm import Session

from accounts import messages, people
from accounts.models import Person
from accounts.people import Contact
from foundation import config
from foundation.i18n import N_, _, speaking, vn_datetime

_SUBJECT = N_("Thay đổi ở tài khoản Nguồn của bạn")
# What happened, as its owner reads it; `what` is a device or a token by the name it bears.
HAPPENED = {
    "password.changed": N_("Mật khẩu vừa được đổi."),
    "second_factor.on": N_("Xác thực hai bước vừa được bật."),
    "second_factor.off": N_("Xác thực hai bước vừa bị tắt."),
    "second_factor.reset": N_("Quản trị viên vừa gỡ xác thực hai bước. Mọi máy đã đăng xuất."),
    "second_factor.renewed": N_("Mã dự phòng mới vừa được lập; mã dự phòng cũ hết dùng."),
    "device.new": N_("Có lần đăng nhập từ máy chưa dùng bao giờ: %(what)s."),
    "token.made": N_("Mã truy cập “%(what)s” vừa được tạo cho chương trình."),
    "contact.email": N_("Địa chỉ thư điện tử của tài khoản vừa được đổi."),
    "contact.phone": N_("Số điện thoại của tài khoản vừa được đổi."),
    "contact.email_removed": N_("Địa chỉ thư điện tử vừa được bỏ khỏi tài khoản."),
    "contact.phone_removed": N_("Số điện thoại vừa được bỏ khỏi tài khoản."),
    "entry.reset": N_("Người quản lý vừa đặt lại lối vào. Bạn sẽ nhận mã từ họ."),
}
_ELSE = N_("Không phải bạn? Đặt mật khẩu mới ngay tại %(link)s và báo người quản trị.")
_TAKEN = N_(
    "Có người xin gắn số hoặc địa chỉ này vào một tài khoản khác. Nó đang thuộc về tài khoản"
    " của bạn nên không có gì thay đổi; bạn không cần làm gì."
)


def tell(
    session: Session,
    person: Person,
    happened: str,
    *,
    now: datetime,
    what: str = "",
    also: Contact | None = None,
) -> None:
    """Tell the owner what happened, at every contact on record; ``also`` at one just given up."""
    known = [*people.contacts_of(person), *([also] if also is not None else [])]
    with speaking(person.locale):
        said = _(HAPPENED[happened], what=messages.defused(what) or _("máy không rõ"))
        link = f"{config.current().base_url}/recover"
        text = f"{said} ({vn_datetime(now)}) {_(_ELSE, link=link)}"
        for contact in known:
            messages.send(session, contact, _(_SUBJECT), text)


def tell_wanted(session: Session, owner: Person, contact: Contact) -> None:
    """Tell the owner of a contact that another account asked for it; nothing has changed."""
    with speaking(owner.locale):
        messages.send(session, contact, _(_SUBJECT), _(_TAKEN))
