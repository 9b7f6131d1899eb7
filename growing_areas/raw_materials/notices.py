"""Notices: managers hear of invitations to raw-material areas, leads of the answers.

They leave as the house's other messages do, once the transaction has committed.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from functools import partial

from sqlalchemy.orm import Session

from foundation import config
from foundation.i18n import _, ngettext
from growing_areas import recipients
from growing_areas.models import GrowingArea
from growing_areas.raw_materials.models import RawMaterialArea, RawMaterialMember

MOST_NAMED = 20


def tell_invited(session: Session, area: RawMaterialArea, invited: Iterable[GrowingArea]) -> None:
    """Tell each invited organisation's managers, in one message, which of its areas are asked."""
    by_owner: dict[int, list[GrowingArea]] = defaultdict(list)
    for each in invited:
        by_owner[each.organisation_id].append(each)
    managers = recipients.managers_of(session, by_owner) if by_owner else {}
    for owner, asked in by_owner.items():
        recipients.tell(session, managers.get(owner, ()), partial(_invitation, area, asked))


def tell_answered(session: Session, member: RawMaterialMember) -> None:
    """Tell the lead's managers that an invitation was accepted or declined."""
    lead = member.raw_material_area.organisation_id
    people = recipients.managers_of(session, [lead]).get(lead, ())
    recipients.tell(session, people, lambda: _answer(member))


def _invitation(area: RawMaterialArea, asked: Sequence[GrowingArea]) -> tuple[str, str]:
    count = len(asked)
    subject = _("Lời mời vào vùng nguyên liệu %(name)s", name=area.name)
    named = [f"{each.code} · {each.name}" for each in asked[:MOST_NAMED]]
    if count > MOST_NAMED:
        named.append("…")
    intro = ngettext(
        "%(lead)s mời %(num)s vùng của đơn vị tham gia vùng nguyên liệu %(name)s.",
        "%(lead)s mời %(num)s vùng của đơn vị tham gia vùng nguyên liệu %(name)s.",
        count,
        lead=area.organisation.name,
        name=area.name,
    )
    link = f"{config.current().base_url}/workspace/raw-material-areas"
    return subject, "\n".join([intro, "", *named, "", _("Trả lời tại: %(link)s", link=link)])


def _answer(member: RawMaterialMember) -> tuple[str, str]:
    area = member.raw_material_area
    heading = {"area": member.area.name, "name": area.name}
    params = {**heading, "code": member.area.code}
    subject = (
        _("%(area)s đã vào vùng nguyên liệu %(name)s", area=member.area.name, name=area.name)
        if member.state == "joined"
        else _(
            "%(area)s không vào vùng nguyên liệu %(name)s", area=member.area.name, name=area.name
        )
    )
    link = f"{config.current().base_url}/workspace/raw-material-areas/{area.code}"
    said = (
        _("Vùng %(area)s (%(code)s) đã đồng ý tham gia vùng nguyên liệu %(name)s.", **params)
        if member.state == "joined"
        else _("Vùng %(area)s (%(code)s) từ chối tham gia vùng nguyên liệu %(name)s.", **params)
    )
    return subject, f"{said}\n{link}"
