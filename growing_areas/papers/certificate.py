"""Certificate: what code an area bears, by which standards, until when, and where to check it.

Its facts are frozen when it is first printed (`issues`); the back lists the corners in VN-2000.
"""

from __future__ import annotations

from datetime import date

from sqlalchemy.orm import Session

from accounts.permissions import Actor
from foundation.documents.blocks import (
    Beside,
    Block,
    Grid,
    Letterhead,
    Paper,
    Text,
    Title,
)
from foundation.documents.blocks import Facts as Pairs
from foundation.errors import Refused
from foundation.i18n import vn_date
from growing_areas import areas
from growing_areas.dossiers import certificates
from growing_areas.dossiers import labels as words
from growing_areas.models import IN_FORCE
from growing_areas.papers import corners, issues, particulars, rules
from growing_areas.papers.issues import Facts, Issue
from growing_areas.papers.particulars import Particulars
from growing_areas.rules import code_templates

OF_OUR_OWN = (
    "Mã trên là mã nội bộ do hệ thống Nguồn cấp để quản lý và truy xuất; đây KHÔNG phải là mã số "
    "do cơ quan nhà nước có thẩm quyền cấp và không thay thế mã số đó khi xuất khẩu hoặc khi pháp "
    "luật yêu cầu."
)


def certificate(session: Session, actor: Actor, area_id: int, *, base_url: str, on: date) -> Paper:
    """The certificate of an area in force: its newest issue, or a new one where facts changed.

    Raises: NotFound, Forbidden; Refused("paper.not_in_force") for any other status: a paper
    outlives a suspension.
    """
    area = areas.get_area(session, actor, area_id)
    if area.status != IN_FORCE:
        raise Refused("paper.not_in_force")
    with particulars.in_vietnamese():
        told = particulars.read(session, area, on=on)
        facts = _facts(told, _standards(session, area.id, on), on)
        return _paper(issues.issue(session, area, "certificate", told, facts, on=on), base_url)


def earlier(session: Session, actor: Actor, area_id: int, number: int, *, base_url: str) -> Paper:
    """An issue as it was printed, whatever became of the area; says when it was replaced.

    Raises: NotFound, Forbidden.
    """
    area = areas.get_area(session, actor, area_id)
    with particulars.in_vietnamese():
        issue = issues.get_issue(session, area.id, "certificate", number)
        return _paper(issue, base_url, kept=area.status != IN_FORCE or bool(issue.replaced_by))


def _standards(session: Session, area_id: int, on: date) -> list[list[str]]:
    """The standards an area is certified by on a day: name, number, who certified, validity."""
    return [
        [
            words.standard(each.standard),
            each.number,
            each.body,
            f"{vn_date(each.valid_from)} – {vn_date(each.valid_to)}",
        ]
        for each in certificates.valid_on(session, [area_id], on).get(area_id, [])
    ]


def _facts(told: Particulars, standards: list[list[str]], on: date) -> Facts:
    kind = told.code.kind if told.code else "internal"
    issuer = rules.issuer(kind, particulars.issued_on(told) or on)
    is_ours = kind == "internal"
    zone = corners.zone_of(told.area.commune_code)
    pairs = [*particulars.facts_of(told), *_issued(told)]
    return {
        "title": "Giấy ghi nhận vùng trồng" if is_ours else "Giấy xác nhận mã số vùng trồng",
        "code": str(told.area.code),
        "agency": issuer.agency,
        "agency_above": issuer.agency_above.format(province=told.province),
        "province": told.province.removeprefix("Tỉnh ").removeprefix("Thành phố "),
        "subject": f"{told.crop_name}, {told.area_ha}, {told.place}",
        "keywords": [told.crop_name, told.organisation.name],
        "pairs": [[label, value] for label, value in pairs if value],
        "standards": standards,
        "notes": _notes(told, kind),
        "zone": zone.code if zone else None,
    }


def _issued(told: Particulars) -> list[tuple[str, str | None]]:
    code = told.code
    if code is None:
        return []
    official = code.kind == "official" and code.decided_on is not None
    day = code.decided_on if official else particulars.issued_on(told)
    until = told.area.valid_until
    lasts = f"Đến hết ngày {vn_date(until)}, trừ khi bị" if until else "Đang hiệu lực, tới khi"
    return [
        ("Cấp theo", f"Quyết định {code.decision_number}" if official else None),
        ("Cơ quan cấp", code.agency if official else None),
        ("Ngày cấp", vn_date(day)),
        ("Hiệu lực", f"{lasts} tạm dừng hoặc thu hồi"),
    ]


def _paper(issue: Issue, base_url: str, *, kept: bool = False) -> Paper:
    facts, code = issue.facts, str(issue.facts["code"])
    drawn = particulars.picture_of(issue.outline, issue.around)
    day, told = vn_date(issue.issued_on), f"bản số {issue.number}, lập ngày"
    blocks: list[Block] = [
        *_kept(issue, kept=kept),
        Letterhead(
            facts["agency"],
            facts["agency_above"],
            "",
            f"{facts['province']}, {particulars.long_day(issue.issued_on)}",
        ),
        Title(facts["title"], "Growing-area certificate"),
        Text(code, style="code"),
        Beside(
            [Pairs([(label, value) for label, value in facts["pairs"]])],
            [particulars.code_of_address(code, base_url)],
            0.68,
        ),
        *_standards_told(facts["standards"]),
        *(Text(note, style="small") for note in facts["notes"]),
        Text(f"Thông tin theo sổ đăng ký ngày {day}; bản vẽ số {issue.drawn}.", style="small"),
        *corners.picture_and_back(drawn, facts["zone"]),
    ]
    return Paper(
        title=f"{facts['title']} {code}",
        author=facts["agency"],
        subject=facts["subject"],
        keywords=(code, *facts["keywords"]),
        foot=f"{code} · {told} {day} · {particulars.public_address(code, base_url)}",
        blocks=blocks,
    )


def _kept(issue: Issue, *, kept: bool) -> list[Block]:
    if not kept:
        return []
    newer = f" Đã thay bằng bản số {issue.replaced_by}." if issue.replaced_by else ""
    return [Text(f"BẢN LƯU, không còn giá trị xuất trình.{newer}", style="center")]


def _standards_told(rows: list[list[str]]) -> list[Block]:
    if not rows:
        return []
    head = ("Tiêu chuẩn", "Số giấy chứng nhận", "Tổ chức chứng nhận", "Hiệu lực")
    return [Grid(head, rows, (2.2, 3, 3.4, 3.4))]


def _notes(told: Particulars, kind: str) -> list[str]:
    if kind == "internal":
        return [OF_OUR_OWN]
    if kind == "domestic":
        template = told.code.template if told.code else ""
        return [f"Mẫu mã áp dụng: {_template_source(template)}."]
    return ["Mã do cơ quan có thẩm quyền cấp, ghi lại đúng nguyên văn quyết định."]


def _template_source(key: str | None) -> str:
    return next((each.validity.source for each in code_templates() if each.key == key), "")
