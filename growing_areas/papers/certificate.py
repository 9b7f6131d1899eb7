"""Certificate: one or two pages that say what code an area bears and where one can check it."""

from __future__ import annotations

from datetime import date

from sqlalchemy.orm import Session

from accounts.permissions import Actor
from foundation.documents.blocks import (
    Beside,
    Block,
    Facts,
    Letterhead,
    Paper,
    Space,
    Text,
    Title,
)
from foundation.errors import Refused
from foundation.i18n import vn_date
from growing_areas import areas
from growing_areas.models import IN_FORCE
from growing_areas.papers import particulars, rules
from growing_areas.papers.particulars import Particulars
from growing_areas.rules import code_templates

OF_OUR_OWN = (
    "Mã trên là mã nội bộ do hệ thống Nguồn cấp để quản lý và truy xuất; đây KHÔNG phải là mã số "
    "do cơ quan nhà nước có thẩm quyền cấp và không thay thế mã số đó khi xuất khẩu hoặc khi pháp "
    "luật yêu cầu."
)


def certificate(session: Session, actor: Actor, area_id: int, *, base_url: str, on: date) -> Paper:
    """The certificate of an area in force, as of a day.

    Raises: NotFound, Forbidden; Refused("paper.not_in_force") for any other status: a paper
    outlives a suspension.
    """
    area = areas.get_area(session, actor, area_id)
    if area.status != IN_FORCE:
        raise Refused("paper.not_in_force")
    with particulars.in_vietnamese():
        told = particulars.read(session, area, on=on)
        return _paper(told, base_url, on)


def _paper(told: Particulars, base_url: str, on: date) -> Paper:
    kind = told.code.kind if told.code else "internal"
    code, is_ours = str(told.area.code), kind == "internal"
    issuer = rules.issuer(kind, particulars.issued_on(told) or on)
    title = "Giấy ghi nhận vùng trồng" if is_ours else "Giấy xác nhận mã số vùng trồng"
    standing = f"Thông tin theo sổ đăng ký ngày {vn_date(on)}; bản vẽ số {told.area.version.number}"
    blocks: list[Block] = [
        Letterhead(
            issuer.agency,
            issuer.agency_above.format(province=told.province),
            "",
            f"{told.province.removeprefix('Tỉnh ').removeprefix('Thành phố ')}, "
            f"{particulars.long_day(on)}",
        ),
        Title(title, "Growing-area certificate"),
        Text(code, style="code"),
        Beside(
            [Facts([*particulars.facts_of(told), *_issue(told)])],
            [particulars.code_of_address(told, base_url)],
            0.68,
        ),
    ]
    blocks += [Text(note, style="small") for note in _notes(told, kind)]
    blocks += [
        Text(f"{standing}.", style="small"),
        Space(1),
        told.extract.picture,
        Text("Tọa độ các góc", style="heading"),
        told.extract.corners,
    ]
    return Paper(
        title=f"{title} {code}",
        author=issuer.agency,
        subject=f"{told.crop_name}, {told.area_ha}, {told.place}",
        keywords=(code, told.crop_name, told.organisation.name),
        foot=f"{code} · bản vẽ số {told.area.version.number} · "
        f"{particulars.public_address(told, base_url)} · in ngày {vn_date(on)}",
        blocks=blocks,
    )


def _issue(told: Particulars) -> list[tuple[str, str | None]]:
    code = told.code
    if code is None:
        return []
    day = particulars.issued_on(told)
    official = code.kind == "official" and code.decided_on is not None
    return [
        ("Cấp theo", f"Quyết định {code.decision_number}" if official else None),
        ("Cơ quan cấp", code.agency if official else None),
        ("Ngày cấp", vn_date(code.decided_on if official else day)),
        ("Hiệu lực", "Đang hiệu lực, tới khi tạm dừng hoặc thu hồi"),
    ]


def _notes(told: Particulars, kind: str) -> list[str]:
    if kind == "internal":
        return [OF_OUR_OWN]
    if kind == "domestic":
        template = told.code.template if told.code else ""
        return [f"Mẫu mã áp dụng: {_template_source(template)}."]
    return ["Mã do cơ quan có thẩm quyền cấp, ghi lại đúng nguyên văn quyết định."]


def _template_source(key: str | None) -> str:
    return next((each.validity.source for each in code_templates() if each.key == key), "")
