"""Exports as answers to requests, for pages and API alike."""

from __future__ import annotations

from typing import Any

from flask import Response
from sqlalchemy.orm import Session

from accounts.doors import current_actor
from foundation import clock, db, downloads
from foundation.errors import Conflict, NotFound
from growing_areas.exports import listing, orders
from growing_areas.exports.models import AreaExport
from growing_areas.registration import AreaQuery
from growing_areas.writing.formats import FORMATS


def query_of(given: dict[str, Any]) -> AreaQuery:
    """A checked query of a list without its paging."""
    told = {key: value for key, value in given.items() if key not in ("cursor", "limit", "format")}
    return AreaQuery(**told)


def file_now(given: dict[str, Any]) -> Response:
    """A short list as a file. Raises: Forbidden; Conflict("export.too_many")."""
    format_, query, today = given["format"], query_of(given), clock.today()
    with db.reading() as session:
        count = listing.count(session, current_actor(), query)
        if count > listing.INLINE_MOST:
            raise Conflict("export.too_many", count=count, most=listing.INLINE_MOST)
        pieces, written = listing.write(session, current_actor(), query, format_, on=today)
        content = b"".join(pieces)
    return _private(
        downloads.spooled_response(
            [content],
            FORMATS[format_].media_type,
            listing.file_name(format_, today),
            row_count=written.rows,
        )
    )


def written_file(order: AreaExport) -> Response:
    """The file of an order. Raises: Conflict("export.not_ready"); NotFound once removed."""
    if order.digest is None:
        raise Conflict("export.not_ready")
    name = listing.file_name(order.format, clock.business_day(order.ordered_at))
    media_type = FORMATS[order.format].media_type
    try:
        answer = downloads.content_response(orders.shelf(), order.digest, media_type, name)
    except NotFound:
        raise NotFound("export.not_found") from None
    answer.headers["X-Row-Count"] = str(order.row_count)
    return _private(answer)


def order_json(session: Session, order: AreaExport) -> dict[str, Any]:
    """Where an order stands, as programs get it."""
    state = orders.state_of(session, order)
    done = order.digest is not None
    return {
        "id": order.id,
        "format": order.format,
        "state": state.state,
        "done": state.done,
        "total": state.total or order.expected_rows,
        "row_count": order.row_count,
        "size_bytes": order.size_bytes,
        "file_url": f"/api/v1/growing-areas/exports/{order.id}/file" if done else None,
    }


def _private(answer: Response) -> Response:
    answer.headers["Cache-Control"] = "private, no-store"
    return answer
