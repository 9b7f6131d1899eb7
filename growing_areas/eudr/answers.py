"""The EU's plots file as an answer to a request, for page and API alike."""

from __future__ import annotations

from typing import Any

from flask import Response
from sqlalchemy.orm import Session

from accounts.doors import current_actor
from foundation import clock, db
from growing_areas.eudr import export
from growing_areas.eudr.document import MEDIA_TYPE
from growing_areas.eudr.export import Wish


def wish_of(query: dict[str, Any]) -> Wish:
    """A checked query as a wish."""
    return Wish(
        commodity=query.get("commodity"),
        crop=query.get("crop"),
        left_out=tuple(code.upper() for code in query["leave_out"]),
        points=query["points"],
        producer=query["producer"],
    )


def reading_for(wish: Wish) -> Any:
    """A session to look with: one that can write where households' names are looked at."""
    return db.transaction() if wish.producer == "households" else db.reading()


def eudr_file(query: dict[str, Any]) -> Response:
    """The file as a download, named by organisation, commodity and day.

    Raises: as `growing_areas.eudr.export.write`.
    """
    wish, now = wish_of(query), clock.now()
    with reading_for(wish) as session:
        text = _written(session, query["organisation"], wish)
    answer = Response(text, mimetype=MEDIA_TYPE)
    parts = ["eudr", query["organisation"].lower(), wish.commodity or wish.crop or "all"]
    name = "-".join(parts) + f"-{clock.business_day(now):%Y%m%d}.geojson"
    safe = "".join(sign for sign in name if sign.isascii() and (sign.isalnum() or sign in "-_."))
    answer.headers["Content-Disposition"] = f'attachment; filename="{safe}"'
    answer.headers["X-Row-Count"] = str(text.count('{"type":"Feature",'))
    answer.headers["Cache-Control"] = "private, no-store"
    return answer


def _written(session: Session, organisation_code: str, wish: Wish) -> str:
    return export.write(session, current_actor(), organisation_code, wish, now=clock.now())
