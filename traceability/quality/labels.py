"""What holds a batch, in plain words: why, since when, and what to do next."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from foundation.i18n import N_, _, day, named, vn_date
from growing_areas.models import GrowingArea
from traceability.certifying import lists
from traceability.quality import holds
from traceability.quality.models import BatchHold, HoldDecision
from traceability.recalls.models import Recall

REASONS = {
    "pre_harvest": N_("Chưa đủ thời gian cách ly"),
    "laboratory": N_("Kết quả kiểm nghiệm không đạt"),
    "certificate": N_("Chứng nhận bị thu hồi"),
    "recall": N_("Thu hồi hàng"),
    "yield": N_("Sản lượng vượt mức vùng trồng"),
    "manual": N_("Đơn vị tự tạm giữ"),
}
_NEXT = {
    "pre_harvest": N_(
        "Nếu dòng nhật ký ghi sai thì sửa dòng ấy, lô tự hết bị giữ. Nếu ghi đúng, gửi mẫu kiểm"
        " nghiệm rồi trình cán bộ xem xét, hoặc tiêu hủy lô."
    ),
    "laboratory": N_(
        "Gửi mẫu kiểm nghiệm lại và ghi kết quả ở đây; có kết quả đạt thì cán bộ xem xét cho bỏ"
        " tạm giữ. Không đạt nữa thì tiêu hủy lô."
    ),
    "certificate": N_("Ghi giấy chứng nhận mới, rồi trình cán bộ xem xét."),
    "recall": N_("Làm theo hướng dẫn của đợt thu hồi."),
    "yield": N_("Kiểm lại sản lượng đã khai, hoặc trình cán bộ ghi ý kiến."),
    "manual": N_("Kiểm tra xong thì bấm cho xuất bán."),
}
_BY_OFFICE = N_("Cán bộ tạm giữ")
_BY_OFFICE_NEXT = N_("Liên hệ cán bộ đã tạm giữ; chỉ cán bộ cho bỏ tạm giữ này được.")
ENDED = {
    "corrected": N_("Dòng nhật ký đã được sửa"),
    "decided": N_("Cán bộ cho bỏ tạm giữ"),
    "unproved": N_("Cán bộ cho bỏ tạm giữ theo kết quả mà sau đó bị gỡ bỏ"),
    "withdrawn": N_("Giấy tờ gây ra đã được gỡ bỏ"),
    "retested": N_("Mẫu lấy sau đã kiểm nghiệm đạt"),
    "released": N_("Đơn vị cho xuất bán"),
    "closed": N_("Lô đã đóng"),
    "mistaken": N_("Đơn vị giữ nhầm, đã hủy"),
    "voided": N_("Lô ghi nhầm, đã hủy"),
    "recall_lifted": N_("Đợt thu hồi đã được gỡ"),
    "recall_closed": N_("Đợt thu hồi đã kết thúc"),
    "claim_rejected": N_("Lời khai làm lô bị giữ không đúng"),
    "claim_taken_back": N_("Cán bộ rút xác nhận lời khai làm lô bị giữ"),
}
_WAITING = {
    "spraying": N_("%(area)s được phun %(spray)s ngày %(on)s, chỉ được thu hoạch từ %(first)s."),
    "fertilising": N_("%(area)s được bón %(spray)s ngày %(on)s, chỉ được thu hoạch từ %(first)s."),
    "feeding": N_("%(area)s được cho ăn %(spray)s ngày %(on)s, chỉ được thu hoạch từ %(first)s."),
    "treatment": N_(
        "%(area)s được chữa bằng %(spray)s ngày %(on)s, chỉ được thu hoạch từ %(first)s."
    ),
}
_WAITING_FOR_ANY = N_("%(area)s được dùng %(spray)s ngày %(on)s, chỉ được thu hoạch từ %(first)s.")
_RECALL_TITLES = {
    "held": N_("Tạm giữ để xem xét thu hồi"),
    "recalled": N_("Đang thu hồi"),
    "lifted": N_("Đã gỡ đợt thu hồi"),
}


@dataclass(frozen=True)
class HoldTold:
    """One hold as its page tells it; ``sentence`` names what stands behind it."""

    id: int
    reason: str
    title: str
    sentence: str
    next_step: str
    placed_at: datetime
    lifted_at: datetime | None
    ended: str
    # Placed by its cooperative, which may lift it by letting the batch out.
    is_own: bool


def reason_name(reason: str) -> str:
    """What a reason is called."""
    return _(REASONS.get(reason, reason))


def reason_options() -> list[tuple[str, str]]:
    """The reasons to filter by."""
    return [(code, _(name)) for code, name in REASONS.items()]


def tell(session: Session, found: Sequence[BatchHold]) -> list[HoldTold]:
    """Some holds in words; one statement for the names of areas, one for recalls."""
    areas = _area_names(session, {hold.details.get("area") for hold in found})
    recalls, said = _recalls(session, found), _said_by_office(session, found)
    return [
        HoldTold(
            hold.id,
            hold.reason,
            _title(hold, recalls),
            _office_sentence(hold, said)
            if holds.is_of_office(hold.cause)
            else _sentence(hold, areas, recalls),
            _(_BY_OFFICE_NEXT if holds.is_of_office(hold.cause) else _NEXT[hold.reason]),
            hold.placed_at,
            hold.lifted_at,
            _(ENDED[hold.lifted_because]) if hold.lifted_because in ENDED else "",
            hold.cause == holds.OWN,
        )
        for hold in found
    ]


def _recalls(session: Session, found: Sequence[BatchHold]) -> dict[str, Recall]:
    """The recalls that some holds are for, by the holds' cause."""
    wanted = {hold.cause.partition(":")[2] for hold in found if hold.reason == "recall"}
    if not wanted:
        return {}
    rows = session.scalars(select(Recall).where(Recall.code.in_(wanted)))
    return {f"recall:{recall.code}": recall for recall in rows}


def _said_by_office(session: Session, found: Sequence[BatchHold]) -> dict[str, str]:
    """Why officers hold some batches, in their words, by the holds' cause."""
    wanted = {hold.cause for hold in found if holds.is_of_office(hold.cause)}
    if not wanted:
        return {}
    rows = session.execute(
        select(BatchHold.cause, BatchHold.id, HoldDecision.reason)
        .join(HoldDecision, HoldDecision.hold_id == BatchHold.id)
        .where(
            BatchHold.cause.in_(wanted),
            # The oldest holds share one cause and are told apart by their number alone.
            or_(BatchHold.cause != holds.OFFICE, BatchHold.id.in_([hold.id for hold in found])),
            HoldDecision.kind == "placed",
        )
    )
    return {
        str(hold_id) if cause == holds.OFFICE else cause: reason for cause, hold_id, reason in rows
    }


def _office_sentence(hold: BatchHold, said: dict[str, str]) -> str:
    """The officer's own reason: a cooperative cannot mend what it is not told."""
    reason = said.get(str(hold.id) if hold.cause == holds.OFFICE else hold.cause, "")
    if not reason:
        return f"{_(_BY_OFFICE)}."
    return _("Cán bộ tạm giữ: %(reason)s", reason=reason)


def _title(hold: BatchHold, recalls: dict[str, Recall]) -> str:
    if holds.is_of_office(hold.cause):
        return _(_BY_OFFICE)
    recall = recalls.get(hold.cause)
    if recall is None:
        return reason_name(hold.reason)
    if recall.state == "closed":
        return _("Đã thu hồi (kết thúc ngày %(day)s)", day=vn_date(recall.ended_at))
    return named(_RECALL_TITLES, recall.state)


def _sentence(hold: BatchHold, areas: dict[int, str], recalls: dict[str, Recall]) -> str:
    recall = recalls.get(hold.cause)
    if recall is None:
        return sentence(hold.reason, hold.details, areas)
    return _("Đợt %(code)s: %(reason)s", code=recall.code, reason=recall.reason)


def of_batch(session: Session, batch_id: int) -> list[HoldTold]:
    """What holds a batch now, the oldest first."""
    return tell(session, holds.open_holds(session, [batch_id]).get(batch_id, ()))


def reasons_of(session: Session, batch_ids: Iterable[int]) -> dict[int, list[str]]:
    """Why each batch is held, one sentence a hold."""
    found = holds.open_holds(session, batch_ids)
    told = tell(session, [hold for some in found.values() for hold in some])
    by_id = {each.id: each for each in told}
    return {
        batch_id: [by_id[hold.id].sentence for hold in some] for batch_id, some in found.items()
    }


def sentence(reason: str, details: dict[str, Any], areas: dict[int, str]) -> str:
    """What stands behind a hold; a public page passes no names and gets codes alone."""
    if reason == "pre_harvest" and "permitted_from" in details:
        return _(
            _WAITING.get(details.get("activity", ""), _WAITING_FOR_ANY),
            area=_area(details, areas),
            spray=details.get("spray") or _("thuốc chưa rõ tên"),
            on=_day(details.get("sprayed_on")),
            first=_day(details["permitted_from"]),
        )
    if reason == "laboratory" and "number" in details:
        return _(
            "Phiếu kiểm nghiệm số %(number)s, lấy mẫu ngày %(on)s, không đạt: %(what)s.",
            number=details["number"],
            on=_day(details.get("sampled_on")),
            what=", ".join(parameter_name(each) for each in details.get("parameters", ())) or "–",
        )
    if reason == "certificate" and "number" in details:
        standard = lists.standards().get(details.get("standard", ""))
        return _(
            "%(standard)s số %(number)s bị thu hồi từ ngày %(on)s.",
            standard=standard.name if standard else details.get("standard", ""),
            number=details["number"],
            on=_day(details.get("withdrawn_on")),
        )
    return _("%(reason)s.", reason=reason_name(reason))


def parameter_name(code: str) -> str:
    """What a laboratory measured; a report's own words where the table does not know it."""
    known = lists.parameters().get(code)
    return known.name if known else code


def _area(details: dict[str, Any], areas: dict[int, str]) -> str:
    name = areas.get(details.get("area", 0))
    code = details.get("code")
    if name and code:
        return f"{name} ({code})"
    return name or code or _("Một vùng trồng chưa có mã")


def _area_names(session: Session, area_ids: Collection[int | None]) -> dict[int, str]:
    wanted = sorted(each for each in area_ids if each is not None)
    if not wanted:
        return {}
    rows = session.execute(
        select(GrowingArea.id, GrowingArea.name).where(GrowingArea.id.in_(wanted))
    )
    return dict(rows.all())


def _day(told: str | None) -> str:
    return day(date.fromisoformat(told)) if told else "–"
