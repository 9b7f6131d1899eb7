"""The camera page: where a browser reads codes, and where a photo is read for those that do not."""

from __future__ import annotations

from urllib.parse import urlencode

from flask import Blueprint, redirect, request
from flask.typing import ResponseReturnValue

from foundation import clock, db, web
from foundation.errors import Finding, Invalid
from traceability.scan import guessing, photographed
from traceability.scan.search import find_target

blueprint = Blueprint("camera", __name__)


@blueprint.get("/scan")
@web.public
def scan() -> str:
    """The camera, where the browser reads codes; else a photo, or the code typed."""
    return web.render("traceability/scan.html", form=web.Form())


@blueprint.post("/scan")
@web.public
def read_photo() -> ResponseReturnValue:
    """Read the code in a photo and go where it leads; nothing of the photo is kept."""
    address, now = request.remote_addr or "", clock.now()
    guessing.refuse(address, now)
    sent = request.files.get("photo")
    try:
        if sent is None or not sent.filename:
            raise Invalid([Finding("photo.missing", {}, "photo")])
        photographed.take_turn(address, now)
        texts = photographed.read(sent.stream)
    except Invalid as error:
        return web.render_again("traceability/scan.html", error)
    with db.reading() as session:
        # Of several codes on a package the first that names something here.
        known = next((text for text in texts if find_target(session, text)), None)
    if known is None:
        # Whoever guesses by photos does not follow to where it would be counted.
        guessing.missed(address, now)
    return redirect(f"/verify?{urlencode({'q': known or texts[0]})}", 303)
