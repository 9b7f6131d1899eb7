"""Sending a paper: its ETag is made before it is drawn, so an unchanged one costs nothing."""

from __future__ import annotations

import contextlib
import hashlib
import threading

from flask import Response, request

from foundation.documents import form
from foundation.documents.blocks import Code, Paper, Text, Title
from foundation.typefaces.faces import FontNotBuilt
from foundation.vietnamese import fold

FORM = "2"
"""Raised when the setting of papers changes, so that nobody keeps an old look."""


def etag_of(paper: Paper) -> str:
    """What the paper says, as a fingerprint."""
    told = f"{FORM}|{sorted(form.measures().items())!r}|{paper!r}"
    return hashlib.sha256(told.encode()).hexdigest()[:32]


def prewarm() -> threading.Thread:
    """Load the PDF library and the typeface beside what the process does first.

    The first paper of a process would wait for it. Started once the process serves; returns the
    thread, which ends by itself.
    """
    thread = threading.Thread(target=_load, name="papers", daemon=True)
    thread.start()
    return thread


def _load() -> None:
    from foundation.documents import printing

    # A checkout whose assets were never built has no typeface yet; who prints is told so.
    with contextlib.suppress(FontNotBuilt):
        printing.render(Paper("Giấy", "Nguồn", [Title("Giấy"), Text("Chữ"), Code("nguon")]))


def answer(paper: Paper) -> Response:
    """The paper for reading in the browser or keeping; 304 to who has it already."""
    etag = etag_of(paper)
    if request.if_none_match.contains(etag):
        response = Response(status=304)
    else:
        # The PDF library takes a quarter of a second to load: only who prints waits for it.
        from foundation.documents import printing

        response = Response(printing.render(paper), mimetype="application/pdf")
        name = "-".join(fold(paper.title).replace(":", " ").replace("/", " ").split())
        response.headers["Content-Disposition"] = f'inline; filename="{name[:120]}.pdf"'
    response.set_etag(etag)
    response.headers["Cache-Control"] = "private, no-cache"
    return response
