"""How complete a cooperative's profile is, and what is missing. PURE."""

from collections.abc import Mapping
from dataclasses import dataclass

from foundation.i18n import N_

# Question → its weight and what is asked for; what officers and buyers look for weighs more.
QUESTIONS: dict[str, tuple[int, str]] = {
    "representative": (2, N_("Người đại diện")),
    "registration_number": (2, N_("Số đăng ký hợp tác xã")),
    "registered_on": (1, N_("Ngày đăng ký")),
    "tax_code": (1, N_("Mã số thuế")),
    "members": (2, N_("Số thành viên")),
    "women_members": (1, N_("Số thành viên nữ")),
    "member_households": (1, N_("Số hộ thành viên")),
    "land_ha": (2, N_("Diện tích đất (ha)")),
    "capital_vnd": (2, N_("Vốn điều lệ (đồng)")),
    "products": (2, N_("Sản phẩm chính")),
    "services": (1, N_("Dịch vụ cho thành viên")),
    "certificates": (1, N_("Chứng nhận (VietGAP, hữu cơ, OCOP…)")),
}
CONFIRMED = "confirmed"
_CONFIRMED_WEIGHT = 2
_CONFIRMED_LABEL = N_("Xác nhận của năm nay")


@dataclass(frozen=True)
class Completeness:
    """A score out of 100 and the questions still open, the weightiest first."""

    percent: int
    missing: tuple[str, ...]

    @property
    def missing_labels(self) -> list[str]:
        """What is missing, in words to be translated."""
        return [
            QUESTIONS[code][1] if code in QUESTIONS else _CONFIRMED_LABEL for code in self.missing
        ]


def score(answers: Mapping[str, object], *, confirmed_this_year: bool) -> Completeness:
    """Weigh the answers; None and empty text are no answers, zero is one."""
    weights = {code: weight for code, (weight, _label) in QUESTIONS.items()}
    weights[CONFIRMED] = _CONFIRMED_WEIGHT
    missing = [code for code in QUESTIONS if answers.get(code) in (None, "")]
    if not confirmed_this_year:
        missing.append(CONFIRMED)
    total = sum(weights.values())
    given = total - sum(weights[code] for code in missing)
    missing.sort(key=lambda code: -weights[code])
    return Completeness(given * 100 // total, tuple(missing))
