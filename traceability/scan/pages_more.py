"""Beside the page a label leads to: its whole history, and the picture that link previews show."""

from __future__ import annotations

import hashlib

from flask import Blueprint, Response, make_response, request
from flask.typing import ResponseReturnValue
from markupsafe import Markup

from foundation import clock, db, i18n, web
from foundation.errors import NotFound
from traceability.scan import (
    guessing,
    lookup,
    page_words,
    pages,
    previews,
    story,
    verdict_words,
)
from traceability.scan.lookup import Found
from traceability.scan.story import Story

blueprint = Blueprint("story", __name__)


@blueprint.get("/t/<code>/history")
@web.public
@web.in_label_languages
def history(code: str) -> ResponseReturnValue:
    """Everything a long story has, where the page a label leads to tells the newest part of it."""
    told = _told(code)
    if told is None:
        return pages.no_story(verdict_words.unknown(), 404)
    return whole(told)


def whole(told: Story) -> Response:
    """The page of a whole story."""
    page = web.render(
        "traceability/history.html",
        story=told,
        style_sheet=Markup(pages.STYLE_SHEET),  # noqa: S704 - our own file
        **page_words.wording(),
    )
    return pages.harden(make_response(page))


@blueprint.get("/t/<code>/preview.png")
@web.public
@web.in_label_languages
def preview(code: str) -> ResponseReturnValue:
    """The picture of a batch for link previews, by language."""
    found = _found(code)
    if found is None:
        raise NotFound("batch.not_found")
    # Of the story that is kept: whoever asks for pictures alone would have it told each time.
    drawn = previews.draw(pages.told_of(found, i18n.get_language()).picture)
    response = Response(drawn, mimetype="image/png")
    response.set_etag(hashlib.blake2b(drawn, digest_size=12).hexdigest())
    response.headers["Cache-Control"] = "public, max-age=3600"
    return response.make_conditional(request)


def _told(code: str) -> Story | None:
    found = _found(code)
    if found is None:
        return None
    with db.reading() as session:
        return story.tell(session, found.batch_id, now=clock.now())


def _found(code: str) -> Found | None:
    now, network = clock.now(), request.remote_addr or ""
    guessing.refuse(network, now)
    found = lookup.find_by_code(code, None)
    if found is None:
        guessing.missed(network, now)
    return found
