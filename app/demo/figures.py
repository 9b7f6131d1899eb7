"""What the story's officers entered: linkage models, sales channels, totals; then the facts."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from accounts.models import Organisation
from accounts.permissions import Actor
from foundation import clock, inputs, jobs
from indicators.models import LinkageModel
from indicators.registers import channels, linkage, rosters
from indicators.registers.schemas import ChannelSchema, LinkageSchema, RosterSchema

FACTS_OVER_DAYS = 330
_DAY_FIELD: dict[type[inputs.InputSchema], str] = {
    LinkageSchema: "started_on",
    ChannelSchema: "valid_from",
    RosterSchema: "as_of",
}


def tell(
    session: Session,
    admin: Actor,
    entries: dict[str, list[dict[str, Any]]],
    found: dict[str, Organisation],
    *,
    now: datetime,
) -> None:
    """Enter the registers once, and have the facts of the past months built by the worker."""
    if session.scalar(select(func.count()).select_from(LinkageModel)):
        return
    for entry in entries["linkage"]:
        linkage.record(session, admin, _loaded(LinkageSchema, entry, found, now), now=now)
    for entry in entries["channels"]:
        channels.record(session, admin, _loaded(ChannelSchema, entry, found, now), now=now)
    for entry in entries["rosters"]:
        rosters.record(session, admin, _loaded(RosterSchema, entry, found, now), now=now)
    today = clock.business_day(now)
    first = today - timedelta(days=FACTS_OVER_DAYS)
    span = {"first": first.isoformat(), "last": today.isoformat()}
    # Before the story's mails and labels: whoever looks around first looks at the figures.
    jobs.defer(session, "indicators.rebuild", span, priority=10)


def _loaded(
    schema: type[inputs.InputSchema],
    entry: dict[str, Any],
    found: dict[str, Organisation],
    now: datetime,
) -> dict[str, Any]:
    """An entry of the file as its form would have sent it: days counted back, codes filled in."""
    sent = {key: value for key, value in entry.items() if key not in ("since", "maker")}
    field = {LinkageSchema: "started_on", ChannelSchema: "valid_from", RosterSchema: "as_of"}[
        schema
    ]
    sent[field] = (clock.business_day(now) - timedelta(days=entry["since"])).isoformat()
    if "maker" in entry:
        maker = found[entry["maker"]]
        sent["organisation"] = maker.code
        sent["commune_code"] = maker.commune_code
        if schema is ChannelSchema:
            sent["owner_name"] = maker.name
    return inputs.load(schema, sent)
