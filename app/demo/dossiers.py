"""The story's dossiers: one area in every state officers and cooperatives meet."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from sqlalchemy.orm import Session

from accounts.permissions import Actor
from foundation import clock
from growing_areas import registration
from growing_areas.dossiers import amendments, approval, certificates, inspection, renewal
from growing_areas.dossiers.amendments import Change
from growing_areas.dossiers.certificates import Certified
from growing_areas.dossiers.inspection import Visit
from growing_areas.models import GrowingArea

BEFORE_CODE = ("draft", "submitted", "returned", "inspected")


def stop_early(
    session: Session,
    admin: Actor,
    manager: Actor,
    area: GrowingArea,
    stop: str | None,
    *,
    now: datetime,
) -> bool:
    """Leave an area where the story wants it before its code; False when it goes on."""
    if stop not in BEFORE_CODE:
        return False
    if stop == "draft":
        return True
    days = {"submitted": 3, "returned": 9, "inspected": 20}[stop]
    registration.submit(session, manager, area.id, now=now - timedelta(days=days))
    if stop == "returned":
        approval.send_back(
            session, admin, area.id, "Ghi rõ Sửu hay Bằng Luân",
            causes=["variety_unclear", "agreement_missing"], now=now - timedelta(days=4),
        )  # fmt: skip
    if stop == "inspected":
        visited_at = now - timedelta(days=12)
        visit = Visit(True, clock.business_day(visited_at), "Đúng ranh giới")
        inspection.record(session, admin, area.id, visit, now=visited_at)
    return True


def go_on(
    session: Session,
    admin: Actor,
    manager: Actor,
    area: GrowingArea,
    entry: dict[str, Any],
    *,
    now: datetime,
) -> None:
    """What happened to an area after its code: a change, a certificate, an end."""
    stop = entry.get("stop")
    if stop == "amending":
        change = Change("Trồng dặm giống mới", variety="Bưởi Bằng Luân", planting_year=2021)
        amendments.propose(session, manager, area.id, change, now=now - timedelta(days=6))
    if stop == "revoked":
        approval.revoke(
            session, admin, area.id, "", causes=["converted"], now=now - timedelta(days=20)
        )
    if stop == "expired":
        # A term some market set; ours has none, so the story sets the day itself.
        area.valid_until = clock.business_day(now - timedelta(days=15))
        session.flush()
        renewal.expire_ended(session, now=now - timedelta(days=14))
    if "certificate" in entry:
        today = clock.business_day(now)
        ends = today + timedelta(days=entry["certificate"])
        certified = Certified(
            "vietgap", "VietGAP-TT-25-0147", "Trung tâm Chứng nhận Nông sản",
            ends - timedelta(days=730), ends,
        )  # fmt: skip
        certificates.record(session, manager, area.id, certified, now=now - timedelta(days=200))
