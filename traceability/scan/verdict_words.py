"""The verdict in words, for the page and for programs alike."""

from dataclasses import dataclass
from datetime import date

from foundation.i18n import N_, _, ngettext, number
from foundation.i18n import day as shown
from traceability.scan.verdicts import SerialSeen, Verdict


@dataclass(frozen=True)
class VerdictWords:
    """Tone is how grave it is: good, note, warn, bad or calm; `icon` stands beside the words."""

    tone: str
    icon: str
    title: str
    text: str


_SAID: dict[str, tuple[str, str, str, str]] = {
    "known": (
        "good",
        "seal",
        N_("Mã này có trong hệ thống"),
        N_("Mã chung của cả lô hàng. Thông tin về lô ở ngay dưới đây."),
    ),
    "first_scan": (
        "good",
        "seal",
        N_("Mã này có trong hệ thống, quét lần đầu"),
        N_("Trước bạn chưa có ai quét tem này."),
    ),
    "copied": (
        "warn",
        "alert",
        N_("Mã này có trong hệ thống, nhưng tem đã bị chép lại"),
        N_(
            "Đã có người xem xét: có tem được chép lại từ mã này. Hãy so kỹ tem, bao bì và hỏi lại"
            " nơi bán."
        ),
    ),
    "expired": (
        "warn",
        "clock",
        N_("Lô hàng đã quá hạn sử dụng"),
        N_("Hạn sử dụng của lô là ngày %(day)s."),
    ),
    "held": (
        "warn",
        "pause",
        N_("Lô hàng đang tạm giữ để kiểm tra, chưa kết luận"),
        N_(
            "Đây chưa phải thu hồi. Xin để riêng, chưa dùng, chưa bán; trang này báo khi có kết"
            " luận."
        ),
    ),
    "recalled": (
        "bad",
        "stop",
        N_("Lô hàng đang bị thu hồi"),
        N_("Xin không dùng, không bán. Hãy trả nơi bán và làm theo thông báo thu hồi dưới đây."),
    ),
    "draft": (
        "calm",
        "info",
        N_("Lô hàng chưa được xuất bán"),
        N_("Mã có trong hệ thống nhưng đơn vị giữ hàng chưa cho bán lô này."),
    ),
    "mistaken": (
        "bad",
        "stop",
        N_("Lô này được ghi nhầm và đã hủy"),
        N_("Không có hàng nào của lô này. Nếu thấy mã trên bao bì, hãy hỏi lại nơi bán."),
    ),
    "void": (
        "bad",
        "stop",
        N_("Tem này đã bị hủy"),
        N_("Đơn vị sản xuất đã hủy tem mang mã này. Hãy hỏi lại nơi bán."),
    ),
}

_FAR = N_(
    "Lần đầu ngày %(day)s. Mã này được quét ở những nơi xa nhau hơn một món hàng thường đi: hãy so"
    " kỹ tem, bao bì và hỏi lại nơi bán."
)
_LONG = N_(
    "Lần đầu ngày %(day)s. Mã này được quét trong nhiều ngày hơn một món hàng thường được quét: hãy"
    " so kỹ tem, bao bì và hỏi lại nơi bán."
)
_MANY = N_(
    "Lần đầu ngày %(day)s. Số lần quét nhiều hơn thường thấy: hãy so kỹ tem, bao bì và hỏi lại nơi"
    " bán."
)
# What was seen of a code, by the gravest reason to look; a number of scans stands for itself.
_SEEN = {
    "leap": _FAR,
    "provinces": _FAR,
    "days": _LONG,
    "weeks": _LONG,
    "unpasted": N_(
        "Lần đầu ngày %(day)s. Đơn vị chưa khai là đã dán tem này: hãy so kỹ tem, bao bì và hỏi lại"
        " nơi bán."
    ),
}


def tell(verdict: Verdict, expires_on: date | None, first_place: str = "") -> VerdictWords:
    """Title and advice in the reader's language; ``first_place`` names where the first look was."""
    serial = verdict.serial
    if serial is not None and verdict.kind in ("scanned", "scanned_often"):
        first = shown(serial.first_at) + (f" ({first_place})" if first_place else "")
        return _often(verdict.kind, serial, first)
    if verdict.kind == "recalled" and verdict.recall_ended_on is not None:
        return _was_recalled(verdict.recall_ended_on)
    tone, icon, title, text = _SAID[verdict.kind]
    return VerdictWords(tone, icon, _(title), _(text, day=shown(expires_on)))


def _was_recalled(ended_on: date) -> VerdictWords:
    day = shown(ended_on)
    return VerdictWords(
        "bad",
        "stop",
        _("Lô hàng đã bị thu hồi (kết thúc ngày %(day)s)", day=day),
        _("Nếu còn giữ hàng của lô này, xin không dùng, không bán; hãy hỏi đơn vị sản xuất."),
    )


def unknown() -> VerdictWords:
    return VerdictWords(
        "calm",
        "question",
        _("Không tìm thấy mã này"),
        _("Xin gõ lại dãy chữ và số in dưới mã QR, hoặc hỏi nơi bán."),
    )


def unregistered() -> VerdictWords:
    return VerdictWords(
        "calm",
        "question",
        # Never "valid": who scans it would read that of the goods.
        _("Không tìm thấy mã này"),
        _(
            "Dãy số đúng khuôn, nhưng chưa ai đăng ký ở đây. Xin so lại với dãy số in trên bao bì,"
            " giấy tờ, hoặc hỏi nơi bán."
        ),
    )


def linked() -> VerdictWords:
    return VerdictWords(
        "calm",
        "info",
        _("Mã này có trong hệ thống"),
        _("Đơn vị giữ mã dẫn bạn tới các trang dưới đây."),
    )


def unknown_lot() -> VerdictWords:
    return VerdictWords(
        "warn",
        "question",
        _("Không tìm thấy mã này"),
        _(
            "Sản phẩm thì có, nhưng lô hay số tem bạn quét thì không. Hãy so kỹ tem, bao bì và hỏi"
            " lại nơi bán."
        ),
    )


def malformed() -> VerdictWords:
    return VerdictWords(
        "calm",
        "question",
        _("Địa chỉ này không đọc được"),
        _("Có thể mã bị chép thiếu. Xin quét lại, hoặc gõ dãy chữ và số in dưới mã QR."),
    )


def no_such_link() -> VerdictWords:
    return VerdictWords(
        "calm",
        "question",
        _("Không có liên kết loại này"),
        _("Mã có trong hệ thống, nhưng chưa ai ghi liên kết loại được hỏi."),
    )


def choice() -> VerdictWords:
    return VerdictWords(
        "calm",
        "info",
        _("Có nhiều trang"),
        _("Xin chọn trang cần xem trong các liên kết dưới đây."),
    )


def unit() -> VerdictWords:
    return VerdictWords(
        "calm",
        "info",
        _("Kiện hàng này có trong hệ thống"),
        _("Các lô hàng trong kiện ở ngay dưới đây."),
    )


def beside() -> VerdictWords:
    return VerdictWords(
        "calm",
        "info",
        _("Mã này có trong hệ thống"),
        _("Các lô hàng đi cùng mã này ở ngay dưới đây."),
    )


def batchless() -> VerdictWords:
    return VerdictWords(
        "calm",
        "info",
        _("Sản phẩm này có trong hệ thống"),
        _("Mã bạn quét chỉ ghi sản phẩm, không ghi lô, nên chưa xem được nguồn gốc của lô."),
    )


def _often(kind: str, serial: SerialSeen, first_on: str) -> VerdictWords:
    title = ngettext(
        "Mã này có trong hệ thống, đã được quét %(count)s lần",
        "Mã này có trong hệ thống, đã được quét %(count)s lần",
        serial.scans,
        count=number(serial.scans, 0),
    )
    if kind == "scanned":
        advice = _(
            "Lần đầu ngày %(day)s. Nếu tem còn mới nguyên mà đã có người quét, hãy hỏi nơi bán.",
            day=first_on,
        )
        return VerdictWords("note", "eye", title, advice)
    advice = _(_SEEN.get(serial.sighting or "", _MANY), day=first_on)
    return VerdictWords("warn", "eye", title, advice)
