"""Decision: the paper by which an area gets its code, ready to be numbered, signed and stamped."""

from __future__ import annotations

from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from accounts.permissions import Actor
from foundation.documents.blocks import (
    Beside,
    Block,
    Facts,
    Letterhead,
    NewPage,
    Paper,
    Signature,
    Text,
    Title,
)
from foundation.errors import Refused
from foundation.i18n import vn_date
from growing_areas import areas
from growing_areas.models import GrowingAreaInspection
from growing_areas.papers import particulars, rules
from growing_areas.papers.certificate import OF_OUR_OWN
from growing_areas.papers.particulars import Particulars
from growing_areas.papers.rules import Issuer


def decision(session: Session, actor: Actor, area_id: int, *, base_url: str, on: date) -> Paper:
    """The decision (own and domestic codes) or notice (codes issued elsewhere) about an area.

    Raises: NotFound, Forbidden; Refused("paper.no_code") before there is one.
    """
    area = areas.get_area(session, actor, area_id)
    if area.code is None:
        raise Refused("paper.no_code")
    with particulars.in_vietnamese():
        told = particulars.read(session, area, on=on)
        visit = session.scalar(
            select(GrowingAreaInspection.inspected_on)
            .where(GrowingAreaInspection.area_id == area.id, GrowingAreaInspection.passed)
            .order_by(GrowingAreaInspection.id.desc())
            .limit(1)
        )
        return _paper(told, visit, base_url, on)


def _paper(told: Particulars, visit: date | None, base_url: str, on: date) -> Paper:
    kind = told.code.kind if told.code else "internal"
    day = particulars.issued_on(told) or on
    issuer, code = rules.issuer(kind, day), str(told.area.code)
    place = told.province.removeprefix("Tỉnh ").removeprefix("Thành phố ")
    blocks: list[Block] = [
        Letterhead(
            issuer.agency,
            issuer.agency_above.format(province=told.province),
            issuer.number,
            f"{place}, ngày      tháng      năm {day.year}",
        ),
        Title(issuer.paper, issuer.about),
        *_grounds(told, kind, visit, day),
        *(_articles(told, issuer) if kind == "domestic" else _notice(told, kind)),
        Signature(_receivers(told), issuer.capacity),
        NewPage(),
        Text("PHỤ LỤC", style="center"),
        Text(f"Trích bản đồ và tọa độ vùng trồng {code}", style="center"),
        Beside(
            [Facts(particulars.facts_of(told))],
            [particulars.code_of_address(told, base_url)],
            0.68,
        ),
        told.extract.picture,
        told.extract.corners,
    ]
    return Paper(
        title=f"{issuer.paper} {issuer.about.lower()} {code}",
        author=issuer.agency,
        subject=issuer.about,
        keywords=(code, told.organisation.name),
        foot=f"{code} · {particulars.public_address(told, base_url)}",
        blocks=blocks,
    )


def _grounds(told: Particulars, kind: str, visit: date | None, day: date) -> list[Block]:
    lines = rules.bases(kind, day)
    if visit is not None:
        lines.append(f"Căn cứ kết quả kiểm tra thực địa ngày {vn_date(visit)};")
    lines.append(
        f"Xét hồ sơ đăng ký của {told.organisation.name} đối với vùng trồng {told.area.name}."
    )
    return [Text(line, style="italic") for line in lines]


def _articles(told: Particulars, issuer: Issuer) -> list[Block]:
    owner, area = told.organisation.name, told.area
    return [
        Text("QUYẾT ĐỊNH:", style="center"),
        Text(
            f"Cấp mã số {area.code} cho vùng trồng {area.name} của {owner}, trồng "
            f"{told.crop_name.lower()}, diện tích {told.area_ha}, tại {told.place_in_text}; ranh "
            "giới theo trích bản đồ và bảng tọa độ ở phụ lục kèm theo.",
            lead="Điều 1.",
        ),
        Text(
            f"{owner} có trách nhiệm duy trì các điều kiện của vùng trồng, ghi nhật ký canh tác "
            "đầy đủ, tuân thủ thời gian cách ly, chịu sự kiểm tra, giám sát hằng năm, báo cáo khi "
            "thay đổi diện tích, cây trồng hoặc người đại diện; không cho mượn, mua bán mã số.",
            lead="Điều 2.",
        ),
        Text(
            "Mã số bị tạm dừng hoặc thu hồi khi vùng trồng không còn đáp ứng quy định. Hiệu lực "
            "của mã số được công bố trên trang thông tin có mã QR ở phụ lục.",
            lead="Điều 3.",
        ),
        Text(
            f"Quyết định này có hiệu lực kể từ ngày ký. {owner} và các đơn vị có liên quan chịu "
            "trách nhiệm thi hành Quyết định này./.",
            lead="Điều 4.",
        ),
    ]


def _notice(told: Particulars, kind: str) -> list[Block]:
    area, owner = told.area, told.organisation.name
    subject = (
        f"vùng trồng {area.name} của {owner}, trồng {told.crop_name.lower()}, diện tích "
        f"{told.area_ha}, tại {told.place_in_text}"
    )
    if kind == "official" and told.code is not None:
        first = (
            f"Hệ thống ghi nhận {subject}, mang mã số {area.code} do {told.code.agency} cấp theo "
            f"Quyết định số {told.code.decision_number} ngày {vn_date(told.code.decided_on)}."
        )
        second = "Mã được ghi đúng nguyên văn quyết định; hệ thống không tự sinh và không sửa mã."
    else:
        first = f"Hệ thống Nguồn cấp mã nội bộ {area.code} cho {subject}."
        second = OF_OUR_OWN
    return [
        Text(first, lead="1."),
        Text(second, lead="2."),
        Text(
            "Ranh giới theo trích bản đồ và bảng tọa độ ở phụ lục; hiệu lực của mã được công bố "
            "trên trang thông tin có mã QR ở phụ lục./.",
            lead="3.",
        ),
    ]


def _receivers(told: Particulars) -> list[str]:
    commune = told.place_in_text.split(",")[0]
    return [told.organisation.name, f"UBND {commune}", "Lưu: VT, hồ sơ vùng trồng"]
