"""The products of an officer's territory as a table."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date

from sqlalchemy.orm import Session

from accounts import facts
from accounts.permissions import Actor
from foundation import paging
from foundation.i18n import get_language
from foundation.paging import Page
from foundation.tables import Cell, Column
from products import certificates, ocop_groups, register
from products.models import Product

COLUMNS = (
    Column("code", "Mã sản phẩm"),
    Column("name", "Tên"),
    Column("organisation", "Tổ chức"),
    Column("commune_code", "Mã xã"),
    Column("group", "Nhóm OCOP (mã)"),
    Column("group_name", "Nhóm OCOP"),
    Column("stars", "Hạng sao", "integer"),
    Column("gtin", "GTIN"),
    Column("created_at", "Ghi lúc", "datetime"),
)


def rows(
    session: Session, actor: Actor, *, q: str, group: str, today: date
) -> Iterator[Sequence[Cell]]:
    """Every product of a list, page by page. Raises: Forbidden."""
    groups, language = ocop_groups.groups(), get_language()

    def ask(cursor: str | None, size: int) -> Page[Product]:
        return register.list_products(session, actor, q=q, group=group, cursor=cursor, size=size)

    for page in paging.pages(ask):
        stars = certificates.stars_on(session, [each.id for each in page.items], today)
        makers = facts.organisations_by_id(session, {each.organisation_id for each in page.items})
        for each in page.items:
            known = groups.get(each.ocop_group or "")
            yield [
                each.code,
                each.name,
                makers[each.organisation_id].name,
                each.commune_code,
                each.ocop_group,
                known.name(language) if known else None,
                stars.get(each.id),
                each.gtin,
                each.created_at,
            ]
