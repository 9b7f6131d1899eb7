"""Decision: the paper by which an area gets its code, ready to be numbered, signed and stamped."""

from __future__ import annotations

from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload

from accounts.permissions import Actor
from foundation.documents.blocks import (
    Beside,
    Block,
    Letterhead,
    NewPage,
    Paper,
    Signature,
    Text,
    Title,
)
from foundation.documents.blocks import Facts as Pairs
from foundation.errors import Refused
from foundation.i18n import vn_date
from growing_areas import areas
from growing_areas.dossiers.models import AreaEdition
from growing_areas.models import GrowingArea, GrowingAreaInspection
from growing_areas.papers import issues, particulars, rules
from growing_areas.papers.certificate import OF_OUR_OWN
from growing_areas.papers.issues import Facts, Issue
from growing_areas.papers.particulars import Particulars
from growing_areas.papers.rules import Issuer


def decision(session: Session, actor: Actor, area_id: int, *, base_url: str, on: date) -> Paper:
    """The decision (own and domestic codes) or notice (codes issued elsewhere) about an area.

    It tells the area as it was when the code was issued, and is frozen when it is first printed.
    Raises: NotFound, Forbidden; Refused("paper.no_code") before there is one.
    """
    area = areas.get_area(session, actor, area_id)
    if area.code is None:
        raise Refused("paper.no_code")
    with particulars.in_vietnamese():
        issue = issues.find_first(session, area.id, "decision")
        if issue is None:
            told = particulars.read(session, area, on=on, edition=_first_edition(session, area.id))
            facts = _facts(told, _visited_on(session, area), particulars.issued_on(told) or on)
            issue = issues.issue(session, area, "decision", told, facts, on=on)
        return _paper(issue, base_url)


def _first_edition(session: Session, area_id: int) -> AreaEdition | None:
    return session.scalar(
        select(AreaEdition)
        .options(joinedload(AreaEdition.version))
        .where(AreaEdition.area_id == area_id)
        .order_by(AreaEdition.number)
        .limit(1)
    )


def _visited_on(session: Session, area: GrowingArea) -> date | None:
    """The day of the passed visit that the code rests on: the last one before it."""
    passed = select(GrowingAreaInspection.inspected_on).where(
        GrowingAreaInspection.area_id == area.id,
        GrowingAreaInspection.passed,
        GrowingAreaInspection.kind == "field",
    )
    return session.scalar(passed.order_by(GrowingAreaInspection.id.desc()).limit(1))


def _facts(told: Particulars, visit: date | None, day: date) -> Facts:
    kind = told.code.kind if told.code else "internal"
    issuer = rules.issuer(kind, day)
    articles = _articles(told, issuer) if kind == "domestic" else _notice(told, kind)
    return {
        "code": str(told.area.code),
        "paper": issuer.paper,
        "about": issuer.about,
        "agency": issuer.agency,
        "agency_above": issuer.agency_above.format(province=told.province),
        "number": issuer.number,
        "capacity": issuer.capacity,
        "province": told.province.removeprefix("Tỉnh ").removeprefix("Thành phố "),
        "year": day.year,
        "grounds": _grounds(told, kind, visit, day),
        "articles": [[article.lead, article.text, article.style] for article in articles],
        "receivers": _receivers(told),
        "organisation": told.organisation.name,
        "pairs": [[label, value] for label, value in particulars.facts_of(told) if value],
    }


def _paper(issue: Issue, base_url: str) -> Paper:
    facts, code = issue.facts, str(issue.facts["code"])
    drawn = particulars.picture_of(issue.outline, issue.around)
    blocks: list[Block] = [
        Letterhead(
            facts["agency"],
            facts["agency_above"],
            facts["number"],
            f"{facts['province']}, ngày      tháng      năm {facts['year']}",
        ),
        Title(facts["paper"], facts["about"]),
        *(Text(line, style="italic") for line in facts["grounds"]),
        *(Text(text, lead, style) for lead, text, style in facts["articles"]),
        Signature(facts["receivers"], facts["capacity"]),
        NewPage(),
        Text("PHỤ LỤC", style="center"),
        Text(f"Trích bản đồ và tọa độ vùng trồng {code}", style="center"),
        Beside(
            [Pairs([(label, value) for label, value in facts["pairs"]])],
            [particulars.code_of_address(code, base_url)],
            0.68,
        ),
        drawn.picture,
        drawn.corners,
    ]
    return Paper(
        title=f"{facts['paper']} {facts['about'].lower()} {code}",
        author=facts["agency"],
        subject=facts["about"],
        keywords=(code, facts["organisation"]),
        foot=f"{code} · {particulars.public_address(code, base_url)}",
        blocks=blocks,
    )


def _grounds(told: Particulars, kind: str, visit: date | None, day: date) -> list[str]:
    lines = rules.bases(kind, day)
    if visit is not None:
        lines.append(f"Căn cứ kết quả kiểm tra thực địa ngày {vn_date(visit)};")
    lines.append(f"Xét hồ sơ đăng ký của {told.organisation.name} đối với vùng trồng {told.name}.")
    return lines


def _articles(told: Particulars, issuer: Issuer) -> list[Text]:
    owner, area = told.organisation.name, told.area
    return [
        Text("QUYẾT ĐỊNH:", style="center"),
        Text(
            f"Cấp mã số {area.code} cho vùng trồng {told.name} của {owner}, trồng "
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


def _notice(told: Particulars, kind: str) -> list[Text]:
    area, owner = told.area, told.organisation.name
    subject = (
        f"vùng trồng {told.name} của {owner}, trồng {told.crop_name.lower()}, diện tích "
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
