"""Witnesses of the ledger in the access matrix: the roll is public, an address is for admins."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy.orm import Session

from ledger import witnesses
from ledger.models import Alarm
from tests.house.access_pages import at, send
from tests.house.access_personas import Place
from tests.house.access_things import KNOWN, SECRET, World

WITNESS = "/admin/witnesses/<int:witness_id>"
ACT = f"{WITNESS}/<any(suspend, resume, withdraw):act>"
NEW = {"name": "Báo Mới", "email": "bao@vidu.vn"}
WHY = {"reason": "Theo đề nghị của bên làm chứng"}
PAGES: dict[str, Place] = {
    "POST /admin/witnesses/new": Place(body=NEW),
    f"GET {WITNESS}": at(witness_id="@witness"),
    f"GET {ACT}": at(witness_id="@witness", act="suspend"),
    f"POST {ACT}": send(WHY, witness_id="@witness", act="suspend"),
    "GET /admin/witnesses/alarms/<int:alarm_id>": at(alarm_id="@ledger_alarm"),
    "POST /admin/witnesses/alarms/<int:alarm_id>": send(WHY, alarm_id="@ledger_alarm"),
    "GET /account/vouchers/<table>/<int:key>": Place(
        {"table": "organisations", "key": "1"}, owner="nobody"
    ),
}
V1 = "/api/v1/ledger"
API: dict[str, Place] = {
    "GET /api/v1/me/vouchers/<table>/<int:key>": Place(
        {"table": "organisations", "key": "1"}, owner="nobody"
    ),
    f"GET {V1}/cosignatures/next": Place(may_be_missing=True),
    f"POST {V1}/cosignatures": Place(body={"note": "không phải mốc ký"}),
    f"GET {V1}/witnesses/<int:witness_id>": at(witness_id="@witness"),
    f"POST {V1}/witnesses": Place(body=NEW),
    f"POST {V1}/witnesses/<int:witness_id>/<any(suspend, resume, withdraw):act>": send(
        WHY, witness_id="@witness", act="suspend"
    ),
}


def tell(session: Session, world: World, now: datetime) -> None:
    """A witness whose name everybody knows and whose address nobody, and an alarm."""
    email = f"{SECRET.lower()}@vidu.vn"
    witness = witnesses.appoint(session, f"Báo {KNOWN}", email, now=now)
    note = f"nguon.vn/ledger\n1\n{SECRET}\n"
    alarm = Alarm(code="ledger.shorter", size=9, root=bytes(32), note=note, seen_at=now)
    session.add(alarm)
    session.flush()
    world.things |= {"witness": str(witness.id), "ledger_alarm": str(alarm.id)}
